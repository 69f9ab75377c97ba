"""--viz: the frames of every step, in a window or as a GIF."""

import io
import re

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from lib.body.kinematics import pose_body
from lib.body.projection import project
from lib.body.skeleton import TRACKED_LSP
from lib.drawing.boxes import Box
from lib.drawing.drawer import Drawing
from lib.outputs import viewer
from lib.outputs.viewer import Film, interactive_pyplot
from tests.program import answer_of, fitted_in, program

STEP_MS, LAST_MS = 80, 2000
GREEN, RED = (0, 255, 0), (255, 0, 0)  # as a GIF has them


class Window:
    """A pyplot that notes what is asked of it."""

    def __init__(self):
        self.asked = []

    def __getattr__(self, name):
        return lambda *arguments, **options: self.asked.append((name, *arguments))


@pytest.fixture
def film(fitted, models):
    """``film(pyplot, picture=..., zoom=1)``: the Film of the first image of the sample, and its x and translation."""
    def film(pyplot=None, picture=None, scale=None):
        sample, photograph, problem, fit = fitted[0]
        picture = photograph if picture is None else picture
        body = models.body(sample.gender).tracked(10)
        x = np.concatenate([fit.betas, fit.pose])
        return Film(pyplot, body, problem, picture, scale or sample.scale), x, fit.cam_t
    return film


def frames(gif):
    return [np.array(frame.convert('RGB')) for frame in ImageSequence.Iterator(Image.open(io.BytesIO(gif)))]


def near(picture, place, colour):
    """Whether a pixel of about this colour is within 3 px of a place (2,)."""
    x, y = np.round(place).astype(int)
    patch = picture[max(0, y - 3):y + 4, max(0, x - 3):x + 4].astype(int)
    return patch.size and np.abs(patch - colour).max(axis=2).min() < 90


def test_a_step_shows_detections_in_green_and_the_bodys_joints_in_red(film, fitted, models):
    """Over a picture of one grey, and with a body that is moved aside."""
    sample, photograph, problem, fit = fitted[0]
    shown, x, translation = film(picture=np.full_like(photograph, 128))
    aside = translation + [.15, 0., 0.]
    shown.step(0, 1, 2, x, aside)
    picture = frames(shown.finish(None))[0]
    points = pose_body(models.body(sample.gender).tracked(10), x[None, :10], x[None, 10:]).points
    projected = project(points, aside[None], np.array([problem.focal]), problem.centre[None])[0]
    assert np.mean([near(picture, place, GREEN) for place in problem.joints[TRACKED_LSP]]) > .7
    assert all(near(picture, place, RED) for place in projected)
    assert np.abs(picture[6:18, 6:200].astype(int) - 128).max() > 100, 'a label'


def test_labels_count_from_one(film, monkeypatch):
    said = []
    monkeypatch.setattr(viewer.cv2, 'putText', lambda frame, text, *more: said.append(text))
    shown, x, translation = film()
    shown.step(0, 0, 3, x, translation)
    assert set(said) == {'run 1, stage 4 of 4'}


def test_joints_that_are_not_there_or_far_out_are_no_error(film, fitted):
    shown, x, translation = film()
    joints = fitted[0][2].joints
    before = joints.copy()
    joints[TRACKED_LSP[:3]] = [[np.nan, np.nan], [9e5, -9e5], [np.inf, 0.]]
    try:
        shown.step(0, 0, 0, x, translation * [1., 1., 1e-12])
    finally:
        joints[:] = before
    assert len(frames(shown.finish(None))) == 2


def test_the_gif_keeps_times_and_sizes(film, fitted):
    photograph = fitted[0][1]
    height, width = photograph.shape[:2]
    shown, x, translation = film()
    for dx in 0., .3:
        shown.step(0, 0, 0, x, translation + [dx, 0., 0.])
    body = np.zeros((height, width, 4), np.uint8)
    body[..., 3], body[..., 0] = 255, 200
    gif = Image.open(io.BytesIO(shown.finish(Drawing(body, Box(0, 0, width, height), width, height))))
    assert gif.n_frames == 3 and gif.size == (4 * width, 2 * height) and gif.info['loop'] == 0
    durations = []
    for frame in ImageSequence.Iterator(gif):
        durations.append(frame.info['duration'])
        last = np.array(frame.convert('RGB'))
    assert durations == [STEP_MS, STEP_MS, LAST_MS]
    assert np.abs(last[:, 2 * width + 2:].astype(int) - (0, 0, 200)).max() < 60, 'the body, beside the photograph'
    assert np.abs(last[:, :2 * width].astype(int) - cv2.resize(photograph, None, fx=2, fy=2)[..., ::-1]).mean() < 40


