"""Limits: requests a second, bytes, and time to send them; each in its own layer."""

import asyncio
import json

import pytest

from cnnbook.serving.limits import BodyLimit, RateLimit, TokenBuckets


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_bucket_gives_a_burst_and_then_its_rate(clock):
    buckets = TokenBuckets(2.0, 3, clock=clock)
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    clock.now = 0.5
    assert [buckets.take("a") for _ in range(2)] == [0, 0.5]
    clock.now = 100.0
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_clients_do_not_share_a_bucket(clock):
    buckets = TokenBuckets(1.0, 1, clock=clock)
    assert [buckets.take(name) for name in "aba"] == [0, 0, 1.0]


def test_a_flood_of_clients_is_not_remembered_for_ever(clock):
    buckets = TokenBuckets(1.0, 1, clock=clock)
    for number in range(25_000):
        clock.now += 0.001
        buckets.take(str(number))
    assert len(buckets._buckets) <= 10_001


async def echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def call(app, parts=(b"",), *, pause=0.0, method="POST", headers=(), **scope):
    """Send `parts` of a body one after the other; (status, headers, body)."""
    scope = {
        "type": "http",
        "method": method,
        "path": "/v1/models/m/predict",
        "headers": list(headers),
        "client": ("10.0.0.1", 5),
        "state": {},
    } | scope
    rest, sent = list(parts), []

    async def receive():
        await asyncio.sleep(pause)
        if not rest:
            return {"type": "http.disconnect"}
        part = rest.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(rest)}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    if not sent:
        return None
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


def body_limit(max_body=10, max_bodies=100, seconds=5.0):
    return BodyLimit(echo, max_body=max_body, max_bodies=max_bodies, seconds=seconds)


def test_a_body_in_parts_arrives_whole():
    assert call(body_limit(), [b"abc", b"", b"def"]) == (200, {}, b"abcdef")


@pytest.mark.parametrize("parts", [[b"x" * 11], [b"x" * 6, b"x" * 5], [b"x"] * 11])
def test_a_body_that_grows_too_large_is_413_and_the_connection_closed(parts):
    status, headers, body = call(body_limit(), parts)
    assert status == 413
    assert headers[b"connection"] == b"close"
    assert json.loads(body) == {"error": "a body must have at most 10 bytes."}


def test_a_body_is_refused_on_the_word_of_its_head():
    limit = body_limit()
    status, _, _ = call(limit, [], headers=[(b"content-length", b"11")])
    assert status == 413


def test_a_slow_body_is_408():
    status, headers, _ = call(body_limit(seconds=0.05), [b"x"] * 9, pause=0.02)
    assert status == 408
    assert headers[b"connection"] == b"close"


def test_a_caller_who_goes_away_is_not_answered():
    assert call(body_limit(), []) is None


def test_all_bodies_together_are_bounded_and_given_back():
    limit = body_limit(max_body=50, max_bodies=40)
    status, headers, _ = call(limit, [b"x" * 41])
    assert (status, headers[b"retry-after"]) == (503, b"1")
    assert limit._held == 0
    assert call(limit, [b"x" * 40])[0] == 200


def test_bytes_are_given_back_when_the_route_fails():
    async def broken(scope, receive, send):
        raise RuntimeError("no")

    limit = BodyLimit(broken, max_body=10, max_bodies=10, seconds=5)
    with pytest.raises(RuntimeError, match="no"):
        call(limit, [b"abc"])
    assert limit._held == 0


def test_too_many_requests_are_429_with_the_time_to_wait(clock):
    limit = RateLimit(echo, TokenBuckets(0.1, 1, clock=clock))
    assert call(limit)[0] == 200
    status, headers, body = call(limit)
    assert (status, headers[b"retry-after"]) == (429, b"10")
    assert json.loads(body) == {"error": "too many requests."}


def test_a_caller_with_a_key_is_counted_by_his_name(clock):
    limit = RateLimit(echo, TokenBuckets(0.1, 1, clock=clock))
    callers = ["a", "b", None, "a"]
    statuses = [call(limit, state={"caller": name})[0] for name in callers]
    assert statuses == [200, 200, 200, 429]


def test_health_checks_are_not_counted(clock):
    limit = RateLimit(echo, TokenBuckets(0.1, 1, clock=clock))
    assert [call(limit, path="/v2/health/live")[0] for _ in range(3)] == [200] * 3


def test_the_service_has_these_limits(run_service):
    client = run_service(max_body=1024, rate=0.01, burst=2).client
    assert client.post("/v1/models/fashion/predict", content=b"x" * 2000).is_error
    assert client.get("/v2/models/fashion").status_code == 200
    assert client.get("/v2/models/fashion").status_code == 429
    assert client.get("/v2/health/ready").status_code == 200


def test_a_slow_sender_is_let_go_and_others_are_answered(run_service, images):
    client = run_service(body_timeout=0.2).client

    def trickle():
        import time

        for _ in range(20):
            yield b"x"
            time.sleep(0.05)

    assert client.post("/invocations", content=trickle()).status_code == 408
    assert client.get("/v2/health/ready").status_code == 200
