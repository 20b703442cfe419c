"""`reference.conv2d` against what else one would use: four loops, or TensorFlow.

All three convolve 32 images of 28 x 28 x 16 with 32 kernels of 3 x 3, in float32. Runs
alternate; the medians of the pairwise ratios are printed, forward and backward.
`python -m tools.bench_convolution [--runs N]`.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from cnnbook.reference import conv2d, conv2d_gradients
from tools.bench_command import run_bench

IMAGES, KERNEL = (32, 28, 28, 16), (3, 3, 16, 32)
LOOPED_PAIRS = 64  # (image, channel, kernel) triples that the loops really run


def four_loops(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The formula as the source prints it, for one channel and one kernel."""
    (h, w), (kh, kw) = image.shape, kernel.shape
    feature_map = np.zeros((h - kh + 1, w - kw + 1), image.dtype)
    for i in range(h - kh + 1):
        for j in range(w - kw + 1):
            for m in range(kh):
                for n in range(kw):
                    feature_map[i, j] += image[i + m, j + n] * kernel[m, n]
    return feature_map


def seconds(run: Callable[[], object]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def seconds_of_loops(images: np.ndarray, kernel: np.ndarray) -> float:
    """Time of the loops over all images, channels and kernels, from a part of them."""
    n, c, f = len(images), images.shape[3], kernel.shape[3]
    rng = np.random.default_rng(0)
    part = [tuple(map(int, rng.integers(0, (n, c, f)))) for _ in range(LOOPED_PAIRS)]

    def run():
        for i, channel, k in part:
            four_loops(images[i, :, :, channel], kernel[:, :, channel, k])

    return seconds(run) * n * c * f / LOOPED_PAIRS


def compare(num_runs: int) -> None:
    """Alternate the contenders and print the medians of their ratios."""
    rng = np.random.default_rng(0)
    images = rng.normal(size=IMAGES).astype(np.float32)
    kernel = rng.normal(size=KERNEL).astype(np.float32)
    back = conv2d(images, kernel)
    tensors = tf.constant(images), tf.constant(kernel)
    check_equal(images, kernel, back)

    def backward_of_tensorflow():
        with tf.GradientTape() as tape:
            tape.watch(tensors)
            maps = tf.nn.conv2d(*tensors, 1, "VALID")
        return [g.numpy() for g in tape.gradient(maps, tensors, tf.constant(back))]

    ours, theirs, both = [], [], []
    for _ in range(num_runs):
        ours.append(seconds(lambda: conv2d(images, kernel)))
        theirs.append(seconds(lambda: tf.nn.conv2d(*tensors, 1, "VALID").numpy()))
        both.append(
            seconds(lambda: conv2d_gradients(images, kernel, back))
            / seconds(backward_of_tensorflow)
        )
    loops = [seconds_of_loops(images, kernel) for _ in range(3)]
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"images {IMAGES}, kernel {KERNEL}, {num_runs} pairs, medians:")
    print(f"  reference.conv2d {statistics.median(ours) * 1e3:.1f} ms")
    print(f"  tf.nn.conv2d     {statistics.median(theirs) * 1e3:.1f} ms")
    print(
        f"  four loops       {statistics.median(loops):.1f} s, from {LOOPED_PAIRS} of "
        f"{IMAGES[0] * IMAGES[3] * KERNEL[3]:,} (image, channel, kernel) triples"
    )
    print(f"  reference / TensorFlow, forward:  {statistics.median(ratios):.2f}")
    print(f"  reference / TensorFlow, backward: {statistics.median(both):.2f}")
    speed = statistics.median(loops) / statistics.median(ours)
    print(f"  four loops / reference:           {speed:,.0f}")


def check_equal(images: np.ndarray, kernel: np.ndarray, maps: np.ndarray) -> None:
    """Fast and wrong is no contender: all three must give the same numbers."""
    theirs = tf.nn.conv2d(images, kernel, 1, "VALID").numpy()
    np.testing.assert_allclose(maps, theirs, atol=1e-3)
    channels = range(images.shape[3])
    looped = sum(four_loops(images[0, :, :, c], kernel[:, :, c, 0]) for c in channels)
    np.testing.assert_allclose(maps[0, :, :, 0], looped, atol=1e-3)


if __name__ == "__main__":
    sys.exit(run_bench(__doc__, compare, runs=40, unit="pairs"))
