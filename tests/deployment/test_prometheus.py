"""Alert rules fire when they should; dashboards ask for metrics that exist."""

import json
import re
import shutil

import numpy as np
import pytest
import yaml

from cnnbook.data import load_fashion_mnist
from cnnbook.serving import Settings
from cnnbook.serving.metrics import Metrics
from tests.deployment.programs import DEPLOYMENT, program, read_yaml, run

PROMETHEUS = DEPLOYMENT / "prometheus"
DASHBOARD = DEPLOYMENT / "grafana/dashboards/serving.json"
NAME = re.compile(r"\b(?:cnnbook|process)(?:_\w+|:\w+)+(?::\w+)*")


def rules():
    """Every rule of the files that prometheus.yml names."""
    (config,) = read_yaml("prometheus/prometheus.yml")
    return [
        rule
        for name in config["rule_files"]
        for document in read_yaml(f"prometheus/{name}")
        for group in document["groups"]
        for rule in group["rules"]
    ]


def panels():
    return json.loads(DASHBOARD.read_text("utf-8"))["panels"]


def expressions():
    """Every PromQL expression of rules and dashboard."""
    shown = [target["expr"] for panel in panels() for target in panel["targets"]]
    return [*shown, *(rule["expr"] for rule in rules())]


def exported():
    """The names of all samples that a worker exports once it has answered."""
    metrics = Metrics()
    metrics.batch_observer("1")(1)
    metrics.request("/", "GET", 200, 0.1)
    metrics.predictions("1", ["a"], np.zeros((1, 28, 28, 1)), np.ones((1, 1)))
    metrics.set_versions("fashion", ["1"], "1")
    lines = metrics.exposition().decode().splitlines()
    return {re.split("[ {]", line)[0] for line in lines if not line.startswith("#")}


def test_prometheus_reads_its_configuration():
    checked = run(program("promtool"), "check", "config", PROMETHEUS / "prometheus.yml")
    assert checked.returncode == 0, checked.stderr


def test_every_alert_fires_when_it_should_and_not_before():
    tested = run(program("promtool"), "test", "rules", PROMETHEUS / "rules_test.yml")
    assert tested.returncode == 0, tested.stdout + tested.stderr
    text = (PROMETHEUS / "rules_test.yml").read_text("utf-8")
    for alert in (rule["alert"] for rule in rules() if "alert" in rule):
        assert f"alertname: {alert}\n" in text, f"{alert} has no test that it fires"


def test_a_threshold_that_is_wrong_fails_the_test_of_the_rules(tmp_path):
    folder = shutil.copytree(PROMETHEUS, tmp_path / "prometheus")
    text = (folder / "rules.yml").read_text("utf-8")
    changed = text.replace(
        "cnnbook:errors:share5m > 0.01", "cnnbook:errors:share5m > 1"
    )
    assert changed != text
    (folder / "rules.yml").write_text(changed)
    tested = run(program("promtool"), "test", "rules", folder / "rules_test.yml")
    assert tested.returncode == 1
    assert "alertname: Errors" in tested.stdout + tested.stderr


def test_every_expression_of_the_dashboard_is_promql(tmp_path):
    group = {
        "name": "dashboard",
        "rules": [
            {"record": f"panel:{i}", "expr": expression}
            for i, expression in enumerate(expressions())
        ],
    }
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [group]}))
    checked = run(program("promtool"), "check", "rules", path)
    assert checked.returncode == 0, checked.stderr
    group["rules"][0]["expr"] = "sum(rate(cnnbook_requests_total[1m])"
    path.write_text(yaml.safe_dump({"groups": [group]}))
    assert run(program("promtool"), "check", "rules", path).returncode == 1


def test_rules_and_panels_ask_for_what_is_exported_or_recorded():
    known = exported() | {rule["record"] for rule in rules() if "record" in rule}
    for expression in expressions():
        assert set(NAME.findall(expression)) <= known, expression


def test_panels_do_not_overlap_and_say_what_they_show():
    cells = set()
    for panel in panels():
        place = panel["gridPos"]
        own = {
            (place["x"] + i, place["y"] + j)
            for i in range(place["w"])
            for j in range(place["h"])
        }
        assert not cells & own, panel["title"]
        assert max(x for x, _ in own) < 24
        cells |= own
        assert panel["title"]
        assert panel["description"]


def test_the_dashboard_is_provisioned_from_where_compose_puts_it():
    (compose,) = read_yaml("compose.yaml")
    mounts = dict(
        mount.split(":")[:2] for mount in compose["services"]["grafana"]["volumes"]
    )
    (source,) = read_yaml("grafana/provisioning/dashboards/files.yaml")
    path = source["providers"][0]["options"]["path"]
    assert path == mounts["./grafana/dashboards"]
    (datasource,) = read_yaml("grafana/provisioning/datasources/prometheus.yaml")
    uids = {panel["datasource"]["uid"] for panel in panels()}
    assert uids == {datasource["datasources"][0]["uid"]}


def test_the_alert_of_the_queue_comes_before_the_queue_is_full():
    (rule,) = [rule for rule in rules() if rule.get("alert") == "QueueFull"]
    threshold = int(re.search(r"images\[2m\]\) > (\d+)", rule["expr"])[1])
    assert threshold == 0.75 * Settings(open=True).max_queue


def test_the_reference_of_gray_levels_is_that_of_the_test_set():
    means = load_fashion_mnist().test_images.mean(axis=(1, 2, 3))
    values = {rule.get("record"): rule["expr"] for rule in rules()}
    reference, tolerance = (
        float(values[f"cnnbook:input_mean:{name}"][len("vector(") : -1])
        for name in ("reference", "tolerance")
    )
    assert reference == pytest.approx(means.mean(), abs=0.1)
    # an alert by chance is rarer than one in ten thousand windows of 500 images
    assert 4 < tolerance / (means.std() / np.sqrt(500)) < 5
