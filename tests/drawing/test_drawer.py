"""The pictures are OpenDR's, pixel for pixel."""

import numpy as np
import pytest

from lib.drawing.boxes import Box
from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer, Drawing
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.model_files import ModelSet
from lib.outputs.folder import result_path
from lib.outputs.result_file import read_result
from lib.render_model import BodyRenderer
from tests.drawing.compare import KINDS, Body, Pair, random_body
from tests.helpers import REFERENCE, whole_picture
from tests.program import ROOT, SAMPLE

STORED = ROOT / 'tests' / 'stored'


@pytest.fixture(scope='module')
def open_models():
    return ModelSet(str(ROOT / 'models'))


@pytest.fixture(scope='module')
def pair(open_models):
    return Pair(open_models)


@pytest.fixture(scope='module')
def sample_body(open_models):
    """``sample_body(index)``: gender and Body of an image of the sample, from its stored fit."""
    data = LspDataset(str(SAMPLE))

    def sample_body(index):
        sample, result = data[index], read_result(result_path(str(STORED), index))
        height, width = (2 * side for side in decode_image(data.read(sample), sample.name).shape[:2])
        vertices = open_models.body(sample.gender).vertices(result['betas'], result['pose'])
        centre = np.array([width, height]) / 2.
        return sample.gender, Body(vertices, result['cam_t'], sample.focal, centre, width, height)
    return sample_body


@pytest.fixture(scope='module')
def golden():
    """The published program's picture, and a Body that asks for it."""
    with np.load(REFERENCE / 'golden_render.npz') as data:
        body = Body(data['vertices'].astype(float), data['t'], data['f'][0], data['c'], int(data['width']),
                    int(data['height']))
        return data['faces'], body, data['image_bgra']


def test_a_drawing_over_a_photograph_and_alone():
    patch = np.full((1, 2, 4), [255, 255, 255, 0], np.uint8)
    patch[0, 1] = 1, 2, 3, 255
    drawing, photograph = Drawing(patch, Box(1, 1, 3, 2), 4, 3), np.full((3, 4, 3), 9, np.uint8)
    over, whole = drawing.over(photograph), whole_picture(drawing)
    assert (photograph == 9).all()
    assert whole[1, 2].tolist() == [1, 2, 3, 255]
    assert over[1, 2].tolist() == [1, 2, 3]
    over[1, 2], whole[1, 2] = 9, (255, 255, 255, 0)
    assert (over == 9).all()
    assert (whole == [255, 255, 255, 0]).all()


def test_the_published_program_s_picture(golden):
    faces, body, wanted = golden
    picture = whole_picture(Drawer(faces, len(body.vertices), Canvas()).front(*body, published=True))
    np.testing.assert_array_equal(picture, wanted)


def test_an_image_of_each_gender(pair, sample_body):
    for index in (0, 2):
        assert pair.differing(*sample_body(index), degrees=90.) == 0


def test_a_quick_side_view_differs_by_some_pixels_of_a_border(open_models, sample_body):
    for index in (0, 20):
        gender, body = sample_body(index)
        model = open_models.body(gender)
        drawer = Drawer(model.faces, len(model.v_template), Canvas())
        wanted, quick = (whole_picture(drawer.turned(body.vertices, 45., published)).astype(int)
                         for published in (True, False))
        apart = np.abs(wanted - quick).max(axis=2)
        assert np.count_nonzero(apart) < .002 * np.count_nonzero(wanted[..., 3])
        assert np.count_nonzero(apart > 20) < .0005 * np.count_nonzero(wanted[..., 3])


@pytest.mark.slow
def test_the_sample_s_images(pair, sample_body):
    assert [pair.differing(*sample_body(index), degrees=15. * index) for index in range(24)] == [0] * 24


@pytest.mark.slow
def test_bodies_anywhere(pair, open_models):
    rng, seen = np.random.default_rng(0), set()
    for _ in range(40):
        kind, gender, body = random_body(open_models, rng)
        seen.add(kind)
        assert pair.differing(gender, body, rng.uniform(0., 360.)) == 0, kind
    assert seen == set(KINDS)


@pytest.mark.parametrize('spoil', [
    lambda faces: faces[::2],  # every edge at one face, or at none
    lambda faces: np.concatenate([faces, faces[::7, [0, 2, 1]], faces[::9]]),  # three and four faces at an edge
    lambda faces: np.concatenate([faces, faces[::7][:, [0, 0, 1]]]),  # faces without area
    lambda faces: faces[:1]])
def test_meshes_that_close_nothing(sample_body, open_models, spoil):
    gender, body = sample_body(1)
    faces, n_vertices = spoil(open_models.body(gender).faces), len(body.vertices)
    np.testing.assert_array_equal(whole_picture(Drawer(faces, n_vertices, Canvas()).front(*body, published=True)),
                                  BodyRenderer(faces, n_vertices).render(*body))


def test_nothing_is_left_of_earlier_pictures(golden):
    faces, body, wanted = golden
    drawer = Drawer(faces, len(body.vertices), Canvas())
    other = Body(np.ascontiguousarray(body.vertices[:, [2, 1, 0]] * [1.1, .9, -1.]), body.translation + [.1, 0., 4.],
                 2500., np.array([60., 90.]), 130, 170)
    new = whole_picture(Drawer(faces, len(body.vertices), Canvas()).front(*other, published=True))
    drawer.front(*body)
    np.testing.assert_array_equal(whole_picture(drawer.front(*other, published=True)), new)
    drawer.turned(body.vertices, 90.)
    np.testing.assert_array_equal(whole_picture(drawer.front(*body, published=True)), wanted)


def test_a_body_outside_the_picture_is_nothing_to_see(golden):
    faces, body, _ = golden
    aside = body._replace(translation=body.translation + [50., 0., 0.])
    picture = whole_picture(Drawer(faces, len(body.vertices), Canvas()).front(*aside))
    assert picture.shape == (body.height, body.width, 4)
    assert (picture == [255, 255, 255, 0]).all()
