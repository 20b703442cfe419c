"""Checkers of the exercises on *Containers and clouds*."""

import copy
from collections.abc import Callable

from cnnbook.deploy.containers import let_in
from cnnbook.deploy.scaling import desired_replicas
from cnnbook.exercises.feedback import Feedback, as_numbers, call, right, wrong

SCALES = (  # current, utilization, target, least, most, what is probably overlooked
    (2, 100, 60, 2, 10, "2 * 100 / 60 is 3.3, and 3 pods would still be too full."),
    (4, 15, 60, 1, 10, "A quarter of the target needs a quarter of the pods."),
    (3, 80, 60, 1, 10, "3 * 80 / 60 is exactly 4; do not round before you divide."),
    (4, 64, 60, 1, 10, "Within a tenth of the target nothing happens."),
    (10, 100, 92, 1, 20, "100 / 92 is 1.09, within a tenth of the target."),
    (8, 100, 60, 2, 10, "There are never more than `most`."),
    (4, 0, 60, 2, 10, "There are never fewer than `least`."),
    (1, 61, 60, 2, 10, "The limits hold where the tolerance says to stay, too."),
)
RULES = (  # path, rules, what is probably overlooked
    ("keys.json", [], "Without a rule everything is taken along."),
    ("keys.json", ["*"], "`*` speaks of everything."),
    ("cnnbook/app.py", ["*", "!cnnbook"], "`!` lets in again, and all below."),
    ("cnnbook/app.py", ["!cnnbook", "*"], "The last rule that speaks of it decides."),
    ("cnnbook/data/x.gz", ["*", "!cnnbook/serving"], "It is beside what is let in."),
    ("cnnbook_keys.json", ["*", "!cnnbook"], "A name that only begins like the rule."),
    ("a/b/keys.json", ["a/b"], "A rule speaks of a folder at any depth above."),
    ("a/b", ["a", "!a/b", "a/b"], "Three rules speak of it, and the last one counts."),
)
POD = {
    "terminationGracePeriodSeconds": 45,
    "securityContext": {"runAsNonRoot": True},
    "containers": [
        {
            "name": "server",
            "image": "registry.example.com/cnnbook-serving:1",
            "resources": {"requests": {"cpu": "1"}, "limits": {"memory": "512Mi"}},
            "readinessProbe": {"httpGet": {"path": "/v2/health/ready", "port": 8080}},
            "livenessProbe": {"httpGet": {"path": "/v2/health/live", "port": 8080}},
            "lifecycle": {"preStop": {"sleep": {"seconds": 5}}},
        }
    ],
}
DRAINS = 32  # seconds that the service takes at most, from SIGTERM on
FLAWS = ("root", "readiness", "liveness", "memory", "grace")


def check_replicas(
    answer: Callable[[int, float, float, int, int], int],
) -> Feedback:
    """Does `answer(current, utilization, target, least, most)` count the pods?"""
    for current, utilization, target, least, most, hint in SCALES:
        value, failure = call(answer, current, utilization, target, least, most)
        if failure:
            return failure
        expected = desired_replicas(
            current, utilization, target, least=least, most=most
        )
        found = as_numbers(value)
        if found is None or found.shape != () or found != expected:
            return wrong(
                f"With {current} pods at {utilization} % and a target of {target} %, "
                f"from {least} to {most}, you gave {value!r}. {hint}"
            )
    return right("That is the whole controller; the rest of it is patience.")


def check_taken(answer: Callable[[str, list[str]], bool]) -> Feedback:
    """Does `answer(path, rules)` say whether a file comes into the image?"""
    for path, rules, hint in RULES:
        value, failure = call(answer, path, list(rules))
        if failure:
            return failure
        if not isinstance(value, bool):
            return wrong(f"Return True or False, got {value!r}.")
        if value is not let_in(path, rules):
            return wrong(f"For {path} and the rules {rules} you say {value}. {hint}")
    return right("And whoever writes the last rule writes the image.")


def check_flaws(answer: Callable[[dict], set[str]]) -> Feedback:
    """Does `answer(pod)` name what is wrong with the specification of a pod?"""
    for pod, expected, hint in _pods():
        value, failure = call(answer, copy.deepcopy(pod))
        if failure:
            return failure
        if not isinstance(value, set | frozenset | list | tuple):
            return wrong(f"Return a set of names, such as {{'root'}}; got {value!r}.")
        unknown = sorted(set(map(str, value)) - set(FLAWS))
        if unknown:
            return wrong(f"{unknown[0]!r} is none of {', '.join(FLAWS)}.")
        if set(value) != expected:
            named = ", ".join(sorted(value)) or "nothing"
            return wrong(f"You name {named}: {hint}")
    return right("A cluster would have taken each of them without a word.")


def _pods() -> list[tuple[dict, set[str], str]]:
    """Pods, what is wrong with each, and what a wrong answer probably overlooks."""

    def changed(**given: object) -> dict:
        """The good pod with other fields in its container; None takes one away."""
        pod = copy.deepcopy(POD)
        container = pod["containers"][0] | given
        pod["containers"] = [{k: v for k, v in container.items() if v is not None}]
        return pod

    waits = {"preStop": {"sleep": {"seconds": 20}}}
    impatient = copy.deepcopy(POD)
    del impatient["terminationGracePeriodSeconds"]
    rooted = copy.deepcopy(POD)
    del rooted["securityContext"]
    own = changed(securityContext={"runAsNonRoot": True})
    del own["securityContext"]
    return [
        (POD, set(), "but this is the pod of this page, and it has no flaw."),
        (rooted, {"root"}, "but nothing here says runAsNonRoot."),
        (own, set(), "but the container says itself that it is not root."),
        (
            changed(securityContext={"runAsNonRoot": False}),
            {"root"},
            "but what a container says comes before what the pod says.",
        ),
        (changed(readinessProbe=None), {"readiness"}, "but no probe asks readiness."),
        (
            changed(livenessProbe=POD["containers"][0]["readinessProbe"]),
            {"liveness"},
            "but the liveness probe asks for readiness, and restarts what only waits.",
        ),
        (
            changed(livenessProbe=None, resources={"limits": {"cpu": "1"}}),
            {"memory"},
            "but the limit is one on the processor (and a pod without a liveness "
            "probe is slow to be restarted, not wrong).",
        ),
        (changed(resources=None), {"memory"}, "but there are no limits at all."),
        (
            changed(lifecycle=waits),
            {"grace"},
            f"but 20 s of preStop and {DRAINS} s of draining do not fit into 45 s.",
        ),
        (
            impatient,
            {"grace"},
            f"but without a period it is 30 s, and 5 s and {DRAINS} s are more.",
        ),
        (
            changed(readinessProbe=None, livenessProbe=None, lifecycle=None),
            {"readiness"},
            "but two probes that are both missing do not ask the same.",
        ),
    ]
