"""The comparison of augmentations: equal steps, what is measured, refusals."""

import numpy as np
import pytest

from cnnbook import studies
from cnnbook.training import Recipe


@pytest.fixture(scope="module")
def fashion():
    return studies.fashion_data(validation=5_000, seed=0)


def test_every_size_gets_about_as_many_steps():
    steps = {
        name: budget.num_images // budget.recipe.batch_size * budget.recipe.epochs
        for name, budget in studies.AUGMENTATION_BUDGETS.items()
    }
    assert steps == {"250": 1_000, "1000": 1_000, "4000": 960}


def test_a_run_augments_training_alone(fashion, monkeypatch):
    tiny = studies.Budget(250, Recipe(epochs=1, batch_size=50, precision="float32"))
    monkeypatch.setattr(studies.augmentations, "AUGMENTATION_BUDGETS", {"tiny": tiny})
    result, found = studies.validate_augmentation("mirror+4px", "tiny", fashion, seed=1)
    assert (result.num_images, result.recipe.shift) == (250, 4)
    for key, (images, labels) in (
        ("accuracy", fashion.validation),
        ("train_accuracy", fashion.first(250)),
    ):
        guesses = result.model.predict(images, verbose=0).argmax(axis=1)
        assert found[key] == np.mean(guesses == labels)


def test_the_source_is_repeated_in_its_own_amounts():
    change = studies.AUGMENTATIONS["source"]["variation"]
    assert (change.degrees, change.zoom, change.flip) == (20, 0.2, "horizontal")
    assert change.shift == pytest.approx(0.2 * 28)


@pytest.mark.parametrize(
    ("name", "budget", "message"),
    [
        ("cutmix", "250", "`augmentation` must be one of 'none', 'mirror'"),
        ("none", "huge", "`budget` must be one of '250', '1000'"),
    ],
)
def test_what_is_not_compared_is_refused(fashion, name, budget, message):
    with pytest.raises(ValueError, match=message):
        studies.validate_augmentation(name, budget, fashion, seed=0)


def test_a_record_is_read_by_augmentation_and_budget():
    entries = {
        f"{name} 250 {seed}": {"accuracy": 0.5 + seed / 10, "train_accuracy": 1.0}
        for name in ("none", "mirror", "mirror+1px")
        for seed in (0, 1)
    }
    record = {"entries": entries}
    assert studies.augmentation_accuracies(record, "mirror", "250") == [0.5, 0.6]
    gaps = studies.augmentation_gaps(record, "mirror", "250")
    np.testing.assert_allclose(gaps, [0.5, 0.4])
