"""nginx with the configuration of `deployment/` on loopback, and callers in threads."""

import os
import shutil
import socket
import subprocess
import threading
import time

import httpx

from tests.deployment.programs import DEPLOYMENT, program

NGINX = DEPLOYMENT / "nginx"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def configure(folder, ports, listen):
    """Copy the configuration to `folder`, with workers on `ports` of loopback."""
    shutil.copytree(NGINX, folder, dirs_exist_ok=True)
    text = (folder / "nginx.conf").read_text("utf-8")
    assert text.count("listen 8080;") == 1
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{listen};")
    (folder / "nginx.conf").write_text(text)
    workers = (folder / "workers.conf").read_text("utf-8")
    for i, port in enumerate(ports, start=1):
        assert f"worker-{i}:8080" in workers
        workers = workers.replace(f"worker-{i}:8080", f"127.0.0.1:{port}")
    lines = [line for line in workers.splitlines() if "worker-" not in line]
    (folder / "workers.conf").write_text("\n".join(lines) + "\n")
    return ["-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]


class Balancer:
    """nginx in front of workers on `ports`, until `stop`."""

    def __init__(self, folder, ports):
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        options = configure(folder, ports, port)
        self.log = folder / "stderr.log"
        # started by root, nginx would work as somebody who may not enter `folder`
        user = "user root;" if os.geteuid() == 0 else ""
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [program("nginx"), *options, "-g", f"daemon off; {user}"], stderr=log
            )
        deadline = time.monotonic() + 10
        while True:
            try:
                httpx.get(f"{self.address}/nginx-health")
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline, self.log.read_text()
                assert self._process.poll() is None, self.log.read_text()
                time.sleep(0.02)

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=10)


class Callers:
    """Threads that post `body` again and again and keep every status and time."""

    def __init__(self, url, body, *, num=8):
        self.statuses, self.seconds = [], []
        self._url, self._body = url, body
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._call) for _ in range(num)]
        for thread in self._threads:
            thread.start()

    def _call(self):
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

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join()
