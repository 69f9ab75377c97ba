"""--viz: the frames of every stage and step, and their GIF."""

import io
import re

import cv2
import numpy as np
import pytest
from PIL import Image, ImageSequence

from lib.body.kinematics import pose_body
from lib.body.projection import project
from lib.body.skeleton import TORSO_LSP, TRACKED_LSP
from lib.drawing.boxes import Box
from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer, Drawing
from lib.fitting.attempts import CAMERA, Moment
from lib.outputs.drawn import film
from lib.outputs.drawn.film import Film
from tests.program import answer_of, fitted_in, program

STEP_MS, LAST_MS = 80, 2000
GREEN, RED, YELLOW = (0, 255, 0), (255, 0, 0), (255, 255, 0)  # as a GIF has them


@pytest.fixture
def make_film(fitted, models):
    """``make_film(show, picture=..., scale=...)``: the Film of the first image of the sample, and a Moment of it."""
    def make_film(show=None, picture=None, scale=None):
        sample, photograph, problem, fit = fitted[0]
        picture = photograph if picture is None else picture
        moment = Moment(0, 1, 2, np.concatenate([fit.betas, fit.pose]), fit.cam_t, 1234.5)
        return Film(show, models.body(sample.gender), 10, problem, picture, scale or sample.scale), moment
    return make_film


def moved(moment, *by):
    return moment._replace(translation=moment.translation + by)


def frames(gif):
    return [np.array(frame.convert('RGB')) for frame in ImageSequence.Iterator(Image.open(io.BytesIO(gif)))]


def near(picture, place, colour):
    """Whether a pixel of about this colour is within 6 px of a place (2,)."""
    x, y = np.round(place).astype(int)
    patch = picture[max(0, y - 6):y + 7, max(0, x - 6):x + 7].astype(int)
    return patch.size and np.abs(patch - colour).max(axis=2).min() < 90


def places_of(fitted, models, moment):
    sample, _, problem, fit = fitted[0]
    points = pose_body(models.body(sample.gender).tracked(10), moment.x[None, :10], moment.x[None, 10:]).points
    return project(points, moment.translation[None], np.array([problem.focal]), problem.centre[None])[0]


def test_a_step_shows_detections_in_green_and_the_bodys_joints_in_red(make_film, fitted, models):
    """Over a picture of one grey, and with a body that is moved aside."""
    _, photograph, problem, _ = fitted[0]
    shown, moment = make_film(picture=np.full_like(photograph, 128))
    aside = moved(moment, .15, 0., 0.)
    shown.step(aside)
    picture = frames(shown.finish(None))[0]
    assert np.mean([near(picture, place, GREEN) for place in problem.joints[TRACKED_LSP]]) > .7
    assert all(near(picture, place, RED) for place in places_of(fitted, models, aside))
    assert np.abs(picture[6:18, 6:200].astype(int) - 128).max() > 100, 'a label'


def test_the_camera_step_shows_the_torso(make_film, fitted, monkeypatch):
    """Four joints of each kind, of which it knows no others."""
    circles, said = [], []
    monkeypatch.setattr(film.cv2, 'circle', lambda frame, place, radius, colour, *more: circles.append((place, colour)))
    monkeypatch.setattr(film.cv2, 'putText', lambda frame, text, *more: said.append(text))
    shown, moment = make_film()
    shown.step(moment._replace(stage=CAMERA, run=0))
    assert [colour for _, colour in circles] == 4 * [(0, 255, 0)] + 4 * [(0, 0, 255)]
    np.testing.assert_allclose([place for place, _ in circles[:4]], fitted[0][2].joints[np.sort(TORSO_LSP)], atol=.51)
    assert said[0] == 'run 1, camera step'


def test_labels_tell_the_stage_the_error_and_the_energy(make_film, fitted, monkeypatch):
    said = []
    monkeypatch.setattr(film.cv2, 'putText', lambda frame, text, *more: said.append(text))
    shown, moment = make_film()
    shown.step(moment)
    error = re.fullmatch(r'error ([0-9.]+) px', said[2])[1]
    assert said[::2] == ['run 2, stage 3 of 4', f'error {error} px', 'energy 1234'] or said[4] == 'energy 1235'
    shown.step(moved(moment, .1, 0., 0.))
    assert float(re.fullmatch(r'error ([0-9.]+) px', said[8])[1]) > float(error) + 2.


