"""Faults that change nothing that anyone could see, each with the reason why."""

from tools.mutation.faults import Mutant

# (module, what stands there, what the fault makes of it): reason
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("cnnbook/studies/engines.py", "1000 * rounds", "1001 * rounds"): (
        "seeds of later rounds only have to differ from those before"
    ),
    ("cnnbook/deploy/runtime_api.py", "time.time() + 30", "time.time() + 31"): (
        "a deadline far ahead, which no test waits for"
    ),
    ("cnnbook/runtimes/onnx.py", "True", "False"): (
        "`strict`: the engine gives one answer for each name that it was asked for"
    ),
    ("cnnbook/data/bundled.py", "True", "False"): (
        "`strict`: scikit-learn gives a file name for each photo"
    ),
    ("cnnbook/serving/limits.py", "10000", "10001"): (
        "a bound on memory, far above what one service sees; one more is as good"
    ),
    ("cnnbook/exercises/training/saving_loading.py", "x + 1", "x + 2"): (
        "the file only has to hold code; nobody runs it"
    ),
    (
        "cnnbook/tuning/ray_tune/keeper.py",
        "round(result['time_total_s'], 3)",
        "round(result['time_total_s'], 4)",
    ): "seconds are rounded to be read; no rule compares them",
}
EXAMPLE = "a number in an example that a checker tries; another is as good"


def reason(module: str, mutant: Mutant) -> str:
    """Why the fault changes nothing; empty where it does."""
    of_checker = module.startswith("cnnbook/exercises/")
    if of_checker and mutant.number and mutant.before[0] in "[(":
        return EXAMPLE
    return EQUIVALENT.get((module, mutant.before, mutant.after), "")
