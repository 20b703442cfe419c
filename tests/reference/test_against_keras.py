"""The reference against Keras on random cases: values and gradients.

`make unit` runs a sample, `make fuzz` at least 2,000 cases of each operation.
"""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cnnbook import reference
from cnnbook.models import BlurPooling2D
from tests.reference.agreement import agree, examples, layouts, normal, seeds, steps

pytestmark = pytest.mark.slow


def keras_gradients(function, gradient_of, *arguments):
    """Value of a Keras function, and gradients by its arguments.

    `gradient_of(value)` is the gradient that comes in from behind.
    """
    tensors = [tf.constant(argument) for argument in arguments]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = function(*tensors)
    gradient = gradient_of(value)
    found = tape.gradient(value, tensors, output_gradients=gradient)
    return value.numpy(), [one.numpy() for one in found]


def convolve_both(operation, case, kernel, **keras_options):
    """Compare `conv2d` with keras.ops.conv: value, and gradients by all arguments."""
    groups = case.c // kernel.shape[2]
    images, bias = case.images, normal(case.seed + 2, kernel.shape[3])

    def convolve(images, kernel, bias):
        padded = keras.ops.pad(images, case.pads)
        return (
            keras.ops.conv(padded, kernel, padding=case.keras, **keras_options) + bias
        )

    options = case.options | {"groups": groups}
    ours = reference.conv2d(images, kernel, bias=bias, **options)
    back = normal(case.seed + 3, *ours.shape)
    theirs, by = keras_gradients(convolve, lambda _: back, images, kernel, bias)
    found = reference.conv2d_gradients(images, kernel, back, **options)
    agree(operation, [(ours, theirs)], list(zip(found, by, strict=True)))


@examples(60)
@given(layouts(), st.integers(1, 4))
def test_convolution(case, f):
    kernel = normal(case.seed + 1, *case.window, case.c, f)
    convolve_both("convolution", case, kernel, strides=case.stride)


@examples(40)
@given(
    layouts(
        strides=st.just((1, 1)),
        dilations=steps,
    ),
    st.integers(1, 3),
)
def test_dilated_convolution(case, f):
    kernel = normal(case.seed + 1, *case.window, case.c, f)
    convolve_both("dilated convolution", case, kernel, dilation_rate=case.dilation)


