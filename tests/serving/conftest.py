"""A small store of three versions, services on it in threads, and real images."""

import io

import numpy as np
import pytest
from PIL import Image

from cnnbook.data import load_fashion_mnist
from cnnbook.serving import Settings
from cnnbook.serving.auth import add_key
from tests.serving.running import RunningService
from tests.serving.small_model import build_small_version


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    for version in ("1", "2", "3"):
        build_small_version(folder, version)
    return folder


@pytest.fixture(scope="session")
def images():
    """(64, 28, 28, 1) uint8, the first of the test set."""
    return load_fashion_mnist().test_images[:64]


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """A file of keys and the keys themselves, by role."""
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    secrets = {role: add_key(path, f"a-{role}", role) for role in ("predict", "admin")}
    return path, secrets


@pytest.fixture(scope="session")
def run_service(store):
    """A function that starts a service with settings and gives the running one."""
    running = []

    def start(**options):
        options = {"store": store, "version": "1"} | options
        if "keys_file" not in options:
            options = {"open": True} | options
        running.append(RunningService(Settings(**options)))
        return running[-1]

    yield start
    for wait in (False, True):  # all of them end at once
        for service in running:
            service.stop(wait=wait)


@pytest.fixture(scope="session")
def client(run_service):
    """Of an open service on version 1; no test may change it."""
    return run_service().client


@pytest.fixture
def admin(run_service, keys):
    """Of a fresh service with keys; it asks as the admin."""
    path, secrets = keys
    client = run_service(keys_file=path).client
    client.headers["x-api-key"] = secrets["admin"]
    return client


@pytest.fixture(scope="session")
def file_of():
    """A function from an array (h, w, c) or (h, w) to the bytes of an image file."""

    def encode(image, kind="PNG", **options):
        stream = io.BytesIO()
        array = image if isinstance(image, Image.Image) else np.squeeze(image)
        if not isinstance(array, Image.Image):
            array = Image.fromarray(array)
        array.save(stream, kind, **options)
        return stream.getvalue()

    return encode
