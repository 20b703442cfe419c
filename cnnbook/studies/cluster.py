"""What the page on clusters lets several workers train.

Images are Fashion-MNIST's at half size, standardised, (n, 14, 14, 1).
"""

import keras
import numpy as np

from cnnbook.architecture import Architecture
from cnnbook.studies.cases import half_size
from cnnbook.studies.fashion import fashion_data
from cnnbook.training import Recipe
from cnnbook.training.workers import Job

BATCH_SIZE = 128
MODULE = "cnnbook.studies.cluster"


def small_network(**choices) -> keras.Model:
    """Two stages and a dense head, for images of 14 x 14 pixels.

    `choices` are fields of an `Architecture`.
    """
    return Architecture(**{"head": "dense"} | choices).build((14, 14, 1))


def small_images(num_images: int = 1_024) -> tuple[np.ndarray, np.ndarray]:
    """The first training images and their labels."""
    images, labels = fashion_data().first(num_images)
    return half_size(images), labels


def small_job(num_steps: int = 8, **options) -> Job:
    """`num_steps` steps of plain SGD with batches of 128; `options` are a job's.

    SGD, because Adam divides by the size of a gradient, and turns a rounding error in
    one that is almost zero into a whole step.
    """
    recipe = Recipe(
        epochs=1,
        batch_size=BATCH_SIZE,
        optimizer="sgd",
        peak=0.05,
        momentum=0.0,
        precision="float32",
    )
    return Job(
        build=f"{MODULE}:small_network",
        data=f"{MODULE}:small_images",
        **{
            "recipe": recipe,
            "data_options": {"num_images": BATCH_SIZE * num_steps},
        }
        | options,
    )
