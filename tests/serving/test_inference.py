"""The Open Inference Protocol v2 over HTTP; tritonclient is in test_process.py."""

import numpy as np
import orjson
import pytest

from tests.serving.small_model import expected

INFER = "/v2/models/fashion/infer"


def tensor(images, **more):
    shape = list(images.shape)
    return {"name": "image", "datatype": "UINT8", "shape": shape, **more}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v2/health/live", {"live": True}),
        ("/v2/health/ready", {"ready": True}),
        ("/v2/models/fashion/ready", {"name": "fashion", "ready": True}),
        ("/v2/models/fashion/versions/1/ready", {"name": "fashion", "ready": True}),
    ],
)
def test_health(client, path, answer):
    assert client.get(path).json() == answer


def test_the_server_says_what_it_speaks(client):
    assert client.get("/v2").json()["extensions"] == ["binary_tensor_data"]


@pytest.mark.parametrize(
    "path", ["/v2/models/fashion", "/v2/models/fashion/versions/1"]
)
def test_the_metadata_say_what_goes_in_and_comes_out(client, path):
    metadata = client.get(path).json()
    assert metadata["name"] == "fashion"
    assert metadata["versions"] == ["1"]
    assert metadata["inputs"] == [
        {"name": "image", "datatype": "UINT8", "shape": [-1, 28, 28, 1]}
    ]
    assert metadata["outputs"] == [
        {"name": "probabilities", "datatype": "FP32", "shape": [-1, 10]}
    ]
    assert metadata["parameters"]["labels"][8] == "Bag"


@pytest.mark.parametrize("path", ["", "/ready", "/versions/7", "/versions/7/ready"])
def test_what_is_not_loaded_is_404(client, path):
    model = "fashion" if "versions" in path else "shoes"
    answer = client.get(f"/v2/models/{model}{path}")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


@pytest.mark.parametrize("path", [INFER, "/v2/models/fashion/versions/1/infer"])
def test_numbers_in_json(client, images, path):
    data = images[:3].ravel().tolist()
    asked = {"id": "7", "inputs": [tensor(images[:3], data=data)]}
    answer = client.post(path, json=asked).json()
    (output,) = answer.pop("outputs")
    assert answer == {"model_name": "fashion", "model_version": "1", "id": "7"}
    assert output["shape"] == [3, 10]
    found = np.reshape(output["data"], (3, 10))
    np.testing.assert_allclose(found, expected(images[:3]), atol=1e-6)


def test_binary_in_and_out(client, images):
    raw = images[:3].tobytes()
    head = orjson.dumps(
        {
            "inputs": [tensor(images[:3], parameters={"binary_data_size": len(raw)})],
            "parameters": {"binary_data_output": True},
        }
    )
    header = "inference-header-content-length"
    answer = client.post(INFER, content=head + raw, headers={header: str(len(head))})
    end = int(answer.headers[header])
    assert answer.headers["content-type"] == "application/octet-stream"
    found = np.frombuffer(answer.content[end:], "<f4").reshape(3, 10)
    np.testing.assert_allclose(found, expected(images[:3]), atol=1e-6)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{}", {"inference-header-content-length": "-1"}, 400),
        (b"{}", {"content-encoding": "gzip"}, 415),
    ],
)
def test_a_wrong_request_has_an_error(client, content, headers, status):
    answer = client.post(INFER, content=content, headers=headers)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
