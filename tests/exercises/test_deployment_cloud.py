"""The checkers of *Containers and clouds*: right answers pass, wrong ones get help."""

import fnmatch
import math

import pytest

from cnnbook.deploy.containers import let_in
from cnnbook.deploy.scaling import desired_replicas
from cnnbook.exercises.deployment import cloud as exercises


def replicas(current, utilization, target, least, most):
    return desired_replicas(current, utilization, target, least=least, most=most)


def limited(wanted, least, most):
    return min(max(wanted, least), most)


def rounded(current, utilization, target, least, most):
    return limited(round(current * utilization / target), least, most)


def eager(current, utilization, target, least, most):
    return limited(math.ceil(current * utilization / target), least, most)


def never_even(current, utilization, target, least, most):
    return limited(math.floor(current * utilization / target) + 1, least, most)


def unlimited(current, utilization, target, least, most):
    near = abs(utilization / target - 1) <= 0.1
    return current if near else math.ceil(current * utilization / target)


def flaws(pod):
    (container,) = pod["containers"]
    ready, live = container.get("readinessProbe"), container.get("livenessProbe")
    own = container.get("securityContext", {})
    spoken = pod.get("securityContext", {}) | own
    stop = container.get("lifecycle", {}).get("preStop", {})
    needed = stop.get("sleep", {}).get("seconds", 0) + exercises.DRAINS
    found = {
        "root": not spoken.get("runAsNonRoot"),
        "readiness": not ready,
        "liveness": bool(live) and live == ready,
        "memory": "memory" not in container.get("resources", {}).get("limits", {}),
        "grace": pod.get("terminationGracePeriodSeconds", 30) <= needed,
    }
    return {name for name, true in found.items() if true}


def test_right_answers_are_accepted():
    assert exercises.check_replicas(replicas).correct
    assert exercises.check_taken(let_in).correct
    assert exercises.check_flaws(flaws).correct


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda *given: "many", "3 pods would still be too full"),
        (rounded, "3 pods would still be too full"),
        (never_even, "a quarter of the pods"),
        (eager, "Within a tenth of the target"),
        (unlimited, "never more than `most`"),
    ],
)
def test_a_wrong_number_of_pods_is_told_why(answer, hint):
    feedback = exercises.check_replicas(answer)
    assert not feedback.correct
    assert hint in feedback.message


def exact(path, rules):
    taken = True
    for rule in rules:
        if fnmatch.fnmatch(path, rule.removeprefix("!")):
            taken = rule.startswith("!")
    return taken


def beginning(path, rules):
    taken = True
    for rule in rules:
        if rule in ("*", "!*") or path.startswith(rule.removeprefix("!")):
            taken = rule.startswith("!")
    return taken


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda path, rules: "yes", "Return True or False"),
        (lambda path, rules: False, "Without a rule"),
        (lambda path, rules: True, "speaks of everything"),
        (exact, "lets in again, and all below"),
        (
            lambda path, rules: any(r.startswith("!") for r in rules) or not rules,
            "last",
        ),
        (beginning, "only begins like the rule"),
    ],
)
def test_a_wrong_rule_is_told_why(answer, hint):
    feedback = exercises.check_taken(answer)
    assert not feedback.correct
    assert hint in feedback.message


SIXTY = {"terminationGracePeriodSeconds": 60}


def by_pod_alone(pod):
    rooted = not pod.get("securityContext", {}).get("runAsNonRoot")
    return flaws(pod) | ({"root"} if rooted else set())


def none_is_none(pod):
    (container,) = pod["containers"]
    same = container.get("livenessProbe") == container.get("readinessProbe")
    return flaws(pod) | ({"liveness"} if same else set())


def without(name):
    return lambda pod: flaws(pod) - {name}


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (None, "Replace `answer = None`"),
        (lambda pod: "root", "Return a set of names"),
        (lambda pod: {"rot"}, "is none of root, readiness"),
        (lambda pod: {"root"}, "it has no flaw"),
        (lambda pod: set(), "says runAsNonRoot"),
        (by_pod_alone, "says itself that it is not root"),
        (without("readiness"), "no probe asks readiness"),
        (without("liveness"), "restarts what only waits"),
        (without("memory"), "one on the processor"),
        (without("grace"), "do not fit into 45 s"),
        (lambda pod: flaws(SIXTY | pod), "without a period it is 30 s"),
        (none_is_none, "both missing"),
    ],
)
def test_a_wrong_list_of_flaws_is_told_why(answer, hint):
    feedback = exercises.check_flaws(answer)
    assert not feedback.correct
    assert hint in feedback.message
