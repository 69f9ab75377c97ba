"""Doubts: sound bodies raise none, each kind of wrong one is named, and a file is judged as a whole."""

import numpy as np
import pytest

from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_NAMES
from lib.fitting import Problem
from lib.model_files import ModelSet
from lib.outputs.doubt import file_doubts, image_doubts
from tests.evaluation.people import draw_people
from tests.evaluation.run import ROOT

CENTRE = np.array([200., 220.])
NECK = LSP_NAMES.index('neck')


@pytest.fixture(scope='module')
def people():
    """20 people of known pose: (LSP joints (14, 2), tracked points (13, 3), camera translation (3,))."""
    models, out = ModelSet(str(ROOT / 'models')), []
    for person in draw_people(models, 'heldout', 20, 4):
        points = pose_body(models.body(person.gender).tracked(10), person.betas[None], person.pose[None]).points[0]
        joints = person.joints.copy()
        joints[NECK] = joints[8:10].mean(axis=0) + .15 * (joints[13] - joints[8:10].mean(axis=0))
        out.append((joints, points, person.translation))
    return out


def problem(joints, confidence=None, centre=CENTRE):
    return Problem(joints, np.ones(14) if confidence is None else confidence, centre, 'neutral')


def one_doubt(*arguments):
    doubts = image_doubts(*arguments)
    assert len(doubts) == 1
    return doubts[0]


@pytest.mark.parametrize('share', [0., .016, .0999])
def test_sound_bodies(people, share):
    for joints, points, cam_t in people:
        assert image_doubts(points, cam_t, problem(joints), share) == []


def test_a_body_that_is_off_its_joints(people):
    joints, points, cam_t = people[0]
    doubt = one_doubt(points, cam_t, problem(joints), .101)
    assert doubt.startswith('the body is off its joints by 10% of the person: a detection may be wrong, or the pose')


def test_one_joint_that_is_off(people):
    joints, points, cam_t = people[0]
    extent = np.ptp(joints, axis=0).max()
    for name in ('left_wrist', 'right_knee', 'head_top'):
        wrong = joints.copy()
        wrong[LSP_NAMES.index(name)] += .3 * extent * np.array([.6, -.8])
        assert f"the {name.replace('_', ' ')} is off by" in one_doubt(points, cam_t, problem(wrong), .11)
    hip = joints.copy()
    hip[2] += .3 * extent  # hips pull nothing, so they are not to blame
    assert 'hip is off' not in one_doubt(points, cam_t, problem(hip), .11)


def test_a_person_cut_by_the_border(people):
    joints, points, cam_t = people[0]
    shift = np.array([joints[:, 0].min() - 1., 0.])
    moved = problem(joints - shift, centre=CENTRE)
    cam_t = cam_t - np.append(shift, 0.) * cam_t[2] / moved.focal
    assert 'cut by the border' in one_doubt(points, cam_t, moved, .11)


def test_joints_in_another_order(people):
    order = np.random.default_rng(2).permutation(14)
    for joints, points, cam_t in people:
        assert one_doubt(points, cam_t, problem(joints[order]), .0).startswith("the joints do not stand as a body's")
        assert 'in another order' in one_doubt(points, cam_t, problem(joints[order]), .11)


def test_odd_joints_count_where_the_body_is_rather_far_from_them(people):
    """Feet where the hands are: as near to a body as some postures are."""
    swapped = [joints[[6, 1, 2, 3, 4, 11, 0, 7, 8, 9, 10, 5, 12, 13]] for joints, _, _ in people]
    near = sum(bool(image_doubts(points, cam_t, problem(wrong), .02))
               for wrong, (_, points, cam_t) in zip(swapped, people))
    rather_far = sum(bool(image_doubts(points, cam_t, problem(wrong), .06))
                     for wrong, (_, points, cam_t) in zip(swapped, people))
    assert near < rather_far and rather_far > 10


def test_a_giant(people):
    joints, points, cam_t = people[0]
    span = np.ptp(joints, axis=0).max() * cam_t[2] / 5000.
    for metres, count in ((3.4, 0), (3.6, 1)):
        said = image_doubts(points, metres / span * cam_t, problem(joints), .01)
        assert [doubt.startswith('the person would span 3.6 m') for doubt in said] == [True] * count


