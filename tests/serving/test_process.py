"""A real process: it starts without TensorFlow, drains, and loses no request."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import numpy as np
import pytest

from tests.serving.small_model import expected

MODULE = [sys.executable, "-m", "cnnbook.serving"]


def environment(**settings):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CNNBOOK_")}
    return kept | {f"CNNBOOK_{k.upper()}": str(v) for k, v in settings.items()}


def run(*arguments, **settings):
    return subprocess.run(
        [*MODULE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(**settings),
    )


@pytest.fixture
def start(store, tmp_path):
    """A function that starts a server process and waits until it is ready."""
    processes = []

    def begin(**settings):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {"store": store, "version": 1, "port": port} | settings
        if "keys_file" not in settings:
            settings["open"] = True
        log = (tmp_path / f"{port}.log").open("w")
        process = subprocess.Popen(
            [*MODULE, "serve"], env=environment(**settings), stdout=log, stderr=log
        )
        log.close()
        processes.append(process)
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(process, address)
        return process, address

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_until_ready(process, address):
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            if httpx.get(f"{address}/v2/health/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.02)
    raise AssertionError("the server did not become ready")


@pytest.mark.slow
def test_importing_the_service_imports_neither_tensorflow_nor_keras():
    code = (
        "import sys, cnnbook.serving.server, cnnbook.serving.__main__\n"
        "import cnnbook.serving.classify, cnnbook.manifest, cnnbook.runtimes\n"
        "print(sorted({'tensorflow', 'keras', 'onnxruntime'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    assert subprocess.check_output(command, text=True).strip() == "[]"


@pytest.mark.slow
def test_a_key_made_on_the_command_line_opens_the_service(start, tmp_path):
    path = tmp_path / "keys.json"
    secret = run("key", "ops", "--role", "admin", "--file", str(path)).stdout.strip()
    _, address = start(keys_file=path)
    answer = httpx.get(f"{address}/admin/versions", headers={"x-api-key": secret})
    assert answer.status_code == 200


async def load(address, images, came, until, *, headers=None, clients=8):
    """Ask from `clients` connections until `until` is set or the server says that it
    closes, as a load balancer would.

    Into `came` goes (version, index of image, probability), or an error's document.
    """
    bodies = [{"instances": images[i : i + 1].tolist()} for i in range(len(images))]

    async def ask(first):
        async with httpx.AsyncClient(
            base_url=address, headers=headers, timeout=20
        ) as client:
            i = first
            while not until.is_set():
                i = (i + 1) % len(bodies)
                answer = await client.post("/v1/models/fashion/predict", json=bodies[i])
                document = answer.json()
                if answer.status_code == 200:
                    top = document["predictions"][0]["top"][0]
                    document = (document["version"], i, top["probability"])
                came.append(document)
                if answer.headers.get("connection") == "close":
                    return

    await asyncio.gather(*(ask(number * 7) for number in range(clients)))


async def more_of(came, number):
    """Wait for some more answers."""
    goal = len(came) + number
    while len(came) < goal:
        await asyncio.sleep(0.01)


def wrong(came, images):
    """Answers that are none, or not those of the version that they name."""
    best = {v: expected(images, v).max(axis=1) for v in ("1", "2")}
    return [
        answer
        for answer in came
        if not isinstance(answer, tuple)
        or not np.isclose(answer[2], best[answer[0]][answer[1]], atol=1e-5)
    ]


@pytest.mark.slow
def test_versions_are_switched_under_load_without_a_lost_or_wrong_answer(
    start, images, keys
):
    path, secrets = keys
    _, address = start(keys_file=path)
    headers = {"x-api-key": secrets["admin"]}

    async def main():
        came, until = [], asyncio.Event()
        async with httpx.AsyncClient(
            base_url=address, headers=headers, timeout=20
        ) as admin:
            asking = asyncio.create_task(
                load(address, images[:16], came, until, headers=headers)
            )
            for _ in range(5):
                await more_of(came, 10)
                answer = await admin.put("/admin/default", json={"version": "2"})
                assert answer.json()["default"] == "2"
                await more_of(came, 10)
                answer = await admin.post("/admin/rollback")
                assert answer.json()["default"] == "1"
            until.set()
            await asking
        return came

    came = asyncio.run(main())
    assert wrong(came, images[:16]) == []
    assert {answer[0] for answer in came} == {"1", "2"}


@pytest.mark.slow
def test_sigterm_under_load_loses_no_accepted_request(start, images):
    process, address = start(drain=2.0)

    async def main():
        came, never = [], asyncio.Event()
        asking = asyncio.create_task(load(address, images[:16], came, never))
        await more_of(came, 30)
        process.send_signal(signal.SIGTERM)
        await asking
        async with httpx.AsyncClient(base_url=address) as other:
            # still listening, so that a load balancer reads it and latecomers are heard
            ready = await other.get("/v2/health/ready")
            await load(address, images[:16], came, never, clients=2)
        return ready.status_code, came

    ready, came = asyncio.run(main())
    assert process.wait(timeout=20) in (0, -signal.SIGTERM)
    assert ready == 503
    assert wrong(came, images[:16]) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/v2/health/ready")


@pytest.mark.slow
def test_a_request_that_is_half_sent_when_the_listener_closes_is_answered(
    start, images
):
    process, address = start(drain=0)
    body = json.dumps({"instances": images.tolist()}).encode()

    def halves():
        yield body[:1000]
        time.sleep(0.3)  # by now its head was read
        process.send_signal(signal.SIGTERM)
        time.sleep(0.6)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{address}/v2/health/live")
        yield body[1000:]

    headers = {"content-type": "application/json"}
    answer = httpx.post(f"{address}/invocations", content=halves(), headers=headers)
    assert answer.status_code == 200
    assert len(answer.json()["predictions"]) == len(images)


@pytest.mark.slow
@pytest.mark.parametrize("binary", [False, True])
def test_tritonclient_gets_right_answers(start, images, binary):
    triton = pytest.importorskip("tritonclient.http")
    _, address = start()
    client = triton.InferenceServerClient(address.removeprefix("http://"))
    try:
        assert client.is_server_live()
        assert client.is_server_ready()
        assert client.is_model_ready("fashion")
        assert client.is_model_ready("fashion", "1")
        assert client.get_server_metadata()["name"] == "cnnbook"
        (described,) = client.get_model_metadata("fashion")["inputs"]
        given = triton.InferInput(described["name"], [5, 28, 28, 1], "UINT8")
        given.set_data_from_numpy(images[:5], binary_data=binary)
        wanted = triton.InferRequestedOutput("probabilities", binary_data=binary)
        result = client.infer("fashion", [given], outputs=[wanted], request_id="7")
        assert result.get_response()["id"] == "7"
        found = result.as_numpy("probabilities")
        np.testing.assert_allclose(found, expected(images[:5]), atol=1e-6)
        with pytest.raises(triton.InferenceServerException, match="no model 'shoes'"):
            client.infer("shoes", [given])
    finally:
        client.close()
