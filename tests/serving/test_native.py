"""Predict and explain, asked over HTTP as a client would."""

import base64
import io

import matplotlib
import numpy as np
import pytest
from PIL import Image

from cnnbook.serving import explanation
from tests.serving.small_model import expected, pooled, weights

PREDICT = "/v1/models/fashion/predict"
EXPLAIN = "/v1/models/fashion/explain"
PNG = {"content-type": "image/png"}


def probability(answer):
    return answer.json()["predictions"][0]["top"][0]["probability"]


@pytest.mark.parametrize("way", ["form", "raw", "octets", "json", "jpeg"])
def test_an_image_is_classified_whichever_way_it_comes(client, images, file_of, way):
    image = images[2]
    sent = {
        "form": {"files": {"image": ("bag.png", file_of(image), "image/png")}},
        "raw": {"content": file_of(image), "headers": PNG},
        "octets": {
            "content": file_of(image),
            "headers": {"content-type": "application/octet-stream"},
        },
        "json": {"json": {"instances": image[None].tolist()}},
        "jpeg": {
            "content": file_of(image, "JPEG", quality=100),
            "headers": {"content-type": "image/jpeg"},
        },
    }[way]
    answer = client.post(PREDICT, **sent)
    assert answer.status_code == 200
    assert (answer.json()["model"], answer.json()["version"]) == ("fashion", "1")
    tolerance = 0.01 if way == "jpeg" else 1e-6
    assert probability(answer) == pytest.approx(
        expected(image[None]).max(), abs=tolerance
    )


def test_several_images_are_answered_in_order(client, images):
    answer = client.post(PREDICT, json={"instances": images[:5].tolist()})
    found = [p["top"][0]["index"] for p in answer.json()["predictions"]]
    assert found == expected(images[:5]).argmax(axis=1).tolist()


@pytest.mark.parametrize("k", [1, 10])
def test_as_many_classes_are_named_as_asked_for(client, images, file_of, k):
    answer = client.post(
        PREDICT, params={"top_k": k}, content=file_of(images[0]), headers=PNG
    )
    top = answer.json()["predictions"][0]["top"]
    assert len(top) == k
    assert [c["probability"] for c in top] == sorted(
        (c["probability"] for c in top), reverse=True
    )


