"""What augmentation brings: by the number of images, and by its strength.

Clothes are mirrored and moved by a few pixels. Every run takes about 1,000 steps,
whatever the number of its images.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from cnnbook import evaluation, models
from cnnbook.checks import require_in
from cnnbook.preprocessing import Variation
from cnnbook.studies.budgets import Budget, accuracies_of, entries, validated
from cnnbook.studies.fashion import FashionData
from cnnbook.training import Recipe, TrainingResult

# strides instead of pooling: less than half of the work of the source's network
striding_cnn = partial(models.plain_cnn, pooling="stride", name="striding_cnn")

# what the source's ImageDataGenerator does to 28 x 28 pixels, its shear left out
# because 0.2 degrees move no pixel by more than a twentieth
AS_IN_THE_SOURCE = Variation(flip="horizontal", degrees=20, shift=5.6, zoom=0.2)

# settings of `Recipe`: mirror images alone, or with moves of up to 1 … 8 pixels
AUGMENTATIONS: Mapping[str, Mapping[str, object]] = {
    "none": {},
    "mirror": {"shift": 0},
    **{f"mirror+{shift}px": {"shift": shift} for shift in (1, 4, 8)},
    "source": {"variation": AS_IN_THE_SOURCE},
}


def _budget(num_images: int, epochs: int) -> Budget:
    recipe = Recipe(
        epochs=epochs,
        batch_size=50,
        peak=0.002,
        one_cycle=True,
        precision="float32",
    )
    return Budget(num_images, recipe)


# 1,000 steps, or 960: what differs is how often a run sees the same image
AUGMENTATION_BUDGETS: Mapping[str, Budget] = {
    "250": _budget(250, epochs=200),
    "1000": _budget(1_000, epochs=50),
    "4000": _budget(4_000, epochs=12),
}


def validate_augmentation(
    augmentation: str, budget: str, data: FashionData, *, seed: int
) -> tuple[TrainingResult, dict[str, float]]:
    """Train with one of `AUGMENTATIONS`; accuracies on known and on new images.

    "train_accuracy" and "accuracy" are measured on training and validation images as
    they are, without augmentation.
    """
    require_in("augmentation", augmentation, AUGMENTATIONS)
    require_in("budget", budget, AUGMENTATION_BUDGETS)
    found = AUGMENTATION_BUDGETS[budget]
    recipe = replace(found.recipe, **AUGMENTATIONS[augmentation])
    result, accuracy = validated(
        striding_cnn, replace(found, recipe=recipe), data, seed
    )
    images, labels = data.first(found.num_images)
    known = evaluation.accuracy(labels, evaluation.predict(result.model, images))
    return result, {"accuracy": accuracy, "train_accuracy": known}


def augmentation_accuracies(
    record: dict, augmentation: str, budget: str
) -> list[float]:
    """From a record, the accuracies on validation images, seed by seed."""
    return accuracies_of(record, augmentation, budget)


def augmentation_gaps(record: dict, augmentation: str, budget: str) -> list[float]:
    """From a record, accuracy on training minus on validation images, seed by seed."""
    return [
        entry["train_accuracy"] - entry["accuracy"]
        for entry in entries(record, augmentation, budget)
    ]
