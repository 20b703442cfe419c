"""`python -m tools.mutation [NAME …]`: put faults into `cnnbook`, see which are caught.

A sample of faults with a fixed seed, each in a copy of the tree, is shown to the tests
of its module, and with `--pages` to the pages that use it. What nothing catches is
listed: it asks for a test, or for a line in `tools/mutation/equivalent.py`.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from cnnbook.files import write_atomically
from tools.mutation.copies import copy_tree
from tools.mutation.equivalent import reason
from tools.mutation.faults import mutants, plain
from tools.mutation.judges import dotted, modules, pages_of, tests_of
from tools.mutation.runs import Jury, Trial, in_parallel
from tools.notebook_files import ROOT

LEAST_CAUGHT = 0.9


def draw(root: Path, files: list[Path], count: int, seed: int) -> list[tuple]:
    """`count` pairs (file, mutant), spread over `files`: one of each, then another."""
    turns = list(files)
    random.Random(seed).shuffle(turns)
    rounds = -(-count // max(1, len(turns)))
    drawn: dict[Path, list] = {}
    for path in turns[: count if rounds == 1 else None]:
        order = random.Random(f"{seed} {dotted(root, path)}")

        def some(places, order=order):
            return sorted(order.sample(places, min(rounds, len(places))), key=str)

        drawn[path] = mutants(path.read_text("utf-8"), some)
    by_turn = [
        (path, drawn[path][turn])
        for turn in range(rounds)
        for path in drawn
        if turn < len(drawn[path])
    ]
    return by_turn[:count]


def report(trials: list[Trial], write=print) -> float:
    """The table of what was caught by what; returns the share that was caught."""
    judged = [trial for trial in trials if not trial.equivalent]
    caught = [trial for trial in judged if trial.caught_by]
    write("")
    for kind in ("test", "page", "time-out"):
        number = sum(trial.kind == kind for trial in caught)
        write(f"caught by a {kind}: {number}")
    for trial in trials:
        if trial.equivalent:
            write(f"equivalent: {trial.place}: {trial.change}: {trial.equivalent}")
    for trial in judged:
        if not trial.caught_by:
            write(f"SURVIVOR {trial.place}: {trial.change}; tried {trial.tried}")
    share = len(caught) / len(judged) if judged else 1.0
    write(f"{len(caught)} of {len(judged)} faults caught, {share:.0%}")
    return share


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.mutation", description=__doc__.splitlines()[0]
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--count", type=int, help="faults (60, or 12 for each NAME)")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=300, help="for one judge")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--pages", action="store_true", help="pages judge survivors")
    parser.add_argument("--list", action="store_true", help="show the faults, run none")
    parser.add_argument("--again", type=Path, help="only what survived in this --json")
    parser.add_argument("--root", type=Path, default=ROOT, help="holds cnnbook/")
    parser.add_argument("--json", type=Path, help="write what was found here too")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        files = modules(root, options.names)
    except ValueError as error:
        parser.error(str(error))
    count = options.count or (12 * len(options.names) or 60)
    trials = []
    for path, mutant in draw(root, files, count, options.seed):
        module = path.relative_to(root)
        trials.append(
            Trial(
                module=str(module),
                mutant=mutant,
                unchanged=plain(path.read_text("utf-8")),
                tests=[str(p.relative_to(root)) for p in tests_of(root, path)],
                pages=[str(p.relative_to(root)) for p in pages_of(root, path)],
                equivalent=reason(str(module), mutant),
            )
        )
    if options.again:
        earlier = json.loads(options.again.read_text("utf-8"))
        left = {(t["place"], t["change"]) for t in earlier if not t["caught_by"]}
        trials = [t for t in trials if (t.place, t.change) in left]
    if options.list:
        for trial in trials:
            judges = " ".join(trial.tests) or "no test"
            print(f"{trial.place}: {trial.change}; {judges}")
        return 0
    jury = Jury(seconds=options.seconds, with_pages=options.pages)
    with copy_tree(root, options.jobs) as copies:
        asked = [trial for trial in trials if not trial.equivalent]
        judged = in_parallel(jury, asked, copies)
    trials = [trial for trial in trials if trial.equivalent] + judged
    if options.json:
        write_atomically(
            options.json, json.dumps([t.record() for t in trials], indent=1) + "\n"
        )
    return 0 if report(trials) >= LEAST_CAUGHT else 1


if __name__ == "__main__":
    sys.exit(main())
