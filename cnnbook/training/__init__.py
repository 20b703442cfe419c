"""Devices, precision and the one way in which this book trains a network."""

from cnnbook.training.devices import (
    Devices,
    available_devices,
    choose_precision,
    choose_strategy,
    use_precision,
)
from cnnbook.training.landscape import gradient_noise, loss_gradient, sharpness
from cnnbook.training.probes import activation_sizes, epochs_to, gradient_norms
from cnnbook.training.range_test import (
    RaiseRate,
    RangeTest,
    range_test,
    rising_rates,
    smoothed,
)
from cnnbook.training.recipe import Recipe
from cnnbook.training.run import Trainer, TrainingResult, repeat, train
from cnnbook.training.schedules import OneCycle
from cnnbook.training.stopping import Stop, early_stop
from cnnbook.training.targets import fit_targets

__all__ = [
    "Devices",
    "OneCycle",
    "RaiseRate",
    "RangeTest",
    "Recipe",
    "Stop",
    "Trainer",
    "TrainingResult",
    "activation_sizes",
    "available_devices",
    "choose_precision",
    "choose_strategy",
    "early_stop",
    "epochs_to",
    "fit_targets",
    "gradient_noise",
    "gradient_norms",
    "loss_gradient",
    "range_test",
    "repeat",
    "rising_rates",
    "sharpness",
    "smoothed",
    "train",
    "use_precision",
]