# A grouped convolution is compiled anew for each shape: few shapes, many numbers.
@examples(8)
@given(
    st.sampled_from(
        [(2, 4, 2), (2, 6, 3), (3, 3, 1), (3, 6, 2)]
    ),  # groups, c, f / groups
    st.sampled_from(
        [((3, 3), (1, 1), "same"), ((2, 3), (2, 1), "valid"), ((1, 2), (3, 2), "same")]
    ),
    st.sampled_from([(6, 5), (7, 8)]),
    seeds,
)
def test_grouped_convolution(dealt, laid, size, seed):
    groups, c, each = dealt
    window, stride, padding = laid
    images = normal(seed, 2, *size, c)
    kernel = normal(seed + 1, *window, c // groups, each * groups)
    options = {"stride": stride, "padding": padding, "groups": groups}
    ours = reference.conv2d(images, kernel, **options)
    back = normal(seed + 3, *ours.shape)
    theirs, by = grouped(stride, padding)(images, kernel, back)
    found = reference.conv2d_gradients(images, kernel, back, **options)
    agree(
        "grouped convolution",
        [(ours, theirs)],
        [(found.images, by[0]), (found.kernel, by[1])],
    )


COMPILED: dict = {}


def grouped(stride, padding):
    """A compiled function: TensorFlow has no other gradient of groups on a CPU."""
    if (stride, padding) not in COMPILED:

        @tf.function(jit_compile=True)
        def run(images, kernel, back):
            with tf.GradientTape() as tape:
                tape.watch([images, kernel])
                value = keras.ops.conv(images, kernel, strides=stride, padding=padding)
            return value, tape.gradient(value, [images, kernel], back)

        COMPILED[stride, padding] = run
    return lambda *arrays: COMPILED[stride, padding](*map(tf.constant, arrays))


@examples(40)
@given(
    layouts(strides=st.integers(1, 3).map(lambda s: (s, s))),  # TensorFlow: equal ones
    st.integers(1, 2),
)
def test_depthwise_convolution(case, m):
    kernel = normal(case.seed + 1, *case.window, case.c, m)

    def convolve(images, kernel):
        padded = keras.ops.pad(images, case.pads)
        return keras.ops.depthwise_conv(
            padded, kernel, strides=case.stride, padding=case.keras
        )

    ours = reference.depthwise_conv2d(case.images, kernel, **case.options)
    back = normal(case.seed + 3, *ours.shape)
    theirs, by = keras_gradients(convolve, lambda _: back, case.images, kernel)
    found = reference.depthwise_conv2d_gradients(
        case.images, kernel, back, **case.options
    )
    agree(
        "depthwise convolution",
        [(ours, theirs)],
        [(found.images, by[0]), (found.kernel, by[1])],
    )


@pytest.mark.parametrize("kind", ["max", "average"])
@examples(60)
@given(case=layouts(explicit=False))
def test_pooling(kind, case):
    options = {"window": case.window, "stride": case.stride, "padding": case.padding}
    pool = getattr(reference, f"{kind}_pool2d")
    pool_gradient = getattr(reference, f"{kind}_pool2d_gradient")

    def theirs_of(images):
        return getattr(keras.ops, f"{kind}_pool")(
            images, case.window, case.stride, case.padding
        )

    ours = pool(case.images, **options)
    back = normal(case.seed + 3, *ours.shape)
    theirs, by = keras_gradients(theirs_of, lambda _: back, case.images)
    found = pool_gradient(case.images, back, **options)
    agree(f"{kind} pooling", [(ours, theirs)], [(found, by[0])])


@pytest.mark.parametrize(
    ("kind", "layer"),
    [
        ("average", keras.layers.GlobalAveragePooling2D()),
        ("max", keras.layers.GlobalMaxPooling2D()),
    ],
)
@examples(30)
@given(case=layouts(explicit=False))
def test_global_pooling(kind, layer, case):
    ours = getattr(reference, f"global_{kind}_pool2d")(case.images)
    back = normal(case.seed + 3, *ours.shape)
    theirs, by = keras_gradients(layer, lambda _: back, case.images)
    found = getattr(reference, f"global_{kind}_pool2d_gradient")(case.images, back)
    agree(f"global {kind} pooling", [(ours, theirs)], [(found, by[0])])


@examples(30)
@given(case=layouts(explicit=False))
def test_blur_pooling(case):
    ours = reference.blur_pool2d(case.images)
    back = normal(case.seed + 3, *ours.shape)
    theirs, by = keras_gradients(BlurPooling2D(), lambda _: back, case.images)
    found = reference.blur_pool2d_gradient(case.images, back)
    agree("blur pooling", [(ours, theirs)], [(found, by[0])])


real = hnp.arrays(
    np.float32,
    hnp.array_shapes(max_dims=3, max_side=6),
    elements=st.floats(-20, 20, width=32, allow_subnormal=False),
)


@pytest.mark.parametrize("name", list(reference.ACTIVATIONS))
@examples(40)
@given(x=real)
def test_activation(name, x):
    function = reference.ACTIVATIONS[name]

    def theirs_of(x):
        if name == "gelu":
            return keras.activations.gelu(x, approximate=False)
        return getattr(keras.activations, name)(x)

    theirs, by = keras_gradients(theirs_of, tf.ones_like, x)
    agree(name, [(function.value(x), theirs)], [(function.derivative(x), by[0])])


@examples(60)
@given(st.integers(1, 5), st.integers(2, 9), st.sampled_from([0.1, 1, 10, 100]), seeds)
def test_softmax(n, num_classes, scale, seed):
    scores, back = (
        scale * normal(seed, n, num_classes),
        normal(seed + 1, n, num_classes),
    )
    theirs, by = keras_gradients(keras.ops.softmax, lambda _: back, scores)
    logs, _ = keras_gradients(keras.ops.log_softmax, lambda _: back, scores)
    agree(
        "softmax",
        [(reference.softmax(scores), theirs), (reference.log_softmax(scores), logs)],
        [(reference.softmax_gradient(scores, back), by[0])],
    )


@examples(60)
@given(st.integers(1, 5), st.integers(2, 9), st.sampled_from([0.1, 1, 10, 100]), seeds)
def test_cross_entropy(n, num_classes, scale, seed):
    scores = scale * normal(seed, n, num_classes)
    labels = np.random.default_rng(seed).integers(0, num_classes, n)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    theirs, by = keras_gradients(lambda s: loss(labels, s), tf.ones_like, scores)
    agree(
        "cross-entropy",
        [(reference.cross_entropy(scores, labels), theirs)],
        [(reference.cross_entropy_gradient(scores, labels), by[0])],
    )


@examples(60)
@given(st.integers(1, 9), st.sampled_from([0.1, 1, 10, 100]), seeds)
def test_binary_cross_entropy(n, scale, seed):
    scores = scale * normal(seed, n)
    labels = np.random.default_rng(seed).integers(0, 2, n)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    theirs, by = keras_gradients(
        lambda s: loss(labels[:, None], s[:, None]), tf.ones_like, scores
    )
    agree(
        "binary cross-entropy",
        [(reference.binary_cross_entropy(scores, labels), theirs)],
        [(reference.binary_cross_entropy_gradient(scores, labels), by[0])],
    )
