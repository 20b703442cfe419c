"""Build the image of the service, run it and ask it, without a Docker engine.

`make image`, as root, needs Debian's `buildah` and `debootstrap`. The base is a minimal
Debian made by debootstrap from the mirror that apt uses here; Python packages come
through pip as it is set up here. What is measured is written to
`build/image/report.json`, and with `--record` to a record that pages read.
"""

import argparse
import io
import json
import os
import platform
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import numpy as np
import psutil
from PIL import Image

from cnnbook.data import CLASS_NAMES, load_fashion_mnist
from cnnbook.files import write_atomically
from cnnbook.runtimes import OnnxRuntime

ROOT = Path(__file__).parents[1]
CONTAINER = Path("deployment/container")
BASE = "localhost/python:3.11"
IMAGE = "localhost/cnnbook-serving:1"
SAY_RELEASE = "import platform; print(platform.release())"
SAY_PROCESSOR = "print(open('/proc/cpuinfo').read())"
INCLUDE = "python3-minimal,python3-venv"
POLICY = {"default": [{"type": "insecureAcceptAnything"}]}
USER = 65532


class Builder:
    """buildah with a storage of its own below `work`, and the seconds of each step."""

    def __init__(self, work: Path):
        self.work = work
        self.seconds: dict[str, float] = {}
        work.mkdir(parents=True, exist_ok=True)
        (work / "policy.json").write_text(json.dumps(POLICY))
        storage = f'[storage]\ndriver = "vfs"\nrunroot = "{work}/run"\n'
        (work / "storage.conf").write_text(storage + f'graphroot = "{work}/graph"\n')
        self._environment = os.environ | {
            "CONTAINERS_STORAGE_CONF": str(work / "storage.conf"),
            "BUILDAH_ISOLATION": "chroot",
        }

    def step(self, name: str, command: list) -> None:
        """Run a command, its output in `<name>.log`, and note how long it took."""
        print(f"build_image: {name}", flush=True)
        started = time.monotonic()
        log = self.work / f"{name}.log"
        with log.open("w") as stream:
            done = subprocess.run(
                list(map(str, command)),
                stdout=stream,
                stderr=stream,
                check=False,
                cwd=ROOT,
                env=self._environment,
            )
        if done.returncode:
            end = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            sys.exit(f"build_image: the step {name} failed:\n{end}")
        self.seconds[name] = round(time.monotonic() - started, 1)

    def buildah(self, *arguments: object) -> str:
        """What a buildah command answers."""
        command = ["buildah", *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, check=True, env=self._environment
        ).stdout.strip()

    def build(self, name: str, tag: str, *arguments: object) -> None:
        """`buildah bud`; the format is Docker's because OCI's has no health check."""
        policy = self.work / "policy.json"
        options = ["--format", "docker", "--pull-never", "--signature-policy", policy]
        self.step(name, ["buildah", "bud", *options, "--tag", tag, *arguments])

    def start(self, container: str, arguments: list[str]) -> subprocess.Popen:
        """Run what the image says, with `arguments` after it."""
        config = json.loads(self.buildah("inspect", container))["Docker"]["config"]
        command = ["buildah", "run", container, "--", *config["Entrypoint"]]
        log = (self.work / "container.log").open("w")
        with log:
            return subprocess.Popen(
                [*command, *arguments, *config["Cmd"]],
                stdout=log,
                stderr=log,
                env=self._environment,
            )


def mirror() -> tuple[str, str]:
    """Address and code name of the Debian archive that apt is set up to use."""
    lines = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for address, codename in map(str.split, lines):
        if "-" not in codename:  # not -updates, not -security
            return address, codename
    sys.exit("build_image: apt knows no Debian archive here.")


