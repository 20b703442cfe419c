"""Three networks of the textbooks, built from the tables of their papers.

Images are (n, h, w, c). Each function gives an uncompiled functional Keras model that
ends before softmax, with the layers under the names of the paper where it has some.
VGG and ResNet are not here: `keras.applications` has both.
"""

import keras
from keras import layers, ops

# Which of the six maps of S2 each of the sixteen of C3 reads.
# Source: LeCun et al. (1998), table I.
LENET_C3 = (
    *[tuple(sorted((i + k) % 6 for k in range(3))) for i in range(6)],
    *[tuple(sorted((i + k) % 6 for k in range(4))) for i in range(6)],
    (0, 1, 3, 4),
    (1, 2, 4, 5),
    (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)

# Inception blocks: (1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection).
# Source: Szegedy et al. (2015), table 1.
INCEPTION = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def lenet5(*, num_classes: int = 10, faithful: bool = True) -> keras.Model:
    """LeNet-5, images (n, 32, 32, 1) in.

    Parameters
    ----------
    faithful : as in the paper: pooling has a coefficient and a bias for each map, and
        C3 reads the maps of its table. Otherwise as textbooks draw it: pooling
        without weights, and every map of C3 reads all six.

    Both end in a dense layer of scores where the paper has a distance to a drawn
    character for each class, which has nothing to learn.

    Source: LeCun et al. (1998), section II-B.
    """
    images = keras.Input((32, 32, 1), name="image")
    x = layers.Conv2D(6, 5, activation="tanh", name="C1")(images)
    x = _subsample(x, "S2", trained=faithful)
    x = _partial(x) if faithful else _full(x)
    x = _subsample(x, "S4", trained=faithful)
    x = layers.Conv2D(120, 5, activation="tanh", name="C5")(x)
    x = layers.Dense(84, activation="tanh", name="F6")(layers.Flatten()(x))
    scores = layers.Dense(num_classes, name="scores")(x)
    return keras.Model(images, scores, name="lenet5")


def _full(maps: keras.KerasTensor) -> keras.KerasTensor:
    return layers.Conv2D(16, 5, activation="tanh", name="C3")(maps)


def _partial(maps: keras.KerasTensor) -> keras.KerasTensor:
    """C3: sixteen kernels, each of which reads the maps of its row in the table."""
    outputs = []
    for number, read in enumerate(LENET_C3):
        chosen = ops.concatenate([maps[..., k : k + 1] for k in read], axis=-1)
        layer = layers.Conv2D(1, 5, activation="tanh", name=f"C3_{number}")
        outputs.append(layer(chosen))
    return layers.Concatenate(name="C3")(outputs)


def _subsample(
    maps: keras.KerasTensor, name: str, *, trained: bool
) -> keras.KerasTensor:
    pooled = layers.AveragePooling2D(2, name=f"{name}_mean")(maps)
    if not trained:
        return pooled
    # one coefficient and one bias for each map: a depthwise kernel of one pixel
    return layers.DepthwiseConv2D(1, activation="tanh", name=name)(pooled)


def alexnet(*, groups: int = 2, image_size: int = 227) -> keras.Model:
    """AlexNet, images (n, image_size, image_size, 3) in, 1,000 scores out.

    `groups=2` is the paper's split over two graphics cards: three of the
    convolutions see the maps of their own card only. Response normalization, which
    has no weights, is left out.

    Source: Krizhevsky et al. (2012), section 3.5 and figure 2.
    """
    if groups not in (1, 2):
        raise ValueError(
            f"`groups` must be 1 or 2, got {groups!r}. The paper has 2, one for each "
            "graphics card; 1 joins them."
        )
    images = keras.Input((image_size, image_size, 3), name="image")
    relu = {"activation": "relu"}
    x = layers.Conv2D(96, 11, strides=4, name="conv1", **relu)(images)
    x = layers.MaxPooling2D(3, strides=2)(x)
    same = {"padding": "same", **relu}
    x = layers.Conv2D(256, 5, groups=groups, name="conv2", **same)(x)
    x = layers.MaxPooling2D(3, strides=2)(x)
    x = layers.Conv2D(384, 3, name="conv3", **same)(x)
    x = layers.Conv2D(384, 3, groups=groups, name="conv4", **same)(x)
    x = layers.Conv2D(256, 3, groups=groups, name="conv5", **same)(x)
    x = layers.Flatten()(layers.MaxPooling2D(3, strides=2)(x))
    x = layers.Dense(4096, name="fc6", **relu)(x)
    x = layers.Dense(4096, name="fc7", **relu)(x)
    return keras.Model(images, layers.Dense(1000, name="fc8")(x), name="alexnet")


def inception_block(
    maps: keras.KerasTensor, widths: tuple[int, int, int, int, int, int], name: str
) -> keras.KerasTensor:
    """Four branches side by side, joined along the channels.

    `widths` counts kernels: 1x1; 1x1 before the 3x3; 3x3; 1x1 before the 5x5; 5x5;
    1x1 behind the pooling.

    Source: Szegedy et al. (2015), figure 2(b).
    """
    if len(widths) != 6 or min(widths) < 1:
        raise ValueError(
            f"`widths` must be six positive numbers of kernels, got {widths!r}. "
            "See cnnbook.beyond.classics.INCEPTION."
        )
    one, reduce3, three, reduce5, five, pool = widths

    def conv(x, filters, size, part):
        options = {"padding": "same", "activation": "relu"}
        return layers.Conv2D(filters, size, name=f"{name}_{part}", **options)(x)

    pooled = layers.MaxPooling2D(3, strides=1, padding="same")(maps)
    branches = [
        conv(maps, one, 1, "1x1"),
        conv(conv(maps, reduce3, 1, "3x3_reduce"), three, 3, "3x3"),
        conv(conv(maps, reduce5, 1, "5x5_reduce"), five, 5, "5x5"),
        conv(pooled, pool, 1, "pool"),
    ]
    return layers.Concatenate(name=name)(branches)


def googlenet() -> keras.Model:
    """GoogLeNet, images (n, 224, 224, 3) in, 1,000 scores out.

    Without the two classifiers at the side, which help training and are thrown away,
    and without response normalization and dropout, which have no weights.

    Source: Szegedy et al. (2015), table 1.
    """
    images = keras.Input((224, 224, 3), name="image")
    same = {"padding": "same"}
    halve = {"pool_size": 3, "strides": 2, **same}
    x = layers.Conv2D(64, 7, strides=2, activation="relu", name="conv1", **same)(images)
    x = layers.MaxPooling2D(**halve)(x)
    x = layers.Conv2D(64, 1, activation="relu", name="conv2_reduce")(x)
    x = layers.Conv2D(192, 3, activation="relu", name="conv2", **same)(x)
    for name, widths in INCEPTION.items():
        if name in ("3a", "4a", "5a"):
            x = layers.MaxPooling2D(**halve)(x)
        x = inception_block(x, widths, f"inception_{name}")
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(images, layers.Dense(1000, name="linear")(x), name="googlenet")


def block_parameters(model: keras.Model, prefix: str) -> int:
    """Weights and biases of the layers whose names begin with `prefix`."""
    found = [layer for layer in model.layers if layer.name.startswith(prefix)]
    if not found:
        raise ValueError(
            f"`prefix` must begin the name of a layer, got {prefix!r}. See "
            "[layer.name for layer in model.layers]."
        )
    return sum(layer.count_params() for layer in found)


def millions(model: keras.Model) -> dict[str, float]:
    """Millions of parameters, to one digit, in dense layers and in all others.

    The others are called convolutions; there are also those of normalization.
    """
    dense = sum(
        layer.count_params()
        for layer in model.layers
        if isinstance(layer, layers.Dense)
    )
    rest = model.count_params() - dense
    return {"convolutions": round(rest / 1e6, 1), "dense": round(dense / 1e6, 1)}