def send(client, content=b"{}", kind="application/json", address=PREDICT, **more):
    headers = {"content-type": kind} | more
    return client.post(address, content=content, headers=headers)


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        ({"content": b"{"}, 400, "must be JSON"),
        ({"content": b"[" * 100_000}, 400, "must be JSON"),
        ({"content": b'{"instances": [NaN]}'}, 400, "must be JSON"),
        ({"content": b'{"instances": [1e999]}'}, 400, "must be JSON"),
        ({"content": b'{"images": []}'}, 400, "'images' too"),
        ({}, 400, "a list of at least one image"),
        ({"kind": "text/plain"}, 415, "application/json; got 'text/plain'"),
        ({"kind": "image/png", "content": b"GIF"}, 415, "the file must be an image"),
        ({"kind": "image/png", "content": b""}, 400, "no bytes at all"),
        ({"kind": "multipart/form-data"}, 400, "the form cannot be read"),
        ({"content-encoding": "gzip"}, 415, "without content-encoding"),
        ({"address": "/v1/models/shoes/predict"}, 404, "no model 'shoes'"),
        (
            {"address": "/v1/models/fashion/versions/9/predict"},
            404,
            "version 9 of fashion is not loaded; loaded: 1",
        ),
        ({"address": "/v1/models/fashion/versions/01/predict"}, 422, "version"),
        ({"address": PREDICT + "?top_k=11"}, 422, "top_k"),
        ({"address": "/v1/nothing"}, 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(
    client, options, status, message
):
    answer = send(client, **options)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert message in answer.json()["error"]


@pytest.mark.parametrize(
    "form",
    [
        {"files": {"file": b"x"}},
        {"data": {"image": "x"}, "files": {"a": b"x"}},
        {"files": [("image", b"x"), ("image", b"y")]},
        {"data": {str(n): "x" for n in range(9)}, "files": {"image": b"x"}},
    ],
)
def test_a_form_has_one_file_called_image(client, form):
    answer = client.post(PREDICT, **form)
    assert answer.status_code == 400
    assert "form" in answer.json()["error"]


def test_a_method_that_is_not_served_is_405_and_says_which_are(client):
    answer = client.get(PREDICT)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert list(answer.json()) == ["error"]


def test_a_full_queue_is_503_with_retry_after(run_service, images):
    running = run_service(max_queue=2, max_images=2)
    version = running.service.versions.get()
    version.predict._num_waiting = 2  # as if two waited
    answer = running.client.post(PREDICT, json={"instances": images[:1].tolist()})
    version.predict._num_waiting = 0
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


def test_an_error_inside_is_500_and_tells_nothing(run_service, images):
    running = run_service()

    def fail(images):
        raise RuntimeError("a secret path")

    running.service.versions.get().predict._run = fail
    answer = running.client.post(PREDICT, json={"instances": images[:1].tolist()})
    assert (answer.status_code, list(answer.json())) == (500, ["error"])
    assert "secret" not in answer.text


def test_an_explanation_adds_up_to_the_answer(client, images, file_of):
    answer = client.post(EXPLAIN, files={"image": file_of(images[0])}).json()
    k = answer["index"]
    assert k == expected(images[:1]).argmax()
    kernel, _ = weights()
    by_hand = 8.0 * pooled(images[:1])[0] * kernel[:, k]  # of version 1
    np.testing.assert_allclose(answer["class_map"], by_hand.reshape(7, 7), atol=1e-5)
    assert answer["evidence"] is True


def test_any_class_can_be_explained(client, images, file_of):
    answer = client.post(
        EXPLAIN, params={"label": "Bag"}, files={"image": file_of(images[0])}
    ).json()
    assert (answer["label"], answer["index"]) == ("Bag", 8)
    assert answer["probability"] == pytest.approx(expected(images[:1])[0, 8], abs=1e-6)


def test_an_unknown_class_is_422(client, images, file_of):
    answer = client.post(
        EXPLAIN, params={"label": "Hat"}, files={"image": file_of(images[0])}
    )
    assert answer.status_code == 422
    assert "`label` must be one of T-shirt/top" in answer.json()["error"]


def test_one_image_is_explained_at_a_time(client, images):
    answer = client.post(EXPLAIN, json={"instances": images[:2].tolist()})
    assert answer.status_code == 400


def test_a_black_image_has_no_evidence_and_still_a_picture(client):
    answer = client.post(EXPLAIN, json={"instances": np.zeros((1, 28, 28)).tolist()})
    assert answer.status_code == 400  # floats
    blank = np.zeros((1, 28, 28), int).tolist()
    answer = client.post(EXPLAIN, json={"instances": blank}).json()
    assert answer["evidence"] is False
    picture = Image.open(io.BytesIO(base64.b64decode(answer["overlay"])))
    assert (picture.size, picture.mode) == ((224, 224), "RGB")


def test_the_overlay_of_a_white_image_is_as_light_as_its_shares_add_up_to():
    drawn = explanation.overlay(np.full((28, 28, 1), 255, np.uint8), np.zeros((3, 3)))
    picture = np.asarray(Image.open(io.BytesIO(drawn)), float)
    expected = np.broadcast_to(0.45 * 255 + 0.55 * explanation.COLORS[0], picture.shape)
    np.testing.assert_allclose(picture, expected, atol=1)


def test_the_overlay_is_brightest_in_color_where_the_evidence_is():
    class_map = np.zeros((7, 7), np.float32)
    class_map[1, 5] = 3.0
    drawn = explanation.overlay(np.zeros((28, 28, 1), np.uint8), class_map)
    colors = np.asarray(Image.open(io.BytesIO(drawn)))
    brightest = np.unravel_index(colors.sum(axis=2).argmax(), (224, 224))
    # the center of cell (1, 5), 32 pixels a cell
    assert abs(brightest[0] - 48) <= 1
    assert abs(brightest[1] - 176) <= 1


def test_heat_is_scaled_and_never_nan():
    values, evidence = explanation.heat(np.array([[-1.0, 4.0, 2.0]]))
    assert (values.tolist(), evidence) == ([[0, 1, 0.5]], True)
    values, evidence = explanation.heat(np.array([[-1.0, 0.0]]))
    assert (values.tolist(), evidence) == ([[0, 0]], False)


def test_colors_are_those_of_viridis():
    viridis = matplotlib.colormaps["viridis"](np.linspace(0, 1, 5))[:, :3]
    np.testing.assert_allclose(explanation.COLORS, 255 * viridis, atol=0.51)
