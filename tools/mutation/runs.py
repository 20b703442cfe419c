"""One fault before its judges: pytest in a forked process, ended when its time is up.

TensorFlow takes seconds to import, so it is imported once, here, and every run is a
fork that begins with it. A fork imports `cnnbook` anew, from the copy with the fault.
"""

import importlib
import multiprocessing
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.mutation.faults import Mutant
from tools.mutation.judges import EVERY

WARM = "numpy scipy.stats scipy.signal sklearn.metrics tensorflow keras pytest"
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S.*?)(?: - |$)", re.MULTILINE)
QUICK = "not slow and not site and not gpu and not browser"
SLOW = "slow and not site and not gpu and not browser"
TIMED_OUT = -1
MOST_SLOW = 2  # files whose slow tests are asked, for one fault
MOST_LEFT_OUT = 3  # tests that fail without the fault too, before one gives up


@dataclass
class Trial:
    """A fault, who judges it, and what came of it."""

    module: str
    mutant: Mutant
    unchanged: str
    tests: list[str]
    pages: list[str]
    equivalent: str = ""
    kind: str = ""
    caught_by: str = ""
    tried: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def place(self) -> str:
        return f"{self.module}:{self.mutant.line}"

    @property
    def change(self) -> str:
        return f"`{self.mutant.before}` becomes `{self.mutant.after}`"

    def record(self) -> dict:
        kept = "place change equivalent kind caught_by tried seconds".split()
        return {name: getattr(self, name) for name in kept}


@dataclass(frozen=True)
class Jury:
    """How a fault is judged: seconds for each judge, and whether pages judge too."""

    seconds: float
    with_pages: bool = False

    def judge(self, trial: Trial, copy: Path) -> Trial:
        """Write the fault into `copy`, ask the judges until one sees it, mend it."""
        began = time.monotonic()
        module = copy / trial.module
        kept = module.read_bytes()
        try:
            for kind, arguments in self.judges(trial):
                seen = self.ask(trial, copy, arguments)
                trial.tried += [a for a in arguments if a.startswith("tests/")]
                if seen:
                    trial.kind = "time-out" if seen == "time-out" else kind
                    trial.caught_by = seen
                    break
        finally:
            module.write_bytes(kept)
            trial.seconds = round(time.monotonic() - began, 1)
        return trial

    def judges(self, trial: Trial) -> list[tuple[str, list[str]]]:
        """(kind, arguments of pytest), the quick ones first."""
        every = [name for name in trial.tests if name == str(EVERY)]
        own = [name for name in trial.tests if name not in every]
        quick = ["--doctest-modules", trial.module, *own, "-m", QUICK]
        asked = [("test", quick), *(("test", [name]) for name in every)]
        if own:
            asked += [("test", [*own[:MOST_SLOW], "-m", SLOW])]
        if self.with_pages:
            nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=600"]
            nbval += ["--nbval-sanitize-with", "tests/nbval_sanitize.cfg", "-m", ""]
            asked += [("page", [page, *nbval]) for page in trial.pages]
        return asked

    def ask(self, trial: Trial, copy: Path, arguments: list[str]) -> str:
        """What sees the fault and nothing else: a test, "time-out", or "" for none.

        A test that fails without the fault too is left out, and the others are asked.
        """
        left_out: list[str] = []
        while True:
            (copy / trial.module).write_text(trial.mutant.source, "utf-8")
            seen = run(copy, [*arguments, *left_out], self.seconds)
            again = ["--doctest-modules", seen, "-m", ""]
            if "::" not in seen or "--nbval" in arguments:
                again = arguments  # a cell stands on those before it
            (copy / trial.module).write_text(trial.unchanged, "utf-8")
            # a time-out only tells something where the whole module is far quicker
            limit = self.seconds / 2 if seen == "time-out" else 3 * self.seconds
            if not seen or not run(copy, [*again, *left_out], limit):
                return seen
            if "::" not in seen or len(left_out) >= 2 * MOST_LEFT_OUT:
                return ""
            left_out += ["--deselect", seen]


def warm() -> None:
    """Import what every run would import, but nothing of ours."""
    for name in WARM.split():
        importlib.import_module(name)


def run(copy: Path, arguments: list[str], seconds: float) -> str:
    """Run pytest in `copy`: the test that failed, "time-out", or "" for none."""
    said = copy.parent / f"{copy.name}.txt"
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        _pytest(copy, arguments, said)
    code = _wait(pid, seconds)
    if code == TIMED_OUT:
        return "time-out"
    if code in (0, 5):  # passed, or held no such test
        return ""
    found = FAILED.search(said.read_text("utf-8", "replace"))
    return found[1] if found else f"pytest ended with {code}"


def _pytest(copy: Path, arguments: list[str], said: Path) -> None:
    """What the forked process does; it never returns."""
    code = 70
    try:
        os.setsid()
        with said.open("wb") as stream:
            os.dup2(stream.fileno(), 1)
            os.dup2(stream.fileno(), 2)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy)
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        os.environ["IPYTHONDIR"] = str(copy / "tests" / "ipython")
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
        sys.dont_write_bytecode = True
        for name in list(sys.modules):
            if name.partition(".")[0] in ("cnnbook", "tools", "tests", "conftest"):
                del sys.modules[name]
        sys.path[:] = [str(copy), *(p for p in sys.path if not _ours(p))]
        pytest = importlib.import_module("pytest")
        always = ["-x", "-q", "--tb=line", "-rfE", "-p", "no:cacheprovider"]
        code = int(pytest.main([*arguments, *always, "-p", "no:xdist"]))
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ours(place: str) -> bool:
    """Whether a place of imports holds the package that is being tried."""
    return place == "" or (Path(place) / "cnnbook").is_dir()


def _wait(pid: int, seconds: float) -> int:
    """The exit code of the process, TIMED_OUT where it had to be ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return TIMED_OUT


def in_parallel(
    jury: Jury, trials: list[Trial], copies: list[Path], say: Callable = print
) -> list[Trial]:
    """Judge `trials`, as many at a time as there are copies."""
    warm()
    # processes, not threads: to fork where another thread holds a lock may never end
    context = multiprocessing.get_context("fork")
    free = context.Queue()
    for copy in copies:
        free.put(copy)
    judged = []
    with context.Pool(len(copies), _take, (jury, free)) as pool:
        for trial in pool.imap_unordered(_judge, trials):
            seen = trial.caught_by or "SURVIVED"
            line = f"{trial.seconds:5.0f} s  {trial.place} {trial.change}: {seen}"
            say(line, flush=True)
            judged.append(trial)
    return judged


MINE: dict = {}  # of a worker: the jury, and the copy that no other worker uses


def _take(jury: Jury, free) -> None:
    MINE.update(jury=jury, copy=free.get())


def _judge(trial: Trial) -> Trial:
    return MINE["jury"].judge(trial, MINE["copy"])
