"""The Lambda function: packed, run by AWS's own runtime client, and its size."""

import base64
import io
import json
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from cnnbook.data import CLASS_NAMES, load_fashion_mnist
from cnnbook.deploy.functions import (
    LIMIT,
    folder_size,
    installed_size,
    pack_function,
)
from cnnbook.deploy.runtime_api import started_function
from cnnbook.manifest import verify
from tests.deployment.programs import DEPLOYMENT, FILES_OF_CNNBOOK
from tests.serving.small_model import build_small_version, expected

pytestmark = pytest.mark.slow  # the function starts several times
FOLDER = DEPLOYMENT / "aws/lambda"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    store = tmp_path_factory.mktemp("store")
    version = build_small_version(store)
    target = tmp_path_factory.mktemp("built") / "function"
    return pack_function(FOLDER / "handler.py", version, target)


@pytest.fixture(scope="module")
def function(package):
    """A started function, as the API that asks it; `.cold` seconds to its start."""
    started = time.monotonic()
    with started_function(package) as api:
        api.ask({"image": png(load_fashion_mnist().test_images[0])})
        api.cold = time.monotonic() - started
        yield api


def png(image):
    """An image (28, 28, 1) as a PNG in base64."""
    stream = io.BytesIO()
    Image.fromarray(image[..., 0]).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def body_of(answer):
    kind, content = answer
    assert kind == "response"
    return content["statusCode"], json.loads(content["body"])


def test_an_event_is_answered_as_the_model_answers(function):
    images = load_fashion_mnist().test_images[:5]
    for image, row in zip(images, expected(images), strict=True):
        status, body = body_of(function.ask({"image": png(image)}))
        assert (status, body["version"]) == (200, "1")
        order = np.argsort(-row)[:3]
        assert [top["label"] for top in body["top"]] == [CLASS_NAMES[k] for k in order]
        found = [top["probability"] for top in body["top"]]
        np.testing.assert_allclose(found, row[order], atol=1e-5)


def test_the_event_of_a_function_url_is_read(function):
    image = load_fashion_mnist().test_images[0]
    event = {"version": "2.0", "isBase64Encoded": True, "body": png(image)}
    status, body = body_of(function.ask(event))
    assert status == 200
    assert body["top"][0]["label"] == CLASS_NAMES[expected(image[None])[0].argmax()]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({}, "must be an image file in base64, got none"),
        ({"image": "?"}, "must be base64"),
        ({"image": base64.b64encode(b"no image").decode()}, "must be an image, one of"),
    ],
)
def test_what_is_no_image_is_told_and_the_function_goes_on(function, event, message):
    status, body = body_of(function.ask(event))
    assert status == 400
    assert message in body["error"]
    image = png(load_fashion_mnist().test_images[0])
    assert body_of(function.ask({"image": image}))[0] == 200


def test_a_warm_call_is_much_faster_than_a_cold_one(function):
    image = png(load_fashion_mnist().test_images[0])
    started = time.monotonic()
    for _ in range(10):
        function.ask({"image": image})
    warm = (time.monotonic() - started) / 10
    assert warm < function.cold / 5


def test_a_model_that_was_changed_does_not_start(package, tmp_path):
    copy = shutil.copytree(package, tmp_path / "function")
    (copy / "model/model.onnx").write_bytes(b"something else")
    with started_function(copy) as api:
        kind, body = api.next_answer()
        assert kind == ["init", "error"]
        assert body["errorType"].endswith("ManifestError")
        assert "is not the file of the manifest" in body["errorMessage"]


def test_the_package_holds_one_model_and_no_tensorflow(package):
    assert list(verify(package / "model").files) == ["model.onnx"]
    code = "import handler" + FILES_OF_CNNBOOK + "print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=package,
        env={"PYTHONPATH": str(package)},
    )
    files, modules = done.stdout.splitlines()
    # the package is installed here, too, and would lend what is missing
    assert [f for f in files.split() if not f.startswith(str(package))] == []
    assert not {"tensorflow", "keras", "fastapi"} & set(modules.split())


def requirements():
    lines = (FOLDER / "requirements.txt").read_text("utf-8").splitlines()
    return [line.split("==")[0] for line in lines if "==" in line]


def test_the_package_fits_and_one_with_tensorflow_would_not(package):
    size = installed_size(requirements()) + folder_size(package)
    assert 50 * 2**20 < size < LIMIT
    assert installed_size(["tensorflow"]) > LIMIT


def test_sizes_by_hand(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/a").write_bytes(bytes(10))
    (tmp_path / "b").write_bytes(bytes(5))
    assert folder_size(tmp_path) == 15
    # what a package needs is counted, once; what an extra of it needs is not
    alone = installed_size(["uvicorn"])
    assert installed_size(["uvicorn", "click", "h11", "uvicorn"]) == alone
    assert installed_size(["uvicorn", "httptools"]) > alone


def test_pins_are_those_of_the_image():
    served = DEPLOYMENT / "container/requirements-serving.txt"
    pins = {line.split("  #")[0] for line in served.read_text("utf-8").splitlines()}
    lines = (FOLDER / "requirements.txt").read_text("utf-8").splitlines()
    assert {line.split("  #")[0] for line in lines if "==" in line} <= pins
