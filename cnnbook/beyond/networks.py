"""Small networks for sounds, words, graphs and clouds, and how they are trained.

All are functional, uncompiled and answer with scores (n, num_classes).
"""

from collections.abc import Callable, Sequence

import keras
import numpy as np
from keras import layers, ops

from cnnbook.beyond.graphs import GraphConvolution
from cnnbook.checks import require_at_least, require_in
from cnnbook.training.shared import SharedModel

Inputs = np.ndarray | list[np.ndarray]


def wave_cnn(samples: int, num_classes: int) -> keras.Model:
    """1-D convolutions along a wave (n, samples, 1), then the maximum over time."""
    waves = keras.Input((samples, 1), name="wave")
    x = layers.Conv1D(32, 64, strides=8, activation="relu")(waves)
    x = layers.Conv1D(32, 8, strides=2, activation="relu")(x)
    x = layers.Conv1D(32, 8, strides=2, activation="relu")(x)
    scores = layers.Dense(num_classes)(layers.GlobalMaxPooling1D()(x))
    return keras.Model(waves, scores, name="wave_cnn")


def spectrogram_cnn(frames: int, bins: int, num_classes: int) -> keras.Model:
    """2-D convolutions on (n, frames, bins, 1); the maximum over time alone."""
    pictures = keras.Input((frames, bins, 1), name="spectrogram")
    x = layers.BatchNormalization()(pictures)
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((1, 2))(x)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D((frames, 2))(x)
    scores = layers.Dense(num_classes)(layers.Flatten()(x))
    return keras.Model(pictures, scores, name="spectrogram_cnn")


def text_cnn(
    length: int, num_letters: int, num_classes: int, *, kernel: int = 3, width: int = 96
) -> keras.Model:
    """A vector for each letter, kernels over `kernel` of them, their maximum.

    Source: Kim (2014), section 2, with letters in place of words, one kernel size and
    no dropout.
    """
    require_at_least("kernel", kernel, 1)
    codes = keras.Input((length,), dtype="int32", name="letters")
    x = layers.Embedding(num_letters, 16)(codes)
    x = layers.Conv1D(width, kernel, activation="relu")(x)
    scores = layers.Dense(num_classes)(layers.GlobalMaxPooling1D()(x))
    return keras.Model(codes, scores, name="text_cnn")


def graph_network(
    nodes: int, channels: int, num_classes: int, *, width: int = 32, own: bool = False
) -> keras.Model:
    """Three graph convolutions on [features, weights], then mean and maximum.

    With `own`, a node has a second matrix for its own features. Source: Kipf and
    Welling (2017), equation 2, for whole graphs.
    """
    features = keras.Input((nodes, channels), name="features")
    weights = keras.Input((nodes, nodes), name="weights")
    x = features
    for _ in range(3):
        x = GraphConvolution(width, own=own)([x, weights])
    pooled = layers.Concatenate()([_mean(x), layers.GlobalMaxPooling1D()(x)])
    scores = layers.Dense(num_classes)(pooled)
    return keras.Model([features, weights], scores, name="graph_network")


def grid_cnn(size: int, num_classes: int) -> keras.Model:
    """Two convolutions on (n, size, size, 1), then mean and maximum over places."""
    images = keras.Input((size, size, 1), name="image")
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(images)
    x = layers.MaxPooling2D(2)(x)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    x = layers.Reshape((-1, 16))(x)
    pooled = layers.Concatenate()([_mean(x), layers.GlobalMaxPooling1D()(x)])
    return keras.Model(images, layers.Dense(num_classes)(pooled), name="grid_cnn")


