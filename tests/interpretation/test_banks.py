"""Gabor kernels, and how well filters fit a bank."""

import cv2
import numpy as np
import pytest

from cnnbook import interpretation


def test_gabor_kernels_have_length_one_and_ignore_a_flat_patch():
    bank = interpretation.gabor_bank(5, directions=6)
    assert bank.shape == (12, 5, 5)
    np.testing.assert_allclose(np.square(bank).sum(axis=(1, 2)), 1)
    np.testing.assert_allclose(bank.sum(axis=(1, 2)), 0, atol=1e-12)


def test_one_direction_is_a_bank():
    one, eight = (interpretation.gabor_bank(5, directions=n) for n in (1, 8))
    np.testing.assert_allclose(one, eight[:2])


@pytest.mark.parametrize("k", range(4))
def test_sine_gabors_are_those_of_opencv(k):
    ours = interpretation.gabor_bank(7, directions=4)[2 * k + 1]
    theirs = cv2.getGaborKernel(
        (7, 7), sigma=7 / 4, theta=np.pi * k / 4, lambd=7, gamma=1, psi=-np.pi / 2
    )
    theirs = theirs / np.linalg.norm(theirs)
    assert abs((ours * theirs).sum()) == pytest.approx(1, abs=1e-6)


def test_a_quarter_turn_of_the_bank_is_the_bank():
    bank = interpretation.gabor_bank(5, directions=4)
    turned = np.rot90(bank, axes=(1, 2)).reshape(8, -1)
    cosines = np.abs(turned @ bank.reshape(8, -1).T)
    np.testing.assert_allclose(cosines.max(axis=1), 1)


def test_matches_by_hand():
    bank = np.eye(4).reshape(4, 2, 2)
    filters = np.array([[[3.0, 1.0, 0.0], [0.0, 1.0, 0.0]]] * 2)  # (2, 2, 3)
    filters[1, 0, 0] = -4.0
    found = interpretation.best_matches(filters, bank)
    np.testing.assert_allclose(found, [16 / 25, 1 / 4, 0])


def test_a_kernel_of_the_bank_matches_whatever_its_size_and_sign():
    bank = interpretation.gabor_bank(5)
    filters = np.moveaxis(bank, 0, 2) * np.linspace(-3, 4, len(bank))
    np.testing.assert_allclose(interpretation.best_matches(filters, bank), 1)


def test_random_filters_match_a_larger_bank_better():
    filters = np.random.default_rng(0).normal(size=(5, 5, 2_000))
    bank = interpretation.gabor_bank(5)
    one = interpretation.best_matches(filters, bank[:1]).mean()
    assert one == pytest.approx(1 / 25, rel=0.1)
    assert interpretation.best_matches(filters, bank).mean() > 2 * one


def test_banks_say_what_does_not_fit():
    with pytest.raises(ValueError, match="`size` must be"):
        interpretation.gabor_bank(2)
    with pytest.raises(ValueError, match="`directions` must be"):
        interpretation.gabor_bank(5, directions=0)
    bank = interpretation.gabor_bank(5)
    with pytest.raises(ValueError, match="`filters` must be"):
        interpretation.best_matches(np.zeros((5, 5, 1, 3)), bank)
    with pytest.raises(ValueError, match="that of one filter"):
        interpretation.best_matches(np.zeros((3, 3, 2)), bank)
