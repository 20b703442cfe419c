"""Faults that change nothing that anyone could see, each with the reason why."""

from tools.mutation.faults import Mutant

EXAMPLE = "a number in an example that a checker tries; another is as good"
# (module, what stands there, what the fault makes of it): reason
EQUIVALENT: dict[tuple[str, str, str], str] = {
    ("cnnbook/studies/engines.py", "1000 * rounds", "1001 * rounds"): (
        "seeds of later rounds only have to differ from those before"
    ),
    ("cnnbook/deploy/runtime_api.py", "time.time() + 30", "time.time() + 31"): (
        "a deadline far ahead, which no test waits for"
    ),
    (
        "cnnbook/data/bundled.py",
        "filename.rsplit('/', 1)",
        "filename.rsplit('/', 2)",
    ): "the last piece is the same, and the only one that is read",
    ("cnnbook/data/splits.py", "0 < validation < 1", "0 < validation < 2"): (
        "a fraction from 1 on makes a size that the next check refuses"
    ),
    (
        "cnnbook/plots/images.py",
        "max((float(np.abs(array).max()) for array in arrays)) or 1.0",
        "max((float(np.abs(array).max()) for array in arrays)) or 2.0",
    ): "where all is zero, any scale draws the same",
    ("cnnbook/deploy/scaling.py", "wish > pods", "wish >= pods"): (
        "a wish for as many pods as there are keeps them on either branch"
    ),
    ("cnnbook/preprocessing/mixing.py", "seed + 2", "seed - 2"): (
        "the streams only have to differ"
    ),
    (
        "cnnbook/studies/engines.py",
        "round(course.thinking, 2)",
        "round(course.thinking, 3)",
    ): "seconds are rounded to be read; no rule compares them",
    (
        "cnnbook/interpretation/gradients.py",
        "total += _gradient(gradient, (images + drawn).astype(np.float32))",
        "total -= _gradient(gradient, (images + drawn).astype(np.float32))",
    ): "the absolute value of the sum is taken",
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
    ("cnnbook/data/splits.py", "0 < validation < 1", "0 < validation <= 1"): (
        "a fraction from 1 on makes a size that the next check refuses"
    ),
    ("cnnbook/evaluation.py", "500", "501"): (
        "images are answered one by one; how many at a time changes nothing"
    ),
    ("cnnbook/exercises/training/first_cnn.py", "3:", "4:"): EXAMPLE,
    (
        "cnnbook/beyond/seconds.py",
        "keras.optimizers.AdamW(0.001, weight_decay=0.05)",
        "keras.optimizers.AdamW(1.001, weight_decay=0.05)",
    ): "train_for sets the rate before each step",
    ("cnnbook/studies/memory.py", "False", "True"): (
        "the network has no layer that differs in training"
    ),
    ("cnnbook/reference/series.py", "(1, stride)", "(2, stride)"): (
        "there is one row, and no second step down"
    ),
    ("cnnbook/deploy/runtime_api.py", "0", "1"): (
        "numbers of requests only have to differ"
    ),
    ("cnnbook/serving/schemas.py", "[0]", "[1]"): (
        "a pixel of an example that is shown; another is as good"
    ),
    ("cnnbook/claims/references.py", "return ''", "return None"): (
        "its caller only asks whether there is an address"
    ),
    ("cnnbook/preprocessing/mixing.py", "seed + 1", "seed + 2"): (
        "the streams only have to differ"
    ),
    ("cnnbook/deploy/versions.py", "500", "501"): (
        "how many images set the ranges is chosen; one more is as good"
    ),
    ("cnnbook/studies/boxes_and_noise.py", "1:3", "1:4"): (
        "height and width alone are read of the size"
    ),
    (
        "cnnbook/exercises/interpretation/filters_feature_maps.py",
        "3 * LEFT_RIGHT + 3 * FLAT",
        "3 * LEFT_RIGHT - 3 * FLAT",
    ): "an example that a checker tries; this one has the same share",
}


def reason(module: str, mutant: Mutant) -> str:
    """Why the fault changes nothing; empty where it does."""
    of_checker = module.startswith("cnnbook/exercises/")
    if of_checker and mutant.number and mutant.before[0] in "[(":
        return EXAMPLE
    return EQUIVALENT.get((module, mutant.before, mutant.after), "")