def test_a_stage_ends_with_the_bodys_outline(make_film, fitted):
    """Around the body: no joint is outside it. And once a stage."""
    _, photograph, _, _ = fitted[0]
    taken = []
    shown, moment = make_film(lambda frame, last: taken.append((frame, last)), picture=np.full_like(photograph, 128))
    for stage in 2, 2, 3:
        shown.step(moment._replace(stage=stage))
    assert shown.finish(None) is None
    yellow = [(frame[..., 1:].min(axis=2) > 180) & (frame[..., 0] < 80) for frame, _ in taken]
    outlined = [int(pixels.sum()) for pixels in yellow]
    assert [count > 30 for count in outlined] == [False, False, True, False, True]
    assert [last for _, last in taken] == [False] * 4 + [True]


def test_joints_that_are_not_there_or_far_out_are_no_error(make_film, fitted):
    taken = []
    shown, moment = make_film(lambda frame, last: taken.append(frame))
    joints = fitted[0][2].joints
    before = joints.copy()
    joints[TRACKED_LSP[:3]] = [[np.nan, np.nan], [9e5, -9e5], [np.inf, 0.]]
    try:
        shown.step(moment._replace(translation=moment.translation * [1., 1., 1e-12]))
        shown.step(moment._replace(x=np.full_like(moment.x, np.nan)))
    finally:
        joints[:] = before
    assert shown.finish(None) is None and len(taken) == 3


def test_the_gif_keeps_times_and_sizes(make_film, fitted):
    """The body stands over the photograph in the end; no frame is wider than others."""
    photograph = fitted[0][1]
    height, width = photograph.shape[:2]
    shown, moment = make_film()
    for dx in 0., .3:
        shown.step(moved(moment, dx, 0., 0.))
    body = np.zeros((height // 2, width, 4), np.uint8)
    body[..., 3], body[..., 0] = 255, 200
    gif = Image.open(io.BytesIO(shown.finish(Drawing(body, Box(0, 0, width, height // 2), width, height))))
    assert gif.n_frames == 4 and gif.size == (2 * width, 2 * height) and gif.info['loop'] == 0
    durations = []
    for frame in ImageSequence.Iterator(gif):
        durations.append(frame.info['duration'])
        last = np.array(frame.convert('RGB'))
    assert durations == [STEP_MS] * 3 + [LAST_MS]
    assert np.abs(last[:height // 2 * 2 - 4].astype(int) - (0, 0, 200)).max() < 60, 'the body'
    shown_twice = cv2.resize(photograph, None, fx=2, fy=2)[..., ::-1]
    assert np.abs(last[height + 4:].astype(int) - shown_twice[height + 4:]).mean() < 40, 'the photograph'


def test_the_photograph_is_seen_through_the_body_as_in_the_overlay(make_film, fitted):
    height, width = fitted[0][1].shape[:2]
    shown, moment = make_film(picture=np.zeros((height, width, 3), np.uint8))
    shown.step(moment)
    vertices = np.array([[-9., -9., 1.], [9., -9., 1.], [0., 9., 1.]])
    body = Drawer(np.array([[0, 1, 2]]), 3, Canvas()).front(
        vertices, np.zeros(3), 100., np.array([width, height]) / 2., width, height)
    means = [frames(shown.finish(body, opacity))[-1].mean() for opacity in (1., .5)]
    assert means[1] == pytest.approx(.5 * means[0], abs=5.)


@pytest.mark.parametrize('scale', [2., 3.])
def test_frames_of_large_photographs_are_bounded(make_film, fitted, scale):
    """And joints stand where they are in the smaller picture."""
    sample, photograph, problem, fit = fitted[0]
    height, width = photograph.shape[:2]
    large = np.full((2000, 2000 * width // height, 3), 128, np.uint8)
    shown, moment = make_film(picture=large, scale=scale)
    shown.step(moment)
    picture = frames(shown.finish(None))[0]
    assert max(picture.shape) == 1920
    zoom = 1920 / 2000 / scale
    assert np.mean([near(picture, zoom * place, RED) or near(picture, zoom * place, GREEN)
                    for place in problem.joints[TRACKED_LSP]]) > .7


def test_nothing_was_fitted(make_film):
    assert make_film()[0].finish(None) is None


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
        with Image.open(out / 'viz' / f'{i:04d}.gif') as gif:
            assert gif.size == (2 * width, 2 * height)
            shown = sum(frame.info['duration'] for frame in ImageSequence.Iterator(gif))
        assert shown >= STEP_MS * (steps + 4 + 4) + LAST_MS, 'every step, start and end; the camera step has them, too'
    assert len(fitted_in(out)) == 2
