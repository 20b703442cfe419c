"""Devices, precision and the one way in which this book trains a network."""

from cnnbook.training.devices import (
    Devices,
    available_devices,
    choose_precision,
    choose_strategy,
    use_precision,
)
from cnnbook.training.recipe import Recipe
from cnnbook.training.run import Trainer, TrainingResult, repeat, train
from cnnbook.training.schedules import OneCycle

__all__ = [
    "Devices",
    "OneCycle",
    "Recipe",
    "Trainer",
    "TrainingResult",
    "available_devices",
    "choose_precision",
    "choose_strategy",
    "repeat",
    "train",
    "use_precision",
]