@pytest.mark.parametrize('scale', [2., 3.])
def test_frames_of_large_photographs_are_bounded(film, fitted, scale):
    """And joints stand where they are in the smaller picture."""
    sample, photograph, problem, fit = fitted[0]
    height, width = photograph.shape[:2]
    large = np.full((2000, 2000 * width // height, 3), 128, np.uint8)
    shown, x, translation = film(picture=large, scale=scale)
    shown.step(0, 0, 0, x, translation)
    picture = frames(shown.finish(None))[0]
    assert max(picture.shape) == 1920
    zoom = 1920 / 2000 / scale
    assert np.mean([near(picture, zoom * place, RED) or near(picture, zoom * place, GREEN)
                    for place in problem.joints[TRACKED_LSP]]) > .7


def test_a_window(film, fitted, monkeypatch):
    window = Window()
    shown, x, translation = film(pyplot=window)
    shown.step(0, 0, 0, x, translation)
    frame = next(arguments[0] for name, *arguments in window.asked if name == 'imshow')
    assert [name for name, *_ in window.asked] == ['clf', 'imshow', 'axis', 'pause']
    assert frame.shape == (*(2 * side for side in fitted[0][1].shape[:2]), 3)
    monkeypatch.setattr('sys.stdin', None)
    assert shown.finish(None) is None
    assert 'waitforbuttonpress' not in [name for name, *_ in window.asked], 'nobody is there to press one'


def test_a_window_waits_for_a_key_where_somebody_is_there(film, monkeypatch):
    class Terminal:
        def isatty(self):
            return True
    window = Window()
    monkeypatch.setattr('sys.stdin', Terminal())
    film(pyplot=window)[0].finish(None)
    assert window.asked[-1] == ('waitforbuttonpress',)


def test_no_window_without_a_display(monkeypatch):
    monkeypatch.delenv('DISPLAY', raising=False)
    monkeypatch.delenv('WAYLAND_DISPLAY', raising=False)
    monkeypatch.setattr('sys.platform', 'linux')
    assert interactive_pyplot() is None


def test_no_window_without_a_toolkit(monkeypatch):
    monkeypatch.setenv('DISPLAY', ':99')
    monkeypatch.setenv('MPLBACKEND', 'agg')
    from matplotlib import pyplot
    pyplot.switch_backend('agg')
    assert interactive_pyplot() is None and not pyplot.get_fignums()


@pytest.mark.slow
def test_viz_without_display_keeps_the_frames(data_set, model_dir, out):
    """In a process of its own whose stdin is closed, where it must not wait for a key."""
    answer = answer_of(program(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--viz', '-v',
                               '--side_view_thsh', 0))
    assert answer.code == 0 and 'Traceback' not in answer.errors
    said, = [line for line in re.split('[\r\n]', answer.errors) if 'no display' in line]
    assert str(out / 'viz') in said
    for i, path in enumerate(data_set.images):
        height, width = cv2.imread(str(path)).shape[:2]
        steps = re.search(rf'{i:04d} {path.name}: .* steps ([ \d]+)', answer.errors).group(1)
        steps = sum(int(count) for count in steps.split())
        with Image.open(out / 'viz' / f'{i:04d}.gif') as film:
            assert film.size == (4 * width, 2 * height), 'the last frame shows photograph and body side by side'
            assert steps / 2 < film.n_frames <= steps + 1
            shown = sum(frame.info['duration'] for frame in ImageSequence.Iterator(film))
        assert shown == STEP_MS * steps + LAST_MS, 'equal frames are one that is shown as long as all of them'
    assert len(fitted_in(out)) == 2
