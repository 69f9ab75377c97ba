"""Strips: the person in the middle, joints where they are, in the colour of their side, and none that are missing."""

import numpy as np
import pytest

from lib.body.skeleton import LSP_NAMES
from lib.drawing.boxes import Box
from lib.drawing.drawer import Drawing
from lib.outputs.drawn.strip import (
    PANEL_WIDTH,
    STRIP_HEIGHT,
    STRIP_WIDTH,
    Spread,
    failed_strip,
    fitted_strip,
    lsp_joints,
)

SIDE = Drawing(np.empty((0, 0, 4), np.uint8), Box(0, 0, 0, 0), 300, 400)
NOWHERE = np.full((14, 2), np.nan)
LEFT, RIGHT = LSP_NAMES.index('left_wrist'), LSP_NAMES.index('right_wrist')
BLUE, ORANGE = (233, 180, 86), (0, 159, 230)


def at(**places):
    """LSP joints (14, 2) at the places named, the others missing."""
    joints = NOWHERE.copy()
    for name, place in places.items():
        joints[LSP_NAMES.index(name)] = place
    return joints


def grey(width, height):
    return np.full((height, width, 3), 60, np.uint8)


def where(panel, colour):
    """Mean place (x, y) of a panel's pixels that are nearly of a colour; None where there are none."""
    rows, columns = np.nonzero(np.abs(panel.astype(int) - colour).max(axis=2) < 40)
    return (columns.mean(), rows.mean()) if len(rows) else None


def panels(strip):
    assert strip.shape == (STRIP_HEIGHT, STRIP_WIDTH, 3)
    return strip[:, :PANEL_WIDTH], strip[:, PANEL_WIDTH:2 * PANEL_WIDTH], strip[:, 2 * PANEL_WIDTH:]


def test_detected_joints_stand_on_the_photograph_and_fitted_ones_on_the_body():
    photograph = grey(240, 300)
    detected, fitted = at(left_wrist=(20, 40), right_ankle=(220, 280)), at(right_wrist=(60, 200))
    first, second, side = panels(fitted_strip(photograph, photograph, Box(0, 0, 240, 300), SIDE, detected, fitted))
    assert where(first, BLUE) == pytest.approx((20, 40), abs=1.5)
    assert where(second, BLUE) == pytest.approx((20, 40), abs=1.5), 'detected ones are there to compare'
    assert where(first, ORANGE) == pytest.approx((220, 280), abs=1.5)
    assert np.abs(second[198:203, 58:63].astype(int) - ORANGE).min() < 20, 'a dot is full'
    assert (first[40, 20] == 60).all(), 'a ring is not'
    assert (side == 128).all() and (first[198:203, 58:63] == 60).all()


def test_ellipses_show_two_deviations_from_the_side():
    """Along their axes; three quarters as large as the view; nothing where nothing is known."""
    photograph, spread = grey(240, 300), np.full((14, 2, 2), np.nan)
    spread[LEFT] = [[900., 0.], [0., 100.]]
    spread[RIGHT] = [[200., 150.], [150., 200.]]
    places = at(left_wrist=(150.5, 100.5), right_wrist=(150.5, 300.5), right_knee=(20., 20.))
    first, second, side = panels(fitted_strip(photograph, photograph, Box(0, 0, 240, 300), SIDE, NOWHERE, NOWHERE,
                                              Spread(places, spread)))
    assert where(first, BLUE) is None and where(second, BLUE) is None
    blue = np.argwhere(np.abs(side.astype(int) - BLUE).max(axis=2) < 60)
    assert blue.mean(axis=0) == pytest.approx((75.5, 113), abs=2)
    assert np.ptp(blue, axis=0) == pytest.approx((2 * 2 * 10 * .75, 2 * 2 * 30 * .75), abs=3)
    orange = np.argwhere(np.abs(side.astype(int) - ORANGE).max(axis=2) < 60) - (225.5, 113)
    assert (orange.prod(axis=1).mean() > 0) and (side[:40, :40] == 128).all(), 'it leans as the covariance does'


def test_an_ellipse_beyond_all_bounds():
    photograph, spread = grey(240, 300), np.tile(1e30 * np.eye(2), (14, 1, 1))
    fitted_strip(photograph, photograph, Box(0, 0, 240, 300), SIDE, NOWHERE, NOWHERE,
                 Spread(at(left_wrist=(1e4, -1e4)), spread))


def test_limbs_join_joints_that_are_both_there():
    photograph = grey(240, 300)
    whole = at(left_wrist=(40, 40), left_elbow=(200, 40), right_knee=(40, 260))
    panel = panels(fitted_strip(photograph, photograph, Box(0, 0, 240, 300), SIDE, whole, NOWHERE))[0]
    assert np.abs(panel[38:43, 120].astype(int) - BLUE).max(axis=1).min() < 40
    assert (panel[60:240] == 60).all(), 'nothing leads to joints that are missing'


@pytest.mark.parametrize('width, height', [(400, 300), (1920, 1080), (60, 500), (30, 20)])
def test_the_part_around_the_person_is_shown(width, height):
    photograph = grey(width, height)
    photograph[height // 3:height // 2, width // 3:width // 2] = (10, 200, 10)
    corners = at(left_wrist=(width // 3, height // 3), right_wrist=(width // 2 - 1, height // 2 - 1))
    for box in (Box(0, 0, 0, 0), Box(width // 3, height // 3, width // 2, height // 2)):
        first, second, _ = panels(fitted_strip(photograph, photograph, box, SIDE, corners, NOWHERE))
        for panel in (first, second):
            green = (panel[..., 1] > 180) & (panel[..., 0] < 60)
            assert green.mean() > .05 or width == 30
        (left, top), (right, bottom) = where(first, BLUE), where(first, ORANGE)
        rows, columns = np.nonzero((first[..., 1] > 180) & (first[..., 0] < 60))
        assert abs(left - columns.min()) < 5 and abs(bottom - rows.max()) < 5 and top < bottom and left < right


def test_a_person_who_is_nowhere_leaves_the_whole_photograph():
    photograph = np.tile(np.linspace(0, 255, 480).astype(np.uint8)[None, :, None], (600, 1, 3))
    strip = failed_strip(photograph, NOWHERE)
    left = (STRIP_WIDTH - PANEL_WIDTH) // 2
    assert strip.shape == (STRIP_HEIGHT, STRIP_WIDTH, 3) and (strip[:, :left - 1] == 128).all()
    assert strip[150, left + 1, 0] < 5 and strip[150, left + PANEL_WIDTH - 2, 0] > 250


@pytest.mark.parametrize('height, width', [(20, 20000), (20000, 16), (1, 1)])
@pytest.mark.parametrize('place', [(0., 0.), (1e6, -1e6), (8., 8.)])
def test_odd_photographs_and_places(height, width, place):
    photograph = np.zeros((height, width, 3), np.uint8)
    panels(failed_strip(photograph, at(left_wrist=place)))
    panels(fitted_strip(photograph, photograph, Box(0, 0, width, height), SIDE, at(neck=place), at(neck=(np.inf, 0.))))


def test_lsp_joints():
    joints, points = np.random.default_rng(0).normal(size=(24, 3)), np.arange(39.).reshape(13, 3)
    out = lsp_joints(joints, points)
    np.testing.assert_array_equal(out[[*range(12), 13]], points)
    np.testing.assert_array_equal(out[12], joints[12])
