"""How sure a fit is: calibrated on people whose truth is known, and by what it follows from."""

from dataclasses import replace

import numpy as np
import pytest

from lib import uncertainty
from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_NAMES, SMPL_NAMES
from lib.evidence.objective import EvidenceObjective
from lib.evidence.photograph import Photograph
from lib.fitting import FitOptions, fit, fit_many
from lib.fitting.trust import Trust, _by_x
from lib.model_files import ModelSet
from lib.objective import STAGES, EnergyModel, detections_of
from tests.evaluation.calibration import errors_and_sigmas, within
from tests.evaluation.experiments import Sight, see
from tests.evaluation.people import draw_people
from tests.program import ROOT


@pytest.fixture(scope='module')
def open_models():
    return ModelSet(str(ROOT / 'models'))


@pytest.fixture(scope='module')
def people(open_models):
    return draw_people(open_models, 'heldout', 40, 5)


@pytest.fixture(scope='module')
def fitted(open_models, people):
    """Problems of the first people, and their fits."""
    problems, _ = see(people[:6], Sight(noise=3.), 5)
    fits = dict(fit_many(problems, open_models))
    return problems, [fits[i] for i in range(len(problems))]


@pytest.mark.parametrize('noise', [0., 3., 8.])
def test_it_is_calibrated(open_models, people, noise):
    """What docs/uncertainty.md has of 300 people, on 40."""
    errors, sigmas = errors_and_sigmas(open_models, people, Sight(noise=noise), 5)
    one, two = within(errors[:, 1:], sigmas[:, 1:])
    assert .65 < one < .85 and .88 < two < .98
    one, two = within(errors[:, 0, 2], sigmas[:, 0, 2])
    assert .45 < one < .85 and two > .8


def test_covariances_are_some(open_models, fitted):
    for told in Trust(open_models, FitOptions()).of(*fitted, [3.] * 6):
        assert told.covariance.shape == (24, 3, 3) and told.sigma.shape == (24, 3)
        np.testing.assert_allclose(told.covariance, told.covariance.swapaxes(1, 2), atol=1e-12)
        assert (np.linalg.eigvalsh(told.covariance) > 0).all()
        np.testing.assert_allclose(told.sigma[3, 1] ** 2, told.covariance[3, 1, 1])
        assert .01 < told.typical < .3 and told.depth > 1. and told.depth == told.sigma[0, 2]
        assert told.sigma[SMPL_NAMES.index('left_hip')].max() < told.sigma[SMPL_NAMES.index('left_hand')].min()


def test_one_by_one_or_side_by_side(open_models, fitted):
    together = Trust(open_models, FitOptions()).of(*fitted, [3.] * 6)
    for problem, found, told in zip(*fitted, together):
        alone = uncertainty(problem, found, open_models, noise=3.)
        np.testing.assert_allclose(alone.covariance, told.covariance, rtol=1e-6)


def test_noise_and_missing_joints_tell(open_models, people, fitted):
    """A hand that nobody saw may be anywhere where arms are; what is seen well is surer."""
    problem, found = fitted[0][1], fitted[1][1]
    sure, unsure = (uncertainty(problem, found, open_models, noise=noise) for noise in (1., 10.))
    assert 1.3 * sure.typical < unsure.typical
    hidden = problem.confidence.copy()
    hidden[[LSP_NAMES.index(name) for name in ('left_elbow', 'left_wrist')]] = 0.
    blind = replace(problem, confidence=hidden)
    lost = uncertainty(blind, fit(blind, open_models), open_models)
    told = uncertainty(problem, found, open_models)
    left, right = SMPL_NAMES.index('left_wrist'), SMPL_NAMES.index('right_wrist')
    assert 2. * told.sigma[left, :2].max() < lost.sigma[left, :2].max() > .12
    assert lost.sigma[right].max() < 1.3 * told.sigma[right].max()


def test_nothing_of_an_orientation_is_known_without_joints(open_models, fitted):
    problem, found = fitted[0][0], fitted[1][0]
    few = replace(problem, confidence=np.where(np.arange(14) == LSP_NAMES.index('head_top'), 1., 0.))
    told = uncertainty(few, found, open_models)
    assert np.isfinite(told.covariance).all() and .3 < told.typical < 5.


def test_derivatives_of_joints(open_models, fitted):
    problem, found = fitted[0][0], fitted[1][0]
    body = open_models.body(problem.gender).tracked(10)
    joints, confidence = detections_of(problem)
    photograph = Photograph(joints[None], confidence[None], np.array([problem.focal]), problem.centre[None])
    objective = EvidenceObjective(EnergyModel(body, open_models.prior, None, 'exact'), [photograph], STAGES[-1])
    x = np.concatenate([found.betas, found.pose, found.cam_t])

    def places(x):
        out = pose_body(body, x[None, :10], x[None, 10:82]).joints[0]
        out[1:] -= out[0]
        out[0] += x[82:]
        return out
    wanted = np.array([(places(x + step) - places(x - step)) / 2e-6 for step in 1e-6 * np.eye(len(x))])
    np.testing.assert_allclose(_by_x(objective.evaluate(x[None], np.array([0])))[0], np.moveaxis(wanted, 0, 2),
                               atol=1e-7)


def test_what_it_is_not_for(open_models, fitted):
    problem, found = fitted[0][0], fitted[1][0]
    for noise in -1., float('nan'), 'much':
        with pytest.raises(InputError, match='noise'):
            uncertainty(problem, found, open_models, noise=noise)
    with pytest.raises(InputError, match='one photograph alone'):
        points = np.random.default_rng(0).normal(0., .5, (25, 4)) ** 2
        uncertainty(replace(problem, points3d=points), found, open_models)
