"""PNG files: what other programs read out of them, and how small they are."""

import io
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from lib.drawing.boxes import Box
from lib.drawing.drawer import Drawing
from lib.outputs.drawn import png
from lib.outputs.drawn.png import drawing_png, png_bytes
from tests.helpers import whole_picture


@pytest.fixture(params=['the quickest', 'zlib'])
def deflate(request, monkeypatch):
    """What compresses: that which is installed, and that which Python has."""
    if request.param == 'zlib':
        monkeypatch.setattr(png, 'deflate', zlib)


@pytest.mark.parametrize('shape', [(5, 7, 4), (5, 7, 3), (1, 1, 3), (1, 9, 4), (9, 1, 4), (300, 500, 3)])
def test_every_pixel_is_kept(deflate, shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    data = png_bytes(picture)
    np.testing.assert_array_equal(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED), picture)
    with Image.open(io.BytesIO(data)) as image:  # which looks at checksums, too
        assert image.format == 'PNG'
        image.verify()
    with Image.open(io.BytesIO(data)) as image:
        np.testing.assert_array_equal(np.asarray(image)[..., [2, 1, 0, 3][:shape[2]]], picture)


def test_parts_of_pictures(deflate):
    """Whose rows are not side by side."""
    picture = np.random.default_rng(0).integers(0, 256, (40, 60, 4), dtype=np.uint8)[3:-2, 5:-6, :3]
    np.testing.assert_array_equal(cv2.imdecode(np.frombuffer(png_bytes(picture), np.uint8), cv2.IMREAD_UNCHANGED),
                                  picture)


def test_what_changes_alike_in_every_row_takes_no_room(deflate):
    row = np.random.default_rng(0).integers(0, 256, (1, 300, 4), dtype=np.uint8)
    picture = row + np.arange(400, dtype=np.uint8)[:, None, None]
    assert len(png_bytes(picture)) < len(png_bytes(row)) + .01 * picture.size


@pytest.mark.parametrize('box', [(2, 3, 12, 15), (0, 0, 12, 15), (5, 8, 20, 30), (0, 0, 20, 30), (7, 0, 8, 30),
                                 (0, 29, 20, 30), (0, 0, 0, 0)])
def test_a_drawing_as_a_whole(deflate, box):
    left, top, right, bottom = box
    patch = np.random.default_rng(0).integers(0, 256, (bottom - top, right - left, 4), dtype=np.uint8)
    drawing = Drawing(patch, Box(*box), 20, 30)
    picture = cv2.imdecode(np.frombuffer(drawing_png(drawing), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(picture, whole_picture(drawing))
