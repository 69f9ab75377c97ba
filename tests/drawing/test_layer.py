"""The body over a photograph: smooth edges where they are, no specks, and the photograph through it."""

import cv2
import numpy as np
import pytest

from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer
from lib.drawing.layer import Layer
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.model_files import ModelSet
from lib.outputs.folder import result_path
from lib.outputs.result_file import read_result
from tests.drawing.compare import Body
from tests.helpers import whole_picture
from tests.program import ROOT, SAMPLE

#: A block: its corners, and faces that are seen from outside.
_CORNERS = np.array([[x, y, z] for z in (-.5, .5) for y in (-.5, .5) for x in (-.5, .5)])
_FACES = np.array([[0, 2, 1], [1, 2, 3], [4, 5, 6], [5, 7, 6], [0, 1, 4], [1, 5, 4], [2, 6, 3], [3, 6, 7], [0, 4, 2],
                   [2, 4, 6], [1, 3, 5], [3, 7, 5]])
_FINE = 8


@pytest.fixture(scope='module')
def sample_body():
    """A Drawer and the Body of an image of the sample."""
    models, data, index = ModelSet(str(ROOT / 'models')), LspDataset(str(SAMPLE)), 2
    sample, result = data[index], read_result(result_path(str(ROOT / 'tests' / 'stored'), index))
    height, width = (2 * side for side in decode_image(data.read(sample), sample.name).shape[:2])
    model = models.body(sample.gender)
    body = Body(model.vertices(result['betas'], result['pose']), result['cam_t'], sample.focal,
                np.array([width, height]) / 2., width, height)
    return Drawer(model.faces, len(model.v_template), Canvas()), body


