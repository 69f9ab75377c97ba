"""OpenDR's picture is the published program's, and its renderer can be used again and again."""

import numpy as np
import pytest

from lib.render_model import BodyRenderer
from tests.helpers import REFERENCE


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


def test_the_published_picture_pixel_for_pixel(new_renderer, vertices, view, golden):
    picture = new_renderer().render(vertices, **view)
    assert picture.dtype == golden['image_bgra'].dtype
    np.testing.assert_array_equal(picture, golden['image_bgra'])
    assert 0.1 < (picture[..., 3] > 0).mean() < 0.9


def test_the_renderer_keeps_nothing_of_earlier_pictures(new_renderer, vertices, view, golden):
    renderer = new_renderer()
    renderer.render(vertices, **view)
    other_view = {**view, 'width': 130, 'height': 170, 'centre': np.array([60., 90.]), 'focal': 2500.,
                  'translation': view['translation'] + [0.1, 0., 4.]}
    other = np.ascontiguousarray(vertices[:, [2, 1, 0]] * [1.1, 0.9, -1.])
    np.testing.assert_array_equal(renderer.render(other, **other_view), new_renderer().render(other, **other_view))
    np.testing.assert_array_equal(renderer.render(vertices, **view), golden['image_bgra'])


def test_a_body_outside_the_picture_is_nothing_to_see(new_renderer, vertices, view):
    picture = new_renderer().render(vertices, **{**view, 'translation': view['translation'] + [50., 0., 0.]})
    assert not picture[..., 3].any()
