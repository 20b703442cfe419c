"""Devices, precision and the one way in which this book trains a network."""

from cnnbook.training.devices import (
    Devices,
    available_devices,
    choose_precision,
    choose_strategy,
    use_precision,
)
from cnnbook.training.probes import activation_sizes, epochs_to, gradient_norms
from cnnbook.training.recipe import Recipe
from cnnbook.training.run import Trainer, TrainingResult, repeat, train
from cnnbook.training.schedules import OneCycle
from cnnbook.training.targets import fit_targets

__all__ = [
    "Devices",
    "OneCycle",
    "Recipe",
    "Trainer",
    "TrainingResult",
    "activation_sizes",
    "available_devices",
    "choose_precision",
    "choose_strategy",
    "epochs_to",
    "fit_targets",
    "gradient_norms",
    "repeat",
    "train",
    "use_precision",
]
