"""nginx before one and before two workers on loopback: answers a second, and a death.

`make records NAMES=load-balancing` keeps what comes out. The configuration is that of
`deployment/nginx`; the load generator runs on the same processor as the workers.
"""

import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version as installed
from pathlib import Path

import httpx

from cnnbook.data import load_fashion_mnist
from tools.bench_serving import ask, num_failed, percentile, rate, write_script
from tools.notebook_files import ROOT
from tools.server_process import (
    STORE,
    ServerProcess,
    cnnbook_server,
    existing_store,
    free_port,
)

NGINX = ROOT / "deployment" / "nginx"
PATH = "/v1/models/fashion/predict"
ROUNDS, DEATHS = 3, 5
SECONDS, WARM_UP = 5, 2  # of load, for each number
NUM_CALLERS = 16


def find_nginx() -> str:
    """The path of the program; Debian keeps it where only root looks."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    found = shutil.which("nginx", path=path)
    if found is None:
        raise RuntimeError("nginx is needed (Debian: apt install nginx-light)")
    return found


def configure(folder: Path, ports: list[int], listen: int) -> list[str]:
    """Copy the configuration to `folder`, with workers on `ports` of loopback; the
    options with which nginx reads it."""
    shutil.copytree(NGINX, folder, dirs_exist_ok=True)
    _replace(folder / "nginx.conf", {"listen 8080;": f"listen 127.0.0.1:{listen};"})
    names = {f"worker-{i}:8080": f"127.0.0.1:{p}" for i, p in enumerate(ports, start=1)}
    _replace(folder / "workers.conf", names)
    lines = (folder / "workers.conf").read_text("utf-8").splitlines()
    kept = [line for line in lines if "worker-" not in line]
    (folder / "workers.conf").write_text("\n".join(kept) + "\n", "utf-8")
    return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


def _replace(path: Path, words: dict[str, str]) -> None:
    """Put others in place of words that stand in a file exactly once."""
    text = path.read_text("utf-8")
    for old, new in words.items():
        if text.count(old) != 1:
            raise ValueError(f"{path.name} must have {old!r} once.")
        text = text.replace(old, new)
    path.write_text(text, "utf-8")


class Balancer:
    """nginx in front of workers on `ports`, until `stop`; `log` is what it says."""

    def __init__(self, folder: Path, ports: list[int]):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        options = configure(folder, ports, port)
        self.log = folder / "stderr.log"
        # started by root, nginx would work as somebody who may not enter `folder`
        user = "user root;" if os.geteuid() == 0 else ""
        command = [find_nginx(), *options, "-g", f"daemon off; {user}"]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(command, stderr=log)
        deadline = time.monotonic() + 10
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx did not start:\n{self.log.read_text()}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/nginx-health").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        """End nginx."""
        self._process.terminate()
        self._process.wait(timeout=10)


class Callers:
    """Threads that post `body` again and again and keep every status and time."""

    def __init__(self, url: str, body: bytes, *, num: int = 8):
        self.statuses: list[int | str] = []
        self.seconds: list[float] = []
        self._url, self._body = url, body
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call) for _ in range(num)]
        for thread in self._threads:
            thread.start()

    def _call(self) -> None:
        headers = {"Content-Type": "application/json"}
        with httpx.Client(timeout=20, headers=headers) as client:
            while not self._stop.is_set():
                started = time.monotonic()
                try:
                    status = client.post(self._url, content=self._body).status_code
                except httpx.TransportError as error:
                    status = repr(error)
                self.statuses.append(status)
                self.seconds.append(time.monotonic() - started)

    def stop(self) -> None:
        """Let each thread finish its request."""
        self._stop.set()
        for thread in self._threads:
            thread.join()


@contextlib.contextmanager
def balanced(num_workers: int) -> Iterator[tuple[Balancer, list[ServerProcess], Path]]:
    """`num_workers` real workers behind nginx, and a folder for what else is needed."""
    store = existing_store(ROOT / STORE)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        workers = [
            stack.enter_context(cnnbook_server(store, log_level="warning"))
            for _ in range(num_workers)
        ]
        ports = [int(worker.address.rpartition(":")[2]) for worker in workers]
        balancer = Balancer(folder / "nginx", ports)
        stack.callback(balancer.stop)
        yield balancer, workers, folder


def measure_rates() -> dict:
    """Answers a second through nginx to wrk: over one worker, then over two."""
    entry = {}
    for num_workers in (1, 2):
        with balanced(num_workers) as (balancer, _, folder):
            script, url = write_script(folder), balancer.address + PATH
            ask(url, script, WARM_UP)
            said = ask(url, script, SECONDS)
        entry[str(num_workers)] = {
            "rate": rate(said),
            "p50_ms": percentile(said, 50),
            "p99_ms": percentile(said, 99),
            "failed": num_failed(said),
        }
    return entry


def kill_one(num_workers: int) -> dict:
    """What callers saw when the first worker was killed (SIGKILL) under their load."""
    image = load_fashion_mnist().test_images[:1]
    body = json.dumps({"instances": image.tolist()}).encode()
    with balanced(num_workers) as (balancer, workers, _):
        callers = Callers(balancer.address + PATH, body, num=NUM_CALLERS)
        time.sleep(1.0)
        before = len(callers.statuses)
        os.kill(workers[0].pid, 9)
        time.sleep(2.0)
        callers.stop()
        met = "upstream" in balancer.log.read_text()
    counts = Counter(map(str, callers.statuses))
    return {
        "callers": NUM_CALLERS,
        "before": before,
        "asked": len(callers.statuses),
        "lost": len(callers.statuses) - counts["200"],
        "statuses": dict(counts),
        "longest_ms": round(1000 * max(callers.seconds), 1),
        "nginx_met_it": met,  # the killed worker was at work
    }


def described(measure: Callable[[], dict]) -> dict:
    """An entry of the record: what `measure` found, on what, in how many seconds."""
    from cnnbook.training import available_devices  # loads TensorFlow

    started, load = time.monotonic(), os.getloadavg()[0]
    entry = measure()
    version = subprocess.run([find_nginx(), "-v"], capture_output=True, text=True)
    return entry | {
        "seconds": round(time.monotonic() - started, 1),
        "processor": available_devices().cpu,
        "cores": len(os.sched_getaffinity(0)),
        "load_before": round(load, 2),
        "versions": {
            "nginx": version.stderr.strip().rpartition("/")[2],
            **{name: installed(name) for name in ("onnxruntime", "uvicorn", "fastapi")},
        },
    }


def balancing_runs() -> dict[str, Callable[[], dict]]:
    """The entries of the record: rates, deaths among two, and a death alone."""
    runs = {f"rates {i}": measure_rates for i in range(ROUNDS)}
    runs |= {f"death of two {i}": partial(kill_one, 2) for i in range(DEATHS)}
    runs["death alone"] = partial(kill_one, 1)
    return {name: partial(described, run) for name, run in runs.items()}
