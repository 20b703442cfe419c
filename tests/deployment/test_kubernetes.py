"""Kubernetes, KServe and Cloud Run: every field is known, every number fits."""

import copy
import shutil

import kubernetes_validate
import pytest

from cnnbook.serving import Settings
from tests.deployment.programs import DEPLOYMENT, read_yaml, run

VERSION = "1.34"
MANIFESTS = [
    f"kubernetes/{path.name}"
    for path in sorted((DEPLOYMENT / "kubernetes").glob("*.yaml"))
    if path.name != "kustomization.yaml"
]
# what KServe adds to a pod in `predictor`: ComponentExtensionSpec of its API v1beta1
# (pkg/apis/serving/v1beta1/component.go), from its documentation, not from a cluster
KSERVE = {
    "annotations": dict,
    "batcher": dict,
    "canaryTrafficPercent": int,
    "containerConcurrency": int,
    "labels": dict,
    "logger": dict,
    "maxReplicas": int,
    "minReplicas": int,
    "scaleMetric": str,
    "scaleTarget": int,
    "timeout": int,
}
# and Knative's RevisionSpec, which Cloud Run reads
KNATIVE = {"containerConcurrency": int, "timeoutSeconds": int}


def validate(document):
    kubernetes_validate.validate(document, VERSION, strict=True)


def validate_pod(spec, extension):
    """Check `spec` as that of a pod, without the fields of `extension`."""
    for name, kind in extension.items():
        assert isinstance(spec.get(name, kind()), kind), name
    pod = {name: value for name, value in spec.items() if name not in extension}
    validate(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": pod}
    )


def deployment():
    (document,) = read_yaml("kubernetes/deployment.yaml")
    return document


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_manifest_has_known_fields_of_the_right_type(name):
    for document in read_yaml(name):
        validate(document)


def test_a_typo_is_caught():
    broken = copy.deepcopy(deployment())
    container = broken["spec"]["template"]["spec"]["containers"][0]
    container["livenesProbe"] = container.pop("livenessProbe")
    with pytest.raises(kubernetes_validate.ValidationError, match="livenesProbe"):
        validate(broken)


def test_kustomize_builds_all_of_them():
    if shutil.which("kubectl") is None:
        pytest.skip("kubectl is no package of Debian 12 that reads these files")
    built = run("kubectl", "kustomize", DEPLOYMENT / "kubernetes")
    assert built.returncode == 0, built.stderr
    assert built.stdout.count("\nkind: ") == len(MANIFESTS)
    assert "image: registry.example.com/cnnbook-serving:1" in built.stdout


def test_every_selector_finds_the_pods():
    labels = deployment()["spec"]["template"]["metadata"]["labels"]
    (service,), (budget,), (network,) = (
        read_yaml(f"kubernetes/{name}.yaml")
        for name in ("service", "disruption", "network")
    )
    assert service["spec"]["selector"] == labels
    assert budget["spec"]["selector"]["matchLabels"] == labels
    assert network["spec"]["podSelector"]["matchLabels"] == labels
    (scaler,) = read_yaml("kubernetes/autoscaler.yaml")
    target = scaler["spec"]["scaleTargetRef"]
    assert target["name"] == deployment()["metadata"]["name"]
    assert scaler["spec"]["minReplicas"] > budget["spec"]["minAvailable"]


def test_a_pod_has_the_time_to_drain():
    spec = deployment()["spec"]["template"]["spec"]
    settings = Settings(open=True)
    sleep = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    needed = sleep + settings.drain + settings.shutdown_timeout
    assert spec["terminationGracePeriodSeconds"] > needed


def test_a_pod_may_do_nothing_but_serve():
    spec = deployment()["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"memory"} <= set(container["resources"]["limits"])


def test_the_service_of_kserve_is_a_pod_with_known_extensions():
    (document,) = read_yaml("kserve/inferenceservice.yaml")
    assert document["apiVersion"] == "serving.kserve.io/v1beta1"
    predictor = document["spec"]["predictor"]
    validate_pod(predictor, KSERVE)
    with pytest.raises(kubernetes_validate.ValidationError, match="maxReplica"):
        validate_pod(predictor | {"maxReplica": 3}, KSERVE)


def test_the_service_of_cloud_run_is_a_pod_with_known_extensions():
    (document,) = read_yaml("gcp/cloud-run.yaml")
    assert document["apiVersion"] == "serving.knative.dev/v1"
    spec = document["spec"]["template"]["spec"]
    validate_pod(spec, KNATIVE)
    broken = copy.deepcopy(spec)
    broken["containers"][0]["imagePath"] = "x"
    with pytest.raises(kubernetes_validate.ValidationError, match="imagePath"):
        validate_pod(broken, KNATIVE)
