"""Grad-CAM of 256 images: one batch, one image at a time, and by tf-keras-vis.

All three ask the source's network, trained briefly, about the class that it names, and
must give the same maps. They take turns, `--runs` times; the ratios are of one turn
each, and the median is printed. `python -m tools.bench_interpretation [--runs N]`.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from tf_keras_vis.gradcam import Gradcam
from tf_keras_vis.utils.scores import CategoricalScore

from cnnbook import evaluation, interpretation, models, studies
from cnnbook.training import Recipe, train
from tools.bench_command import run_bench

NUM_IMAGES = 256
LAYER = "conv2"


def contenders() -> dict[str, Callable[[], np.ndarray]]:
    """Name -> a function without arguments that gives the maps, (256, 11, 11)."""
    data = studies.fashion_data()
    recipe = Recipe(epochs=2, precision="float32")
    model = train(models.source_cnn, data.first(4_000), recipe=recipe, seed=0).model
    images = data.validation[0][:NUM_IMAGES]
    classes = evaluation.predict(model, images)
    inspector = interpretation.Inspector(model)
    library = Gradcam(model, clone=False)
    score = CategoricalScore(classes.tolist())

    def ours(some: slice) -> np.ndarray:
        found = inspector.gradients(
            images[some], classes[some], LAYER, batch_size=NUM_IMAGES
        )
        return interpretation.grad_cam(*found)

    def one_by_one() -> np.ndarray:
        return np.concatenate([ours(slice(i, i + 1)) for i in range(NUM_IMAGES)])

    def theirs() -> np.ndarray:
        maps = library(
            score,
            images,
            penultimate_layer=LAYER,
            expand_cam=False,
            normalize_cam=False,
        )
        return np.asarray(maps)

    return {
        "a batch": lambda: ours(slice(None)),
        "one by one": one_by_one,
        "tf-keras-vis": theirs,
    }


def compare(num_runs: int) -> None:
    """Let them take turns, check that their maps are equal, and print the ratios."""
    compared = contenders()
    maps = {name: give() for name, give in compared.items()}  # and warm up
    for name, found in maps.items():
        np.testing.assert_allclose(found, maps["a batch"], atol=1e-4, err_msg=name)
    seconds: dict[str, list[float]] = {name: [] for name in compared}
    for _ in range(num_runs):
        for name, give in compared.items():
            started = time.perf_counter()
            give()
            seconds[name].append(time.perf_counter() - started)
    own = seconds.pop("a batch")
    print(f"Grad-CAM of {NUM_IMAGES} images: {1000 * statistics.median(own):.0f} ms")
    for name, taken in seconds.items():
        ratios = [b / a for a, b in zip(own, taken, strict=True)]
        print(f"  {name} takes {statistics.median(ratios):.1f} times as long (median)")


if __name__ == "__main__":
    sys.exit(run_bench(__doc__, compare, runs=7, unit="turns"))
