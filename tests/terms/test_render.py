"""Picture parity with the published program, and a renderer that is used again and again."""

import numpy as np
import pytest

from lib.render_model import BodyRenderer
from tests.helpers import REFERENCE

LEAST_OVERLAP, LARGEST_COLOUR_DIFFERENCE = 0.999, 2.


@pytest.fixture(scope='module')
def golden():
    with np.load(REFERENCE / 'golden_render.npz') as data:
        return dict(data)


@pytest.fixture(scope='module')
def vertices(golden):
    return golden['vertices'].astype(np.float64)


@pytest.fixture(scope='module')
def new_renderer(golden, vertices):
    """``new_renderer()``: a fresh renderer of the mesh."""
    return lambda: BodyRenderer(golden['faces'], len(vertices))


@pytest.fixture(scope='module')
def view(golden):
    """Arguments of the published picture but for its vertices."""
    return {'translation': golden['t'], 'focal': golden['f'][0], 'centre': golden['c'],
            'width': int(golden['width']), 'height': int(golden['height'])}


@pytest.fixture(scope='module')
def picture(new_renderer, vertices, view):
    return new_renderer().render(vertices, **view)


def test_published_picture(picture, golden):
    wanted = golden['image_bgra']
    assert picture.shape == wanted.shape and picture.dtype == wanted.dtype
    inside, wanted_inside = picture[..., 3] > 0, wanted[..., 3] > 0
    assert (inside & wanted_inside).sum() > LEAST_OVERLAP * (inside | wanted_inside).sum()
    both = inside & wanted_inside
    assert np.abs(picture[both, :3].astype(float) - wanted[both, :3]).mean() < LARGEST_COLOUR_DIFFERENCE
    assert not picture[~inside, 3].any()


def test_the_renderer_keeps_nothing_of_earlier_pictures(new_renderer, picture, vertices, view):
    renderer = new_renderer()
    renderer.render(vertices, **view)
    other_view = {**view, 'width': 130, 'height': 170, 'centre': np.array([60., 90.]), 'focal': 2500.,
                  'translation': view['translation'] + [0.1, 0., 4.]}
    other = np.ascontiguousarray(vertices[:, [2, 1, 0]] * [1.1, 0.9, -1.])
    np.testing.assert_array_equal(renderer.render(other, **other_view), new_renderer().render(other, **other_view))
    np.testing.assert_array_equal(renderer.render(vertices, **view), picture)


def test_a_body_outside_the_picture_is_nothing_to_see(new_renderer, vertices, view):
    picture = new_renderer().render(vertices, **{**view, 'translation': view['translation'] + [50., 0., 0.]})
    assert not picture[..., 3].any()
