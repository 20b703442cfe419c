"""The gate: parity by hand, each limit named, and a bad int8 caught for real."""

import numpy as np
import pytest

from cnnbook import deploy
from cnnbook.data import load_fashion_mnist
from cnnbook.deploy import GateError, Limits, Parity, check_artifact, compare, gate
from cnnbook.deploy.export import export_litert
from cnnbook.deploy.formats import FORMATS
from cnnbook.deploy.graph import serving_model
from cnnbook.runtimes import load_runtime

ORIGINAL = np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75], [0.0, 1.0]])
LABELS = np.array([0, 1, 1, 1])


class Answers:
    """A runtime that knows its answers by heart."""

    name, threads = "stub", 1

    def __init__(self, probabilities):
        self.probabilities = np.asarray(probabilities, np.float64)
        self.sizes = []

    def predict(self, images):
        self.sizes.append(len(images))
        return self.probabilities[images[:, 0, 0, 0]]


IMAGES = np.arange(4, dtype=np.uint8).reshape(4, 1, 1, 1)
LOOSE = Limits(agreement=0, difference=1, accuracy_drop=1)


def test_parity_by_hand():
    changed = np.array([[0.75, 0.25], [0.5, 0.5], [0.75, 0.25], [0.0, 1.0]])
    assert compare(ORIGINAL, changed, LABELS) == Parity(0.75, 0.5, 0.25, 0.5, 4)


def test_an_artifact_that_is_better_has_a_negative_drop():
    better = np.array([[0.75, 0.25], [0.25, 0.75], [0.25, 0.75], [0.0, 1.0]])
    assert compare(ORIGINAL, better, LABELS).accuracy_drop == -0.25


def test_the_same_answers_pass_in_batches():
    runtime = Answers(ORIGINAL)
    parity = check_artifact(runtime, IMAGES, LABELS, ORIGINAL, batch_size=3)
    assert parity == Parity(1.0, 0.0, 0.0, 0.75, 4)
    assert runtime.sizes == [3, 1]


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(0.8, 1, 1), "agreement is 0.75, expected at least 0.8"),
        (Limits(0, 0.4, 1), "difference is 0.5, expected at most 0.4"),
        (Limits(0, 1, 0.2), "accuracy_drop is 0.25, expected at most 0.2"),
    ],
)
def test_the_limit_that_is_broken_is_named_alone(limits, message):
    changed = Answers([[0.75, 0.25], [0.5, 0.5], [0.75, 0.25], [0.0, 1.0]])
    with pytest.raises(GateError, match=message) as caught:
        check_artifact(changed, IMAGES, LABELS, ORIGINAL, limits=limits)
    assert str(caught.value).count("expected at") == 1
    check_artifact(changed, IMAGES, LABELS, ORIGINAL, limits=LOOSE)


@pytest.mark.parametrize("limits", [gate.EXACT, gate.HALF, gate.ROUNDED, gate.COARSE])
def test_no_export_may_lose_a_hundredth_of_the_accuracy_or_more_decisions(limits):
    assert limits.accuracy_drop <= 0.01
    assert limits.agreement >= 0.985
    assert limits.difference <= 0.5


def test_no_limit_is_wide_enough_for_nan():
    broken = Answers(np.full((4, 2), np.nan))
    with pytest.raises(GateError, match="difference is nan"):
        check_artifact(broken, IMAGES, LABELS, ORIGINAL, limits=LOOSE)


def test_another_number_of_classes_is_refused():
    with pytest.raises(ValueError, match="`probabilities` must have shape"):
        check_artifact(Answers(np.eye(4)), IMAGES, LABELS, ORIGINAL)


@pytest.mark.slow
def test_int8_calibrated_on_other_images_does_not_leave(tmp_path):
    trained, data = deploy.pretrained(), load_fashion_mnist()
    images, labels = data.test_images[:1000], data.test_labels[:1000]
    reference = deploy.reference_probabilities(trained, images)
    model = serving_model(trained.model, trained.preprocessor)
    sample = data.train_images[: deploy.CALIBRATION]
    path, limits = tmp_path / "model.tflite", FORMATS["litert-int8"].limits

    def check(calibration):
        export_litert(model, path, "int8", calibration=calibration)
        return check_artifact(
            load_runtime(path), images, labels, reference, limits=limits
        )

    assert check(sample).agreement > 0.98
    # divided by 255, and once more inside the graph: nothing but 0 and 1 is left
    with pytest.raises(GateError, match=r"agreement is 0\.[0-4].*calibration images"):
        check((sample / 255).astype(np.uint8))
    with pytest.raises(GateError, match="agreement is 0"):
        check(sample // 2)  # half as bright