def build(builder: Builder) -> None:
    """Base, packages, model, image; a base and wheels that are there are kept."""
    work = builder.work
    rootfs, wheels = work / "rootfs", work / "wheels"
    if not (work / "debootstrap.done").exists():
        shutil.rmtree(rootfs, ignore_errors=True)
        address, codename = mirror()
        options = ["--variant=minbase", f"--include={INCLUDE}", codename, rootfs]
        builder.step("debootstrap", ["debootstrap", *options, address])
        shutil.rmtree(rootfs / "var/cache/apt", ignore_errors=True)
        (work / "debootstrap.done").touch()
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", wheels]
    packages = CONTAINER / "requirements-serving.txt"
    builder.step("wheels", [*pip, "--only-binary=:all:", "--requirement", packages])
    if not (ROOT / "build/models/fashion").exists():
        model = ["-m", "cnnbook.deploy", "--store", "build/models"]
        builder.step("model", [sys.executable, *model])
    (work / "base.Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    builder.build("base", BASE, "--file", work / "base.Dockerfile", rootfs)
    given = [f"BASE={BASE}", "PIP_NO_INDEX=1", "PIP_FIND_LINKS=/wheels"]
    options = [word for each in given for word in ("--build-arg", each)]
    options += ["--volume", f"{wheels}:/wheels:ro"]
    options += ["--ignorefile", CONTAINER / "Dockerfile.dockerignore"]
    file = CONTAINER / "Dockerfile"
    builder.build("image", IMAGE, *options, "--file", file, ROOT)


def ask(address: str, data: bytes | None = None) -> bytes:
    """The body of an answer; raises where the status is an error."""
    request = urllib.request.Request(address, data, {"Content-Type": "image/png"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def check(builder: Builder) -> dict[str, object]:
    """Run a container of the image as it stands and compare an answer of it."""
    policy = builder.work / "policy.json"
    container = builder.buildah(
        "from", "--pull-never", "--signature-policy", policy, IMAGE
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [f"CNNBOOK_PORT={port}", "CNNBOOK_OPEN=true", "CNNBOOK_HOST=127.0.0.1"]
    for setting in settings:
        builder.buildah("config", "--env", setting, container)
    process = builder.start(container, [])
    try:
        found = query(builder, container, process.pid, f"http://127.0.0.1:{port}")
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            if child.name().startswith("python"):
                child.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
    found |= contents(builder, container)
    builder.buildah("rm", container)
    return found


def query(builder: Builder, container: str, pid: int, address: str) -> dict:
    """Health, the health check of the image, one prediction; who answers."""
    started = time.monotonic()
    while True:
        try:
            ask(f"{address}/v2/health/ready")
            break
        except OSError:
            if time.monotonic() > started + 60:
                log = (builder.work / "container.log").read_text(errors="replace")
                sys.exit(f"build_image: the container is not ready:\n{log[-2000:]}")
            time.sleep(0.05)
    ready = time.monotonic() - started
    config = json.loads(builder.buildah("inspect", container))["Docker"]["config"]
    health = config["Healthcheck"]["Test"]
    builder.buildah("run", container, "--", *health[1:])  # raises where it is ill
    data = load_fashion_mnist()
    stream = io.BytesIO()
    Image.fromarray(data.test_images[0, ..., 0]).save(stream, "PNG")
    path = "v1/models/fashion/predict?top_k=10"
    answer = json.loads(ask(f"{address}/{path}", stream.getvalue()))
    served = np.zeros(len(CLASS_NAMES))
    for top in answer["predictions"][0]["top"]:
        served[top["index"]] = top["probability"]
    store = ROOT / "build/models/fashion" / answer["version"]
    local = OnnxRuntime(store / "model.onnx").predict(data.test_images[:1])[0]
    server = next(
        child
        for child in psutil.Process(pid).children(recursive=True)
        if child.name().startswith("python")
    )
    return {
        "ready_seconds": round(ready, 2),
        "uid": server.uids().real,
        "resident_mb": round(server.memory_info().rss / 1e6),
        "label": CLASS_NAMES[int(served.argmax())],
        "truth": CLASS_NAMES[int(data.test_labels[0])],
        "largest_difference": float(np.abs(served - local).max()),
    }


def contents(builder: Builder, container: str) -> dict[str, object]:
    """Bytes of the parts of an image, its packages, and what it has of its host."""
    root = Path(builder.buildah("mount", container))
    (site,) = root.glob("venv/lib/python*/site-packages")
    runtime, numpy = (
        sum(map(size, site.glob(f"{name}*"))) for name in ("onnxruntime", "numpy")
    )
    packages = size(root / "venv")
    app, model = size(root / "app"), size(root / "models")
    installed = dict(p.stem.split("-")[:2] for p in site.glob("*.dist-info"))
    processor = Path("/proc/cpuinfo").read_text()
    return {
        "parts": {
            "Debian and Python": size(root) - packages - app - model,
            "ONNX Runtime": runtime,
            "NumPy": numpy,
            "other packages": packages - runtime - numpy,
            "the service": app,
            "the model": model,
        },
        "packages": dict(sorted(installed.items())),
        "python": builder.buildah("run", container, "--", "python3", "--version"),
        "kernel_of_host": told(builder, container, SAY_RELEASE) == platform.release(),
        "instructions_of_host": line_of(
            "flags", told(builder, container, SAY_PROCESSOR)
        )
        == line_of("flags", processor),
        "processor": line_of("model name", processor),
    }


def told(builder: Builder, container: str, code: str) -> str:
    """What a line of Python prints in a container."""
    return builder.buildah("run", container, "--", "python3", "-c", code)


def line_of(name: str, processor: str) -> str:
    """The first value of `name` in the text of /proc/cpuinfo."""
    lines = (line for line in processor.splitlines() if line.startswith(name))
    return next(lines, "").partition(":")[2].strip()


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder, each counted once."""
    places = [path, *path.rglob("*")] if path.is_dir() else [path]
    entries = [place.lstat() for place in places]
    sizes = {e.st_ino: e.st_size for e in entries if stat.S_ISREG(e.st_mode)}
    return sum(sizes.values())


def main() -> int:
    """Build and check; 1 where the container answers wrong or as another user."""
    parser = argparse.ArgumentParser(prog="python -m tools.build_image")
    parser.add_argument("--work", type=Path, default=ROOT / "build/image")
    parser.add_argument("--record", type=Path, help="a record to write, too")
    options = parser.parse_args()
    builder = Builder(options.work.absolute())
    build(builder)
    report = check(builder)
    images = json.loads(builder.buildah("images", "--json"))
    sizes = {image["names"][0]: image["size"] for image in images if image.get("names")}
    report |= {"size": sizes.get(IMAGE), "seconds": builder.seconds}
    text = json.dumps(report, indent=1)
    write_atomically(builder.work / "report.json", text + "\n")
    print(text)
    if options.record:
        command = f"python -m tools.build_image --record {options.record}"
        record = {"command": command, "entries": {"image": report}}
        write_atomically(options.record, json.dumps(record, indent=1) + "\n")
    right = report["largest_difference"] < 1e-5 and report["uid"] == USER
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
