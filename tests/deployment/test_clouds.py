"""Files for Google Cloud and Azure: known fields, and routes that the service has."""

import copy
import json
import re

import pytest

from cnnbook.deploy import schemas
from cnnbook.serving import Settings
from tests.deployment.programs import DEPLOYMENT, read_yaml
from tests.serving.running import RunningService
from tests.serving.small_model import build_small_version

FILES = schemas.FILES
PROBED = [
    "azure/ml-deployment.yaml",
    "azure/container-app.yaml",
    "gcp/vertex-model.json",
    "gcp/cloud-run.yaml",
    "kserve/inferenceservice.yaml",
    "kubernetes/deployment.yaml",
]


def read(name):
    (document,) = read_yaml(name)  # JSON is YAML, too
    return document


def strings(value):
    """Every text in a document."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in strings(part)]
    return [value] if isinstance(value, str) else []


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    build_small_version(store)
    running = RunningService(Settings(store=store, open=True))
    yield running.client
    running.stop()


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_fields_of_its_service(name):
    assert schemas.problems(read(name), FILES[name]) == []


@pytest.mark.parametrize("name", FILES)
def test_a_field_that_does_not_exist_is_seen(name):
    broken = copy.deepcopy(read(name))
    key = next(key for key in broken if not key.startswith("$"))
    broken[key + "s"] = broken[key]
    (problem,) = schemas.problems(broken, FILES[name])
    assert f"'{key}s' was unexpected" in problem


@pytest.mark.parametrize("name", FILES)
def test_a_field_that_is_missing_is_seen(name):
    broken = copy.deepcopy(read(name))
    key = FILES[name]["required"][0]
    del broken[key]
    assert f"{key!r} is a required property" in schemas.problems(broken, FILES[name])[0]


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        (schemas.PORT, (1, 65_535), (0, 65_536)),
        (schemas.COUNT, (0,), (-1,)),
        (schemas.POSITIVE, (1,), (0,)),
        (schemas.TEXT, ("a",), ("",)),
        (schemas.listed(schemas.TEXT), (["a"],), ([], [""])),
    ],
)
def test_limits_of_values(schema, good, bad):
    assert [schemas.problems(value, schema) for value in good] == [[]] * len(good)
    assert all(schemas.problems(value, schema) for value in bad)


@pytest.mark.parametrize("name", PROBED)
def test_every_route_that_a_platform_asks_is_answered(name, client):
    routes = [text for text in strings(read(name)) if re.match(r"/v[12]/", text)]
    assert len(routes) >= 1
    for route in routes:
        if route.endswith("/predict"):
            answer = client.post(route, json={"instances": [[[0] * 28] * 28]})
        else:
            answer = client.get(route)
        assert answer.status_code == 200, route


def test_vertex_ai_gets_a_prediction_for_each_instance(client):
    route = read("gcp/vertex-model.json")["model"]["containerSpec"]["predictRoute"]
    # what Vertex AI sends and what it demands: instances in, predictions out
    body = {"instances": [[[0] * 28] * 28, [[255] * 28] * 28]}
    answer = client.post(route, json=body)
    assert len(answer.json()["predictions"]) == 2


@pytest.mark.parametrize("name", PROBED)
def test_settings_in_a_file_are_settings_of_the_service(name):
    text = json.dumps(read(name))
    for setting in re.findall(r"CNNBOOK_(\w+)", text):
        assert setting.lower() in Settings.model_fields, setting


@pytest.mark.parametrize("name", PROBED)
def test_no_image_floats_and_no_secret_is_written_down(name):
    for text in strings(read(name)):
        assert not text.endswith(":latest")
    assert not list(DEPLOYMENT.rglob("keys.json"))


def test_compose_has_two_workers_that_are_ready_before_they_are_asked():
    compose = read("compose.yaml")
    workers = {name for name in compose["services"] if name.startswith("worker-")}
    waits = compose["services"]["balancer"]["depends_on"]
    assert waits == {name: {"condition": "service_healthy"} for name in workers}
    named = (DEPLOYMENT / "nginx/workers.conf").read_text("utf-8")
    assert set(re.findall(r"server ([\w-]+):8080", named)) == workers
    scraped = read("prometheus/prometheus.yml")["scrape_configs"][0]
    targets = scraped["static_configs"][0]["targets"]
    assert {target.split(":")[0] for target in targets} == workers


def test_compose_names_no_floating_image_and_mounts_what_exists():
    for name, service in read("compose.yaml")["services"].items():
        image = service["image"]
        assert image == "cnnbook-serving" or re.search(r":v?\d+\.\d+", image), name
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert not source.startswith("./") or (DEPLOYMENT / source).exists()
