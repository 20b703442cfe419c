"""The v2 protocol: what is read, what is written, what is refused."""

import json

import numpy as np
import orjson
import pytest

from cnnbook.serving.errors import RequestError
from cnnbook.serving.tensors import InferRequest, infer_response, parse_infer

SHAPE = (28, 28, 1)


def document(data, n=1, **changes):
    tensor = {"name": "image", "datatype": "UINT8", "shape": [n, 28, 28, 1]}
    if data is not None:
        tensor["data"] = data
    return {"inputs": [tensor | changes]}


def parse(given, raw=b"", header=None, most=9):
    head = given if isinstance(given, bytes) else json.dumps(given).encode()
    if raw and header is None:
        header = str(len(head))
    return parse_infer(head + raw, header, SHAPE, most)


@pytest.mark.parametrize("flat", [True, False])
def test_numbers_are_read_flat_and_nested(images, flat):
    data = images[:2].ravel().tolist() if flat else images[:2].tolist()
    asked = parse(document(data, 2) | {"id": "a"})
    assert (asked.images == images[:2]).all()
    assert (asked.id, asked.binary) == ("a", False)


def test_binary_data_are_read(images):
    size = {"binary_data_size": 2 * 784}
    asked = parse(document(None, 2, parameters=size), images[:2].tobytes())
    assert (asked.images == images[:2]).all()


@pytest.mark.parametrize(
    ("more", "binary"),
    [
        ({}, False),
        ({"parameters": {"binary_data_output": True}}, True),
        ({"outputs": [{"name": "probabilities"}]}, False),
        (
            {
                "outputs": [
                    {"name": "probabilities", "parameters": {"binary_data": True}}
                ]
            },
            True,
        ),
        (
            {
                "outputs": [
                    {"name": "probabilities", "parameters": {"binary_data": False}}
                ],
                "parameters": {"binary_data_output": True},
            },
            False,
        ),
    ],
)
def test_the_form_of_the_answer_is_asked_for(more, binary):
    assert parse(document([0] * 784) | more).binary is binary


GOOD = document([0] * 784)
NO_DATA = {"parameters": {"binary_data_size": 784}}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (b"", "must be JSON"),
        (b"[1]", "must be a JSON object"),
        (b"[" * 5000 + b"]" * 5000, "must be JSON"),
        (b'{"inputs": NaN}', "must be JSON"),
        ({}, "`inputs` must be a list of one tensor"),
        ({"inputs": GOOD["inputs"] * 2}, "`inputs` must be a list of one tensor"),
        ({"inputs": [7]}, "the input must be called 'image'"),
        (document([0] * 784, name="x"), "the input must be called 'image'"),
        (document([0.5] * 784, datatype="FP32"), "Do not scale them"),
        (document([0] * 784, shape=[1, 784]), "`shape` must be"),
        (document([0] * 784, shape=[True, 28, 28, 1]), "`shape` must be"),
        (document([0] * 784, shape=[0, 28, 28, 1]), "`shape` must be"),
        (document([0] * 783), "flat or nested"),
        (document([[0] * 784]), "flat or nested"),
        (document([0.5] * 784), "Do not scale them"),
        (document([300] * 784), "values from 300 to 300"),
        (document("0" * 784), "`data` must be a list"),
        (document(None), "`data` must be a list"),
        (document(None, **NO_DATA), "784 bytes of binary data must come"),
        (document([0] * 784, **NO_DATA), "not both"),
        (document([0] * 784, parameters=[]), "`parameters` must be an object"),
        (GOOD | {"id": 7}, "`id` must be a text"),
        (GOOD | {"outputs": []}, "`outputs` must be a list of one"),
        (GOOD | {"outputs": [{"name": "x"}]}, "the only output"),
    ],
)
def test_a_wrong_request_is_400(given, message):
    with pytest.raises(RequestError, match=message) as caught:
        parse(given)
    assert caught.value.status == 400


@pytest.mark.parametrize("header", ["-1", "x", "99999", "9" * 5000, "٣"])
def test_a_wrong_length_of_the_json_part_is_400(header):
    with pytest.raises(RequestError, match="the number of bytes of JSON"):
        parse(GOOD, b"raw", header)


@pytest.mark.parametrize("size", [783, "784", True, None])
def test_a_wrong_size_of_binary_data_is_400(size):
    with pytest.raises(RequestError, match="binary"):
        parse(document(None, parameters={"binary_data_size": size}), b"\0" * 784)


def test_too_many_images_are_413():
    with pytest.raises(RequestError, match="at most 9") as caught:
        parse(document([], shape=[10, 28, 28, 1]))
    assert caught.value.status == 413


PROBABILITIES = np.array([[0.25, 0.75], [1.0, 0.0]], np.float32)


def test_an_answer_in_json_by_hand(images):
    body, headers = infer_response(
        InferRequest(images[:2], "a", False), "m", "3", PROBABILITIES
    )
    assert headers == {"content-type": "application/json"}
    assert orjson.loads(body) == {
        "model_name": "m",
        "model_version": "3",
        "id": "a",
        "outputs": [
            {
                "name": "probabilities",
                "datatype": "FP32",
                "shape": [2, 2],
                "data": [0.25, 0.75, 1.0, 0.0],
            }
        ],
    }


def test_an_answer_in_binary_by_hand(images):
    body, headers = infer_response(
        InferRequest(images[:2], None, True), "m", "3", PROBABILITIES
    )
    end = int(headers["inference-header-content-length"])
    head = orjson.loads(body[:end])
    assert "id" not in head
    assert head["outputs"][0]["parameters"] == {"binary_data_size": 16}
    assert "data" not in head["outputs"][0]
    assert np.frombuffer(body[end:], "<f4").tolist() == [0.25, 0.75, 1.0, 0.0]
