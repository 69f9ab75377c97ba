"""Measures of a fit against the truth, and the evaluation on people of known pose and shape (evaluation/run.py)."""

from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lib.base.pickles import load_pickle
from lib.body.skeleton import LSP_HEAD_TOP, N_LSP, SMPL_NAMES, TORSO_LSP, TRACKED_LSP
from lib.fitting import FitOptions, fit
from lib.model_files import ModelSet
from lib.outputs.metrics import joint_error, procrustes_align
from tests.evaluation import experiments
from tests.evaluation import run as evaluation
from tests.evaluation.measures import (
    MEASURES,
    Measure,
    segment_distances,
    shape_error,
    vertex_error,
    vertices_at_pelvis,
)
from tests.evaluation.methods import KNOWN_CAMERA, PUBLISHED, TUNED, Method, no_prior, one_gaussian
from tests.evaluation.people import N_BETAS, VIEWS, _view, detections, draw_people, load_poses

EVALUATION = Path(__file__).parent

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope='module')
def open_models():
    return ModelSet(str(ROOT / 'models'))


@pytest.fixture(scope='module')
def people(open_models):
    return draw_people(open_models, 'heldout', 12, 3)


@pytest.fixture(scope='module')
def fits(open_models, people):
    """Four people's problems, and their Fits by the published schedule."""
    problems, _ = experiments.see(people[:4], experiments.Sight(), 3)
    return problems, PUBLISHED.fit(open_models, people[:4], problems)


def points(seed=0):
    return np.random.default_rng(seed).normal(size=(24, 3))


def test_procrustes_undoes_a_similarity():
    target, turn = points(), Rotation.from_rotvec([.3, -1.2, 2.]).as_matrix()
    np.testing.assert_allclose(procrustes_align(2.5 * target @ turn.T + [1., -2., 30.], target), target, atol=1e-12)


def test_procrustes_does_not_mirror():
    """A mirror image is no rotation: aligned, it stays away, and no rotation comes nearer."""
    target = points()
    mirrored = target * [-1., 1., 1.]
    aligned = procrustes_align(mirrored, target)
    error = np.square(aligned - target).sum()
    assert error > 1.
    for seed in range(20):
        turned = Rotation.random(random_state=seed).apply(aligned - aligned.mean(axis=0)) + aligned.mean(axis=0)
        assert np.square(turned - target).sum() >= error
    assert np.linalg.det(np.linalg.lstsq(mirrored - mirrored.mean(axis=0), aligned - aligned.mean(axis=0),
                                         rcond=None)[0]) > 0.


def test_joint_error_at_the_pelvis_and_aligned():
    target = points()
    moved = target + [.1, .2, .3]
    assert joint_error(moved, target, aligned=False) == pytest.approx(0., abs=1e-12)
    larger = target[0] + 1.1 * (target - target[0])
    assert joint_error(larger, target, aligned=True) == pytest.approx(0., abs=1e-12)
    assert joint_error(larger, target, aligned=False) == pytest.approx(
        .1 * np.linalg.norm(target - target[0], axis=1).mean())


def test_the_truth_has_no_error(open_models, people):
    person = people[0]
    assert shape_error(open_models.body(person.gender), person.betas, person.betas) == 0.


def test_shape_error_is_the_mean_length_of_a_shape_direction(open_models):
    model, unit = open_models.body('male'), np.eye(N_BETAS)[2]
    wanted = np.linalg.norm(model.shapedirs[..., 2], axis=1).mean()
    assert shape_error(model, unit, np.zeros(N_BETAS)) == pytest.approx(wanted)


