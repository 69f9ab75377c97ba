"""Fit parity: ten whole fits against the published program's (reference/golden_fits.npz), and one way of fitting
against another."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from lib.fitting import fit, fit_many, schedule
from lib.fitting.attempts import CAMERA
from lib.objective import STAGES, Objective
from tests.helpers import CASES, Case

ENERGY_RTOL, ENERGY_ATOL = 1e-7, 1e-9
PARAMETER_ATOL = 1e-7
# The case `flength` amplifies rounding: moving its detections by one unit in the last place moves the energies
# of its first three stages by up to 1e-6, so no other implementation meets 1e-7 there except by luck (its
# final parameters do agree to 4e-9). Its energies may differ by a few times that spread, which is measured below.
AMPLIFYING = 'flength'
PERTURBATIONS, SPREADS, LARGEST_SPREAD = 16, 5., 1e-5
# The last stages of `side` and `noisy` end where no step helps any more: every one is refused until the trust
# region is as small as rounding, and on some processors rounding then makes a last one of 1e-14 look like a gain.
ROUNDING_STEP = 1e-10


@pytest.fixture(scope='module')
def fitted(models, golden_fits):
    """``fitted(name)``: the Fit of a case, one problem at a time; made once."""
    @cache
    def run(name):
        case = Case(golden_fits, name)
        return fit(case.problem, models, case.options())
    return run


def energies_of(result):
    """{(run, stage, term): sum of squares at the stage's end}."""
    return {(run, stage, term): value for run, stages in enumerate(result.runs)
            for stage, end in enumerate(stages) for term, value in end.energies.items()}


def published_energies(case, moment='final'):
    """The same as published: ``moment`` is 'initial' or 'final'."""
    return {(run, stage, key.rsplit('/', 1)[1]): case[key] for run, stage, prefix in case.stages()
            for key in case.keys(f'{prefix}/{moment}/')}


def check_energies(got, wanted, slack=None):
    """Each energy within the tolerance, or within ``slack[key]`` where slack is given and that is more."""
    assert got.keys() == wanted.keys()
    for key, value in wanted.items():
        allowed = max(ENERGY_RTOL * abs(value), ENERGY_ATOL, slack[key] if slack else 0.)
        assert abs(got[key] - value) <= allowed, key


def check_same(a, b):
    """Two Fits to the last bit."""
    for name in ('cam_t', 'pose', 'betas'):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
    assert steps_of(a) == steps_of(b)
    assert energies_of(a) == energies_of(b)


def steps_of(result):
    """Accepted steps of the camera step and of every stage of every run."""
    return [result.camera_steps] + [[end.steps for end in stages] for stages in result.runs]


def ends_in_rounding(taken):
    """Whether the last of the accepted steps, given as the x they led to, is too short to be one."""
    return len(taken) > 1 and np.linalg.norm(taken[-1] - taken[-2]) < ROUNDING_STEP * np.linalg.norm(taken[-1])


@pytest.mark.parametrize('case', CASES, indirect=True)
def test_steps(fitted, models, case):
    """As many accepted steps as published in every stage of every run, all of them reported as they are taken."""
    stages = {(run, stage): [] for run, stage, _ in case.stages()}

    def note(moment):
        if moment.stage != CAMERA:
            stages[moment.run, moment.stage].append(moment.x.copy())

    result = fit(case.problem, models, case.options(), note)
    assert result.camera_steps == case['camera/steps']
    assert len(result.runs) == case['runs']
    for run, stage, prefix in case.stages():
        _, *taken = stages[run, stage]  # the first is where the stage starts
        assert result.runs[run][stage].steps == len(taken)
        np.testing.assert_array_equal(result.runs[run][stage].x, taken[-1])
        assert len(taken) - ends_in_rounding(taken) == case[f'{prefix}/steps']
    check_same(result, fitted(case.name))


@pytest.mark.parametrize('case', CASES, indirect=True)
def test_final_parameters(fitted, case):
    result = fitted(case.name)
    for name in ('cam_t', 'pose', 'betas'):
        np.testing.assert_allclose(getattr(result, name), case[name], rtol=0., atol=PARAMETER_ATOL)
    np.testing.assert_array_equal(result.f, case['f'])


@pytest.mark.parametrize('case', CASES, indirect=True)
def test_the_run_that_is_kept(fitted, case):
    ends = [case[f'run{run + 1}/stage4/x/pose'] for run in range(case['runs'])]
    published = [run for run, pose in enumerate(ends) if np.array_equal(pose, case['pose'])]
    assert [fitted(case.name).chosen] == published


@pytest.mark.parametrize('case', [name for name in CASES if name != AMPLIFYING], indirect=True)
def test_energies(fitted, case):
    check_energies(energies_of(fitted(case.name)), published_energies(case))


@pytest.mark.parametrize('case', [AMPLIFYING], indirect=True)
def test_energies_where_rounding_is_amplified(fitted, models, case):
    rng, joints, result = np.random.default_rng(0), case.problem.joints, fitted(case.name)
    moved = [replace(case.problem, joints=np.nextafter(joints, rng.choice([-np.inf, np.inf], joints.shape)))
             for _ in range(PERTURBATIONS)]
    samples = [energies_of(end) for _, end in fit_many(moved, models, case.options())] + [energies_of(result)]
    spread = {key: np.ptp([sample[key] for sample in samples]) for key in samples[0]}
    wanted = published_energies(case)
    assert all(spread[key] <= LARGEST_SPREAD * value for key, value in wanted.items())
    check_energies(energies_of(result), wanted, {key: SPREADS * value for key, value in spread.items()})


@pytest.mark.parametrize('moment, point', [('initial', 'x0'), ('final', 'x')])
@pytest.mark.parametrize('case', CASES, indirect=True)
def test_energies_at_the_published_points(models, case, moment, point):
    """No minimiser, hence no amplified rounding: the terms where the published stages began and ended."""
    objective = Objective(case.energy_model(models), 1)
    objective.place(0, case.problem, case['cam_t'])
    got = {}
    for run, stage, prefix in case.stages():
        objective.set_weights(0, STAGES[stage])
        x = np.concatenate([case[f'{prefix}/{point}/betas'], case[f'{prefix}/{point}/pose']])
        energies = objective.evaluate(x[None], np.array([0])).energies()
        got.update({(run, stage, term): value[0] for term, value in energies.items()})
    wanted = published_energies(case, moment)
    assert got.keys() == wanted.keys()
    for key, value in wanted.items():
        assert got[key] == pytest.approx(value, rel=1e-10, abs=1e-12), key


@pytest.mark.parametrize('moment, point', [('initial', 'x0'), ('final', 'x')])
@pytest.mark.parametrize('case', CASES, indirect=True)
def test_camera_energies_at_the_published_points(models, case, moment, point):
    objective, _ = case.camera_step(models)
    x = np.concatenate([case[f'camera/{point}/t'], case[f'camera/{point}/orientation']])
    residuals = objective.evaluate(x[None], np.array([0])).residuals[0]
    assert np.square(residuals[:8]).sum() == pytest.approx(case[f'camera/{moment}/cam'], rel=1e-10)
    assert np.square(residuals[8:]).sum() == pytest.approx(case[f'camera/{moment}/cam_t'], rel=1e-10, abs=1e-12)


@pytest.mark.parametrize('case', ['collide', 'nbetas4'], indirect=True)
def test_chumpy_takes_the_same_steps(fitted, models, case):
    ours, chumpy = fitted(case.name), fit(case.problem, models, case.options(optimizer='chumpy'))
    assert steps_of(chumpy) == steps_of(ours)
    for name in ('cam_t', 'pose', 'betas'):
        np.testing.assert_allclose(getattr(chumpy, name), getattr(ours, name), rtol=0., atol=1e-8)
    check_energies(energies_of(chumpy), energies_of(ours))


@pytest.mark.parametrize('slots', [2, schedule.SLOTS])
def test_fits_do_not_depend_on_their_batch(fitted, models, golden_fits, monkeypatch, slots):
    """Side by side as one at a time, to the last bit; with 2 slots they are filled again and again."""
    monkeypatch.setattr(schedule, 'SLOTS', slots)
    cases = [Case(golden_fits, name) for name in CASES]
    options = Case(golden_fits, 'frontal').options()
    together = dict(fit_many([case.problem for case in cases], models, options))
    assert sorted(together) == list(range(len(cases)))
    for position, case in enumerate(cases):
        same_options = case.options() == options
        alone = fitted(case.name) if same_options else fit(case.problem, models, options)
        check_same(together[position], alone)
