"""Checkers of the exercises on *The whole network, counted*."""

from collections.abc import Callable

from cnnbook.exercises.feedback import Feedback, call, right, wrong

PIXELS = 28  # along one axis of an image of Fashion-MNIST
MOST_LAYERS = 4
MOST_WINDOW = 4

SOURCE = [("conv", 3, 32), ("pool", 2), ("conv", 3, 64), ("pool", 2), ("flatten",)]
SOURCE += [("dense", 128), ("dense", 10)]


def check_count(answer: Callable[[tuple, list], tuple]) -> Feedback:
    """Does `answer(image, layers)` give (parameters, MACs) of a list of layers?"""
    cases = [
        (
            (5, 5, 1),
            [("conv", 3, 1)],
            "One 3 × 3 kernel on a 5 × 5 image has 9 weights and a bias, and is used "
            "at 9 places; the bias is no multiplication.",
        ),
        (
            (5, 5, 3),
            [("conv", 3, 2)],
            "A kernel reads all channels below it: 3 × 3 × 3 weights each.",
        ),
        (
            (7, 7, 1),
            [("conv", 2, 2), ("conv", 2, 3)],
            "The kernels of the first layer are the channels of the second, and its "
            "output is the image of the second.",
        ),
        (
            (9, 7, 2),
            [("pool", 2), ("conv", 2, 1)],
            "A 2 × 2 pooling has no weights and no MACs, and 9 × 7 becomes 4 × 3: the "
            "odd row and column are dropped.",
        ),
        (
            (4, 4, 2),
            [("flatten",), ("dense", 5)],
            "A dense layer has inputs × units weights, each used once, and units "
            "biases.",
        ),
        (
            (28, 28, 1),
            SOURCE,
            "The layers are right one by one; the source's network of seven is not.",
        ),
    ]
    for image, layers, hint in cases:
        value, failure = call(answer, image, list(layers))
        if failure:
            return failure
        try:
            given = tuple(int(number) for number in value)
        except (TypeError, ValueError):
            return wrong(f"Return a pair (parameters, MACs), got {value!r}.")
        expected = _counted(image, layers)
        if given != expected:
            return wrong(f"For image {image}, layers {layers} you say {given}. {hint}")
    return right("225,034 parameters and 2,631,040 MACs, and any chain of your own.")


def _counted(image: tuple[int, int, int], layers: list[tuple]) -> tuple[int, int]:
    """(parameters, MACs) of a chain on images (h, w, c)."""
    h, w, c = image
    parameters = macs = 0
    for kind, *sizes in layers:
        if kind == "conv":
            k, f = sizes
            h, w = h - k + 1, w - k + 1
            parameters += (k * k * c + 1) * f
            macs += h * w * f * k * k * c
            c = f
        elif kind == "pool":
            h, w = h // sizes[0], w // sizes[0]
        elif kind == "flatten":
            h, w, c = 1, 1, h * w * c
        else:
            parameters += (c + 1) * sizes[0]
            macs += c * sizes[0]
            c = sizes[0]
    return parameters, macs


def check_chain(answer: list[tuple[int, int]]) -> Feedback:
    """Do at most four small windows without padding lead from 28 pixels to one unit
    that sees them all?"""
    if answer is None:
        return wrong("Replace `answer = None` by a list of (window, stride) pairs.")
    try:
        chain = [(int(window), int(stride)) for window, stride in answer]
    except (TypeError, ValueError):
        return wrong(f"Give pairs such as [(3, 1), (2, 2)], got {answer!r}.")
    if len(chain) > MOST_LAYERS:
        return wrong(f"You used {len(chain)} layers; {MOST_LAYERS} are enough.")
    size, jump, field = PIXELS, 1, 1
    for number, (window, stride) in enumerate(chain, start=1):
        if not 1 <= window <= MOST_WINDOW or stride < 1:
            return wrong(
                f"Layer {number} is ({window}, {stride}): a window has 1 to "
                f"{MOST_WINDOW} pixels, and a stride is at least 1."
            )
        if window > size:
            return wrong(
                f"Layer {number} finds {size} positions, fewer than its window of "
                f"{window}: nothing comes out. Take smaller strides before it."
            )
        size = (size - window) // stride + 1
        field += (window - 1) * jump
        jump *= stride
    if size > 1:
        return wrong(
            f"{size} positions are left at the end, each with a field of {field} "
            "pixels. Only strides get rid of many positions at once."
        )
    if field < PIXELS:
        return wrong(
            f"One position is left, but it sees {field} of {PIXELS} pixels: a window "
            "that does not fit at the end is dropped, and what only it saw is lost. "
            "Choose strides that divide without a rest."
        )
    return right(f"One unit, {field} pixels, {len(chain)} layers, and nobody is lost.")


def check_larger_image(answer: tuple[int, int]) -> Feedback:
    """Parameters of (Flatten head, global-average head) for images of 56 × 56."""
    if answer is None:
        return wrong("Replace `answer = None` by a pair (Flatten, global average).")
    try:
        flat, average = (int(number) for number in answer)
    except (TypeError, ValueError):
        return wrong(f"Give two whole numbers (Flatten, average), got {answer!r}.")
    layers = [*SOURCE]
    expected_flat = _counted((56, 56, 1), layers)[0]
    expected_average = _counted((1, 1, 64), [("flatten",), ("dense", 10)])[0]
    expected_average += _counted((56, 56, 1), layers[:4])[0]
    if flat == 18_816 + (4 * 1600 + 1) * 128 + 1290:
        return wrong(
            "Twice the side is not four times 5 × 5 at the end: 56 → 54 → 27 → 25 → "
            "12, because a border of fixed width weighs less in a larger image."
        )
    if flat == 225_034:
        return wrong(
            "That is the count for 28 × 28. Convolutions keep their parameters when "
            "the image grows; which layer does not?"
        )
    if flat != expected_flat:
        return wrong(
            f"You say {flat:,} with Flatten. Follow one side through the four layers, "
            "square it, times 64: so many inputs has the dense layer."
        )
    if average != expected_average:
        return wrong(
            f"Flatten is right; you say {average:,} for the global average. Its head "
            "reads 64 means, whatever the size of the image, for 10 scores."
        )
    return right("Five times the weights for one head, not one more for the other.")