def test_vertex_error_does_not_see_where_the_pelvis_is(open_models, people):
    """Turned about the pelvis by half a turn, and the same with the mesh measured by hand."""
    person, model = people[0], open_models.body(people[0].gender)
    truth = {'betas': person.betas, 'pose': np.zeros(72)}
    turned = {'betas': person.betas, 'pose': np.append([0., np.pi, 0.], np.zeros(69))}
    pelvis = (model.joint_regressor @ model.vertices(**truth))[0]
    arms = model.vertices(**truth) - pelvis
    wanted = 2. * np.linalg.norm(arms[:, [0, 2]], axis=1).mean()
    got = vertex_error(vertices_at_pelvis(model, turned), vertices_at_pelvis(model, truth))
    assert got == pytest.approx(wanted, rel=1e-6)


def test_distances_of_segments():
    x = np.array([[0., 0., 0.], [1., 0., 0.]])
    others = np.array([[[.5, 1., -1.], [.5, 1., 1.]],    # crosses above
                       [[3., 0., 0.], [4., 0., 0.]],     # goes on along the line
                       [[0., 2., 0.], [1., 2., 0.]],     # parallel
                       [[2., 1., 0.], [3., 2., 0.]]])    # end to end
    np.testing.assert_allclose(segment_distances(np.repeat(x[None], 4, axis=0), others), [1., 2., 2., np.sqrt(2.)])


def test_overlap_of_capsules(open_models):
    measure = Measure(open_models)
    pose = np.zeros(72)
    assert measure.overlap('male', np.zeros(N_BETAS), pose) < 0.01
    pose[[16 * 3 + 2, 17 * 3 + 2]] = -1.9, 1.9  # arms into the trunk
    assert measure.overlap('male', np.zeros(N_BETAS), pose) > 0.02


def test_thicker_capsules_overlap_by_twice_as_much_more(open_models):
    measure, betas, pose = Measure(open_models), np.zeros(N_BETAS), np.zeros(72)
    before, capsules = measure.overlap('male', betas, pose), measure.capsules('male')
    lengths, radii, *rest = capsules.measures(betas[None])
    with mock.patch.object(type(capsules), 'measures', lambda *_: (lengths, radii + .01, *rest)):
        assert measure.overlap('male', betas, pose) == pytest.approx(before + .02)


def test_views():
    """The chest looks to where the body's left, its up and its front say."""
    joints = np.zeros((24, 3))
    joints[SMPL_NAMES.index('neck')] = 0., -.5, 0.  # y points down
    for left, view in (([.2, 0., 0.], 'frontal'), ([-.2, 0., 0.], 'back'), ([0., 0., .2], 'side')):
        joints[SMPL_NAMES.index('left_shoulder')], joints[SMPL_NAMES.index('right_shoulder')] = left, np.negative(left)
        assert _view(joints) == view


def test_unsure_joints_are_noisier(people):
    given, sure = np.ones((len(people), N_LSP), bool), np.ones((len(people), N_LSP))
    near, far = (detections(people, 3., 0, given, confidence, True) for confidence in (sure, .5 * sure))
    for person, a, b in zip(people, near, far):
        np.testing.assert_allclose(b.joints - person.joints, 2. * (a.joints - person.joints), atol=1e-9)


def test_people_differ_in_gender_view_and_shape(people):
    assert {person.gender for person in people} == {'male', 'female'}
    assert {person.view for person in people} <= set(VIEWS)
    assert len({person.betas[0] for person in people}) == len(people)


def test_the_poses_of_training_and_test_people_are_others():
    (held_out, clips), (training, others) = load_poses('heldout'), load_poses('training')
    assert not set(clips) & set(others)
    assert len(held_out) >= 300
    distances = np.abs(held_out[:, None, 3:] - training[None, :100, 3:]).max(axis=2)
    assert distances.min() > 0.


def test_what_a_detector_sees(people):
    exact, _ = experiments.see(people, experiments.Sight(noise=0.), 0)
    for person, problem in zip(people, exact):
        np.testing.assert_array_equal(problem.joints[TRACKED_LSP], person.joints[TRACKED_LSP])
    few, _ = experiments.see(people, experiments.Sight(joints=6), 0)
    for problem in few:
        given = problem.confidence[TRACKED_LSP] > 0
        assert given.sum() == 6
        assert problem.confidence[TORSO_LSP].all() and problem.confidence[LSP_HEAD_TOP] == 0
    told, confidence = experiments.see(people, experiments.Sight(unsure=True), 0)
    np.testing.assert_array_equal([problem.confidence for problem in told], confidence)


