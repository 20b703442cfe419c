"""Requests a second at concurrency 32, ours against a naive service and LitServe.

All three answer the same JSON with the same trained model, one after the other, alone
on the machine, asked by wrk: `make bench-serving`. It fails where ours is not 60 times
as fast as the naive one at a tenth of its p99, or slower than LitServe.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cnnbook.data import load_fashion_mnist
from tools.server_process import (
    STORE,
    ServerProcess,
    cnnbook_server,
    existing_store,
    free_port,
    serving,
)

CONNECTIONS = 32
LEAST_SPEED_UP, LEAST_P99_RATIO = 60.0, 10.0
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
SCRIPT = """wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local file = io.open("{body}", "rb")
wrk.body = file:read("*all")
file:close()
"""


@dataclass(frozen=True)
class Measured:
    """What wrk saw of a service: answers a second, percentiles in ms; its memory, MB,
    and seconds until it was ready. `failed` counts answers that were none."""

    name: str
    rate: float
    p50: float
    p99: float
    failed: int
    memory: float
    seconds: float


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 1 where a bound is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=15, help="of each measurement")
    parser.add_argument("--store", type=Path, default=STORE)
    options = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("wrk is needed (Debian: apt install wrk)", file=sys.stderr)
        return 2
    store = existing_store(options.store)
    folder = max((store / "fashion").iterdir(), key=lambda path: int(path.name))
    with tempfile.TemporaryDirectory() as place:
        script = write_script(Path(place))
        naive = measure_program("tools.naive_service", folder / "model.keras", "/ready",
                                "/predict", script, options.seconds)  # fmt: skip
        lit = measure_program("tools.litserve_service", folder, "/health",
                              "/predict", script, options.seconds)  # fmt: skip
        with cnnbook_server(store, version=folder.name) as server:
            ours = measure("ours", server, "/v1/models/fashion/predict", script,
                           options.seconds)  # fmt: skip
    return judge(naive, lit, ours)


def write_script(folder: Path) -> Path:
    """A script for wrk that posts one test image as JSON."""
    image = load_fashion_mnist().test_images[:1, :, :, 0]
    body, script = folder / "body.json", folder / "post.lua"
    body.write_text(json.dumps({"instances": image.tolist()}))
    script.write_text(SCRIPT.format(body=body))
    return script


def measure_program(
    module: str, model: Path, ready: str, path: str, script: Path, seconds: int
) -> Measured:
    """Start `python -m module model port` and measure it."""
    port = free_port()
    command = [sys.executable, "-m", module, str(model), str(port)]
    with serving(command, ready=ready, port=port) as server:
        return measure(module.split(".")[1], server, path, script, seconds)


def measure(
    name: str, server: ServerProcess, path: str, script: Path, seconds: int
) -> Measured:
    """Let wrk ask for a while to warm up, then measure."""
    ask(server.address + path, script, 3)
    said = ask(server.address + path, script, seconds)
    found = Measured(
        name,
        rate=rate(said),
        p50=percentile(said, 50),
        p99=percentile(said, 99),
        failed=num_failed(said),
        memory=server.memory(),
        seconds=server.seconds,
    )
    print(
        f"{name:18} {found.rate:8.1f} requests/s, p50 {found.p50:8.1f} ms, "
        f"p99 {found.p99:8.1f} ms, {found.failed} failed, {found.memory:5.0f} MB, "
        f"ready in {found.seconds:.1f} s",
        flush=True,
    )
    return found


def ask(address: str, script: Path, seconds: int) -> str:
    """What wrk prints about one run."""
    command = ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s"]
    command += ["--latency", "--timeout", "60s", "-s", str(script), address]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def rate(said: str) -> float:
    """Answers a second."""
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])


def percentile(said: str, percent: int) -> float:
    """A percentile of the latency, in ms."""
    number, unit = re.search(rf"\s{percent}%\s+([\d.]+)(us|ms|s|m)", said).groups()
    return float(number) * MILLISECONDS[unit]


def num_failed(said: str) -> int:
    """Answers of another status than 2xx or 3xx, and broken connections."""
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: (.*)", said)
    counts = [int(n) for n in re.findall(r"\d+", broken[1])] if broken else []
    return (int(wrong[1]) if wrong else 0) + sum(counts)


def judge(naive: Measured, lit: Measured, ours: Measured) -> int:
    """Print the ratios and whether they keep the bounds."""
    speed_up, p99 = ours.rate / naive.rate, naive.p99 / ours.p99
    print(
        f"ours to naive: {speed_up:.0f} times the rate, p99 {p99:.0f} times lower; "
        f"to LitServe: {ours.rate / lit.rate:.2f} times the rate"
    )
    fine = (
        speed_up >= LEAST_SPEED_UP
        and p99 >= LEAST_P99_RATIO
        and ours.rate >= lit.rate
        and not ours.failed
    )
    print("bench-serving: " + ("passed" if fine else "failed"))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
