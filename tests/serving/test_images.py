"""Uploads: the same pixels as in training, whatever the file; refusals by status."""

import zlib

import numpy as np
import pytest
from PIL import Image

from cnnbook.preprocessing import read_image, resize
from cnnbook.serving.errors import RequestError
from cnnbook.serving.images import array_of, decode_image, is_small
from tools.hostile import files

SHAPE = (28, 28, 1)
MOST = 100_000


def decode(data, most=MOST):
    return decode_image(data, SHAPE, most)


def refusal(data, most=MOST):
    with pytest.raises(RequestError) as caught:
        decode(data, most)
    return caught.value.status, str(caught.value)


def test_a_png_of_the_right_size_comes_back_byte_by_byte(images, file_of):
    assert (decode(file_of(images[0])) == images[:1]).all()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "1"),
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
        ("TIFF", "CMYK"),
        ("BMP", "RGB"),
    ],
)
def test_an_upload_is_what_training_would_have_read(images, file_of, kind, mode):
    picture = Image.fromarray(images[1, :, :, 0]).resize((61, 47)).convert(mode)
    data = file_of(picture, kind)
    trained_on = resize(read_image(data, channels=1, background=0), (28, 28))
    assert (decode(data) == trained_on[None]).all()


def test_sixteen_bits_become_eight(images, file_of):
    deep = Image.fromarray(images[0, :, :, 0].astype(np.uint16) * 257)
    assert (decode(file_of(deep)) == images[:1]).all()


def test_a_photo_is_turned_as_its_camera_says(images, file_of):
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    upside_down = Image.fromarray(images[0, ::-1, ::-1, 0])
    assert (decode(file_of(upside_down, exif=exif)) == images[:1]).all()


def test_transparency_is_black_as_the_ground_of_the_training_images(file_of):
    empty = Image.new("RGBA", (28, 28), (255, 255, 255, 0))
    assert decode(file_of(empty)).max() == 0


def test_of_an_animation_the_first_frame_counts(images, file_of):
    frames = [Image.fromarray(image[:, :, 0]) for image in images[:3]]
    data = file_of(frames[0], "PNG", save_all=True, append_images=frames[1:])
    assert (decode(data) == images[:1]).all()


def png_head(width, height):
    """A PNG that promises `width` x `height` pixels and holds hardly any."""
    return files.png(width, height, zlib.compress(b"\0" * 9))


@pytest.mark.parametrize("size", [(1000, 1000), (50_000, 50_000), (2**31 - 1, 2)])
def test_a_bomb_is_refused_on_the_word_of_its_header(size):
    status, message = refusal(png_head(*size))
    assert status == 413
    assert "at most" in message


def test_what_is_no_image_is_415_and_shown():
    status, message = refusal(b"%PDF-1.7 a document")
    assert status == 415
    assert message.startswith("the file must be an image, one of PNG")


@pytest.mark.parametrize("kept", [60, 200])
def test_a_truncated_image_is_400(images, file_of, kept):
    status, message = refusal(file_of(images[0])[:kept])
    assert status == 400
    assert "damaged or cut short" in message


def test_nothing_is_400():
    assert refusal(b"")[0] == 400


def test_only_a_small_png_is_decoded_on_the_spot(images, file_of):
    assert is_small(file_of(images[0]))
    assert not is_small(png_head(5000, 5000))
    assert not is_small(file_of(images[0], "JPEG"))
    assert not is_small(b"\x89PNG\r\n\x1a\n")


@pytest.mark.parametrize("axes", [2, 3])
def test_numbers_become_images_with_or_without_their_channel(images, axes):
    given = images[:2] if axes == 3 else images[:2, :, :, 0]
    assert (array_of(given.tolist(), SHAPE, 9) == images[:2]).all()


BLANK = np.zeros(SHAPE, int).tolist()


@pytest.mark.parametrize(
    ("instances", "status", "message"),
    [
        (None, 400, "a list of at least one image"),
        ([], 400, "a list of at least one image"),
        ([BLANK] * 10, 413, "at most 9 images, got 10"),
        ([BLANK, BLANK[:5]], 400, "images of one size"),
        ([BLANK[:5]], 400, r"got shape \(1, 5, 28, 1\)"),
        ([[]], 400, r"got shape \(1, 0\)"),
        (np.full((1, 28, 28), 0.5).tolist(), 400, "Do not scale them"),
        (np.full((1, 28, 28), 256).tolist(), 400, "values from 256 to 256"),
        (np.full((1, 28, 28), -1).tolist(), 400, "values from -1 to -1"),
        (np.full((1, 28, 28), 2**64).tolist(), 400, "whole numbers"),
        (np.full((1, 28, 28), True).tolist(), 400, "whole numbers"),
        ([[[None] * 28] * 28], 400, "whole numbers"),
        ([[["7"] * 28] * 28], 400, "whole numbers"),
        ([[[{}] * 28] * 28], 400, "whole numbers"),
    ],
)
def test_numbers_that_are_no_pixels_are_refused(instances, status, message):
    with pytest.raises(RequestError, match=message) as caught:
        array_of(instances, SHAPE, 9)
    assert caught.value.status == status
