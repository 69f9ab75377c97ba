"""Unit parity: every quantity of the fit against what the published program computed (reference/golden_units.npz)."""

import numpy as np
import pytest

from lib.base.compat import chumpy as ch
from lib.body.kinematics import joint_axes, pose_body
from lib.capsule_body import CAPSULE_JOINTS
from lib.fitting.dogleg import minimise
from lib.max_mixture_prior import PosePrior
from lib.robustifiers import GMOf
from lib.sphere_collisions import Overlap
from tests.helpers import relative_error

# Every quantity agrees to 5e-14; other builds of NumPy and BLAS round in other places.
TOLERANCE = 1e-12
INPUTS = range(6)


@pytest.fixture(scope='module')
def posed(body, units):
    """The six inputs, posed as one batch."""
    return pose_body(body, units['betas'], units['pose'])


@pytest.fixture(scope='module')
def capsules(models, body):
    return models.capsules('neutral', body)


@pytest.fixture(scope='module')
def overlap(capsules, body, posed, units):
    """The six inputs' spheres, as one batch."""
    return Overlap(capsules, body, posed, units['betas'])


def check(got, wanted):
    assert relative_error(got, wanted) < TOLERANCE


def test_prior_residual_and_component(models, units):
    residual, component = models.prior.residual(units['pose'][:, 3:])
    check(residual, units['prior_r'])
    np.testing.assert_array_equal(component, units['prior_component'])


@pytest.mark.parametrize('i', INPUTS)
@pytest.mark.parametrize('gradient, share', [('published', 1.), ('exact', .5)])
def test_prior_derivative(models, units, gradient, share, i):
    pose = ch.array(units['pose'][i])
    prior = PosePrior(pose=pose, prior=models.prior, gradient=gradient)
    check(prior.dr_wrt(pose), share * units['prior_dpose'][i])


def test_prior_rescaled_weights_and_initial_pose(models, units):
    check(np.exp(models.prior.log_weights), units['prior_weights'])
    check(models.prior.weighted_mean, units['prior_init_pose'])


def test_geman_mcclure(units):
    x = ch.array(units['gmof_x'])
    robust = GMOf(x=x, sigma=100.)
    check(robust.r, units['gmof_r'])
    check(robust.dr_wrt(x).diagonal(), units['gmof_diag'])


@pytest.mark.parametrize('i', INPUTS)
def test_capsules(capsules, units, i):
    betas = units['betas'][i:i + 1]
    lengths, radii = capsules.measures(betas)
    check(lengths[0], units[f'caps{i}_length'])
    check(radii[0], units[f'caps{i}_radius'])
    check(capsules.axes(betas)[0], units[f'caps{i}_axis'])


@pytest.mark.parametrize('i', INPUTS)
def test_spheres(capsules, overlap, units, i):
    ours, pairs = overlap.rows.problem == i, overlap.problem == i
    first = np.argmax(ours)
    np.testing.assert_array_equal(CAPSULE_JOINTS[overlap.rows.capsule[ours]], units[f'sph{i}_joint'])
    np.testing.assert_array_equal(overlap.ids0[pairs] - first, units[f'sph{i}_ids0'])
    np.testing.assert_array_equal(overlap.ids1[pairs] - first, units[f'sph{i}_ids1'])
    check(overlap.radius2[pairs], units[f'sph{i}_radius2'])
    check(capsules.spheres(units['betas'][i:i + 1])[1], units[f'sph{i}_centers_rest'])
    check(overlap.centres[ours], units[f'sph{i}_centers_posed'])


@pytest.mark.parametrize('i', INPUTS)
def test_collision_and_its_gradient(overlap, posed, units, i):
    check(overlap.residual[i:i + 1], units[f'sph{i}_r'])
    gradient = overlap.by_pose(joint_axes(posed.take(np.array([i])))[1], np.array([i]))[0]
    check(gradient, units[f'sph{i}_dpose'])


@pytest.mark.parametrize('case', ['frontal', 'side', 'back'], indirect=True)
def test_camera_guess_and_step(models, units, case):
    objective, guess = case.camera_step(models)
    check(guess[0], units[f'cam_{case.name}_guess'])
    x, _ = minimise(objective, np.concatenate([guess, np.zeros((1, 3))], axis=1))
    check(x[0, :3], units[f'cam_{case.name}_t'])
    check(x[0, 3:], units[f'cam_{case.name}_orient'])
