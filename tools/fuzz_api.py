"""More than ten thousand hostile requests to a real server: `make fuzz-api`.

Schemathesis first, on the OpenAPI document; then the kinds of `tools.hostile`, slow
senders and those who hang up among them. The run fails on any answer from 500 on, on
a request that is not answered in time, on memory that grew by more than 100 MB, and
where the server does not answer afterwards as it did before.
"""

import argparse
import asyncio
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np

from cnnbook.data import load_fashion_mnist
from cnnbook.serving.auth import add_key
from tools.hostile import KINDS, PREDICT, Request
from tools.server_process import (
    STORE,
    ServerProcess,
    cnnbook_server,
    existing_store,
)

CONNECTIONS = 16
HANG = 30.0  # seconds after which a request counts as never answered
BODY_TIMEOUT = 1.0  # of the server, seconds
MOST_GROWTH = 100.0  # MB
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,response_headers_conformance,allow_header_conformance"
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 1 where the server misbehaved."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=9_000, help="of our own")
    parser.add_argument("--examples", type=int, default=60, help="of each operation")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--store", type=Path, default=STORE)
    options = parser.parse_args(arguments)
    store = existing_store(options.store)
    with tempfile.TemporaryDirectory() as folder:
        keys = Path(folder) / "keys.json"
        secret = add_key(keys, "fuzzer", "admin")
        with cnnbook_server(
            store, keys_file=keys, body_timeout=BODY_TIMEOUT, log_level="error"
        ) as server:
            return _fuzz(server, secret, options)


def _fuzz(server: ServerProcess, secret: str, options: argparse.Namespace) -> int:
    before = asyncio.run(sound_answers(server, secret))
    memory = server.memory()
    print(f"ready in {server.seconds:.2f} s, {memory:.0f} MB resident", flush=True)
    problems: list[str] = []
    cases = run_schemathesis(server, secret, options, problems)
    statuses = asyncio.run(run_hostile(server, secret, options, problems))
    slow = asyncio.run(run_slow(server, secret, problems))
    if asyncio.run(sound_answers(server, secret)) != before:
        problems.append("the server answers otherwise than before")
    growth = server.memory() - memory
    if growth > MOST_GROWTH:
        problems.append(f"the memory grew by {growth:.0f} MB")
    total = cases + statuses.total() + slow
    print(
        f"{total:,} requests: {cases:,} by schemathesis, {statuses.total():,} of "
        f"{len(KINDS)} hostile kinds, {slow} slow or broken off; answers of ours: "
        + ", ".join(f"{status} {n:,}" for status, n in sorted(statuses.items()))
    )
    peak = server.memory("VmHWM")
    print(f"memory grew by {growth:.0f} MB; the peak was {peak:.0f} MB")
    for problem in problems:
        print(f"PROBLEM: {problem}")
    print("fuzz-api: " + ("failed" if problems else "passed"))
    return 1 if problems else 0


async def sound_answers(server: ServerProcess, secret: str) -> list[str]:
    """The labels of 64 test images, asked a few times so that caches are filled."""
    images = load_fashion_mnist().test_images[:64]
    body = {"instances": images.tolist()}
    async with httpx.AsyncClient(base_url=server.address, timeout=HANG) as client:
        for _ in range(5):
            answer = await client.post(
                PREDICT, json=body, headers={"x-api-key": secret}
            )
    found = answer.raise_for_status().json()["predictions"]
    return [prediction["top"][0]["label"] for prediction in found]