def point_network(points: int, num_classes: int, *, kind: str) -> keras.Model:
    """A network on clouds (n, points, 3), of three kinds of about equal size.

    "set" applies the same layers to every point and takes the maximum (Qi et al.,
    2017, equation 1, without its transforms). "messages" does so with every pair of a
    point and one of its neighbors, and then again (Wang et al., 2019, their
    "asymmetric edge function"); its second input is (n, points, k), the neighbors'
    places. "list" reads all coordinates in their order.
    """
    require_in("kind", kind, ("set", "messages", "list"))
    clouds = keras.Input((points, 3), name="cloud")
    inputs: list | keras.KerasTensor = clouds
    if kind == "list":
        x = layers.Dense(24, activation="relu")(layers.Flatten()(clouds))
        x = layers.Dense(24, activation="relu")(x)
    else:
        x = clouds
        if kind == "messages":
            near = keras.Input((points, 8), dtype="int32", name="neighbors")
            inputs = [clouds, near]
            pairs = Pairs()([clouds, near])
            x = layers.Dense(32, activation="relu")(pairs)
            x = layers.Dense(32, activation="relu")(x)
            x = layers.MaxPooling2D((1, 8))(x)
            x = layers.Reshape((points, 32))(x)
        else:
            x = layers.Dense(32, activation="relu")(x)
            x = layers.Dense(32, activation="relu")(x)
        x = layers.Dense(64, activation="relu")(x)
        x = layers.Concatenate()([_mean(x), layers.GlobalMaxPooling1D()(x)])
        x = layers.Dense(16, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(num_classes)(x), name=f"{kind}_network")


class Pairs(layers.Layer):
    """[points (n, p, c), places (n, p, k)] to (n, p, k, 2 c): a point, and the step
    from it to its neighbor."""

    def call(self, inputs):
        """The pairs of every point with each of its neighbors."""
        points, places = inputs
        n, p, k = ops.shape(places)
        flat = ops.reshape(places, (n, p * k, 1))
        others = ops.reshape(ops.take_along_axis(points, flat, axis=1), (n, p, k, -1))
        own = ops.repeat(points[:, :, None], k, axis=2)
        return ops.concatenate([own, others - own], axis=-1)


def _mean(x: keras.KerasTensor) -> keras.KerasTensor:
    return layers.GlobalAveragePooling1D()(x)


def accuracies(
    build: Callable[[], keras.Model],
    train: tuple[Inputs, np.ndarray],
    tests: Sequence[tuple[Inputs, np.ndarray]],
    *,
    epochs: int,
    seeds: Sequence[int] = (0, 1, 2),
    rate: float = 3e-3,
) -> tuple[np.ndarray, keras.Model]:
    """Train a network once for each seed by Adam, 50 examples a step.

    Returns
    -------
    accuracies : (len(seeds), len(tests))
    model : the network of the last seed.
    """
    require_at_least("epochs", epochs, 1)
    train, *tests = [(_alone(x), y) for x, y in (train, *tests)]
    found, shared = [], None
    for seed in seeds:
        keras.utils.set_random_seed(seed)
        own = build()
        if shared is None:
            compiled = build()
            _compile(compiled, rate, len(train[1]) // 50)
            shared = SharedModel(compiled)
        keras.utils.set_random_seed(seed)
        with shared.in_place_of(own) as model:
            model.fit(*train, batch_size=50, epochs=epochs, verbose=0)
        found.append([np.mean(predict(own, x).argmax(1) == y) for x, y in tests])
    return np.array(found), own


def predict(model: keras.Model, inputs: Inputs) -> np.ndarray:
    """Scores (n, num_classes), 500 examples at a time, without compiling anything."""
    arrays = inputs if isinstance(inputs, list) else [inputs]
    parts = (
        [array[i : i + 500] for array in arrays] for i in range(0, len(arrays[0]), 500)
    )
    return np.concatenate([np.array(model(_alone(part))) for part in parts])


def _alone(inputs: Inputs) -> Inputs:
    """The only array of a list of one, which Keras would warn of."""
    return inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs


def _compile(model: keras.Model, rate: float, num_steps: int) -> None:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        optimizer=keras.optimizers.Adam(rate),
        loss=loss,
        steps_per_execution=num_steps,
        jit_compile=False,  # compiling would take longer than the training
    )
