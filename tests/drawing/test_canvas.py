"""The drawing surface: where things come to stand, and that sizes leave no trace."""

import subprocess
import sys

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.drawing.boxes import Box
from lib.drawing.canvas import Canvas
from lib.drawing.scene import View

#: Two triangles that cover 10 to 30 px from the left, 20 to 25 px from the top, at 10 m.
SIDES = np.array([[10., 20.], [30., 20.], [30., 25.], [10., 25.]])
FACES = np.array([[0, 1, 2], [0, 2, 3]], dtype=np.uint32)
GREY = np.full((4, 3), 102. / 255.)


@pytest.fixture(scope='module')
def canvas():
    return Canvas()


def view_of(width, height):
    return View(np.array([0., 0., 10.]), 1000., np.array([width, height]) / 2., width, height, 40.)


def take(canvas, view, inside):
    canvas.look(view, inside)
    canvas.take(np.column_stack([(SIDES - view.centre - .5) / 100., np.zeros(4)]), GREY)


def drawn(canvas, width, height, inside=None):
    """Rows and columns (first and last) of what a picture of that size shows of SIDES."""
    inside = inside or Box(0, 0, width, height)
    take(canvas, view_of(width, height), inside)
    canvas.clear(1.)
    canvas.triangles(FACES)
    picture = canvas.picture()
    assert picture.shape == (inside.bottom - inside.top, inside.right - inside.left, 4)
    rows, columns = np.nonzero((picture != 255).any(axis=2))
    assert (picture[rows, columns, :3] == 102).all()
    assert (picture[..., 3] == 255).all()
    return rows.min() + inside.top, rows.max() + inside.top, columns.min() + inside.left, columns.max() + inside.left


@pytest.mark.parametrize('size', [(64, 48), (300, 400), (256, 256), (257, 200), (700, 90)])
def test_a_face_stands_where_the_camera_sees_it(canvas, size):
    assert drawn(canvas, *size) == (20, 24, 10, 29)


def test_a_part_of_a_picture_is_that_part(canvas):
    assert drawn(canvas, 3000, 2000, Box(8, 18, 40, 30)) == (20, 24, 10, 29)


def test_surfaces_are_as_large_as_the_part_wants_and_no_more_are_kept_than_a_few(canvas):
    canvas.look(view_of(3000, 2000), Box(2500, 1700, 3000, 1900))
    large = canvas._context
    assert (large.width, large.height) == (3072, 512)
    canvas.look(view_of(3000, 2000), Box(2500, 1700, 2800, 1900))
    assert canvas._context is large
    canvas.look(view_of(3000, 2000), Box(500, 1980, 800, 1990))
    assert canvas._context is not large
    for side in (200, 300, 600, 1100, 2100):
        drawn(canvas, side, 64)
    canvas.rest()
    assert len(canvas._surfaces) == 4


def test_a_surface_in_use_is_nobody_elses():
    one, other = Canvas(), Canvas()
    drawn(one, 64, 48)
    one.rest()
    for canvas in one, other:
        canvas.look(view_of(64, 48), Box(0, 0, 64, 48))
    assert one._context is not other._context
    used = one._context
    one.rest()
    other.rest()
    assert used in Canvas._surfaces and one._context is None is other._context


#: Canvases that another thread throws away, as Python's garbage collector may, between pictures of other sizes.
THROWN_AWAY = '''
import faulthandler, threading
import numpy as np
from lib.drawing.boxes import Box
from lib.drawing.canvas import Canvas
from lib.drawing.scene import View
faulthandler.dump_traceback_later(40, exit=True)
rng = np.random.default_rng(0)
for _ in range(40):
    canvases = [Canvas()]
    width, height = map(int, rng.integers(60, 900, 2))
    canvases[0].look(View(np.array([0., 0., 10.]), 1000., np.array([32., 24.]), width, height, 40.),
                     Box(0, 0, width, height))
    canvases[0].clear(1.)
    canvases[0].picture()
    canvases[0].rest()
    thread = threading.Thread(target=canvases.clear)
    thread.start()
    thread.join()
    junk = [np.zeros(int(size), np.uint8) for size in rng.integers(1e3, 1e6, 20)]
'''


def test_other_threads_may_throw_canvases_away():
    """Not their surfaces: Mesa ended the process, or stood still, where one was thrown away that another thread had
    drawn on last."""
    for _ in range(3):
        subprocess.run([sys.executable, '-c', THROWN_AWAY], check=True, timeout=60)


def test_the_nearest_is_seen_and_black_lies_a_little_farther(canvas):
    take(canvas, view_of(64, 48), Box(0, 0, 64, 48))
    canvas.clear(0.)
    edges = np.array([[0, 1], [1, 2]], dtype=np.uint32)
    canvas.white_lines(edges)
    lines = canvas.picture().copy()
    canvas.black_triangles_behind(FACES)
    np.testing.assert_array_equal(canvas.picture(), lines)
    canvas.triangles(FACES)
    assert canvas.picture()[22, 20, 0] == 102


def test_a_wireframe_is_hollow(canvas):
    take(canvas, view_of(64, 48), Box(0, 0, 64, 48))
    canvas.clear(1.)
    canvas.wireframe(FACES)
    picture = canvas.picture()
    assert picture[20, 12, 0] == 102
    assert picture[23, 12, 0] == 255
    canvas.triangles(FACES)
    assert canvas.picture()[23, 12, 0] == 102


def test_without_its_library_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, 'opendr.contexts.ctx_mesa', None)
    monkeypatch.setitem(sys.modules, 'opendr.contexts.ctx_mac', None)
    monkeypatch.delattr('opendr.contexts.ctx_mesa', raising=False)
    with pytest.raises(InputError, match='libosmesa6-dev.*--no_render'):
        Canvas()
