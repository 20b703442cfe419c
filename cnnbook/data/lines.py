"""Images of one line, vertical, horizontal or diagonal: as printed, and repaired.

Images are (n, h, w, c) float32 in [0, 1], the source's own (n, h, w); labels are
(n,) int64; masks are (n, h, w) bool, True on the line and nowhere else.
"""

from dataclasses import dataclass

import numpy as np

from cnnbook.checks import require_at_least

LINE_NAMES = ("vertical", "horizontal", "diagonal")


@dataclass(frozen=True)
class LineImages:
    """Images (n, h, w, 1) in [0, 1], labels (n,) and exact masks (n, h, w) bool.

    `LINE_NAMES[label]` names a class.
    """

    images: np.ndarray
    labels: np.ndarray
    masks: np.ndarray


@dataclass(frozen=True)
class LineSplits:
    """Line images in three parts; no line lies at the same place in two of them."""

    train: LineImages
    validation: LineImages
    test: LineImages


@dataclass(frozen=True)
class _Canvas:
    """How lines are drawn: all sizes in pixels, `noise` in grey levels of [0, 1]."""

    image_size: int
    jitter: int
    noise: float
    thickness: int

    def __post_init__(self) -> None:
        require_at_least("jitter", self.jitter, 0)
        require_at_least("noise", self.noise, 0)
        require_at_least("thickness", self.thickness, 1)
        if self.length <= self.thickness:
            least = 2 * (self.jitter + self.thickness)
            raise ValueError(
                f"`image_size` must be {least} or more for a jitter of {self.jitter} "
                f"and a thickness of {self.thickness}, got {self.image_size}: the "
                "lines would be no longer than thick."
            )

    @property
    def length(self) -> int:
        """Length of each line: what fits wherever it is moved."""
        return self.image_size - 2 * self.jitter - (self.thickness - 1)

    @property
    def places(self) -> np.ndarray:
        """All moves (down, right) of a line from the middle: (num_places, 2)."""
        steps = np.arange(-self.jitter, self.jitter + 1)
        return np.stack(np.meshgrid(steps, steps, indexing="ij"), -1).reshape(-1, 2)

    def mask(self, label: int, place: np.ndarray) -> np.ndarray:
        """The lit pixels of one line, (h, w) bool; as many for every class."""
        along, across = np.mgrid[: self.length, : self.thickness]
        rows, columns = (
            (along, across),
            (across, along),
            (along, along + across),  # a staircase: `thickness` pixels in each row
        )[label]
        mask = np.zeros((self.image_size, self.image_size), dtype=bool)
        top = (self.image_size - rows.max() - 1) // 2 + place[0]
        left = (self.image_size - columns.max() - 1) // 2 + place[1]
        mask[rows + top, columns + left] = True
        return mask


