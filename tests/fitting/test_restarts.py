"""Restarts: never a higher energy than the published schedule's, which stays what it was."""

from dataclasses import replace

import numpy as np
import pytest

from lib.fitting import fit, fit_many, optimizers
from lib.fitting.attempts import CAMERA
from lib.fitting.camera_step import camera_dogleg
from lib.fitting.chumpy_minimiser import camera_chumpy, run_chumpy
from lib.fitting.restarts import restarts
from lib.fitting.schedule import SCHEDULES, run_dogleg
from lib.fitting.tracking import Known
from lib.max_mixture_prior import MaxMixturePrior
from lib.objective import STAGES, Objective
from tests.fitting.test_fits import check_same
from tests.helpers import CASES, Case

N_GAUSSIANS = 8


@pytest.fixture(scope='module')
def cases(golden_fits):
    """The Cases that share the published options."""
    cases = [Case(golden_fits, name) for name in CASES]
    return [case for case in cases if case.options() == cases[0].options()]


@pytest.fixture(scope='module')
def published(models, cases):
    return dict(fit_many([case.problem for case in cases], models, cases[0].options()))


@pytest.fixture(scope='module')
def restarted(models, cases):
    return dict(fit_many([case.problem for case in cases], models, cases[0].options(restarts='gmm')))


def total(result):
    return sum(result.final.energies.values())


def test_the_energy_is_never_higher(published, restarted):
    assert all(total(restarted[i]) <= total(published[i]) for i in published)


def test_some_energies_are_lower(published, restarted):
    assert any(total(restarted[i]) < total(published[i]) for i in published)


def test_the_lowest_energy_of_all_runs_is_kept(restarted):
    for result in restarted.values():
        ends = [sum(run[-1].energies.values()) for run in result.runs]
        assert total(result) == min(ends)


def test_the_published_runs_come_first_and_are_the_same_to_the_last_bit(published, restarted):
    for i, result in published.items():
        first = restarted[i].runs[:len(result.runs)]
        check_same(replace(result, runs=first), result)


def test_one_run_of_two_stages_for_each_gaussian_beside_the_published_orientations(published, restarted):
    assert {len(result.runs) for result in published.values()} == {1, 2}  # some are seen from the side
    for i, result in restarted.items():
        again = result.runs[len(published[i].runs):]
        assert len(again) == N_GAUSSIANS
        assert all(len(stages) == 2 for stages in again)


def test_gaussians_that_a_prior_repeats_are_started_from_once(models, cases):
    """A prior fitted in mirrored halves can hold every Gaussian twice, but for rounding."""
    body, prior = models.body(cases[0].gender).tracked(10), models.prior
    twice = MaxMixturePrior(*(np.concatenate([part, part + shift]) for part, shift in (
        (prior.means, 1e-13), (np.linalg.inv(2. * prior.information), 0.), (np.exp(prior.log_weights), 0.))))
    once, again = (restarts([cases[0].problem], body, given, camera_dogleg, STAGES)[0] for given in (prior, twice))
    assert len(again) == len(once) == N_GAUSSIANS
    for (start, steps), (other, others_steps) in zip(once, again):
        np.testing.assert_array_equal(other.x, start.x)
        assert others_steps == steps


def test_means_that_differ_in_one_angle_are_two_starts(models, cases):
    body, prior = models.body(cases[0].gender).tracked(10), models.prior
    means = prior.means[[0, 0]]
    means[1, 5] += 1e-3
    near = MaxMixturePrior(means, np.linalg.inv(2. * prior.information[[0, 0]]), np.ones(2))
    assert len(restarts([cases[0].problem], body, near, camera_dogleg, STAGES)[0]) == 2


def test_all_restarts_of_all_images_are_one_batch(models, cases, monkeypatch):
    sizes = []

    def counting(setting, starts, on_step=None):
        sizes.append((setting.gradient, len(starts)))
        return run_dogleg(setting, starts, on_step)

    monkeypatch.setattr(optimizers, 'DOGLEG', optimizers.DOGLEG._replace(schedule=counting))
    problems = [replace(case.problem, gender='neutral') for case in cases[:3]]
    fits = dict(fit_many(problems, models, cases[0].options(restarts='gmm')))
    n_published = sum(len(result.runs) - N_GAUSSIANS for result in fits.values())
    assert sizes == [('published', n_published), ('exact', 3 * N_GAUSSIANS)]


