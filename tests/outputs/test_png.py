"""PNG files: what other programs read out of them, and how small they are."""

import io
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from lib.outputs import png
from lib.outputs.png import png_bytes


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


def test_what_is_the_same_in_every_row_takes_no_room(deflate):
    row = np.random.default_rng(0).integers(0, 256, (1, 300, 4), dtype=np.uint8)
    assert len(png_bytes(np.repeat(row, 400, axis=0))) < len(png_bytes(row)) + .01 * 400 * row.size