def generate_dummy_images(
    num_images: int, image_size: int = 28
) -> tuple[np.ndarray, np.ndarray]:
    """The source's generator as it is printed: three images, over and over.

    Returns images (n, h, w) float32 and labels (n,) int64. It draws from NumPy's
    global generator, as the source does: seed it with `np.random.seed`.

    Source: source document, lines 138-156.
    """
    images = []
    labels = []
    for _ in range(num_images):
        image = np.zeros((image_size, image_size), dtype=np.float32)
        # the global generator is part of the lesson
        label = np.random.randint(3)  # noqa: NPY002
        if label == 0:
            image[:, image_size // 2 - 2 : image_size // 2 + 2] = 1.0
        elif label == 1:
            image[image_size // 2 - 2 : image_size // 2 + 2, :] = 1.0
        elif label == 2:
            for r in range(image_size):
                c = r
                if 0 <= c < image_size:
                    image[r, c] = 1.0
        images.append(image)
        labels.append(label)
    return np.array(images), np.array(labels)


def line_images(
    num_images: int,
    *,
    image_size: int = 28,
    jitter: int = 6,
    noise: float = 0.1,
    thickness: int = 2,
    seed: int,
) -> LineImages:
    """Draw lines that brightness and single pixels do not give away.

    Every line has the same number of lit pixels; it is moved by up to `jitter`
    pixels down or up and to either side; Gaussian `noise` (standard deviation) is
    added and the result clipped to [0, 1]. Classes are equal in number up to one,
    and no two images are equal.
    """
    canvas = _Canvas(image_size, jitter, noise, thickness)
    rng = np.random.default_rng(seed)
    drawn = _draw(num_images, [canvas.places] * 3, canvas, rng)
    _require_distinct(drawn.images, canvas)
    return drawn


def line_splits(
    num_train: int,
    num_validation: int,
    num_test: int,
    *,
    image_size: int = 28,
    jitter: int = 6,
    noise: float = 0.1,
    thickness: int = 2,
    seed: int,
) -> LineSplits:
    """Draw three parts, as `line_images` does, that share no image and no place.

    The places of each class are dealt out to the parts in proportion to their
    sizes, so that a test image is not a training image with other noise.
    """
    canvas = _Canvas(image_size, jitter, noise, thickness)
    rng = np.random.default_rng(seed)
    sizes = (num_train, num_validation, num_test)
    dealt = [_deal(rng.permutation(canvas.places), sizes) for _ in LINE_NAMES]
    parts = [
        _draw(size, [places[part] for places in dealt], canvas, rng)
        for part, size in enumerate(sizes)
    ]
    _require_distinct(np.concatenate([part.images for part in parts]), canvas)
    return LineSplits(*parts)


def _deal(places: np.ndarray, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Cut `places` into one run for each size, in proportion, none of them empty."""
    for name, size in zip(("train", "validation", "test"), sizes, strict=True):
        require_at_least(f"num_{name}", size, 1)
    if len(places) < len(sizes):
        raise ValueError(
            f"`jitter` must be 1 or more, got 0: {len(sizes)} parts need places of "
            "their own. For a single part, use line_images."
        )
    share = np.cumsum(sizes)[:-1] / sum(sizes)
    cuts = np.round(share * len(places)).astype(int)
    for part in range(len(cuts)):  # a place at least for each part, left to right
        before = cuts[part - 1] if part else 0
        after = len(places) - (len(cuts) - part)
        cuts[part] = min(max(cuts[part], before + 1), after)
    return np.split(places, cuts)


def _draw(
    num_images: int,
    places: list[np.ndarray],
    canvas: _Canvas,
    rng: np.random.Generator,
) -> LineImages:
    """Draw images whose class `k` uses `places[k]`, each as often as the others."""
    require_at_least("num_images", num_images, 1)
    labels = rng.permutation(np.arange(num_images) % len(LINE_NAMES))
    masks = np.empty((num_images, canvas.image_size, canvas.image_size), dtype=bool)
    for label, allowed in enumerate(places):
        wanted = np.flatnonzero(labels == label)
        rounds = -(-len(wanted) // len(allowed))
        moves = [rng.permutation(allowed) for _ in range(rounds)]
        for i, place in zip(wanted, np.concatenate([*moves, allowed]), strict=False):
            masks[i] = canvas.mask(label, place)
    grey = rng.normal(0.0, canvas.noise, masks.shape) + masks
    images = np.clip(grey, 0.0, 1.0).astype(np.float32)[..., None]
    return LineImages(images, labels.astype(np.int64), masks)


def _require_distinct(images: np.ndarray, canvas: _Canvas) -> None:
    distinct = len({image.tobytes() for image in images})
    if distinct < len(images):
        places = len(canvas.places)
        raise ValueError(
            f"`noise` {canvas.noise} is too little for {len(images)} different images: "
            f"{distinct} differ, with {places} places for each class. Ask for fewer "
            "images, or raise `jitter` or `noise`."
        )
