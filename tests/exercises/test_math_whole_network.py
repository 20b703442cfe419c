"""The checkers of *The whole network, counted*."""

import pytest

from cnnbook import models
from cnnbook.exercises.math import whole_network
from cnnbook.reference import count_network


def counter(
    *,
    bias=1,
    bias_macs=0,
    reads_channels=True,
    chained=True,
    up=False,
    pooling=0,
    shares=False,
    last=0,
):
    """A counter of layers with one mistake, or none."""

    def answer(image, layers):
        h, w, c = image
        parameters = macs = 0
        for kind, *sizes in layers:
            if kind == "conv":
                k, f = sizes
                read = c if reads_channels else 1
                h, w = h - k + 1, w - k + 1
                parameters += (k * k * read + bias) * f
                macs += h * w * f * (k * k * read + bias_macs)
                c = f if chained else image[2]
            elif kind == "pool":
                h, w = ((h + up) // 2, (w + up) // 2) if chained else (h, w)
                parameters += pooling
            elif kind == "flatten":
                h, w, c = 1, 1, h * w * c
            else:
                parameters += (c + 1) * sizes[0]
                macs += c * sizes[0] * (2 if shares else 1)
                c = sizes[0]
        return parameters + (last if len(layers) > 6 else 0), macs

    return answer


def test_counts():
    assert whole_network.check_count(counter()).correct


def test_the_expected_counts_are_those_of_the_model():
    counted = count_network(models.source_cnn())
    expected = whole_network._counted((28, 28, 1), whole_network.SOURCE)
    assert expected == (counted.parameters, counted.macs) == (225_034, 2_631_040)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        ((10, 81), "must be a function"),
        (lambda image, layers: 10, r"Return a pair"),
        (counter(bias=0), "9 weights and a bias"),
        (counter(bias_macs=1), "the bias is no multiplication"),
        (counter(reads_channels=False), "reads all channels"),
        (counter(chained=False), "are the channels of the second"),
        (counter(up=True), "the odd row and column are dropped"),
        (counter(pooling=4), "no weights and no MACs"),
        (counter(shares=True), "each used once"),
        (counter(last=1), "the source's network of seven is not"),
        (lambda image, layers: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_wrong_counts(answer, hint):
    feedback = whole_network.check_count(answer)
    assert not feedback.correct
    assert hint in feedback.message


@pytest.mark.parametrize(
    "chain",
    [
        [(2, 2), (2, 2), (3, 2), (3, 1)],
        [(4, 4), (4, 1), (4, 1)],
        [(4, 2), (3, 2), (3, 1), (4, 1)],
    ],
)
def test_chains_that_see_everything(chain):
    assert whole_network.check_chain(chain).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        ("chain", "Give pairs"),
        ([(3, 1)] * 5, "You used 5 layers"),
        ([(28, 1)], "a window has 1 to 4 pixels"),
        ([(2, 0)], "a stride is at least 1"),
        ([(3, 1), (2, 2), (3, 1), (2, 2)], "5 positions are left"),
        ([(4, 4), (4, 4), (2, 2)], "finds 1 positions"),
        ([(3, 2), (3, 2), (3, 2), (2, 1)], "it sees 23 of 28 pixels"),
        ([], "28 positions are left"),
    ],
)
def test_chains_that_do_not(answer, hint):
    feedback = whole_network.check_chain(answer)
    assert not feedback.correct
    assert hint in feedback.message


def test_larger_image():
    shape = (56, 56, 1)
    built = [models.source_cnn(shape), models.gap_cnn(shape)]
    answer = tuple(count_network(model).parameters for model in built)
    assert whole_network.check_larger_image(answer).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace"),
        (1_199_882, "two whole numbers"),
        ((225_034, 20_106), "That is the count for 28 × 28"),
        ((839_434, 20_106), "56 → 54 → 27 → 25 → 12"),
        ((900_136, 20_106), "Follow one side"),
        ((1_199_882, 80_424), "Its head reads 64 means"),
    ],
)
def test_wrong_counts_for_larger_images(answer, hint):
    feedback = whole_network.check_larger_image(answer)
    assert not feedback.correct
    assert hint in feedback.message
