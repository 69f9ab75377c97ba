"""Where faces lie in the picture."""

import numpy as np
import pytest

from lib.drawing.boxes import Box, FaceBoxes
from lib.drawing.mesh import Mesh
from lib.drawing.scene import View

#: At 10 m and with a focal length of 1000 px a metre is 100 px.
DEPTH = 10.


@pytest.fixture
def boxes():
    """``boxes(*corners)``: FaceBoxes of triangles with corners (3, 2) in pixels, in a picture of 60 x 40 px."""
    def boxes(*triangles, depth=DEPTH):
        view = View(np.zeros(3), 1000., np.array([29.5, 19.5]), 60, 40, 40.)
        pixels = np.concatenate(triangles) - view.centre - .5
        positions = np.column_stack([pixels * DEPTH / view.focal, np.full(len(pixels), DEPTH)]).T
        positions[2, 0] = depth
        return FaceBoxes(Mesh(np.arange(len(pixels)).reshape(-1, 3), len(pixels)), positions, view)
    return boxes


def triangle(x, y, size=2.):
    return np.array([[x, y], [x + size, y], [x, y + size]])


def marked(box, *pixels):
    """Marks at ``pixels`` (x, y) of the picture."""
    out = np.zeros((box.bottom - box.top, box.right - box.left), dtype=np.uint8)
    for x, y in pixels:
        out[y - box.top, x - box.left] = 255
    return out


def test_inside_holds_every_face_with_room_for_lines(boxes):
    assert boxes(triangle(10.4, 8.), triangle(20., 30.)).inside == Box(8, 6, 24, 34)


def test_inside_ends_with_the_picture(boxes):
    found = boxes(triangle(-10., 20.), triangle(58., 39.))
    assert found.inside == Box(0, 18, 60, 40)
    assert boxes(triangle(-10., 20.)).inside.empty
    assert boxes(triangle(20., 50.)).inside.empty
    assert not found.inside.empty


def test_a_face_touches_the_pixels_that_its_box_holds(boxes):
    found = boxes(triangle(10.6, 10.6), triangle(30., 5.))
    assert found.touching(marked(found.inside, (11, 12)), 0.).tolist() == [[0, 1, 2]]
    assert not found.touching(marked(found.inside, (10, 11)), 0.).size
    assert found.touching(marked(found.inside, (10, 11)), .2).tolist() == [[0, 1, 2]]
    assert not found.touching(marked(found.inside, (13, 11)), .5).size
    assert found.touching(marked(found.inside, (13, 11)), 1.).tolist() == [[0, 1, 2]]
    assert found.touching(marked(found.inside, (11, 12), (31, 6)), 0.).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert not found.touching(marked(found.inside), 2.).size


def test_what_reaches_the_near_plane_may_be_anywhere(boxes):
    found = boxes(triangle(10., 10.), triangle(30., 20.), depth=.504)
    assert found.inside == Box(0, 0, 60, 40)
    assert len(found.touching(marked(found.inside, (50, 1)), 0.)) == 2