def turned(degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return _CORNERS @ np.array([[c, s, 0.], [-s, c, 0.], [0., 0., 1.]])


def true_cover(drawer, body):
    """Shares of pixels that are the body's, by a picture _FINE times as large."""
    centre = _FINE * (body.centre + .5) - .5
    fine = cover_of(drawer.front(body.vertices, body.translation, _FINE * body.focal, centre, _FINE * body.width,
                                 _FINE * body.height)) > .5
    return cv2.resize(fine.astype(float), (body.width, body.height), interpolation=cv2.INTER_AREA)


def cover_of(drawing):
    out = np.zeros((drawing.height, drawing.width))
    out[drawing.box.slices] = drawing.layer.cover / 255.
    return out


def published_cover(drawer, body):
    return whole_picture(drawer.front(*body, published=True))[..., 3] / 255.


@pytest.mark.parametrize('degrees', [0., 7., 30., 45., 88.])
def test_a_straight_edge_is_where_it_is(degrees):
    drawer = Drawer(_FACES, len(_CORNERS), Canvas())
    body = Body(turned(degrees), np.array([.013, -.021, 10.]), 300., np.array([20.3, 22.]), 44, 40)
    drawing, true = drawer.front(*body), true_cover(drawer, body)
    error, as_drawn = np.abs(cover_of(drawing) - true), np.abs(published_cover(drawer, body) - true)
    edge = (true > 0) & (true < 1)
    assert error[edge].mean() < .06 and error.max() < .45 and error[~edge].max() < .2
    assert degrees == 0. or error.mean() < .2 * as_drawn.mean()


def test_a_body_s_edge(sample_body):
    drawer, body = sample_body
    true = true_cover(drawer, body)
    drawing = drawer.front(*body)
    as_drawn = np.abs(published_cover(drawer, body) - true).mean()
    assert np.abs(cover_of(drawing) - true).mean() < .5 * as_drawn


def specks(picture, drawing):
    """Pixels of the body that are much darker than all around them."""
    grey = picture[drawing.box.slices].astype(int).sum(axis=2)
    around = np.stack([np.roll(grey, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1) if (y, x) != (0, 0)])
    whole = cv2.erode((drawing.patch[..., 3] > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return int((whole & (grey < around.min(axis=0) - 60)).sum())


def test_no_specks(sample_body):
    drawer, body = sample_body
    drawing, ground = drawer.front(*body), np.full((body.height, body.width, 3), 128, np.uint8)
    as_opendr_draws_them = specks(whole_picture(drawer.front(*body, published=True)), drawing)
    assert as_opendr_draws_them > 5 and specks(drawing.over(ground), drawing) < .2 * as_opendr_draws_them


def test_the_photograph_is_seen_through_it(sample_body):
    drawer, body = sample_body
    drawing = drawer.front(*body)
    ground = np.random.default_rng(0).integers(0, 256, (body.height, body.width, 3), dtype=np.uint8)
    kept = ground.copy()
    np.testing.assert_array_equal(drawing.over(ground, 0.), ground)
    half, all_of_it = drawing.over(ground, .5), drawing.over(ground, 1.)
    np.testing.assert_array_equal(ground, kept)
    away, whole = cover_of(drawing) == 0, cover_of(drawing) == 1
    np.testing.assert_array_equal(half[away], ground[away])
    np.testing.assert_allclose(half[whole], (all_of_it[whole].astype(float) + ground[whole]) / 2., atol=.51)
    np.testing.assert_array_equal(all_of_it[drawing.box.slices][drawing.layer.cover == 255],
                                  drawing.layer.colours[drawing.layer.cover == 255])


def test_an_edge_has_the_colours_of_what_is_beside_it():
    """Not the black, or the white, of what is not drawn."""
    drawer = Drawer(_FACES, len(_CORNERS), Canvas())
    drawing = drawer.front(turned(20.), np.array([0., 0., 10.]), 300., np.array([20., 20.]), 40, 40)
    edge = (drawing.layer.cover > 0) & (drawing.layer.cover < 255)
    whole = drawing.layer.colours[drawing.layer.cover == 255].astype(int)
    colours = drawing.layer.colours[edge].astype(int)
    assert edge.any() and (colours >= whole.min(axis=0) - 6).all() and (colours <= whole.max(axis=0) + 6).all()


def test_laying_over_mixes_as_far_as_it_covers():
    colours, ground = np.full((1, 3, 3), 200, np.uint8), np.full((1, 3, 3), 100, np.uint8)
    Layer(colours, np.array([[0, 102, 255]], np.uint8), np.array([0, 1])).lay(ground, .5)
    assert ground[0, :, 0].tolist() == [100, 120, 150]


def test_it_is_the_same_on_whichever_surface(sample_body):
    drawer, body = sample_body
    before = drawer.front(*body).layer
    large = Drawer(_FACES, len(_CORNERS), Canvas())
    large.front(turned(10.), np.array([0., 0., 3.]), 900., np.array([600., 500.]), 1300, 1000)
    after = drawer.front(*body).layer
    np.testing.assert_array_equal(before.cover, after.cover)
    np.testing.assert_array_equal(before.colours, after.colours)


def test_a_picture_of_its_own_is_what_is_laid_over(sample_body):
    """Alpha is how much of a pixel is covered, and compositing it over a ground gives the overlay."""
    drawer, body = sample_body
    drawing, ground = drawer.front(*body), np.full((body.height, body.width, 3), (10, 200, 90), np.uint8)
    whole = whole_picture(drawing)
    cover = cover_of(drawing)
    np.testing.assert_array_equal(whole[..., 3], np.rint(255 * cover))
    assert ((cover > 0) & (cover < 1)).any() and (whole[cover == 0][:, :3] == 255).mean() > .99
    composed = ground + cover[..., None] * (whole[..., :3].astype(float) - ground)
    np.testing.assert_allclose(drawing.over(ground), composed, atol=.51)


def test_it_is_that_of_the_published_program_s_picture(sample_body):
    """But for what rounding does, as that is drawn on a surface of another size."""
    drawer, body = sample_body
    own, published = drawer.front(*body), drawer.front(*body, published=True)
    assert own.box == published.box and own.layer.cover.any()
    assert (own.layer.cover != published.layer.cover).mean() < 1e-3
    assert (own.layer.colours != published.layer.colours).mean() < 1e-3


def test_the_inside_is_seen_of_what_is_open():
    """Or of what is all around the camera; of what is closed and before it nothing is missing either way."""
    for faces, distance in ((_FACES, 10.), (_FACES[2:], 10.), (_FACES[:-2], 10.), (_FACES, .2)):
        body = Body(turned(30.), np.array([.1, -.2, distance]), 40. * distance, np.array([30., 30.]), 64, 60)
        drawer = Drawer(faces, len(_CORNERS), Canvas())
        own, published = (drawer.front(*body, published=way).layer.cover for way in (False, True))
        np.testing.assert_allclose(own.astype(float), published, atol=1)
        assert own.any()


def test_a_body_at_the_camera_has_the_edge_that_is_drawn(sample_body):
    """Its outline is nowhere where parts of it are behind the camera."""
    drawer, body = sample_body
    drawing = drawer.front(*body._replace(translation=np.array([0., 0., .55]), focal=300.))
    assert set(np.unique(drawing.layer.cover)) <= {0, 255} and drawing.layer.cover.any()
