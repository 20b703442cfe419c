"""Three small networks of about equal size: convolutions, attention, and both.

Layers of Keras alone, so that they train under every backend. The transformer is the
one of Dosovitskiy et al. (2021), section 3.1 and figure 1, with the mean of the tokens
in place of a class token (their appendix D.3); the hybrid has convolutions in place of
the patches (their section 3.1, "Hybrid Architecture").
"""

import keras

PATCH = 4  # pixels, each way
WIDTH = 64  # numbers of a token
HEADS = 4


@keras.saving.register_keras_serializable(package="cnnbook")
class Positions(keras.layers.Layer):
    """Adds to each token a vector of its place, learned: `(n, tokens, width)`."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.table = self.add_weight(
            shape=tuple(input_shape[1:]),
            initializer=keras.initializers.RandomNormal(stddev=0.02),
            name="table",
        )

    def call(self, tokens: "keras.KerasTensor") -> "keras.KerasTensor":
        return tokens + self.table


def patch_tokens(
    images: "keras.KerasTensor", *, patch: int = PATCH, width: int = WIDTH
) -> "keras.KerasTensor":
    """Cut `(n, height, width, channels)` into patches, a token of `width` for each."""
    height, breadth = images.shape[1:3]
    if height % patch or breadth % patch:
        raise ValueError(
            f"`patch` must divide {height} and {breadth}, got {patch}. "
            "Choose another size of patch, or pad the images."
        )
    embedded = keras.layers.Conv2D(width, patch, strides=patch, name="patches")(images)
    return keras.layers.Reshape((-1, width), name="tokens")(embedded)


def attention_block(
    tokens: "keras.KerasTensor", name: str, *, heads: int = HEADS, ratio: int = 2
) -> "keras.KerasTensor":
    """Attention and then two dense layers, each normalized before and added after.

    Equations 2 and 3 of Dosovitskiy et al. (2021); `ratio` is the width of the hidden
    layer in widths of a token.
    """
    layers, width = keras.layers, tokens.shape[-1]
    normed = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm1")(tokens)
    seen = layers.MultiHeadAttention(heads, width // heads, name=f"{name}_attention")(
        normed, normed
    )
    tokens = layers.Add(name=f"{name}_add1")([tokens, seen])
    normed = layers.LayerNormalization(epsilon=1e-6, name=f"{name}_norm2")(tokens)
    hidden = layers.Dense(ratio * width, activation="gelu", name=f"{name}_hidden")(
        normed
    )
    thought = layers.Dense(width, name=f"{name}_out")(hidden)
    return layers.Add(name=f"{name}_add2")([tokens, thought])


def scores_of(tokens: "keras.KerasTensor", classes: int) -> "keras.KerasTensor":
    """Normalize the tokens, average them, and score `classes` classes."""
    normed = keras.layers.LayerNormalization(epsilon=1e-6, name="norm")(tokens)
    pooled = keras.layers.GlobalAveragePooling1D(name="mean")(normed)
    return keras.layers.Dense(classes, name="scores")(pooled)


def build_vit(
    *,
    shape: tuple[int, int, int] = (28, 28, 1),
    classes: int = 10,
    patch: int = PATCH,
    width: int = WIDTH,
    blocks: int = 4,
    heads: int = HEADS,
    positions: bool = True,
) -> keras.Model:
    """A vision transformer, with or without a vector for each place."""
    inputs = keras.Input(shape, name="image")
    tokens = patch_tokens(inputs, patch=patch, width=width)
    if positions:
        tokens = Positions(name="positions")(tokens)
    for i in range(blocks):
        tokens = attention_block(tokens, f"block{i + 1}", heads=heads)
    return keras.Model(inputs, scores_of(tokens, classes), name="vit")


def build_hybrid(*, blocks: int = 3) -> keras.Model:
    """Two convolutions down to 7 x 7 places, which become the tokens."""
    inputs = keras.Input((28, 28, 1), name="image")
    maps = _convolution(inputs, 32, "conv1")
    maps = keras.layers.MaxPooling2D(name="pool1")(maps)
    maps = _convolution(maps, WIDTH, "conv2")
    maps = keras.layers.MaxPooling2D(name="pool2")(maps)
    tokens = keras.layers.Reshape((-1, WIDTH), name="tokens")(maps)
    tokens = Positions(name="positions")(tokens)
    for i in range(blocks):
        tokens = attention_block(tokens, f"block{i + 1}")
    return keras.Model(inputs, scores_of(tokens, 10), name="hybrid")


def build_cnn() -> keras.Model:
    """Five convolutions, the last three on 7 x 7 places, and their mean."""
    inputs = keras.Input((28, 28, 1), name="image")
    maps = _convolution(inputs, 32, "conv1")
    maps = keras.layers.MaxPooling2D(name="pool1")(maps)
    maps = _convolution(maps, WIDTH, "conv2")
    maps = keras.layers.MaxPooling2D(name="pool2")(maps)
    for i in range(3, 6):
        maps = _convolution(maps, WIDTH, f"conv{i}")
    pooled = keras.layers.GlobalAveragePooling2D(name="mean")(maps)
    return keras.Model(inputs, keras.layers.Dense(10, name="scores")(pooled))


def _convolution(
    maps: "keras.KerasTensor", kernels: int, name: str
) -> "keras.KerasTensor":
    """3 x 3, normalized over the batch, relu."""
    layers = keras.layers
    maps = layers.Conv2D(kernels, 3, padding="same", use_bias=False, name=name)(maps)
    maps = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(maps)
    return layers.Activation("relu", name=f"{name}_relu")(maps)


BUILDERS = {"cnn": build_cnn, "vit": build_vit, "hybrid": build_hybrid}
