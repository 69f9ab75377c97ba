"""The terms of a clip: derivatives, what gaps and held frames change, and what is near the depth's guess."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.fitting.camera_step import Torso
from lib.motion.banded import System
from lib.motion.clip import Bodies, Clip, Seen
from lib.motion.depth import _curve, depths
from lib.motion.smoothness import WEIGHT, Smoothness
from lib.objective import EnergyModel, Weights
from tests.motion.clips import RATE, clip_of


def smooth_system(smoothness, body, frames, betas):
    """What Smoothness adds to the normal equations, and its residual."""
    count, n = frames.shape
    posed = pose_body(body, np.tile(betas, (count, 1)), frames[:, :72])
    residual = smoothness.residual(posed, frames[:, 72:])
    shapes = (count, n, n), (count - 1, n, n), (count - 2, n, n), (count, n, 10), (10, 10), (count, n), (10,)
    system = System(*map(np.zeros, shapes))
    smoothness.add_to(system, body, posed, residual)
    return system, residual


def test_smoothness_has_the_derivatives_of_its_residual(body):
    rng = np.random.default_rng(0)
    frames, betas = rng.normal(size=(5, 75)) * .3, rng.normal(size=10)
    smoothness = Smoothness(np.array([True, False, True]), RATE)
    system, residual = smooth_system(smoothness, body, frames, betas)
    assert (residual[1] == 0.).all() and np.abs(residual[0]).max() > 1.
    step, unknowns = 1e-6, [(1, 4), (2, 40), (3, 73), (4, 74)]
    slopes = {}
    for at in unknowns:
        ends = []
        for sign in (1., -1.):
            moved = frames.copy()
            moved[at] += sign * step
            ends.append(smooth_system(smoothness, body, moved, betas)[1])
        slopes[at] = (ends[0] - ends[1]).ravel() / (2. * step)
    by_beta = (smooth_system(smoothness, body, frames, betas + step * np.eye(10)[3])[1]
               - smooth_system(smoothness, body, frames, betas - step * np.eye(10)[3])[1]).ravel() / (2. * step)
    close = {'rtol': 1e-5, 'atol': 1e-3}
    for f, i in unknowns:
        own = slopes[f, i]
        np.testing.assert_allclose(system.right[f, i], -own @ residual.ravel(), **close)
        np.testing.assert_allclose(system.diagonal[f, i, i], own @ own, **close)
        np.testing.assert_allclose(system.border[f, i, 3], own @ by_beta, **close)
    np.testing.assert_allclose(system.next[2][73, 40], slopes[3, 73] @ slopes[2, 40], **close)
    np.testing.assert_allclose(system.second[2][74, 40], slopes[4, 74] @ slopes[2, 40], **close)
    np.testing.assert_allclose(system.right_shared[3], -by_beta @ residual.ravel(), **close)
    np.testing.assert_allclose(system.corner[3, 3], by_beta @ by_beta, **close)


def test_acceleration_is_in_metres_and_seconds(body):
    """A body that falls: 9.81 m/s^2 of every point, at any frame rate."""
    for rate in (30., 120.):
        frames = np.zeros((3, 75))
        frames[:, 73] = 9.81 / 2. * (np.arange(3) / rate) ** 2
        posed = pose_body(body, np.zeros((3, 10)), frames[:, :72])
        residual = Smoothness(np.array([True]), rate).residual(posed, frames[:, 72:])
        np.testing.assert_allclose(residual.reshape(25, 3), np.tile([0., WEIGHT * 9.81, 0.], (25, 1)), atol=1e-9)


def clip_and_start(models, body, count=4, **options):
    problems, _ = clip_of(body, count)
    model = EnergyModel(body, models.prior, models.capsules('neutral', body), 'exact')
    joints = np.array([problem.joints[[*range(12), 13]] for problem in problems])
    seen = Seen(joints, np.ones((count, 13)), np.full(count, 5000.), np.tile([320., 240.], (count, 1)),
                np.full(count, 30.), np.arange(count))
    frames = np.zeros((count, 75))
    frames[:, 0], frames[:, 74] = np.pi, 29.
    return Clip(model, seen, Weights(4.78, 5.), RATE, **options), Bodies(np.zeros(10), frames)


def test_what_is_held_stays(models, body):
    clip, start = clip_and_start(models, body, held=2, betas_held=True)
    moment, steps = clip.minimise(start)
    assert steps > 1 and moment.energy < clip.at(start).energy
    np.testing.assert_array_equal(moment.bodies.frames[:2], start.frames[:2])
    np.testing.assert_array_equal(moment.bodies.betas, start.betas)
    assert np.abs(moment.bodies.frames[2:] - start.frames[2:]).max() > .1


def test_energies_are_the_published_terms(models, body):
    clip, start = clip_and_start(models, body)
    energies = clip.energies(clip.at(start))
    assert list(energies) == ['j2d', 'pose', 'pose_exp', 'betas', 'sph_coll']
    assert all(values.shape == (4,) for values in energies.values())


def test_depth_is_a_smooth_curve_through_what_frames_say():
    time = np.linspace(0., 1., 90)
    values, there = 3. - .4 * time, np.ones(90)
    there[40:60] = 0.
    wrong = np.where(np.arange(90) % 9 == 4, 1., 0.)
    np.testing.assert_allclose(_curve(values + wrong, there, 30. ** 4), values, atol=.02)


def test_depth_of_a_clip(body, models):
    problems, _ = clip_of(body, 8)
    found = depths(problems, Torso(body, models.prior.weighted_mean), np.arange(8), RATE)
    assert np.ptp(found) < 1. and 25. < found.mean() < 33.
    blank = [type(problem)(problem.joints, np.zeros(14), problem.centre, 'neutral') for problem in problems]
    with pytest.raises(InputError, match='in any frame, so the depth cannot be guessed'):
        depths(blank, Torso(body, models.prior.weighted_mean), np.arange(8), RATE)
