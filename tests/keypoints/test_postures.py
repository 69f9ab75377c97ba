"""Files whose people lie, stand on their heads, or show their eyes the wrong way round."""

import numpy as np
import pytest

from lib.keypoints.formats import FORMATS
from lib.keypoints.postures import doubts_of, posture_doubts
from tests.detector_files import in_format, named_joints
from tests.keypoints.helpers import read, sample_person

BODY = ('left_shoulder', 'right_shoulder', 'left_hip', 'right_hip')
FACE = (*BODY, 'left_eye', 'right_eye')
#: Somebody who looks at the camera: their left is the image's right, y points down.
UPRIGHT = np.array([[120, 100, 1], [80, 100, 1], [112, 180, 1], [88, 180, 1], [105, 70, 1], [95, 70, 1]], dtype=float)
MIRRORED, SWAPPED, FROM_BELOW = ([-1, 1, 1], [200, 0, 0]), 'xy', ([1, -1, 1], [0, 300, 0])


def people(count=12, change=None):
    out = np.tile(UPRIGHT, (count, 1, 1))
    if change == SWAPPED:
        return out[..., [1, 0, 2]]
    return out if change is None else out * change[0] + change[1]


@pytest.mark.parametrize('joints', [BODY, FACE])
def test_nothing_is_odd_about_upright_people(joints):
    assert posture_doubts(people()[:, :len(joints)], joints) == []


@pytest.mark.filterwarnings('error')
def test_places_beyond_any_image_are_not_counted():
    there = people(change=MIRRORED)
    there[0, 4, 0] = 1e308
    (said,) = posture_doubts(there, FACE)
    assert said.startswith('11 of 11 people')


def test_eyes_the_wrong_way_round():
    for change in (MIRRORED, SWAPPED, FROM_BELOW):
        (said,) = posture_doubts(people(change=change), FACE)
        assert said.startswith('12 of 12 people who show both eyes have the left one where the right should be')
    sides = people()[:, [1, 0, 3, 2, 5, 4]]
    assert len(posture_doubts(sides, FACE)) == 1


def test_people_who_are_not_mirrored_may_lie():
    """Turned photographs, or people in bed: a quarter turn is no reflection."""
    turned = people()[..., [1, 0, 2]] * [-1, 1, 1] + [300, 0, 0]
    assert posture_doubts(turned, FACE) == []
    (said,) = posture_doubts(turned[:, :4], BODY)
    assert said == '12 of 12 people lie on their side: x and y may be swapped'


def test_eyes_of_who_looks_away_are_no_proof(tmp_path):
    """MediaPipe places them as if heads were of glass."""
    assert posture_doubts(people(change=MIRRORED), FACE, hidden=True) == []
    assert len(posture_doubts(people(change=FROM_BELOW), FACE, hidden=True)) == 1, 'the trunk tells'
    found = [in_format({**named_joints(sample_person(i)), 'left_eye': (40., 20., 1.), 'right_eye': (60., 20., 1.)},
                       'mediapipe33') for i in range(12)]
    content = [{'image_id': i, 'category_id': 1, 'keypoints': keypoints.ravel().tolist()}
               for i, keypoints in enumerate(found)]
    categories = [{'id': 1, 'keypoints': list(FORMATS['mediapipe33'].joints)}]
    assert doubts_of(read(tmp_path / 'a.json', {'annotations': content, 'categories': categories})) == []


def test_without_eyes_the_trunk_tells():
    assert posture_doubts(people(change=MIRRORED)[:, :4], BODY) == []
    (said,) = posture_doubts(people(change=FROM_BELOW)[:, :4], BODY)
    assert said == '12 of 12 people stand on their heads: y may be counted from below'
    unseen = people(change=FROM_BELOW)
    unseen[:, 4:, 2] = 0.
    assert posture_doubts(unseen, FACE) == [said]


def test_cameras_may_be_held_aslant():
    for degrees, count in ((50, 0), (-50, 0), (70, 1), (110, 1), (130, 1)):
        angle = np.radians(degrees)
        turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
        assert len(posture_doubts((people() @ turn)[:, :4], BODY)) == count


def test_most_of_enough_people_must_agree():
    odd, sound = people(6, FROM_BELOW)[:, :4], people(6)[:, :4]
    assert posture_doubts(np.concatenate([odd, sound]), BODY) == []
    assert len(posture_doubts(np.concatenate([odd, sound[:5]]), BODY)) == 1
    assert posture_doubts(np.concatenate([odd, sound[:1]]), BODY) == []
    assert posture_doubts(people(2, MIRRORED), FACE) == []


@pytest.mark.parametrize('count', [1, 2, 8])
def test_all_of_a_few_stand_on_their_heads(count):
    (said,) = posture_doubts(people(count, FROM_BELOW)[:, :4], BODY)
    assert said.startswith(f'{count} of {count} people stand on their heads')
    assert posture_doubts(np.concatenate([people(count, FROM_BELOW), people(1)])[:, :4], BODY) == []


@pytest.mark.parametrize('count', [3, 9])
def test_all_of_some_people(count):
    (said,) = posture_doubts(people(count, MIRRORED), FACE)
    assert said.startswith(f'{count} of {count} people who show both eyes')


@pytest.mark.parametrize('count', [1, 9])
def test_an_order_that_format_says_though_people_stand_in_another(tmp_path, count):
    found = [in_format(named_joints(sample_person(i)), 'crowdpose14').ravel().tolist() for i in range(count)]
    content = [{'image_id': i, 'keypoints': keypoints} for i, keypoints in enumerate(found)]
    assert doubts_of(read(tmp_path / 'a.json', content, 'lsp'))[0] == (
        'the joints are read in the order of lsp, but stand as bodies in that of crowdpose14')
    assert doubts_of(read(tmp_path / 'a.json', content, 'crowdpose14')) == []


def test_eyes_side_by_side_say_nothing():
    profile = people(change=MIRRORED)
    profile[:, 4:, 0] = [[100., 100.5]]
    assert posture_doubts(profile, FACE) == []


def test_formats_without_a_trunk():
    assert posture_doubts(np.zeros((20, 1, 3)), ('nose',)) == []
    assert posture_doubts(np.zeros((0, 4, 3)), BODY) == []
