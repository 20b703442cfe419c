"""Maps laid over the image at the places that their units see.

Maps are (n, h, w) or (n, h, w, f); a unit belongs at the middle of what it sees.
"""

from typing import NamedTuple

import numpy as np

from cnnbook.checks import require_in
from cnnbook.interpretation.inspector import Inspector
from cnnbook.interpretation.trust import overlap
from cnnbook.reference.fields import WINDOWED, follow
from cnnbook.reference.graph import Step, kind


class Grid(NamedTuple):
    """Along one axis, unit i sees an interval with its middle at start + i * jump.

    Pixels count from 0, and the middle of a pixel is its number.
    """

    start: float
    jump: float


CONVENTIONS = ("fields", "corners", "halves")


def grids(steps: list[Step], name: str) -> tuple[Grid, Grid]:
    """Rows and columns of the units of layer `name`; padding counts as image.

    Raises ValueError where two ways to the layer disagree or a layer is not known.

    Source: Araujo et al. (2019), section "Receptive field region".
    """
    require_in("name", name, [step.name for step in steps])
    found: list[tuple[Grid, Grid] | None] = []
    for step in steps:
        inputs = [found[i] for i in step.inputs]
        found.append(_grids(step, inputs, [steps[i].shape for i in step.inputs]))
        if step.name == name and found[-1] is not None:
            return found[-1]
    raise ValueError(f"The units of layer {name!r} have no places in the image.")


def seen_intervals(steps: list[Step], name: str) -> tuple[np.ndarray, np.ndarray]:
    """Pixels that the units of layer `name` see: (rows, 2) and (columns, 2).

    Each interval goes from its first entry up to, but without, its second, as a slice
    does; it lies partly outside the image where a unit sees padding. Its middle is the
    one that `grids` gives, and it is no longer than the image.
    """
    both = grids(steps, name)
    position = next(i for i, step in enumerate(steps) if step.name == name)
    found = []
    # A unit at the border sees fewer pixels, one in the middle all that it can.
    for grid, cut in zip(both, follow(steps[: position + 1])[-1], strict=True):
        size = (cut[:, 1] - cut[:, 0]).max() + 1
        first = grid.start + grid.jump * np.arange(len(cut)) - (size - 1) / 2
        found.append(np.stack([first, first + size], axis=1))
    return found[0], found[1]


def place_maps(
    maps: np.ndarray,
    size: tuple[int, int],
    rows_columns: tuple[Grid, Grid] | None = None,
    *,
    convention: str = "fields",
) -> np.ndarray:
    """Enlarge maps to `size`, (rows, columns) of the image, by linear interpolation.

    Beyond the first and the last unit their values go on.

    Parameters
    ----------
    rows_columns : from `grids`; needed for the convention "fields".
    convention : "fields" puts each unit where it looks; "corners" stretches the map so
        that its corners lie on those of the image (`scipy.ndimage.zoom`), "halves" so
        that its borders do (`tf.image.resize`); these two guess.
    """
    require_in("convention", convention, CONVENTIONS)
    if maps.ndim not in (3, 4) or 0 in maps.shape:
        raise ValueError(
            f"`maps` must be (n, h, w) or (n, h, w, f), got shape {maps.shape}."
        )
    for axis in (1, 2):
        units, pixels = maps.shape[axis], size[axis - 1]
        if convention == "fields":
            if rows_columns is None:
                raise ValueError(
                    "`rows_columns` is needed to place units by what they see. Pass "
                    "grids(inspector.steps, layer)."
                )
            grid = rows_columns[axis - 1]
        elif convention == "halves":
            grid = Grid((pixels / units - 1) / 2, pixels / units)
        else:
            grid = Grid(0.0, (pixels - 1) / max(units - 1, 1))
        maps = _interpolated(maps, axis, pixels, grid)
    return maps


def _interpolated(maps: np.ndarray, axis: int, pixels: int, grid: Grid) -> np.ndarray:
    position = (np.arange(pixels) - grid.start) / grid.jump  # in units of the map
    position = position.clip(0, maps.shape[axis] - 1)
    below = np.minimum(position.astype(int), max(maps.shape[axis] - 2, 0))
    above = np.minimum(below + 1, maps.shape[axis] - 1)
    shape = [1] * maps.ndim
    shape[axis] = pixels
    share = (position - below).astype(maps.dtype).reshape(shape)
    low, high = np.take(maps, below, axis=axis), np.take(maps, above, axis=axis)
    return low + share * (high - low)


def _grids(
    step: Step,
    inputs: list[tuple[Grid, Grid] | None],
    shapes: list[tuple[int, ...]],
) -> tuple[Grid, Grid] | None:
    """Where the units of one step look; None if they have no places."""
    if not inputs:
        return Grid(0.0, 1.0), Grid(0.0, 1.0)
    if len(step.shape) != 3 or any(one is None for one in inputs):
        return None
    if len(set(inputs)) > 1:
        raise ValueError(
            f"Layer {step.name!r} joins maps whose units look at different places: "
            f"{inputs}. Ask for a layer before it."
        )
    layer, (rows, columns) = step.layer, inputs[0]
    name = kind(layer, WINDOWED)
    if name:
        windows = getattr(layer, WINDOWED[name])
        dilations = getattr(layer, "dilation_rate", (1, 1))
        found = []
        for axis, grid in enumerate((rows, columns)):
            length = dilations[axis] * (windows[axis] - 1) + 1
            stride = layer.strides[axis]
            padded = 0
            if layer.padding == "same":
                needed = (step.shape[axis] - 1) * stride + length - shapes[0][axis]
                padded = max(needed, 0) // 2
            middle = (length - 1) / 2 - padded
            found.append(Grid(grid.start + middle * grid.jump, grid.jump * stride))
        return found[0], found[1]
    if kind(layer, {"ZeroPadding2D"}):
        first = layer.padding[0][0], layer.padding[1][0]
        return tuple(
            Grid(grid.start - pad * grid.jump, grid.jump)
            for grid, pad in zip((rows, columns), first, strict=True)
        )
    if step.shape[:2] == shapes[0][:2]:
        return rows, columns
    raise ValueError(
        f"Where the units of layer {step.name!r} ({type(layer).__name__}) look is not "
        "known. Ask for a layer before it."
    )


def map_overlaps(
    inspector: Inspector, images: np.ndarray, masks: np.ndarray, layer: str
) -> np.ndarray:
    """For each map of `layer`, its mean `overlap` with the images' masks, (f,)."""
    size = images.shape[1:3]
    maps = inspector.maps(images, [layer])[layer]
    placed = place_maps(maps, size, grids(inspector.steps, layer))
    return np.array(
        [overlap(placed[..., k], masks).mean() for k in range(placed.shape[-1])]
    )
