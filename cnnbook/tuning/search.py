"""A search: an engine proposes, workers try, a table keeps; killed, it resumes."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from cnnbook.checks import require_at_least
from cnnbook.files import write_atomically
from cnnbook.tuning.engines import WAIT, Engine, Proposal
from cnnbook.tuning.objective import load_objective, run_trial
from cnnbook.tuning.pool import Pool
from cnnbook.tuning.trials import Trial, TrialTable, best_trial

Progress = Callable[[str], None]
MOST_DEATHS = 2  # of processes that ran one trial, before it is given up


def search(
    objective: str,
    engine: Engine,
    *,
    folder: str | Path,
    workers: int = 1,
    threads: int = 1,
    seeds: tuple[int, ...] = (0,),
    progress: Progress | None = None,
) -> list[Trial]:
    """Try what `engine` proposes until it proposes nothing more; all trials, by number.

    Parameters
    ----------
    objective : "package.module:function", see `cnnbook.tuning.objective`.
    folder : of the table. Trials that it holds are not run again, so that a search
        that was killed goes on; it loses what was running. The folder of another
        search is refused.
    workers : processes, each with `threads` threads for TensorFlow.
    seeds : each configuration is tried once with each; its score is the mean.
    progress : called with a line after each trial.

    A trial that raises, or whose process dies twice, is kept as such and does not end
    the search.
    """
    require_at_least("len(seeds)", len(seeds), 1)
    load_objective(objective)  # refuse a misspelt one before any process starts
    table = TrialTable(folder)
    description = {"objective": objective, "engine": repr(engine), "seeds": [*seeds]}
    with (
        _locked(table.folder),
        Pool(objective, table.folder / "workers.log", workers, threads) as pool,
    ):
        _describe(table.folder, description)
        _run(engine, table, pool, seeds, progress or (lambda line: None))
    return table.trials()


def _run(
    engine: Engine,
    table: TrialTable,
    pool: Pool,
    seeds: tuple[int, ...],
    progress: Progress,
) -> None:
    finished = {trial.number: trial for trial in table.trials()}
    deaths: dict[int, int] = {}
    again: list[dict] = []  # requests whose worker died
    number, over = 0, False
    while True:
        while pool.num_free and again:
            pool.begin(again.pop())
        while pool.num_free and not over:
            if number in finished:
                number += 1
                continue
            proposal = engine.propose(number, list(finished.values()))
            if proposal is None:
                over = True
            elif proposal == WAIT:
                _require_running(pool, number)
                break
            else:
                pool.begin(_request(number, proposal, seeds))
                number += 1
        if not pool.num_busy:
            return
        for request, trial in pool.wait():
            if trial is None:
                died = deaths[request["number"]] = deaths.get(request["number"], 0) + 1
                if died < MOST_DEATHS:
                    progress(f"trial {request['number']}: its process died, once more")
                    again.append(request)
                    continue
                trial = _lost(request)
            table.write(trial)
            finished[trial.number] = trial
            progress(progress_line(trial, list(finished.values())))


def _request(number: int, proposal: Proposal, seeds: tuple[int, ...]) -> dict:
    return asdict(proposal) | {"number": number, "seeds": list(seeds)}


def _lost(request: dict) -> Trial:
    return Trial(
        **request,
        status="lost",
        error=f"the process died {MOST_DEATHS} times; workers.log may say why",
    )


def progress_line(trial: Trial, finished: list[Trial]) -> str:
    """What happened to `trial`, and the best of all so far."""
    if trial.status == "done":
        told = f"score {trial.score:.4f} in {trial.seconds:.1f} s"
    else:
        told = f"{trial.status}: {trial.error}"
    line = f"[{len(finished)} finished] trial {trial.number} {told}"
    if all(t.status != "done" for t in finished):
        return line
    best = best_trial(finished)
    return f"{line}; best {best.score:.4f}, trial {best.number}"


def search_in_process(
    objective: Callable,
    engine: Engine,
    *,
    seeds: tuple[int, ...] = (0,),
) -> list[Trial]:
    """Trials one after the other in this process, kept nowhere.

    For objectives that cost nothing, such as reading a table of results.
    """
    finished: list[Trial] = []
    while True:
        proposal = engine.propose(len(finished), finished)
        if proposal is None:
            return finished
        if proposal == WAIT:
            raise _waiting_forever(len(finished))
        finished.append(
            run_trial(
                objective,
                len(finished),
                proposal.config,
                epochs=proposal.epochs,
                seeds=seeds,
            )
        )


def _require_running(pool: Pool, number: int) -> None:
    if not pool.num_busy:
        raise _waiting_forever(number)


def _waiting_forever(number: int) -> RuntimeError:
    return RuntimeError(
        f"The engine waits before trial {number}, and no trial is running. An engine "
        "may answer WAIT only while it lacks the results of trials it proposed."
    )


def _describe(folder: Path, description: dict) -> None:
    """Keep what is searched beside the trials; refuse a folder of something else."""
    path = folder / "search.json"
    if path.exists():
        before = json.loads(path.read_text(encoding="utf-8"))
        different = [key for key in description if before[key] != description[key]]
        if different:
            raise ValueError(
                f"`folder` holds another search: its {', '.join(different)} differ. "
                f"There: {before[different[0]]}. Here: {description[different[0]]}. "
                "Take another folder, or remove this one."
            )
    write_atomically(path, json.dumps(description, indent=1) + "\n")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Refuse a second search in the same folder; a killed one holds no lock."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ValueError(
                f"`folder` is in use by another search, got {folder.name!r}. Wait for "
                "it to end, or take another folder."
            ) from error
        yield
