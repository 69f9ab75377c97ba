"""The pose prior against Gaussians written out, and what is no prior."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.max_mixture_prior import MaxMixturePrior


@pytest.fixture(scope='module')
def mixture():
    rng = np.random.default_rng(0)
    means, roots = rng.normal(size=(3, 69)), rng.normal(size=(3, 69, 69))
    covars = roots @ roots.transpose(0, 2, 1) / 69 + .5 * np.eye(69)
    return means, covars, np.array([.2, .5, .3])


def test_residual_is_half_the_mahalanobis_distance_of_the_likeliest(mixture):
    means, covars, weights = mixture
    prior = MaxMixturePrior(*mixture)
    poses = np.random.default_rng(1).normal(size=(20, 69))
    residual, component = prior.residual(poses)
    roots = .5 * np.linalg.slogdet(covars)[1]
    log_weights = np.log(weights) - 34.5 * np.log(2. * np.pi) - (roots - roots.min())
    apart = poses[:, None] - means
    distance = np.einsum('bki,kij,bkj->bk', apart, np.linalg.inv(covars), apart)
    np.testing.assert_array_equal(component, np.argmin(.5 * distance - log_weights, axis=1))
    assert len(set(component)) > 1
    rows = np.arange(20)
    np.testing.assert_allclose(np.square(residual[:, :-1]).sum(axis=1), .5 * distance[rows, component])
    np.testing.assert_allclose(residual[:, -1] ** 2, -log_weights[component])


def test_derivative_information_and_pull_back_are_of_one_jacobian(mixture):
    prior = MaxMixturePrior(*mixture)
    pose = np.random.default_rng(2).normal(size=(1, 69))
    residual, (component,) = prior.residual(pose)
    jacobian = prior.jacobian(component)
    for element in (0, 33, 68):
        step = np.zeros(69)
        step[element] = 1e-4
        numeric = (prior.residual(pose + step)[0] - prior.residual(pose - step)[0])[0] / 2e-4
        np.testing.assert_allclose(jacobian[:, element], numeric, atol=1e-8)
    np.testing.assert_allclose(prior.information[component], jacobian.T @ jacobian, atol=1e-12)
    pulled = prior.pull_back(np.array([component]), residual)[0]
    np.testing.assert_allclose(pulled, jacobian.T @ residual[0], atol=1e-12)


def test_means(mixture):
    prior = MaxMixturePrior(*mixture)
    np.testing.assert_allclose(prior.mean, np.einsum('k,ki->i', mixture[2], mixture[0]))
    assert np.abs(prior.weighted_mean).max() < 1e-20  # the published program's "mean pose"


@pytest.mark.parametrize('change, words', [
    ((0, np.zeros((3, 68))), 'means has shape'), ((1, np.zeros((2, 69, 69))), 'covars has shape'),
    ((2, np.zeros(2)), 'weights has shape'), ((0, np.full((3, 69), np.nan)), 'means holds NaN'),
    ((2, np.array([1., 0., 1.])), 'weights must be positive'),
    ((1, -np.tile(np.eye(69), (3, 1, 1))), 'positive definite'),
    ((0, 'means'), 'arrays of numbers')])
def test_what_is_no_prior(mixture, change, words):
    given = list(mixture)
    given[change[0]] = change[1]
    with pytest.raises(InputError, match=words):
        MaxMixturePrior(*given)


def test_weights_decide_where_distances_do_not(mixture):
    """Twins, of which the second is the likelier; and at a mean that a wide Gaussian has, too, the narrow one."""
    means, covars, _ = mixture
    twins = MaxMixturePrior(means[[0, 0, 1]], covars[[0, 0, 1]], np.array([.2, .5, .3]))
    assert twins.residual(means[:1])[1][0] == 1
    narrow = MaxMixturePrior(means[[0, 0]], np.stack([4. * covars[0], covars[0]]), np.array([.5, .5]))
    assert narrow.residual(means[:1])[1][0] == 1