def test_measures_of_the_truth_itself(open_models, people, fits):
    problems, results = fits
    exact, _ = experiments.see(people[:4], experiments.Sight(noise=0.), 3)
    true_fit = replace(results[0], pose=people[0].pose, betas=people[0].betas, cam_t=people[0].translation)
    row = dict(zip(MEASURES, Measure(open_models)(people[0], exact[0], true_fit)))
    for name in ('pa_joints', 'joints', 'vertices', 'shape', 'reprojection'):
        assert row[name] == pytest.approx(0., abs=1e-6), name


def test_a_known_camera_is_kept(open_models, people, fits):
    problems, _ = fits
    for person, result in zip(people, KNOWN_CAMERA.fit(open_models, people[:4], problems)):
        np.testing.assert_array_equal(result.cam_t, person.translation)


def test_the_published_method_is_the_program(open_models, people, fits):
    problems, results = fits
    np.testing.assert_array_equal(results[0].pose, fit(problems[0], open_models, FitOptions()).pose)


def test_left_out_terms(open_models, people, fits):
    problems, _ = fits

    def energies(**how):
        (result,) = Method('', **how).fit(open_models, people[:1], problems[:1])
        return result.final.energies

    assert 'sph_coll' not in energies(options=FitOptions(interpenetration=False))
    assert energies(angle_share=0.)['pose_exp'] == 0.
    assert energies(prior=no_prior)['pose'] < 1e-3 < energies()['pose']


def test_one_gaussian_has_the_moments_of_the_mixture(open_models):
    mixture, one = load_pickle(open_models.prior_path()), one_gaussian(open_models.prior)
    weights, means, covars = (np.asarray(mixture[key]) for key in ('weights', 'means', 'covars'))
    weights = weights / weights.sum()
    mean = weights @ means
    second = np.einsum('k,kij->ij', weights, covars + means[:, :, None] * means[:, None])
    np.testing.assert_allclose(one.means[0], mean, atol=1e-9)
    np.testing.assert_allclose(np.linalg.inv(2. * one.information[0]), second - np.outer(mean, mean), atol=1e-8)


@pytest.mark.slow
def test_the_whole_evaluation(monkeypatch, tmp_path):
    sights = [experiments.Sight(), experiments.Sight(noise=0.), experiments.Sight(noise=8.)]
    whole = experiments.plan()
    assert len(whole) == len(set(whole)) and {(sight, TUNED) for sight in sights} <= set(whole)
    fitted = []

    def measured(model_dir, draw, plan, workers, say):
        """Two are fitted in earnest, and stand for the rest."""
        few = experiments.carry_out(model_dir, draw, [(sights[0], PUBLISHED), (sights[0], TUNED)], 1, say)
        fitted.extend(few)
        return {pair: few[sights[0], TUNED if pair[1] is TUNED else PUBLISHED] for pair in plan}

    monkeypatch.setattr(evaluation, 'carry_out', measured)
    monkeypatch.chdir(tmp_path)
    evaluation.main(['--people', '4', '--prior', str(ROOT / 'models/open/gmm_08.pkl')])  # not over the tracked one
    out = tmp_path / 'out' / 'evaluation'
    text = (out / 'EVALUATION.md').read_text()
    assert len(fitted) == 2 * 2
    assert '--people 4 --seed 0' in text
    rows = [line.split('|') for line in text.splitlines()]
    (this,), (other,) = ([row[2:] for row in rows if row[1:2] == [f' {name} ']] for name in
                         ('this prior', 'the other prior'))
    assert this == other  # the same file
    assert 'nan' not in text
    for name in ('shape_error.png', 'joint_error.png'):
        assert (out / name).stat().st_size > 10_000 and name in text