def test_a_fit_that_cannot_be_judged(people):
    joints, points, cam_t = people[0]
    assert one_doubt(points, cam_t, problem(joints, np.full(14, .4)), np.nan) == \
        'no joint is sure enough to judge the fit by'
    assert one_doubt(points, cam_t, problem(joints, np.zeros(14)), np.nan)


def test_joints_at_the_corner(people):
    joints, points, cam_t = people[0]
    for place, count in (([0., 0.], 1), ([0., 1.], 0)):
        wrong = joints.copy()
        wrong[[4, 11]] = place
        said = image_doubts(points, cam_t, problem(wrong), .01)
        assert sum('left knee, left wrist at 0,0' in doubt for doubt in said) == count
    missing = np.ones(14)
    missing[[4, 11]] = 0.
    assert image_doubts(points, cam_t, problem(wrong, missing), .01) == []


def test_joints_outside_the_photograph(people):
    joints, points, cam_t = people[0]
    inside = problem(joints - joints.min(axis=0) - [20., 0.], centre=CENTRE)
    assert not any('outside' in doubt for doubt in image_doubts(points, cam_t, inside, .01))
    for size in ([40., 440.], [400., 30.]):
        outside = problem(joints, centre=np.array(size) / 2)
        assert any('joints are outside the photograph' in doubt for doubt in image_doubts(points, cam_t, outside, .01))
    below = problem(joints - [1000., 0.])
    assert '14 of 14 joints' in image_doubts(points, cam_t, below, .01)[0]


def test_joints_that_are_hardly_believed_are_not_judged(people):
    joints, points, cam_t = people[0]
    confidence, wrong = np.ones(14), joints.copy()
    confidence[[0, 1, 4, 5]], wrong[[0, 1, 4, 5]] = .02, [0., 0.]
    assert image_doubts(points, cam_t, problem(wrong, confidence), .01) == []


# Files


def pairs(people):
    return [(joints, np.ones(14)) for joints, _, _ in people]


def test_sound_files(people):
    for shares in ([], [.016] * 20, [.016] * 11 + [.2] * 9, [float('nan')] * 20, [.2] * 9):
        assert file_doubts(shares, pairs(people)) == []


def test_half_of_the_bodies_are_off(people):
    (doubt,) = file_doubts([.041] * 6 + [.01] * 5, pairs(people))
    assert doubt.startswith('half of the bodies are off their joints by 4.1% of the person or more')
    assert file_doubts([.039] * 6 + [.01] * 5, pairs(people)) == []
    assert file_doubts([.2] * 10 + [float('nan')] * 30, pairs(people))


def test_frames_of_a_clip_may_all_be_in_one_poor_minimum(people):
    still = pairs(people)
    assert file_doubts([.06] * 20, still) and file_doubts([.06] * 20, still, one_scene=True) == []
    order = np.random.default_rng(2).permutation(14)
    assert file_doubts([.06] * 20, [(joints[order], confidence) for joints, confidence in still], one_scene=True)


def test_joints_of_a_file_in_another_order(people):
    order = np.random.default_rng(2).permutation(14)
    wrong = [(joints[order], confidence) for joints, confidence in pairs(people)]
    (doubt,) = file_doubts([.01] * 20, wrong)
    assert doubt.startswith("the joints of most images do not stand as a body's")
    assert file_doubts([.01] * 20, wrong[:9]) == []


def test_a_small_error_and_slightly_odd_joints(people):
    """Ankles and hips swapped on one side."""
    wrong = [(joints[[2, 1, 0, *range(3, 14)]], confidence) for joints, confidence in pairs(people)]
    assert file_doubts([.031] * 20, wrong)
    assert file_doubts([.029] * 20, wrong) == file_doubts([.031] * 20, pairs(people)) == []


def test_people_without_joints_say_nothing():
    assert file_doubts([], [(np.zeros((14, 2)), np.zeros(14))] * 20) == []
    assert file_doubts([], []) == []


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('place', [1e308, -1e308, np.inf, np.nan])
def test_joints_beyond_all_pictures_are_not_judged(people, place):
    """Their fit failed and said so; they raise no warnings, and no doubts about the others."""
    joints = people[0][0].copy()
    joints[:] = place
    assert file_doubts([.01] * 20, [*pairs(people), (joints, np.ones(14))] * 2) == []
