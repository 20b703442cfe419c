"""Everything one decides before a training run, in one value."""

from dataclasses import dataclass, field

import keras

from cnnbook.checks import require_at_least, require_between, require_in
from cnnbook.preprocessing import Variation, flip_and_shift
from cnnbook.preprocessing.pipeline import Augmentation
from cnnbook.training.devices import PRECISIONS
from cnnbook.training.schedules import DECAYS, OneCycle, decaying

OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")


@dataclass(frozen=True)
class Recipe:
    """How a network is trained; the network itself and the data come separately.

    `peak` is the learning rate: constant, or the top of a `OneCycle` where
    `one_cycle` is on, or the start of a `decay`, one of `DECAYS`. `momentum` is that
    of "sgd", by Nesterov's rule unless it is 0. `shift` is in pixels; -1 switches
    augmentation off, 0 leaves the mirror images. `variation` takes the place of
    `shift` where other changes of the images are wanted. `weight_decay` is decoupled
    from the gradient, for every optimizer, and acts on kernels alone.
    `steps_per_execution` is the number of batches that one call into TensorFlow runs.
    """

    epochs: int
    batch_size: int = 128
    optimizer: str = "adam"
    peak: float = 0.001
    one_cycle: bool = False
    weight_decay: float = 0.0
    label_smoothing: float = 0.0
    shift: int = -1
    precision: str = "auto"
    steps_per_execution: int = 8
    variation: Variation | None = field(default=None, repr=False)
    momentum: float = 0.9
    decay: str = "none"

    def __post_init__(self):
        require_at_least("epochs", self.epochs, 1)
        require_at_least("batch_size", self.batch_size, 1)
        require_in("optimizer", self.optimizer, OPTIMIZERS)
        require_at_least("peak", self.peak, 0)
        require_at_least("weight_decay", self.weight_decay, 0)
        require_between("label_smoothing", self.label_smoothing, 0, 0.99)
        require_at_least("shift", self.shift, -1)
        require_in("precision", self.precision, ("auto", *PRECISIONS))
        require_at_least("steps_per_execution", self.steps_per_execution, 1)
        require_between("momentum", self.momentum, 0, 0.999)
        require_in("decay", self.decay, DECAYS)
        if self.one_cycle and self.decay != "none":
            raise ValueError(
                f'`decay` must be "none" beside `one_cycle`, got {self.decay!r}. '
                "A rate follows one schedule: leave one of the two out."
            )
        if self.variation is not None and self.shift >= 0:
            raise ValueError(
                f"`shift` must be -1 beside a `variation`, got {self.shift}. Say it "
                "there: Variation(flip='horizontal', shift=2)."
            )

    def augmentation(self, h: int = 28, w: int = 28) -> Augmentation | None:
        """The function that varies a batch of images of (h, w) pixels, or None."""
        if self.variation is not None:
            return self.variation.augmentation(h, w)
        if self.shift < 0:
            return None
        return lambda images, seed: flip_and_shift(images, seed, shift=self.shift)

    def num_steps(self, num_images: int) -> int:
        """Batches of a whole run; a set smaller than a batch is one."""
        return max(num_images // self.batch_size, 1) * self.epochs

    def build_optimizer(self, num_steps: int) -> keras.Optimizer:
        """The optimizer for a run of `num_steps` batches."""
        rate = self._rate(num_steps)
        decay = self.weight_decay or None
        if self.optimizer == "sgd":
            optimizer = keras.optimizers.SGD(
                rate,
                momentum=float(self.momentum),  # Keras takes no whole number
                nesterov=self.momentum > 0,
                weight_decay=decay,
            )
        else:
            build = {
                "adam": keras.optimizers.Adam,
                "adamw": keras.optimizers.AdamW,
                "rmsprop": keras.optimizers.RMSprop,
            }[self.optimizer]
            # AdamW refuses None; no decay is a decay of 0
            none = 0.0 if self.optimizer == "adamw" else None
            optimizer = build(rate, weight_decay=decay or none)
        if decay:
            optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return optimizer

    def _rate(
        self, num_steps: int
    ) -> float | keras.optimizers.schedules.LearningRateSchedule:
        if self.one_cycle:
            return OneCycle(self.peak, num_steps)
        if self.decay != "none":
            return decaying(self.decay, self.peak, num_steps)
        return float(self.peak)

    def build_loss(self) -> keras.Loss:
        """Cross-entropy of scores, for integer or, when smoothed, one-hot labels."""
        if self.label_smoothing:
            return keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=self.label_smoothing
            )
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True)
