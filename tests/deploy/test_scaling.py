"""The autoscaler's arithmetic: by hand, at its limits, and over time."""

import pytest

from cnnbook.deploy.scaling import desired_replicas, follow


@pytest.mark.parametrize(
    ("current", "utilization", "target", "expected"),
    [
        (50, 90, 75, 60),  # the example of Kubernetes' own announcement
        (2, 100, 60, 4),
        (3, 80, 60, 4),  # exactly four, whatever the rounding of 80 / 60
        (4, 63, 60, 4),  # within the tolerance
        (4, 57, 60, 4),
        (4, 30, 60, 2),
        (4, 31, 60, 3),  # always up
        (10, 100, 92, 10),  # a full pod is too near to this target
        (1, 0, 60, 1),
    ],
)
def test_wishes_by_hand(current, utilization, target, expected):
    limits = {"least": 1, "most": 100}
    assert desired_replicas(current, utilization, target, **limits) == expected


def test_a_wish_stays_within_its_limits():
    assert desired_replicas(8, 100, 60, least=2, most=10) == 10
    assert desired_replicas(2, 0, 60, least=2, most=10) == 2


def test_impossible_arguments_are_refused():
    with pytest.raises(ValueError, match="`current` must be 1 or more"):
        desired_replicas(0, 100, 60, least=1, most=2)
    with pytest.raises(ValueError, match="`most` must be 3 or more"):
        desired_replicas(3, 100, 60, least=3, most=2)


def test_a_full_pod_looks_the_same_however_many_wait():
    # 2 pods, all busy: 2 * 100 / 60 -> 4, then 7, then the most
    steps = follow([50.0] * 5, target=60, least=2, most=10)
    assert steps == [2, 4, 7, 10, 10]


def test_a_target_above_91_percent_never_adds_a_pod():
    assert follow([50.0] * 20, target=92, least=2, most=10) == [2] * 20
    assert follow([50.0] * 20, target=90, least=2, most=10)[-1] == 10


def test_pods_are_kept_for_the_time_of_patience():
    load = [5.0] * 4 + [0.1] * 30
    pods = follow(load, target=50, least=2, most=10, patience=60)
    assert pods[:5] == [2, 4, 8, 10, 10]
    # the wish for ten falls out of the window of 60 s five periods later
    assert pods[8] == 10
    assert pods[9] == 2
    assert set(pods[9:]) == {2}


def test_a_period_doubles_at_most():
    pods = follow([100.0] * 3, target=10, least=5, most=100, capacity=2.0)
    assert pods == [5, 10, 20]
