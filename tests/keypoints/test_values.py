"""The numbers of a file: pixels or shares, the scale of confidences, what is missing."""

import json
import re

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.reading import read_keypoints
from tests.keypoints.helpers import SIZE, assert_limbs, rows


@pytest.fixture
def read(tmp_path):
    """``read(*people)``: the Records of people (K, 3), an image each, in COCO's results."""
    def read(*people):
        entries = [{'image_id': i, 'keypoints': person.ravel().tolist()} for i, person in enumerate(people)]
        (tmp_path / 'found.json').write_text(json.dumps(entries))
        return read_keypoints(str(tmp_path / 'found.json'))
    return read


def body(i=0, confidence=None, offset=0., scale=1.):
    person = rows('coco17', i)
    person[:, :2] = scale * person[:, :2] + offset * (person[:, 2:] > 0)
    if confidence is not None:
        person[:, 2] = np.where(person[:, 2] > 0, confidence, 0.)
    return person


def confidences(record):
    return record.people[0].keypoints[:, 2]


# Confidences


def test_confidences_from_0_to_1_and_cocos_2(read):
    np.testing.assert_array_equal(confidences(read(body())[0]), body()[:, 2])
    assert set(confidences(read(body(confidence=2.))[0])) == {0., 1.}
    assert set(confidences(read(body(confidence=1.), body(1, confidence=2.))[0])) == {0., 1.}
    assert confidences(read(body(), body(1, confidence=1.2))[1]).max() == 1.


def test_per_cent_by_the_whole_file(read):
    first, second = read(body(confidence=97.), body(1, confidence=3.), body(2, confidence=60.))[:2]
    assert confidences(first).max() == pytest.approx(.97) and confidences(second).max() == pytest.approx(.03)


@pytest.mark.parametrize('wrong', [5., 255., 1e5])
def test_other_scales(read, wrong):
    with pytest.raises(InputError, match=re.escape(f'confidences of {wrong:.4g} and the like')):
        read(body(confidence=wrong))


@pytest.mark.parametrize('wrong', [3., 50., 1e60])
def test_one_person_of_another_scale(read, wrong):
    people = [body(i) for i in range(4)]
    people[2][7, 2] = wrong
    records = read(*people)
    assert f'entry 2: a confidence of {wrong:.4g}' in records[2].error
    assert [record.error is None for record in records] == [True, True, False, True]


def test_what_is_missing(read):
    person = body(1)
    person[5:12, 2] = -1., np.nan, 0., -np.inf, 1., 1., 1.
    person[9:12, 0] = np.nan, np.inf, 0.
    person[11, 1] = 0.
    keypoints = read(person)[0].people[0].keypoints
    assert not keypoints[5:12].any() and keypoints[12:, 2].all()
    person = body(1)
    person[6] = -1., -1., 1.  # pixels beyond the picture's corner
    person[7] = -1., 30., 1.
    keypoints = read(person)[0].people[0].keypoints
    assert not keypoints[6].any() and keypoints[7, 2] == 1.


# Places


def test_shares_are_told_by_the_whole_file(read):
    def shared(i):
        person = body(i)
        person[:, :2] /= SIZE
        return person
    for record, i in zip(read(*map(shared, range(3))), range(3)):
        assert record.people[0].shares
        assert_limbs(record, i)
    records = read(body(), shared(1), body(2))
    assert 'entry 1: positions from 0 to 1, where others' in records[1].error
    assert not records[0].people[0].shares and records[2].error is None


def test_positions_about_the_middle_are_refused(read):
    person = body()
    person[:, :2] = person[:, :2] / SIZE * 2. - 1.
    with pytest.raises(InputError, match='from -1 to 1'):
        read(person)


def test_small_people_in_pixels_stay_pixels(read):
    """A person of 12 px at the picture's corner."""
    assert not read(body(scale=.06))[0].people[0].shares


def test_pixels_where_shares_are_meant(tmp_path):
    landmarks = [{'x': 10. * i, 'y': 50., 'visibility': 1.} for i in range(1, 34)]
    (tmp_path / 'found.json').write_text(json.dumps({'a': landmarks}))
    person, = read_keypoints(str(tmp_path / 'found.json'))[0].people
    assert not person.shares and person.keypoints[4].tolist() == [50., 50., 1.]
    shares = [{'x': .02 * i, 'y': .5, 'visibility': 1.} for i in range(1, 34)]
    outside = [{'x': 1.8, 'y': -.4, 'visibility': 1.} for _ in range(33)]
    (tmp_path / 'found.json').write_text(json.dumps({'a': landmarks, 'b': shares, 'c': shares, 'd': outside}))
    records = read_keypoints(str(tmp_path / 'found.json'))
    assert 'a: positions in pixels, where the others' in records[0].error
    assert all(record.people[0].shares and record.error is None for record in records[1:])


@pytest.mark.filterwarnings('error')
@pytest.mark.parametrize('place', [1e7, -1e60, 1e308])
def test_places_beyond_any_image(read, place):
    person = body()
    person[8, 0] = place
    records = read(person, body(1))
    assert f'entry 0: a joint at {abs(place):.4g}' in records[0].error and records[1].error is None


@pytest.mark.parametrize('place', [150., -1e4])
def test_shares_beyond_any_image(tmp_path, place):
    landmarks = [[{'x': .02 * i, 'y': .5, 'visibility': 1.} for i in range(1, 34)] for _ in range(2)]
    landmarks[0][8]['x'] = place
    (tmp_path / 'found.json').write_text(json.dumps(dict(zip('ab', landmarks))))
    wrong, right = read_keypoints(str(tmp_path / 'found.json'))
    assert f'a joint at {abs(place):.4g}, beyond any image' in wrong.error and right.error is None
