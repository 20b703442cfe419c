"""Numbers in JSON and in binary that are no images."""

import json

import numpy as np

from tools.hostile.kinds import (
    EXPLAIN,
    HEADER,
    INFER,
    INVOKE,
    PREDICT,
    as_json,
    kind,
    tensor_document,
)

VALUES = ("NaN", "Infinity", "-Infinity", "1e999", "-1", "256", "0.5", "null", '"7"',
          "true", "{}", "[]", "9" * 400, "1e5", "[[[[1]]]]", '"\\ud800"')  # fmt: skip


@kind
def strange_numbers(rng):
    value = VALUES[rng.integers(len(VALUES))]
    row = "[" + ",".join(["0"] * 27 + [value]) + "]"
    if rng.random() < 0.5:
        body = '{"instances": [[' + ",".join([row] * 28) + "]]}"
        return as_json(str(rng.choice([PREDICT, EXPLAIN, INVOKE])), body.encode())
    body = tensor_document().replace(
        "null", "[" + ",".join(["0"] * 783 + [value]) + "]"
    )
    return as_json(INFER, body.encode())


@kind
def wrong_shapes(rng):
    shape = [int(n) for n in rng.choice([0, 1, 2, 27, 28, 29], rng.integers(0, 5))]
    data = np.zeros(shape, int).tolist()
    if rng.random() < 0.5:
        return as_json(PREDICT, json.dumps({"instances": data}).encode())
    stated = shape if rng.random() < 0.5 else [1, 28, 28, 1]
    body = tensor_document(shape=stated).replace("null", json.dumps(data))
    return as_json(INFER, body.encode())


@kind
def ragged(rng):
    rows = [[0] * int(n) for n in rng.integers(0, 40, 28)]
    return as_json(PREDICT, json.dumps({"instances": [rows]}).encode())


@kind
def deep_json(rng):
    depth = int(rng.choice([50, 65, 1000, 1023, 1025, 100_000]))
    opening, closing = (b"[", b"]") if rng.random() < 0.5 else (b'{"a":', b"}")
    body = opening * depth + b"1" + closing * depth
    if rng.random() < 0.7:
        body = b'{"instances": ' + body + b"}"
    return as_json(str(rng.choice([PREDICT, INFER])), body)


@kind
def huge_arrays(rng):
    number = int(rng.choice([300, 3000, 50_000]))
    if rng.random() < 0.5:
        return as_json(PREDICT, b'{"instances": [' + b"[]," * number + b"[]]}")
    image = json.dumps(np.zeros((28, 28), int).tolist())
    body = '{"instances": [' + ",".join([image] * min(number, 600)) + "]}"
    return as_json(PREDICT, body.encode())


@kind
def broken_json(rng):
    good = bytearray(tensor_document().replace("null", "[0]").encode())
    for place in rng.integers(0, len(good), rng.integers(1, 5)):
        good[place] = rng.integers(256)
    return as_json(str(rng.choice([PREDICT, INFER])), bytes(good))


@kind
def wrong_binary(rng):
    size = int(rng.choice([784, 783, 0, -1, 2**40]))
    head = tensor_document(parameters={"binary_data_size": size}).replace(
        '"data": null, ', ""
    )
    raw = rng.bytes(int(rng.choice([784, 783, 0])))
    length = str(rng.choice([str(len(head)), "-1", "0", "x", "9" * 30, "1"]))
    return "POST", INFER, {HEADER: length}, head.encode() + raw
