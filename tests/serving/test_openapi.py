"""The OpenAPI document: every path, every status, examples that work."""

import pytest


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_every_path_is_documented(document):
    assert set(document["paths"]) == {
        "/v1/models/{model}/predict",
        "/v1/models/{model}/versions/{version}/predict",
        "/v1/models/{model}/explain",
        "/v2",
        "/v2/health/live",
        "/v2/health/ready",
        "/v2/models/{model}",
        "/v2/models/{model}/ready",
        "/v2/models/{model}/infer",
        "/v2/models/{model}/versions/{version}",
        "/v2/models/{model}/versions/{version}/ready",
        "/v2/models/{model}/versions/{version}/infer",
        "/admin/versions",
        "/admin/versions/{version}/load",
        "/admin/versions/{version}/unload",
        "/admin/default",
        "/admin/rollback",
        "/metrics",
        "/ping",
        "/invocations",
    }


def test_every_error_is_described_and_has_the_schema_of_errors(document):
    for path, method, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        statuses = {int(status) for status in operation["responses"]}
        assert {200, 401, 404, 405, 422, 429, 500} <= statuses, (path, method)
        if method in ("post", "put"):
            assert {408, 413} <= statuses, (path, method)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                (content,) = response["content"].values()
                assert content["schema"]["$ref"].endswith("/Error"), (path, status)


def test_the_two_ways_of_sending_a_key_are_told_where_one_is_needed(document, admin):
    assert set(document["components"]["securitySchemes"]) == {"key", "bearer"}
    assert "security" not in document["paths"]["/v2"]["get"]  # an open service
    assert document["paths"]["/admin/versions"]["get"]["security"]
    closed = admin.get("/openapi.json").json()["paths"]
    assert closed["/v2"]["get"]["security"]
    assert "security" not in closed["/v2/health/live"]["get"]


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/v1/models/fashion/predict", "/v1/models/{model}/predict"),
        ("/v2/models/fashion/infer", "/v2/models/{model}/infer"),
        ("/invocations", "/invocations"),
    ],
)
def test_the_examples_are_answered(client, document, path, schema):
    content = document["paths"][schema]["post"]["requestBody"]["content"]
    example = content["application/json"]["schema"]["example"]
    assert client.post(path, json=example).status_code == 200
