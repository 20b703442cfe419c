"""What keeps a network from learning its training images by heart, compared.

Every case is one change of `NONE`, on few images many times or on many images few
times; both take about 600 steps. Images are at half size, (n, 14, 14, 1).
"""

from collections.abc import Callable, Mapping

import numpy as np

from cnnbook.studies.cases import Case, case_runs, case_values
from cnnbook.studies.fashion import FashionData

# by the end of a run the rate is 0, so that what is compared has come to rest
NONE = Case().change(num_images=1_000, epochs=40, decay="cosine")
MANY = NONE.change(num_images=12_000, epochs=3)
LONGER = 3  # times the epochs

PLACES = {"head": "dropout", "values": "conv_dropout", "maps": "spatial_dropout"}
DROPOUT_RATES = {"head": (0.2, 0.5, 0.8), "values": (0.1, 0.3), "maps": (0.1, 0.3)}
PENALTIES = (0.001, 0.01, 0.1)
DECAYS = (0.1, 1.0, 3.0)
RATES_AND_SIZES = ((0.003, 64), (0.01, 64), (0.03, 64), (0.003, 32), (0.003, 256))
SMOOTHINGS = (0.1, 0.3)
SHIFTS = (0, 1, 2, 4)  # pixels of 14; 0 leaves the mirror images

# one setting of each kind, which is tried on both numbers of images, and together
KINDS: Mapping[str, Mapping[str, object]] = {
    "dropout": {"dropout": 0.5},
    "decay": {"optimizer": "adamw", "weight_decay": 1.0},
    "norm": {"norm": True},
    "smoothing": {"label_smoothing": 0.1},
    "augmentation": {"shift": 1},
}
BUT_DROPOUT = tuple(name for name in KINDS if name != "dropout")
# where these are found among the cases of few images
FEW = {
    "dropout": "head dropout 0.5",
    "decay": "decay 1",
    "norm": "norm rate 0.003 batch 64",
    "smoothing": "smoothing 0.1",
    "augmentation": "shift 1",
}


def together(*names: str) -> dict[str, object]:
    """The choices of several of `KINDS` at once; of all of them, without a name."""
    return {key: value for name in names or KINDS for key, value in KINDS[name].items()}


def norm_name(norm: bool, rate: float, batch_size: int) -> str:
    """The case of few images with or without batch normalization."""
    if not norm and (rate, batch_size) == (NONE.recipe.peak, NONE.recipe.batch_size):
        return "none"
    return f"{'norm' if norm else 'plain'} rate {rate:g} batch {batch_size}"


def _few_images() -> dict[str, Case]:
    cases = {"none": NONE.change(curve=True)}
    cases |= {
        f"{place} dropout {rate:g}": NONE.change(**{field: rate})
        for place, field in PLACES.items()
        for rate in DROPOUT_RATES[place]
    }
    cases |= {f"penalty {l2:g}": NONE.change(l2=l2) for l2 in PENALTIES}
    cases |= {
        f"decay {decay:g}": NONE.change(optimizer="adamw", weight_decay=decay)
        for decay in DECAYS
    }
    cases |= {
        norm_name(norm, rate, size): NONE.change(norm=norm, peak=rate, batch_size=size)
        for rate, size in RATES_AND_SIZES
        for norm in (False, True)
        if norm_name(norm, rate, size) != "none"
    }
    cases |= {f"smoothing {a:g}": NONE.change(label_smoothing=a) for a in SMOOTHINGS}
    cases |= {f"shift {shift}": NONE.change(shift=shift) for shift in SHIFTS}
    cases["together"] = NONE.change(**together())
    cases["together but dropout"] = NONE.change(**together(*BUT_DROPOUT))
    return cases


def _many_images() -> dict[str, Case]:
    cases = {"many none": MANY.change(curve=True)}
    cases |= {f"many {name}": MANY.change(**KINDS[name]) for name in KINDS}
    cases["many together"] = MANY.change(**together())
    return cases


def _longer() -> dict[str, Case]:
    found = {"none": {}} | {
        name: KINDS[name] for name in ("dropout", "decay", "augmentation")
    }
    found["together"] = together()
    found["together but dropout"] = together(*BUT_DROPOUT)
    return {
        f"{name} longer": NONE.change(epochs=LONGER * NONE.recipe.epochs, **choices)
        for name, choices in found.items()
    }


REGULARIZATIONS: Mapping[str, Case] = _few_images() | _many_images() | _longer()


def regularization_runs(data: FashionData) -> dict[str, Callable[[], dict]]:
    """What `cnnbook.records.extend_record` runs: keys `"<name> <seed>"`."""
    return case_runs(REGULARIZATIONS, data, entry=regularization_entry)


def regularization_entry(case: Case, data: FashionData, *, seed: int) -> dict:
    """An entry of the record; the history by epoch only where there is a curve."""
    entry = case.run(data, seed=seed)
    if not case.curve:
        del entry["history"]
    return entry


def gaps(record: dict, name: str) -> np.ndarray:
    """Accuracy on training images minus that on validation images: (seeds,)."""
    return case_values(record, name, "train_accuracy") - case_values(record, name)
