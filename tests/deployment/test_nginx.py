"""The load balancer: its configuration, its refusals, and a worker that is killed."""

import json
import os
import subprocess
import sys
import time

import httpx
import pytest

from cnnbook.data import load_fashion_mnist
from cnnbook.deploy.loopback import Handler, Loopback
from cnnbook.serving import Settings
from tests.deployment.programs import program, run
from tests.serving.small_model import build_small_version, expected
from tools.balancing import NGINX, PATH, Balancer, Callers, configure
from tools.server_process import free_port


class Stub:
    """A worker that answers with its name, or drops the connection if `broken`."""

    def __init__(self, name):
        self.broken, self.seen = False, []
        stub = self

        class Worker(Handler):
            def answer(self):
                self.read_body()
                stub.seen.append(self)
                if stub.broken:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.finish_with(name.encode())

            do_GET = do_POST = answer

        self._server = Loopback(Worker)
        self.port = self._server.server_port
        self.stop = self._server.stop


@pytest.fixture
def stubs(tmp_path):
    """Two workers, and nginx in front of them."""
    workers = Stub("one"), Stub("two")
    balancer = Balancer(tmp_path / "nginx", [worker.port for worker in workers])
    yield *workers, balancer.address
    balancer.stop()
    for worker in workers:
        worker.stop()


def test_nginx_reads_the_configuration(tmp_path):
    options = configure(tmp_path, [9001, 9002], 9000)
    tested = run(program("nginx"), *options, "-t")
    assert tested.returncode == 0, tested.stderr
    text = (tmp_path / "nginx.conf").read_text()
    (tmp_path / "nginx.conf").write_text(text.replace("proxy_read", "proxy_reed"))
    tested = run(program("nginx"), *options, "-t")
    assert tested.returncode == 1
    assert 'unknown directive "proxy_reed_timeout"' in tested.stderr


def test_both_workers_are_asked_over_connections_that_are_kept(stubs):
    one, two, address = stubs
    answers = [httpx.post(address + PATH, content=b"x").text for _ in range(20)]
    assert {"one", "two"} == set(answers)
    connections = {seen.client_address for seen in one.seen + two.seen}
    assert len(connections) < len(answers)


def test_a_request_that_a_worker_drops_is_asked_of_the_other_one(stubs):
    one, _, address = stubs
    one.broken = True
    answers = [httpx.post(address + PATH, content=b"x") for _ in range(20)]
    assert [answer.text for answer in answers] == ["two"] * 20
    # it failed once, or twice, and is then left out for two seconds
    assert 1 <= len(one.seen) <= 3
    one.broken = False
    deadline = time.monotonic() + 8
    while httpx.post(address + PATH, content=b"x").text != "one":
        assert time.monotonic() < deadline, "it was not tried anew"
        time.sleep(0.1)


def test_without_a_worker_the_caller_is_told_when_to_come_again(stubs):
    one, two, address = stubs
    one.broken = two.broken = True
    answer = httpx.post(address + PATH, content=b"x")
    assert answer.status_code == 502
    assert answer.headers["retry-after"] == "2"
    assert "no worker" in answer.json()["error"]


def test_a_body_is_as_large_here_as_in_the_service(stubs):
    *_, address = stubs
    most = Settings(open=True).max_body
    assert httpx.post(address + PATH, content=bytes(most)).status_code == 200
    refused = httpx.post(address + PATH, content=bytes(most + 1))
    assert refused.status_code == 413
    assert "8 MiB" in refused.json()["error"]


@pytest.mark.parametrize("path", ["/metrics", "/admin/v1/models", "/admin/"])
def test_what_is_for_operators_is_not_reached_through_the_balancer(stubs, path):
    one, two, address = stubs
    assert httpx.get(address + path).status_code == 404
    assert one.seen == two.seen == []


def test_a_worker_is_told_who_asks_and_one_id_of_the_request(stubs):
    one, two, address = stubs
    given = {"X-Forwarded-For": "1.2.3.4", "X-API-Key": "secret"}
    httpx.post(address + PATH, content=b"x", headers=given)
    ((seen,),) = [worker.seen for worker in (one, two) if worker.seen]
    assert seen.headers["X-Forwarded-For"] == "127.0.0.1"  # not what a caller claims
    assert len(seen.headers["X-Request-ID"]) == 32
    assert seen.headers["X-API-Key"] == "secret"


def test_idle_connections_end_before_the_worker_ends_them():
    # uvicorn closes after 5 s; a request sent into a closing connection would be lost
    text = (NGINX / "workers.conf").read_text("utf-8")
    assert "keepalive_timeout 4s;" in text


@pytest.fixture
def workers(tmp_path):
    """Two real workers as (process, port), each on the same small model."""
    build_small_version(tmp_path / "store")
    started = []
    for _ in range(2):
        port = free_port()
        settings = {"STORE": tmp_path / "store", "PORT": port, "OPEN": "true"}
        given = {f"CNNBOOK_{name}": str(value) for name, value in settings.items()}
        with (tmp_path / f"{port}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "cnnbook.serving"],
                env=os.environ | given,
                stdout=log,
                stderr=log,
            )
        started.append((process, port))
    for process, port in started:
        wait_until_ready(process, port)
    yield started
    for process, _ in started:
        process.kill()
        process.wait()


def wait_until_ready(process, port):
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert process.poll() is None, "the worker ended"
        try:
            url = f"http://127.0.0.1:{port}/v2/health/ready"
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the worker did not become ready")


@pytest.mark.slow
def test_a_worker_killed_under_load_loses_no_request(workers, tmp_path):
    balancer = Balancer(tmp_path / "nginx", [port for _, port in workers])
    image = load_fashion_mnist().test_images[:1]
    body = json.dumps({"instances": image.tolist()}).encode()
    try:
        url = balancer.address + PATH
        callers = Callers(url, body)
        time.sleep(1.0)
        before = len(callers.statuses)
        workers[0][0].kill()  # SIGKILL: no drain, no last word
        workers[0][0].wait()
        time.sleep(2.0)
        callers.stop()
        answer = httpx.post(url, json={"instances": image.tolist()}).json()
    finally:
        balancer.stop()
    assert before > 50
    assert len(callers.statuses) > before + 50
    assert set(callers.statuses) == {200}
    # and the killed one was under load: nginx met its end, and went on
    assert "upstream" in balancer.log.read_text()
    top = answer["predictions"][0]["top"][0]
    assert top["probability"] == pytest.approx(expected(image)[0].max(), abs=1e-5)
