"""Bodies, forms, addresses and headers that nobody should send."""

from tools.hostile.kinds import EXPLAIN, PREDICT, kind, upload


@kind
def too_large(rng):
    return upload(rng, b"\0" * (9 * 2**20))


@kind
def broken_forms(rng):
    parts = [b"--x", b"\r\n", b"--", b"content-disposition: form-data", b"\r\n\r\n",
             b'; name="image"', b"; filename=a", b"\0", rng.bytes(9)]  # fmt: skip
    body = b"".join(parts[i] for i in rng.integers(0, len(parts), 14))
    boundaries = (
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "multipart/form-data; boundary=",
    )
    return "POST", PREDICT, {"content-type": str(rng.choice(boundaries))}, body


@kind
def strange_addresses(rng):
    paths = (
        *("/v1/models/%2e%2e/predict", "/v1/models/%00/predict", "/%ff", "//"),
        *("/a" * 2000, "/v2/models/" + "x" * 5000, PREDICT + "?" + "a=1&" * 2000),
        *(PREDICT + "?top_k=" + "9" * 20, PREDICT + "?top_k=%00"),
        *(EXPLAIN + "?label=%ff", "/v2/models/fashion/versions/1e9/infer"),
        "/admin/versions/..%2f..%2fetc/load",
    )
    method = str(
        rng.choice(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
    )
    return method, str(rng.choice(paths)), {"content-type": "application/json"}, b"{}"


@kind
def strange_headers(rng):
    types = ("", ";", "image/", "x" * 5000, "application/json;charset=\xff")
    headers = {
        "content-type": str(rng.choice(types)),
        "content-encoding": str(rng.choice(["gzip", "identity", "br", ""])),
        "x-request-id": str(rng.choice(["a", "{}", "x" * 4000])),
    }
    return "POST", PREDICT, headers, rng.bytes(40)
