"""How Kubernetes' horizontal autoscaler decides, as arithmetic.

Source: "Horizontal Pod Autoscaling" of Kubernetes' documentation. Utilization is in
percent of what a pod *requests*, the mean over pods.
"""

import math
from collections.abc import Sequence

from cnnbook.checks import require_at_least

TOLERANCE = 0.1  # within a tenth of the target nothing happens
PERIOD = 15  # seconds between two looks
PATIENCE = 300  # seconds for which the highest wish counts before pods are taken away


def desired_replicas(
    current: int,
    utilization: float,
    target: float,
    *,
    least: int,
    most: int,
    tolerance: float = TOLERANCE,
) -> int:
    """How many pods the autoscaler wants, at `utilization` with `current` pods.

    >>> desired_replicas(2, 100, 60, least=2, most=10)
    4
    """
    require_at_least("current", current, 1)
    require_at_least("utilization", utilization, 0)
    require_at_least("target", target, 1)
    require_at_least("most", most, least)
    near = abs(utilization / target - 1) <= tolerance
    wanted = current if near else math.ceil(current * utilization / target)
    return min(max(wanted, least), most)


def follow(
    load: Sequence[float],
    *,
    target: float,
    least: int,
    most: int,
    capacity: float = 1.0,
    patience: float = PATIENCE,
) -> list[int]:
    """Pods in each period of `PERIOD` seconds while the autoscaler follows a load.

    Parameters
    ----------
    load : for each period, the cores that would be needed to answer everybody.
    capacity : cores that one pod uses at most, in units of its request; a pod with one
        thread and a request of one core has 1.0, and is never seen to need more.

    Pods are added at once, at most doubled or by four in a period (Kubernetes'
    default), and are ready in the next; they are taken away when the highest wish of
    the last `patience` seconds allows it.
    """
    pods, wishes, history = least, [], []
    kept = int(patience // PERIOD) + 1
    for cores in load:
        history.append(pods)
        utilization = 100 * min(cores / pods, capacity)
        wish = desired_replicas(pods, utilization, target, least=least, most=most)
        wishes.append(wish)
        if wish > pods:
            pods = min(wish, max(2 * pods, pods + 4))
        else:
            pods = min(pods, max(wishes[-kept:]))
    return history
