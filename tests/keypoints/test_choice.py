"""Whom of an image's people, and how tall they are."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.choice import Detection, choose_people, detections_of
from lib.keypoints.formats import FORMATS
from lib.keypoints.found import Person, Record, nobody
from tests.keypoints.helpers import SIZE, sample_person
from tests.program import SAMPLE


def detection(number, factor=1., confidence=1.):
    lsp = sample_person()
    return Detection(factor * lsp[:, :2], np.full(14, confidence), number)


def test_choice_of_people():
    small, large = detection(0, .5), detection(1, confidence=.6)
    assert choose_people([small, large], 'largest') == [large]
    assert choose_people([small, large], 'confident') == [small]
    assert choose_people([small, large], 'all') == [small, large]
    assert choose_people([small, large], 1) == [large]


def test_empty_slots_are_nobody_but_keep_their_number():
    empty, somebody = detection(0, confidence=0.), detection(1)
    for which in ('largest', 'confident', 'all', 1):
        assert choose_people([empty, somebody], which) == [somebody]
    with pytest.raises(InputError, match='--person 0: the people in it have the numbers 1$'):
        choose_people([empty, somebody], 0)
    for people in ([], [empty]):
        with pytest.raises(InputError, match='no people'):
            choose_people(people, 'largest')


def test_detections_of_a_record():
    shares = sample_person()
    shares[:, :2] /= SIZE
    record = Record('a.jpg', (nobody('0'), Person(shares, '1', FORMATS['lsp'], shares=True)), file='k.json')
    empty, found = detections_of(record, SIZE)
    np.testing.assert_allclose(found.joints, sample_person()[:, :2])
    assert not empty.anybody and (empty.number, found.number) == (0, 1)
    with pytest.raises(InputError, match='k.json: has positions as shares.*give the images'):
        detections_of(record, None)
    with pytest.raises(InputError, match='k.json: entry 3'):
        detections_of(Record('a.jpg', error='k.json: entry 3: wrong'), SIZE)


def test_scale_makes_lsps_people_300_px_tall():
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        joints = data['est_joints']
    scales = [Detection(joints[:2, :, i].T, joints[2, :, i]).scale for i in range(joints.shape[2])]
    assert abs(np.mean(scales) - 2.) < .2 and min(scales) > 1.4 and max(scales) < 2.8
    assert Detection(10. * joints[:2, :, 0].T, joints[2, :, 0]).scale == pytest.approx(scales[0] / 10.)


def standing(**moved):
    """Somebody upright, 1000 px tall, limb by limb as the shares say."""
    joints = np.zeros((14, 2))
    for x, order in ((0., (0, 1, 2, 8, 7, 6)), (199., (5, 4, 3, 9, 10, 11))):
        ankle, knee, hip, shoulder, elbow, wrist = order
        for joint, y in ((shoulder, 0.), (elbow, 154.), (wrist, 288.), (hip, 285.), (knee, 507.), (ankle, 768.)):
            joints[joint] = x, y
    for joint, place in moved.items():
        joints[int(joint[1:])] = place
    confidence = np.ones(14)
    confidence[12:] = 0.
    return Detection(joints, confidence)


def test_stature_is_the_trunks_or_the_third_longest_limbs():
    assert standing().stature == pytest.approx(1000.)
    assert standing(j6=(0., 2000.), j11=(0., 2000.)).stature == pytest.approx(1000.)  # two wrong joints
    assert standing(j6=(0., 2000.), j11=(0., 2000.), j0=(0., 3000.)).stature > 5000.
    lying = standing(j2=(0., 28.5), j3=(199., 28.5))  # the trunk points at the camera
    assert lying.stature == pytest.approx(1000.)
    assert standing(j2=(0., 570.), j3=(199., 570.)).stature == pytest.approx(2000.)


def test_stature_of_nobody():
    nothing = Detection(np.zeros((14, 2)), np.zeros(14))
    assert np.isnan(nothing.stature) and nothing.scale == 1. and not nothing.anybody