def test_the_result_belongs_to_the_camera_of_the_kept_run(models, cases, restarted):
    for i, result in restarted.items():
        setting = cases[i].energy_model(models)
        objective = Objective(setting, 1)
        objective.place(0, cases[i].problem, result.cam_t)
        objective.set_weights(0, STAGES[-1])
        energies = objective.evaluate(result.final.x[None], np.array([0])).energies()
        for term, value in result.final.energies.items():
            assert energies[term][0] == pytest.approx(value, rel=1e-9, abs=1e-9)


def test_results_do_not_depend_on_the_batch(models, cases, restarted):
    check_same(fit(cases[0].problem, models, cases[0].options(restarts='gmm')), restarted[0])


def test_steps_are_reported_with_the_stages_they_belong_to(models, cases):
    seen = []
    result = fit(cases[0].problem, models, cases[0].options(restarts='gmm'), seen.append)
    assert {moment.stage for moment in seen if moment.run == 0} == {CAMERA, 0, 1, 2, 3}
    assert {moment.stage for moment in seen if moment.run > 0} == {2, 3}
    last = [moment for moment in seen if moment.run == result.chosen][-1]
    np.testing.assert_array_equal(last.x, result.final.x)
    assert last.energy == pytest.approx(sum(result.final.energies.values()))
    camera = [moment for moment in seen if moment.stage == CAMERA]
    assert len(camera) == 1 + (result.camera_steps if result.chosen == 0 else len(camera) - 1)
    np.testing.assert_array_equal(camera[-1].translation, next(m for m in seen if m.stage == 0).translation)


def test_a_known_start_is_not_started_again(models, cases, published):
    known = Known(published[0].cam_t, published[0].final.x)
    result = fit(replace(cases[0].problem, known=known), models, cases[0].options(restarts='gmm'))
    assert len(result.runs) == 1


def test_missing_joints(models, cases):
    confidence = cases[0].problem.confidence.copy()
    confidence[[3, 6, 9, 13]] = 0.
    problem = replace(cases[0].problem, confidence=confidence)
    before, after = (fit(problem, models, cases[0].options(restarts=how)) for how in ('none', 'gmm'))
    assert total(after) <= total(before)


def test_limbs_without_length(models, cases):
    """All the limbs' joints in their roots: no depth can be told from their lengths, but from the torso's."""
    joints, roots = cases[0].problem.joints.copy(), [2, 2, 3, 3, 8, 8, 9, 9]
    joints[[0, 1, 4, 5, 6, 7, 10, 11]] = joints[roots]
    problem = replace(cases[0].problem, joints=joints)
    before, after = (fit(problem, models, cases[0].options(restarts=how)) for how in ('none', 'gmm'))
    assert total(after) <= total(before)
    assert all(np.isfinite(run[-1].x).all() for run in after.runs)


def test_the_tuned_weights_change_the_last_stage_only(models, cases, published):
    assert SCHEDULES['tuned'][:-1] == STAGES[:-1]
    tuned = fit(cases[0].problem, models, cases[0].options(weights='tuned'))
    for before, after in zip(published[0].runs[0][:3], tuned.runs[0][:3]):
        np.testing.assert_array_equal(after.x, before.x)
    assert np.linalg.norm(tuned.betas) < np.linalg.norm(published[0].betas)


def test_restarts_through_chumpy(models, cases):
    """The camera step and one restart's stages take the same steps as our own."""
    body = models.body(cases[0].gender).tracked(10)
    (own,), (theirs,) = (restarts([cases[0].problem], body, models.prior, step, STAGES)
                         for step in (camera_dogleg, camera_chumpy))
    np.testing.assert_allclose(theirs[0][0].x, own[0][0].x, atol=1e-9)
    setting = cases[0].energy_model(models, gradient='exact')
    ((_, ours),), ((_, chumpys),) = (list(run(setting, [own[0][0]])) for run in (run_dogleg, run_chumpy))
    assert [stage.steps for stage in chumpys] == [stage.steps for stage in ours]
    np.testing.assert_allclose(chumpys[-1].x, ours[-1].x, atol=1e-7)