def run_schemathesis(
    server: ServerProcess,
    secret: str,
    options: argparse.Namespace,
    problems: list[str],
) -> int:
    """Property-based tests from the OpenAPI document; the number of requests."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "events.ndjson"
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run"),
            server.address + "/openapi.json",
            *("--header", f"X-API-Key: {secret}"),
            *("--checks", CHECKS, "--max-examples", str(options.examples)),
            *("--phases", "examples,coverage,fuzzing", "--seed", str(options.seed)),
            *("--request-timeout", str(HANG), "--continue-on-failure", "--no-shrink"),
            *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
            *("--report", "ndjson", "--report-ndjson-path", str(report)),
        ]
        run = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=folder
        )
    if run.returncode:
        problems.append(f"schemathesis:\n{run.stdout[-6000:]}{run.stderr[-1000:]}")
    found = re.search(r"(\d+) generated", run.stdout)
    return int(found[1]) if found else 0


def hostile(options: argparse.Namespace) -> Iterator[tuple[str, Request]]:
    """The kinds in turn, each with a random source of its own."""
    names = list(KINDS)
    for number in range(options.requests):
        name = names[number % len(names)]
        yield name, KINDS[name](np.random.default_rng([options.seed, number]))


async def run_hostile(
    server: ServerProcess,
    secret: str,
    options: argparse.Namespace,
    problems: list[str],
) -> Counter:
    """Send the hostile requests over some connections; answers by status."""
    statuses: Counter = Counter()
    requests = hostile(options)

    async def work(client: httpx.AsyncClient) -> None:
        for name, (method, path, headers, body) in requests:
            headers = headers | {"x-api-key": secret}
            try:
                answer = await client.request(
                    method,
                    server.address + path,
                    headers={k: v.encode("latin-1") for k, v in headers.items()},
                    content=body,
                )
            except httpx.TimeoutException:
                problems.append(f"{name}: no answer within {HANG:g} s")
            except httpx.TransportError:
                # refused on the word of its head, while the body was still being sent
                statuses["closed"] += 1
                if name != "too_large":
                    problems.append(f"{name}: the connection broke")
            else:
                statuses[str(answer.status_code)] += 1
                _judge(name, method, answer, problems)

    async with httpx.AsyncClient(timeout=HANG) as client:
        await asyncio.gather(*(work(client) for _ in range(CONNECTIONS)))
    return statuses


def _judge(name: str, method: str, answer: httpx.Response, problems: list[str]) -> None:
    status = answer.status_code
    if status >= 500:
        problems.append(f"{name}: {status} {answer.text[:200]}")
    if status < 400 or method == "HEAD":
        return
    try:
        fine = list(json.loads(answer.content)) == ["error"]
    except ValueError:
        # uvicorn refuses what is no HTTP before the application sees it
        fine = answer.text == "Invalid HTTP request received."
    if not fine:
        problems.append(f"{name}: {status} without an error: {answer.text[:200]}")


async def run_slow(server: ServerProcess, secret: str, problems: list[str]) -> int:
    """Senders of one byte a while, of half a body, and those who hang up."""
    port = int(server.address.rsplit(":", 1)[1])
    head = (
        f"POST {PREDICT} HTTP/1.1\r\nhost: x\r\nx-api-key: {secret}\r\n"
        "content-type: image/png\r\ncontent-length: 1000\r\n\r\n"
    ).encode()

    async def sender(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        if number % 3 == 0:  # hangs up in the middle
            writer.write(b"x" * 10)
            writer.close()
            return
        started = time.monotonic()
        while number % 3 == 1 and time.monotonic() - started < BODY_TIMEOUT:
            writer.write(b"x")
            await asyncio.sleep(0.1)
        try:
            line = await asyncio.wait_for(reader.readline(), HANG)
            if not line.startswith(b"HTTP/1.1 408"):
                problems.append(f"a slow sender got {line!r}")
        except TimeoutError:
            problems.append("a slow sender is never let go")
        finally:
            writer.close()

    num_senders = 120
    asking = [sender(number) for number in range(num_senders)]
    done = asyncio.gather(*asking)
    async with httpx.AsyncClient(timeout=HANG) as client:
        started = time.monotonic()
        ready = await client.get(server.address + "/v2/health/ready")
        waited = time.monotonic() - started
    if ready.status_code != 200 or waited > 1:
        problems.append(f"slow senders kept others waiting for {waited:.1f} s")
    await done
    return num_senders


if __name__ == "__main__":
    sys.exit(main())
