"""Where windows lie: sizes by hand, padding as Keras, reading and its transpose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnbook.reference.windows import lay_windows, output_size, same_padding
from tests.reference.agreement import layouts, normal, steps


@pytest.mark.parametrize(
    ("size", "window", "options", "expected"),
    [
        (28, 3, {}, 26),
        (11, 2, {"stride": 2}, 5),  # the source's second pooling: a pixel is left out
        (28, 3, {"padding": "same"}, 28),
        (28, 3, {"padding": "same", "stride": 2}, 14),
        (28, 3, {"dilation": 2}, 24),
        (5, 3, {"padding": 1, "stride": 2}, 3),
        (4, 4, {"padding": (0, 3)}, 4),
        (3, 3, {}, 1),
    ],
)
def test_output_size_by_hand(size, window, options, expected):
    assert output_size(size, window, **options) == expected


@given(
    st.integers(1, 30), st.integers(1, 6), st.integers(1, 4), st.integers(1, 3),
    st.integers(0, 3),
)  # fmt: skip
def test_output_size_is_the_number_of_places_that_fit(
    size, window, stride, dilation, pad
):
    length = size + 2 * pad
    reach = dilation * (window - 1) + 1
    starts = [s for s in range(0, length, stride) if s + reach <= length]
    options = {"stride": stride, "dilation": dilation, "padding": pad}
    if starts:
        assert output_size(size, window, **options) == len(starts)
    else:
        with pytest.raises(ValueError, match="Take a smaller window or pad more"):
            output_size(size, window, **options)


@given(st.integers(1, 30), st.integers(1, 7), st.integers(1, 4))
def test_same_padding_gives_the_size_over_the_stride_rounded_up(size, window, stride):
    before, after = same_padding(size, window, stride=stride)
    assert after - before in (0, 1)  # the odd pixel goes to the end
    options = {"stride": stride, "padding": (before, after)}
    assert output_size(size, window, **options) == -(-size // stride)


@given(layouts(dilations=steps))
def test_adding_up_is_the_transpose_of_reading(case):
    windows = lay_windows((case.h, case.w), case.window, **case.options)
    images = case.images.astype(float)
    shape = (case.n, *windows.places, *case.window, case.c)
    others = normal(case.seed + 1, *shape).astype(float)
    # <read(x), y> = <x, add_up(y)> for all x and y
    left = (windows.read(images) * others).sum()
    right = (images * windows.add_up(others)).sum()
    assert left == pytest.approx(right, rel=1e-9, abs=1e-9)


def test_reading_by_hand():
    image = np.arange(9).reshape(1, 3, 3, 1)
    windows = lay_windows((3, 3), 2).read(image)
    assert windows.shape == (1, 2, 2, 2, 2, 1)
    assert windows[0, 0, 1, :, :, 0].tolist() == [[1, 2], [4, 5]]


def test_a_pixel_in_four_windows_is_added_four_times():
    total = lay_windows((3, 3), 2).add_up(np.ones((1, 2, 2, 2, 2, 1)))
    assert total[0, :, :, 0].tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_windows_cannot_be_written_to():
    windows = lay_windows((3, 3), 2).read(np.zeros((1, 3, 3, 1)))
    with pytest.raises(ValueError, match="read-only"):
        windows[0, 0, 0, 0, 0, 0] = 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"stride": 0}, r"`stride` must be an integer from 1, or a pair .*, got 0\."),
        ({"stride": (1, 2, 3)}, r"`stride` must be .* got \(1, 2, 3\)"),
        ({"dilation": 1.5}, r"`dilation` must be an integer from 1"),
        ({"padding": "full"}, r"`padding` must be one of 'valid', 'same', got 'full'"),
        (
            {"padding": (1, 2)},
            r"`padding` must be .* \(\(top, bottom\), \(left, right\)\)",
        ),
        ({"padding": -1}, r"`padding` must be 0 or more, got -1"),
    ],
)
def test_refusals(options, message):
    with pytest.raises(ValueError, match=message):
        lay_windows((5, 5), 2, **options)


def test_a_window_that_does_not_fit_is_refused_with_a_remedy():
    sentence = r"reaches over 7 pixels does not fit 5 pixels with 0 \+ 0 of padding"
    with pytest.raises(ValueError, match=sentence):
        output_size(5, 4, dilation=2)


@pytest.mark.parametrize("name", ["size", "window", "stride", "dilation"])
def test_lengths_start_at_one(name):
    arguments = {"size": 5, "window": 2, "stride": 1, "dilation": 1} | {name: 0}
    with pytest.raises(ValueError, match=f"`{name}` must be 1 or more, got 0"):
        output_size(arguments.pop("size"), arguments.pop("window"), **arguments)
