"""Versions: loaded side by side, switched and rolled back, never half."""

import asyncio
import shutil

import pytest

from cnnbook.manifest import ManifestError
from cnnbook.serving.errors import RequestError
from cnnbook.serving.metrics import Metrics
from cnnbook.serving.settings import Settings
from cnnbook.serving.versions import Versions
from tests.serving.small_model import build_small_version, expected


def state(answer):
    assert answer.status_code == 200, answer.text
    document = answer.json()
    return document["default"], document["previous"], document["loaded"]


def predict(client, images, path=""):
    body = {"instances": images[:1].tolist()}
    answer = client.post(f"/v1/models/fashion{path}/predict", json=body).json()
    return answer["version"], answer["predictions"][0]["top"][0]["probability"]


def answer_of(images, version):
    return version, pytest.approx(expected(images[:1], version).max(), abs=1e-6)


def test_the_store_and_the_loaded_are_told_apart(admin):
    document = admin.get("/admin/versions").json()
    assert document == {
        "model": "fashion",
        "default": "1",
        "previous": None,
        "loaded": ["1"],
        "available": ["1", "2", "3"],
    }


def test_a_version_is_loaded_beside_the_default(admin, images):
    assert state(admin.post("/admin/versions/2/load")) == ("1", None, ["1", "2"])
    assert predict(admin, images) == answer_of(images, "1")
    assert predict(admin, images, "/versions/2") == answer_of(images, "2")


def test_the_default_is_switched_and_rolled_back(admin, images):
    assert state(admin.put("/admin/default", json={"version": "2"}))[:2] == ("2", "1")
    assert predict(admin, images) == answer_of(images, "2")
    assert state(admin.put("/admin/default", json={"version": "3"}))[:2] == ("3", "2")
    assert state(admin.post("/admin/rollback"))[:2] == ("2", "1")
    assert predict(admin, images) == answer_of(images, "2")
    assert state(admin.post("/admin/rollback"))[:2] == ("1", None)
    assert predict(admin, images) == answer_of(images, "1")
    answer = admin.post("/admin/rollback")
    assert answer.status_code == 409
    assert "no earlier default" in answer.json()["error"]


def test_the_same_default_again_is_no_step_to_roll_back(admin):
    admin.put("/admin/default", json={"version": "2"})
    assert state(admin.put("/admin/default", json={"version": "2"}))[:2] == ("2", "1")


def test_a_version_is_unloaded_unless_it_answers(admin, images):
    admin.put("/admin/default", json={"version": "2"})
    assert admin.post("/admin/versions/2/unload").status_code == 409
    assert state(admin.post("/admin/versions/1/unload")) == ("2", None, ["2"])
    assert admin.post("/admin/versions/1/unload").status_code == 404
    assert predict(admin, images) == answer_of(images, "2")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/admin/versions/9/load", None, 404),
        ("POST", "/admin/versions/..%2F1/load", None, 404),
        ("POST", "/admin/versions/x/load", None, 422),
        ("PUT", "/admin/default", {"version": "9"}, 404),
        ("PUT", "/admin/default", {"version": "../1"}, 422),
        ("PUT", "/admin/default", {"version": 2}, 422),
        ("PUT", "/admin/default", {}, 422),
        ("PUT", "/admin/default", {"version": "2", "force": True}, 422),
    ],
)
def test_what_does_not_exist_changes_nothing(admin, method, path, body, status):
    answer = admin.request(method, path, json=body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert state(admin.get("/admin/versions")) == ("1", None, ["1"])


def versions_of(store, **options):
    return Versions(Settings(store=store, open=True, **options), Metrics())


def run(store, work, **options):
    async def body():
        versions = versions_of(store, **options)
        try:
            await versions.start()
            return await work(versions)
        finally:
            versions.close()

    return asyncio.run(body())


@pytest.fixture
def own_store(store, tmp_path):
    return shutil.copytree(store, tmp_path / "store")


def test_the_latest_is_the_largest_number(own_store):
    build_small_version(own_store, "1", number="10")
    (own_store / "fashion" / "011").mkdir()  # no number of a version
    (own_store / "fashion" / "notes").mkdir()

    async def work(versions):
        return versions.default, versions.available()

    assert run(own_store, work) == ("10", ["1", "2", "3", "10"])


def test_a_tampered_version_is_refused_and_the_default_stays(own_store, images):
    path = own_store / "fashion" / "2" / "explain.onnx"
    path.write_bytes(path.read_bytes() + b"\0")

    async def work(versions):
        with pytest.raises(RequestError, match=r"cannot be loaded: explain\.onnx"):
            await versions.set_default("2")
        (rows,) = await versions.get().predict.submit(images[:1])
        return versions.default, versions.loaded, rows

    default, loaded, rows = run(own_store, work, version="1")
    assert (default, loaded) == ("1", ["1"])
    assert rows == pytest.approx(expected(images[:1]), abs=1e-6)


def test_a_version_in_the_folder_of_another_is_refused(own_store):
    shutil.rmtree(own_store / "fashion" / "2")
    shutil.copytree(own_store / "fashion" / "3", own_store / "fashion" / "2")

    async def work(versions):
        with pytest.raises(RequestError, match="is that of fashion 3") as caught:
            await versions.load("2")
        return caught.value.status

    assert run(own_store, work, version="1") == 409


def test_a_store_without_the_version_says_what_it_holds(store, tmp_path):
    with pytest.raises(ManifestError, match=r"must hold version 7, it holds 1, 2, 3"):
        versions_of(store, version="7").first()
    with pytest.raises(ManifestError, match="it holds none"):
        versions_of(tmp_path).first()


def test_loading_twice_at_once_loads_once(store):
    async def work(versions):
        first, second = await asyncio.gather(versions.load("2"), versions.load("2"))
        return first is second

    assert run(store, work)


def test_the_number_of_loaded_versions_is_bounded(own_store):
    for number in range(4, 10):
        build_small_version(own_store, "1", number=str(number))

    async def work(versions):
        for number in range(1, 9):
            await versions.load(str(number))
        with pytest.raises(RequestError, match="Unload one first") as caught:
            await versions.load("9")
        return caught.value.status

    assert run(own_store, work, version="1") == 409


def test_accepted_requests_are_answered_by_the_version_that_took_them(store, images):
    async def work(versions):
        old = versions.get()
        asked = [old.predict.submit(images[i : i + 1]) for i in range(8)]
        tasks = [asyncio.create_task(each) for each in asked]
        await asyncio.sleep(0)
        await versions.set_default("2")
        await versions.unload("1")
        return [rows for (rows,) in await asyncio.gather(*tasks)]

    rows = run(store, work, version="1")
    for i, row in enumerate(rows):
        assert row == pytest.approx(expected(images[i : i + 1]), abs=1e-6)
