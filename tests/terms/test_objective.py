"""The objective's weights: what each term counts, for whom, and under which stage."""

from dataclasses import replace

import numpy as np
import pytest

from lib.body.skeleton import LSP_HEAD_TOP, LSP_HIPS, TRACKED_LSP
from lib.objective import STAGES, Objective, Weights
from tests.helpers import Case


@pytest.fixture(scope='module')
def case(golden_fits):
    return Case(golden_fits, 'collide')


def energies(case, models, problem=None, weights=STAGES[-1], **changed):
    objective = Objective(case.energy_model(models, **changed), 1)
    objective.place(0, case.problem if problem is None else problem, case['cam_t'])
    objective.set_weights(0, weights)
    x = np.concatenate([case['betas'], case['pose']])
    return {name: value[0] for name, value in objective.evaluate(x[None], np.array([0])).energies().items()}


def test_weights_of_a_stage(case, models):
    one = energies(case, models, weights=Weights(1., 1.))
    eased = energies(case, models, weights=Weights(1., 1., .2))
    assert eased.pop('pose_exp') == pytest.approx((.2 / .317) ** 2 * one['pose_exp'])
    assert all(value == one[name] for name, value in eased.items())
    for weights in STAGES:
        got = energies(case, models, weights=weights)
        assert got['pose'] == pytest.approx(weights.pose ** 2 * one['pose'])
        assert got['pose_exp'] == pytest.approx(weights.pose ** 2 * one['pose_exp'])
        assert got['betas'] == pytest.approx(weights.betas ** 2 * one['betas'])
        assert got['j2d'] == one['j2d'] and got['sph_coll'] == one['sph_coll']
    assert one['betas'] == pytest.approx(np.square(case['betas']).sum())
    assert one['pose_exp'] == pytest.approx(.317 ** 2 * 100. * np.exp(
        2. * case['pose'][[55, 58, 12, 15]] * [1., -1., -1., -1.]).sum())


@pytest.mark.parametrize('joint', TRACKED_LSP)
def test_every_tracked_joint_pulls_but_the_hips(case, models, joint):
    joints = case.problem.joints.copy()
    joints[joint] += 50.
    moved = energies(case, models, replace(case.problem, joints=joints))['j2d']
    assert (moved == energies(case, models)['j2d']) == (joint in LSP_HIPS)


def test_a_joint_pulls_by_its_confidence(case, models):
    def with_confidence(value):
        confidence = case.problem.confidence.copy()
        confidence[LSP_HEAD_TOP] = value
        return energies(case, models, replace(case.problem, confidence=confidence))['j2d']

    none, half, whole = (with_confidence(value) for value in (0., .5, 1.))
    assert whole - none == pytest.approx(4. * (half - none)) and whole > none


def test_without_interpenetration_there_is_no_such_term(case, models):
    assert set(energies(case, models)) - set(energies(case, models, interpenetration=False)) == {'sph_coll'}


@pytest.mark.parametrize('gradient, count', [('published', 2.), ('exact', 1.)])
def test_how_often_the_priors_derivative_counts(case, models, gradient, count):
    model, rows = case.energy_model(models, gradient=gradient), np.array([0])
    objective, x = Objective(model, 1), np.concatenate([case['betas'], case['pose']])[None]
    objective.place(0, case.problem, case['cam_t'])
    parts = []
    for weights in (Weights(1e-9, 1.), Weights(1e4, 1.)):
        objective.set_weights(0, weights)
        g, matrices = objective.evaluate(x, rows).normal_equations(rows)
        parts.append((g, next(matrices)))
    residual, (component,) = model.prior.residual(x[:, -69:])
    apart = [index for index in range(69) if index + 3 not in (55, 58, 12, 15)]
    wanted = -count * 1e8 * model.prior.pull_back(np.array([component]), residual)[0]
    np.testing.assert_allclose((parts[1][0] - parts[0][0])[0, -69:][apart], wanted[apart], rtol=1e-6, atol=1e-2)
    block = (parts[1][1] - parts[0][1])[-69:, -69:][np.ix_(apart, apart)]
    np.testing.assert_allclose(block, (count * 1e4) ** 2 * model.prior.information[component][np.ix_(apart, apart)],
                               rtol=1e-6, atol=10.)
