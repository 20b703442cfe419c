"""Clients without pause: every answer is kept, and none that was lost is hidden."""

import contextlib
import functools
import http.server
import json
import threading
import time

import pytest

from cnnbook.serving import asking as asking_module
from cnnbook.serving.asking import Answer, asking, measure, speed
from cnnbook.serving.processes import cnnbook_server


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    closing = False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200 if body != b"bad" else 400)
        self.send_header("content-length", str(len(body)))
        if self.closing:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body if self.headers["x-key"] == "k" else body[::-1])

    def log_message(self, *arguments):
        """Nobody reads it."""


@pytest.fixture
def server():
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serve = functools.partial(running.serve_forever, poll_interval=0.01)
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def test_each_answer_is_kept_with_what_was_asked(server):
    bodies = [b"one", b"two", b"bad"]
    with asking(server, "/", bodies, headers={"x-key": "k"}, clients=2) as answers:
        while len(answers) < 20:
            time.sleep(0.001)
    assert {answer.number for answer in answers} == {0, 1, 2}
    for answer in answers:
        assert answer.body == bodies[answer.number]
        assert answer.status == (400 if answer.body == b"bad" else 200)
        assert answer.asked < answer.came


def test_a_client_goes_elsewhere_when_the_server_says_that_it_closes(
    server, monkeypatch
):
    monkeypatch.setattr(Handler, "closing", True)
    with asking(server, "/", [b"x"], clients=3) as answers:
        while len(answers) < 3:
            time.sleep(0.001)
    assert [answer.status for answer in answers] == [200, 200, 200]


def test_an_answer_that_never_came_is_counted():
    with asking("http://127.0.0.1:9", "/", [b"x"]) as answers:
        while not answers:
            time.sleep(0.001)
    assert answers[0].status == 0
    assert b"refused" in answers[0].body


def test_clients_end_when_the_block_fails(server):
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="stop"):
        with asking(server, "/", [b"x"]):
            raise RuntimeError("stop")
    time.sleep(0.05)
    assert threading.active_count() <= before + 1  # the thread of the server's side


def test_speed_spans_from_the_first_question_to_the_last_answer():
    answers = [Answer(k / 10, k / 10 + 0.1, 200, 0, b"") for k in range(20)]
    found = speed(answers)
    assert found.rate == pytest.approx(10)
    assert found.p50 == pytest.approx(100)


def test_percentiles_of_speed_are_the_middle_and_the_last_hundredth():
    answers = [Answer(0.0, k / 1000, 200, 0, b"") for k in range(101)]
    assert (speed(answers).p50, speed(answers).p99) == pytest.approx((50, 99))


def test_what_cannot_be_asked_is_said(server):
    with pytest.raises(ValueError, match="bodies"):
        with asking(server, "/", []):
            pass
    with pytest.raises(ValueError, match="answers"):
        speed([])


@pytest.mark.slow
def test_a_server_is_measured_under_load(store, images):
    body = json.dumps({"instances": images[:1, ..., 0].tolist()}).encode()
    headers = {"content-type": "application/json"}
    with cnnbook_server(store, version=1, log_level="error") as server:
        options = {"health": "/v2/health/ready", "headers": headers, "seconds": 0.3}
        path = "/v1/models/fashion/predict"
        found = measure(server, path, [body], clients=2, **options)
        with pytest.raises(RuntimeError, match="not 200 but"):
            measure(server, path, [b"{"], **options)
    assert found.rate > 20
    assert 0 < found.p50 <= found.p99
    assert (found.missed, found.checks > 1) == (0, True)
    assert found.per_core > 20
    assert 30 < found.memory < 300


@pytest.mark.parametrize(
    ("pause", "path", "answer"),
    [(0, "/", True), (0, "/nowhere", False), (0.5, "/", False)],
)
def test_a_health_check_has_a_time_limit(server, monkeypatch, pause, path, answer):
    def do_get(self):
        time.sleep(pause)
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("content-length", "0")
        with contextlib.suppress(OSError):
            self.end_headers()

    monkeypatch.setattr(Handler, "do_GET", do_get, raising=False)
    monkeypatch.setattr(asking_module, "CHECK_WITHIN", 0.2)
    assert asking_module._is_healthy(server, path) is answer
