"""Learning rates that change from step to step."""

import keras
from keras import ops

from cnnbook.checks import require_at_least, require_between, require_in

DECAYS = ("none", "step", "exponential", "cosine")


@keras.saving.register_keras_serializable("cnnbook")
class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """Rise in a straight line to `peak`, then fall in a straight line to zero.

    `warmup` is the share of `num_steps` spent rising, in [0, 1).

    Source: Smith and Topin (2018); the line down to zero is the simplest of the
    shapes in use.
    """

    def __init__(self, peak: float, num_steps: int, *, warmup: float = 0.2):
        require_at_least("peak", peak, 0)
        require_at_least("num_steps", num_steps, 1)
        require_between("warmup", warmup, 0, 0.99)
        self.peak = peak
        self.num_steps = num_steps
        self.warmup = warmup

    def __call__(self, step):
        """The learning rate at `step`, counted from 0."""
        progress = ops.cast(step, "float32") / self.num_steps
        rise = progress / max(self.warmup, 1e-9)
        fall = (1.0 - progress) / (1.0 - self.warmup)
        return self.peak * ops.maximum(ops.minimum(rise, fall), 0.0)

    def get_config(self) -> dict:
        """What `keras` stores to build this schedule again."""
        return {"peak": self.peak, "num_steps": self.num_steps, "warmup": self.warmup}


def decaying(
    decay: str, start: float, num_steps: int
) -> keras.optimizers.schedules.LearningRateSchedule:
    """A rate that falls from `start` over `num_steps`, in one of three shapes.

    "step" divides it by 10 after half and after three quarters of the steps, the
    habit of He et al. (2016); "exponential" falls by the same factor each step, to a
    hundredth in all; "cosine" follows half a wave to zero: Loshchilov and Hutter
    (2017), equation 5, without restarts.
    """
    require_in("decay", decay, DECAYS[1:])
    require_at_least("start", start, 0)
    require_at_least("num_steps", num_steps, 1)
    schedules = keras.optimizers.schedules
    if decay == "step":
        # a boundary is the last step of the rate before it
        bounds = [num_steps // 2 - 1, num_steps * 3 // 4 - 1]
        return schedules.PiecewiseConstantDecay(
            bounds, [start, start / 10, start / 100]
        )
    if decay == "exponential":
        return schedules.ExponentialDecay(start, num_steps, 0.01)
    return schedules.CosineDecay(start, num_steps)
