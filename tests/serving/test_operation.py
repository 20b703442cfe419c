"""Metrics, logs, health under drain, the container contract of SageMaker, the page."""

import base64
import hashlib
import io
import json
import logging
import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from cnnbook.serving import metrics
from cnnbook.serving.logs import JsonFormatter
from tests.serving.small_model import expected

PNG = {"content-type": "image/png"}


def samples(client):
    """The scraped values by (name, labels)."""
    text = client.get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found, name, **labels):
    return found[name, tuple(sorted(labels.items()))]


@pytest.fixture
def fresh(run_service):
    return run_service()


def test_predictions_are_counted_by_label_confidence_and_gray_level(fresh, images):
    body = {"instances": images[:6].tolist()}
    fresh.client.post("/v1/models/fashion/predict", json=body)
    found = samples(fresh.client)
    probabilities = expected(images[:6])
    best = probabilities.argmax(axis=1)
    labels = fresh.service.versions.get().predictor.labels
    for k in set(best.tolist()):
        counted = value(
            found, "cnnbook_predictions_total", version="1", label=labels[k]
        )
        assert counted == (best == k).sum()
    assert value(found, "cnnbook_confidence_sum", version="1") == pytest.approx(
        probabilities.max(axis=1).sum(), abs=1e-5
    )
    assert value(found, "cnnbook_input_mean_sum", version="1") == pytest.approx(
        images[:6].mean(axis=(1, 2, 3)).sum()
    )
    assert value(found, "cnnbook_batch_images_sum", version="1") == 6
    in_batches = "cnnbook_batch_images_bucket"
    assert value(found, in_batches, version="1", le="4.0") == 0
    assert value(found, in_batches, version="1", le="8.0") == 1


def test_one_image_alone_is_told_from_two(fresh, images):
    body = {"instances": images[:1].tolist()}
    fresh.client.post("/v1/models/fashion/predict", json=body)
    found = samples(fresh.client)
    assert value(found, "cnnbook_batch_images_bucket", version="1", le="1.0") == 1


def test_edges_rise_and_those_of_batches_double():
    for edges in (metrics.SECONDS, metrics.CONFIDENCES, metrics.GRAY_LEVELS):
        assert list(edges) == sorted(set(edges))
    assert list(metrics.SIZES) == [2**k for k in range(11)]


def test_requests_are_counted_by_route_and_status(fresh):
    for path in ("/v2/models/fashion", "/v2/models/shoes", "/x", "/y"):
        fresh.client.get(path)
    found = samples(fresh.client)
    name, route = "cnnbook_requests_total", "/v2/models/{model}"
    assert value(found, name, route=route, method="GET", status="200") == 1
    assert value(found, name, route=route, method="GET", status="404") == 1
    # paths that do not exist share a name: nobody can fill the memory with them
    assert value(found, name, route="unmatched", method="GET", status="404") == 2
    assert value(found, "cnnbook_request_seconds_count", route=route) == 2
    assert value(found, "cnnbook_requests_in_flight") == 1  # the scrape itself
    assert value(found, "cnnbook_queue_images") == 0
    assert value(found, "process_resident_memory_bytes") > 2**20


def test_a_method_that_does_not_exist_makes_no_series_of_its_own(fresh):
    for method in ("PURGE", "LOCK"):
        fresh.client.request(method, "/v2")
    found = samples(fresh.client)
    methods = {
        dict(labels)["method"] for name, labels in found if "_requests_total" in name
    }
    assert methods <= {"GET", "other"}


def test_the_default_version_is_published(admin):
    admin.put("/admin/default", json={"version": "2"})
    found = samples(admin)
    info = {"model": "fashion"}
    name = "cnnbook_model_info"
    assert value(found, name, version="2", default="true", **info) == 1
    assert value(found, name, version="1", default="false", **info) == 1
    assert sum(series == name for series, _ in found) == 2  # no stale ones


@pytest.fixture
def lines():
    """What the service logs during a test, as JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("cnnbook.serving")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


@pytest.mark.parametrize("verb", ["predict", "explain"])
def test_a_request_is_one_line_of_json_without_its_image(
    fresh, images, file_of, lines, verb
):
    data = file_of(images[0])
    answer = fresh.client.post(
        f"/v1/models/fashion/{verb}",
        content=data,
        headers=PNG | {"x-request-id": "abc-1"},
    )
    (line,) = lines()
    assert answer.headers["x-request-id"] == line["request_id"] == "abc-1"
    assert (line["status"], line["method"], line["level"]) == (200, "POST", "info")
    assert line["path"] == f"/v1/models/fashion/{verb}"
    assert (line["version"], line["label"], line["images"]) == ("1", "Ankle boot", 1)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert set(line) <= {
        *("time", "level", "logger", "message", "request_id", "method", "path"),
        *("status", "ms", "caller", "client", "version", "images", "label"),
        "confidence",
    }


def test_the_caller_is_named_and_his_key_is_not(admin, keys, lines):
    admin.get("/v2/models/fashion")
    (line,) = lines()
    assert line["caller"] == "a-admin"
    assert keys[1]["admin"] not in json.dumps(line)


@pytest.mark.parametrize("given", ['"}\\n{"x', "a b", "x" * 65, ""])
def test_an_id_that_could_forge_a_line_is_replaced(fresh, lines, given):
    answer = fresh.client.get("/v2", headers={"x-request-id": given})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["x-request-id"])
    assert len(lines()) == 1


def test_while_it_drains_it_is_not_ready_and_still_answers(fresh, images):
    fresh.service.draining = True
    ready = fresh.client.get("/v2/health/ready")
    assert ready.status_code == 503
    assert ready.json()["error"] == "not ready"
    assert fresh.client.get("/ping").status_code == 503
    assert fresh.client.get("/v2/health/live").status_code == 200
    answer = fresh.client.post("/invocations", json={"instances": images[:1].tolist()})
    assert answer.status_code == 200
    assert answer.headers["connection"] == "close"  # so that none is cut later
    assert value(samples(fresh.client), "cnnbook_draining") == 1


def test_the_container_contract_of_sagemaker(client, images, file_of):
    ping = client.get("/ping")
    assert (ping.status_code, ping.content) == (200, b"")
    for sent in (
        {"json": {"instances": images[:1].tolist()}},
        {"content": file_of(images[0]), "headers": PNG},
    ):
        answer = client.post("/invocations", **sent).json()
        top = answer["predictions"][0]["top"]
        assert top[0]["probability"] == pytest.approx(expected(images[:1]).max())


def test_the_page_is_whole_in_itself_and_runs_no_other_script(client):
    answer = client.get("/")
    html = answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", html)
    assert "{{model}}" not in html
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
