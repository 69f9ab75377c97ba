"""The terms of a clip: derivatives, what gaps and held frames change, and what is near the depth's guess."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.fitting.camera_step import Torso
from lib.motion.banded import System
from lib.motion.clip import Bodies, Clip, Seen
from lib.motion.curve import smooth_curve
from lib.motion.depth import depths
from lib.motion.smoothness import STEADY, WEIGHT, Smoothness
from lib.objective import EnergyModel, Weights
from tests.motion.clips import RATE, clip_of


def smooth_system(smoothness, body, frames, betas):
    """What Smoothness adds to the normal equations, the accelerations, and their energy."""
    count, n = frames.shape
    posed = pose_body(body, np.tile(betas, (count, 1)), frames[:, :72])
    accelerations = smoothness.accelerations(posed, frames[:, 72:])
    shapes = (count, n, n), (count - 1, n, n), (count - 2, n, n), (count, n, 10), (10, 10), (count, n), (10,)
    system = System(*map(np.zeros, shapes))
    smoothness.add_to(system, body, posed, accelerations)
    return system, accelerations, smoothness.energy(accelerations)


def test_smoothness_has_the_derivatives_of_its_energy(body):
    """And the curvature that the accelerations' squares have, each by its weight."""
    rng = np.random.default_rng(0)
    frames, betas = rng.normal(size=(5, 75)) * .3, rng.normal(size=10)
    smoothness = Smoothness(np.array([True, False, True]), RATE)
    system, accelerations, _ = smooth_system(smoothness, body, frames, betas)
    assert (accelerations[1] == 0.).all() and np.abs(accelerations[0]).max() > 1.
    step = 1e-6

    def slopes(by_frames, by_betas):
        ends = [smooth_system(smoothness, body, frames + sign * step * by_frames, betas + sign * step * by_betas)[1:]
                for sign in (1., -1.)]
        return [(one - other) / (2. * step) for one, other in zip(*ends)]
    each = np.eye(375).reshape(5, 75, 5, 75)
    at = {unknown: slopes(each[unknown], np.zeros(10)) for unknown in [(1, 4), (2, 40), (3, 73), (4, 74)]}
    by_beta, downhill = slopes(np.zeros((5, 75)), np.eye(10)[3])
    sizes = np.linalg.norm(accelerations, axis=2, keepdims=True)
    weight = WEIGHT ** 2 / np.sqrt(1. + (sizes / STEADY) ** 2)
    close = {'rtol': 1e-5, 'atol': 1e-2}
    for (f, i), (own, slope) in at.items():
        np.testing.assert_allclose(system.right[f, i], -slope / 2., **close)
        np.testing.assert_allclose(system.diagonal[f, i, i], (weight * own * own).sum(), **close)
        np.testing.assert_allclose(system.border[f, i, 3], (weight * own * by_beta).sum(), **close)
    np.testing.assert_allclose(system.next[2][73, 40], (weight * at[3, 73][0] * at[2, 40][0]).sum(), **close)
    np.testing.assert_allclose(system.second[2][74, 40], (weight * at[4, 74][0] * at[2, 40][0]).sum(), **close)
    np.testing.assert_allclose(system.right_shared[3], -downhill / 2., **close)
    np.testing.assert_allclose(system.corner[3, 3], (weight * by_beta * by_beta).sum(), **close)


@pytest.mark.parametrize('acceleration, energy', [
    (.01, WEIGHT ** 2 * 1e-4),  # by its square
    (1e4, 2. * WEIGHT ** 2 * STEADY * 1e4)])  # by its size
def test_acceleration_is_in_metres_and_seconds(body, acceleration, energy):
    """A body that falls, at any frame rate."""
    for rate in (30., 120.):
        frames = np.zeros((3, 75))
        frames[:, 73] = acceleration / 2. * (np.arange(3) / rate) ** 2
        posed = pose_body(body, np.zeros((3, 10)), frames[:, :72])
        smoothness = Smoothness(np.array([True]), rate)
        found = smoothness.accelerations(posed, frames[:, 72:])
        np.testing.assert_allclose(found[0], np.tile([0., acceleration, 0.], (25, 1)), atol=1e-9)
        assert smoothness.energy(found) == pytest.approx(25. * energy, rel=1e-3)


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
    found = smooth_curve((values + wrong)[:, None], there, 30. ** 4, .02)
    np.testing.assert_allclose(found[:, 0], values, atol=.02)


def test_depth_of_a_clip(body, models):
    problems, _ = clip_of(body, 8)
    found = depths(problems, Torso(body, models.prior.weighted_mean), np.arange(8), RATE)
    assert np.ptp(found) < 1. and 25. < found.mean() < 33.
    blank = [type(problem)(problem.joints, np.zeros(14), problem.centre, 'neutral') for problem in problems]
    with pytest.raises(InputError, match='in any frame, so the depth cannot be guessed'):
        depths(blank, Torso(body, models.prior.weighted_mean), np.arange(8), RATE)
