"""models/open/gmm_08.pkl: the pose prior that ships, and the functions that make it."""
import pickletools
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from lib.base.pickles import load_pickle
from lib.max_mixture_prior import MaxMixturePrior
from models.make import mocap

ROOT = Path(__file__).resolve().parents[2]

FILE = ROOT / 'models' / 'open' / 'gmm_08.pkl'
LEFT_ELBOW, RIGHT_ELBOW, LEFT_KNEE, RIGHT_KNEE = 55 - 3, 58 - 3, 12 - 3, 15 - 3


@pytest.fixture(scope='module')
def prior():
    return load_pickle(FILE)


def mirror(body_poses):
    """Body poses (..., 69) seen in a mirror."""
    return mocap.mirror(np.concatenate([np.zeros(body_poses.shape[:-1] + (3,)), body_poses], axis=-1))[..., 3:]


def energy(prior, body_poses):
    residual, _ = MaxMixturePrior(prior['means'], prior['covars'], prior['weights']).residual(body_poses)
    return np.square(residual).sum(axis=1)


def test_keys_shapes_and_old_pickle(prior):
    assert sorted(prior) == ['covars', 'means', 'weights']
    assert prior['means'].shape == (8, 69) and prior['covars'].shape == (8, 69, 69) and prior['weights'].shape == (8,)
    assert {array.dtype for array in prior.values()} == {np.dtype('float64')}
    assert prior['weights'].sum() == pytest.approx(1) and prior['weights'].min() > 0.01
    codes = list(pickletools.genops(FILE.read_bytes()))
    assert next(argument for code, argument, _ in codes if code.name == 'PROTO') == 2
    assert not any('numpy._core' in str(argument)[:40] for _, argument, _ in codes), 'old NumPy could not read it'


def test_covariances_are_sound(prior):
    np.testing.assert_allclose(prior['covars'], prior['covars'].transpose(0, 2, 1), atol=1e-12)
    eigenvalues = np.linalg.eigvalsh(prior['covars'])
    assert eigenvalues.min() > 0.03 ** 2, 'an angle is nailed down'
    assert eigenvalues.max() < 3


def test_mirror_image_is_as_likely(prior):
    poses = np.random.default_rng(0).normal(prior['means'][3], 0.3, (50, 69))
    np.testing.assert_allclose(energy(prior, mirror(poses)), energy(prior, poses), rtol=1e-9)


def test_no_two_gaussians_are_equal(prior):
    """The first one that shipped held four Gaussians twice, and every restart was made twice."""
    for one, other in combinations(prior['means'], 2):
        assert np.abs(one - other).max() > 0.1


def test_the_gaussians_are_mirror_images_of_each_other_as_a_set(prior):
    flip = mirror(np.eye(69))
    for mean, covar, weight in zip(prior['means'], prior['covars'], prior['weights']):
        partner = np.abs(prior['means'] - mirror(mean)).max(axis=1).argmin()
        np.testing.assert_allclose(prior['means'][partner], mirror(mean), atol=1e-12)
        np.testing.assert_allclose(prior['covars'][partner], flip.T @ covar @ flip, atol=1e-12)
        assert prior['weights'][partner] == pytest.approx(weight, rel=1e-12)


def test_elbows_and_knees_bend_the_human_way(prior):
    mean = prior['weights'] @ prior['means']
    assert 0.3 < mean[LEFT_KNEE] < 1.5 and 0.3 < mean[RIGHT_KNEE] < 1.5
    assert -1.5 < mean[LEFT_ELBOW] < -0.3 and 0.3 < mean[RIGHT_ELBOW] < 1.5
    bent = mean.copy()
    bent[LEFT_KNEE] = -1.0
    assert energy(prior, bent[None]) > energy(prior, mean[None]) + 10


@pytest.mark.slow
def test_people_are_likelier_than_noise(prior):
    rng = np.random.default_rng(0)
    components = rng.choice(8, 200, p=prior['weights'])
    poses = np.array([rng.multivariate_normal(prior['means'][k], prior['covars'][k]) for k in components])
    shuffled = np.column_stack([rng.permutation(column) for column in poses.T])
    assert np.median(energy(prior, shuffled)) > np.median(energy(prior, poses)) + 10
    assert np.median(energy(prior, rng.normal(0, 1, (200, 69)))) > 5 * np.median(energy(prior, poses))


@pytest.mark.slow
def test_mixture_fit_recovers_a_bend_and_its_mirror():
    """On people who bend one knee far, the fit finds both the left- and the right-kneed, equally often."""
    pytest.importorskip('sklearn', reason='a requirement of models/make, not of fitting')
    from models.make.likelihood import log_likelihood
    from models.make.mixture import fit_mixture
    rng = np.random.default_rng(0)
    poses = rng.normal(0, 0.05, (400, 69))
    poses[:, LEFT_KNEE] += np.repeat([1.8, 1.0, 0.5, 0.2], 100)
    poses = np.concatenate([poses, mirror(poses)])
    fitted = fit_mixture(poses, seed=0)
    for knee in (LEFT_KNEE, RIGHT_KNEE):
        assert np.abs(fitted['means'][:, knee] - 1.8).min() < 0.3
    assert all(np.abs(one - other).max() > 1e-4 for one, other in combinations(fitted['means'], 2))
    np.testing.assert_allclose(log_likelihood(fitted, mirror(poses)), log_likelihood(fitted, poses), rtol=1e-9)
    noise = rng.normal(0, 1.0, poses.shape)
    assert log_likelihood(fitted, poses).mean() > log_likelihood(fitted, noise).mean() + 20
    np.testing.assert_allclose(fitted['weights'] @ fitted['means'], poses.mean(axis=0), atol=0.02)
