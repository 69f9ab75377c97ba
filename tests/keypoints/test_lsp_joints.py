"""A detector's joints as LSP's."""

import numpy as np
import pytest

from lib.body.skeleton import LSP_NAMES
from lib.keypoints.formats import FORMATS
from lib.keypoints.lsp_joints import to_lsp
from tests.detector_files import in_format, named_joints
from tests.keypoints.helpers import LIMBS, sample_person

NECK, HEAD_TOP = LSP_NAMES.index('neck'), LSP_NAMES.index('head_top')
ESTIMATED = [name for name in FORMATS if {'nose', 'head_top'} & set(FORMATS[name].joints) == {'nose'}]


def upright():
    """{joint name: (x, y, confidence)} of somebody upright with a face."""
    return named_joints(sample_person()) | {
        'left_shoulder': (70., 40., 1.), 'right_shoulder': (50., 40., 1.), 'left_ear': (64., 20., .9),
        'right_ear': (56., 20., .8), 'left_eye': (62., 21., 1.), 'right_eye': (58., 21., 1.), 'nose': (60., 24., 1.)}


@pytest.mark.parametrize('name', FORMATS)
def test_joints_keep_their_places(name):
    lsp = sample_person()
    joints, confidence = to_lsp(in_format(named_joints(lsp), name), FORMATS[name])
    np.testing.assert_array_equal(joints[LIMBS], lsp[LIMBS, :2])
    np.testing.assert_array_equal(confidence[LIMBS], lsp[LIMBS, 2])


@pytest.mark.parametrize('name', [name for name in FORMATS if 'head_top' in FORMATS[name].joints])
def test_a_head_top_of_their_own(name):
    lsp = sample_person()
    joints, confidence = to_lsp(in_format(named_joints(lsp), name), FORMATS[name])
    np.testing.assert_array_equal([*joints[HEAD_TOP], confidence[HEAD_TOP]], lsp[HEAD_TOP])


@pytest.mark.parametrize('name', ESTIMATED)
def test_head_top_is_estimated_above_the_face(name):
    joints, confidence = to_lsp(in_format(upright(), name), FORMATS[name])
    np.testing.assert_allclose(joints[HEAD_TOP], [60., 11.])
    assert confidence[HEAD_TOP] == .8


@pytest.mark.parametrize('left_out, y', [((), 11.), (('left_ear',), 13.21), (('left_ear', 'left_eye'), 12.)])
def test_the_best_part_of_the_face_that_was_found(left_out, y):
    named = upright() | dict.fromkeys(left_out, (0., 0., 0.))
    joints, _ = to_lsp(in_format(named, 'coco17'), FORMATS['coco17'])
    np.testing.assert_allclose(joints[HEAD_TOP], [60., y])


def test_head_top_from_smpls_head():
    named = upright() | {'head': (60., 28., .7)}
    joints, confidence = to_lsp(in_format(named, 'smpl24'), FORMATS['smpl24'])
    np.testing.assert_allclose([*joints[HEAD_TOP], confidence[HEAD_TOP]], [60., 40. - 1.79 * 12., .7])


@pytest.mark.parametrize('name', ESTIMATED)
def test_head_top_is_missing_without_a_face(name):
    assert to_lsp(in_format(named_joints(sample_person()), name), FORMATS[name])[1][HEAD_TOP] == 0


def test_neck_between_the_shoulders():
    joints, confidence = to_lsp(in_format(upright(), 'coco17'), FORMATS['coco17'])
    np.testing.assert_allclose([*joints[NECK], confidence[NECK]], [60., 40., 1.])


def test_what_counts_as_missing():
    lsp = sample_person()
    lsp[:4, 2] = 0., -1., np.nan, 2.
    lsp[4, 0] = np.inf
    joints, confidence = to_lsp(lsp, FORMATS['lsp'])
    assert confidence[:5].tolist() == [0., 0., 0., 1., 0.] and not joints[[0, 1, 2, 4]].any()


def test_an_empty_slot():
    joints, confidence = to_lsp(np.zeros((0, 3)), None)
    assert joints.shape == (14, 2) and not confidence.any()


def test_some_joints_of_a_layout():
    entry = FORMATS['coco17'].__class__('names', '', ('left_knee', '', 'nose'), '')
    joints, confidence = to_lsp(np.array([[1., 2., .5], [3., 4., 1.], [5., 6., 1.]]), entry)
    assert joints[4].tolist() == [1., 2.] and confidence[4] == .5 and confidence.sum() == .5
