"""A network that trains in a second, for images of any size, one row included."""

import keras
from keras import layers

from cnnbook.checks import require_at_least


def small_cnn(
    image_shape: tuple[int, int, int],
    num_classes: int,
    *,
    filters: tuple[int, ...] = (16, 32),
) -> keras.Model:
    """Map images (n, h, w, c) to scores (n, num_classes), uncompiled.

    For each of `filters` a 3x3 convolution that keeps the size and a max pooling; then
    a dense layer. The first pooling is as wide as an eighth of the longer side, rounded
    up, and 2 at least; the others are 2x2; along a side of one pixel none is needed. So
    large images cost little, and the network trusts in neighborhoods.
    """
    if len(image_shape) != 3 or min(image_shape) < 1:
        raise ValueError(
            f"`image_shape` must be (h, w, c), got {tuple(image_shape)}. "
            "Leave out the batch axis."
        )
    require_at_least("num_classes", num_classes, 2)
    for i, number in enumerate(filters):
        require_at_least(f"filters[{i}]", number, 1)
    features = images = keras.Input(image_shape, name="image")
    width = max(2, -(-max(image_shape[:2]) // 8))
    for number in filters:
        features = layers.Conv2D(number, 3, padding="same", activation="relu")(features)
        window = tuple(min(width, side) for side in features.shape[1:3])
        features = layers.MaxPooling2D(window)(features)
        width = 2
    features = layers.Flatten()(features)
    scores = layers.Dense(num_classes, dtype="float32", name="scores")(features)
    return keras.Model(images, scores, name="small_cnn")
