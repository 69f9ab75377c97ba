"""Detectors' files: read as they are, converted to LSP's joints, and wrong ones refused in one line."""

import json

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.body.skeleton import LSP_NAMES
from lib.convert import main as convert_main
from lib.keypoints.choice import Detection, choose_people, detections_of
from lib.keypoints.containers import COCO, layout_of
from lib.keypoints.formats import FORMATS
from lib.keypoints.lsp_joints import to_lsp
from lib.keypoints.reading import read_keypoints
from tests.detector_files import KINDS, in_format, named_joints, write_kind
from tests.program import SAMPLE

NECK, HEAD_TOP = LSP_NAMES.index('neck'), LSP_NAMES.index('head_top')
LIMBS = slice(0, 12)
SIZE = np.array([120., 160.])
ESTIMATED = [name for name in FORMATS if {'nose', 'head_top'} & set(FORMATS[name].joints) == {'nose'}]


@pytest.fixture
def lsp():
    """The first person of the sample: x, y, confidence (14, 3)."""
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        return data['est_joints'][:3, :, 0].T.copy()


def upright(lsp):
    """{joint name: (x, y, confidence)} of somebody upright with a face."""
    named = named_joints(lsp)
    named |= {'left_shoulder': (70., 40., 1.), 'right_shoulder': (50., 40., 1.), 'left_ear': (64., 20., .9),
              'right_ear': (56., 20., .8), 'left_eye': (62., 21., 1.), 'right_eye': (58., 21., 1.), 'nose': (60., 24., 1.)}
    return named


# Formats


@pytest.mark.parametrize('name', FORMATS)
def test_joints_keep_their_places(lsp, name):
    joints, confidence = to_lsp(in_format(named_joints(lsp), name), FORMATS[name])
    np.testing.assert_array_equal(joints[LIMBS], lsp[LIMBS, :2])
    np.testing.assert_array_equal(confidence[LIMBS], lsp[LIMBS, 2])


@pytest.mark.parametrize('name', FORMATS)
def test_formats_have_left_and_right_of_everything(name):
    joints = FORMATS[name].joints
    assert len(set(joints)) == len(joints)
    assert {joint.replace('left', 'right') for joint in joints} == {joint for joint in joints if 'left' not in joint}
    assert set(LSP_NAMES[LIMBS]) <= set(joints)


def test_openpose_order():
    """The corners of OpenPose's pictures of its formats (doc/02_output.md)."""
    body, coco = FORMATS['body25'].joints, FORMATS['coco18'].joints
    assert (body[1], body[4], body[8], body[11], body[14], body[18], body[24]) == (
        'neck', 'right_wrist', 'mid_hip', 'right_ankle', 'left_ankle', 'left_ear', 'right_heel')
    assert (coco[1], coco[4], coco[8], coco[10], coco[13], coco[17]) == (
        'neck', 'right_wrist', 'right_hip', 'right_ankle', 'left_ankle', 'left_ear')


@pytest.mark.parametrize('name', ESTIMATED)
def test_head_top_is_estimated_above_the_face(lsp, name):
    joints, confidence = to_lsp(in_format(upright(lsp), name), FORMATS[name])
    np.testing.assert_allclose(joints[HEAD_TOP], [60., 10.])
    assert 0 < confidence[HEAD_TOP] <= .8


@pytest.mark.parametrize('name', ESTIMATED)
def test_head_top_is_missing_without_a_face(lsp, name):
    assert to_lsp(in_format(named_joints(lsp), name), FORMATS[name])[1][HEAD_TOP] == 0


def test_neck_between_the_shoulders(lsp):
    joints, confidence = to_lsp(in_format(upright(lsp), 'coco17'), FORMATS['coco17'])
    np.testing.assert_allclose([*joints[NECK], confidence[NECK]], [60., 40., 1.])


def test_what_counts_as_missing(lsp):
    lsp[:4, 2] = 0., -1., np.nan, 2.
    lsp[4, 0] = np.inf
    confidence = to_lsp(lsp, FORMATS['lsp'])[1]
    assert confidence[:5].tolist() == [0., 0., 0., 1., 0.]


@pytest.mark.parametrize('count, name, words', [
    (14, None, '--format lsp or --format crowdpose14'), (17, 'body25', 'body25 has 25'), (135, None, '17 (coco17)')])
def test_other_joint_counts(count, name, words):
    with pytest.raises(InputError) as raised:
        layout_of(COCO, count, name)
    assert words in str(raised.value)


# Files


@pytest.mark.parametrize('kind', KINDS)
def test_files(tmp_path, lsp, kind):
    images = {'im0001.jpg': [named_joints(lsp)], 'im0002.jpg': [named_joints(lsp + (5., 0., 0.))] * 2}
    records = read_keypoints(str(write_kind(kind, tmp_path / 'found', images, dict.fromkeys(images, SIZE))))
    assert [len(record.people) for record in records] == [1, 2]
    assert [int(''.join(filter(str.isdigit, str(record.image)))) for record in records] == [1, 2]
    sure = lsp[LIMBS, 2] if kind != 'CSV without confidence' else 1.
    for record, shift in zip(records, (0., 5.)):
        for person in detections_of(record, SIZE):
            np.testing.assert_allclose(person.joints[LIMBS], lsp[LIMBS, :2] + (shift, 0.), atol=1e-3)
            np.testing.assert_allclose(person.confidence[LIMBS], sure, atol=1e-3)


@pytest.mark.parametrize('text, words', [
    ('{"people": [', 'not a complete JSON file'), ('', 'not a complete JSON file'), ('[' * 100000, 'not a complete JSON'),
    ('{"people": 3}', 'list was wanted'), ('{"people": [7]}', 'object was wanted'), ('{"people": [{}]}', 'pose_keypoints_2d'),
    ('{"people": [{"pose_keypoints_2d": [1, 2]}]}', '2 keypoint numbers'),
    ('{"people": [{"pose_keypoints_2d": ["a", "b", "c"]}]}', 'no list of numbers'), ('7', 'no known kind'),
    ('{"a": {"b": [1]}}', 'no known kind'), ('[{"keypoints": [1, 2, 3]}]', '1 joints per person'),
    ('{"annotations": [], "images": [{}]}', 'images[0]: id is null'), ('[{"x": 1, "y": "b"}]', 'no list of numbers')])
def test_wrong_json(tmp_path, text, words):
    path = tmp_path / 'found.json'
    path.write_text(text)
    with pytest.raises(InputError) as raised:
        read_keypoints(str(path))
    assert words in str(raised.value) and str(path) in str(raised.value) and '\n' not in str(raised.value)


@pytest.mark.parametrize('text, words', [
    ('', 'empty'), ('1,2,3\n', '3 cells'), ('image,x,y\n', 'empty'), ('1,b' + ',1' * 40 + '\n', 'no number'), ('image,x,y\na,1,b\n', 'line 2')])
def test_wrong_csv(tmp_path, text, words):
    path = tmp_path / 'found.csv'
    path.write_text(text)
    with pytest.raises(InputError) as raised:
        read_keypoints(str(path))
    assert words in str(raised.value) and str(path) in str(raised.value)


@pytest.mark.parametrize('arrays, words', [
    ({'joints': np.zeros(3)}, 'lacks est_joints or keypoints'), ({'est_joints': np.zeros(3)}, 'est_joints'),
    ({'keypoints': np.zeros((2, 14, 4))}, '(2, 14, 4)'), ({'keypoints': np.zeros((2, 14, 3)), 'names': ['a']}, 'names')])
def test_wrong_npz(tmp_path, arrays, words):
    np.savez(tmp_path / 'found.npz', **arrays)
    with pytest.raises(InputError) as raised:
        read_keypoints(str(tmp_path / 'found.npz'))
    assert words in str(raised.value)


def test_other_files(tmp_path):
    (tmp_path / 'found.xml').write_text('<a/>')
    for path in (tmp_path, tmp_path / 'found.xml', tmp_path / 'nowhere.json'):
        with pytest.raises(InputError):
            read_keypoints(str(path))


def test_a_wrong_file_in_a_folder_is_its_images_own(tmp_path, lsp):
    folder = write_kind('OpenPose BODY_25', tmp_path / 'found', {'a.jpg': [named_joints(lsp)], 'b.jpg': []}, {})
    (folder / 'c_keypoints.json').write_text('{')
    first, second, third = read_keypoints(str(folder))
    assert (first.image, len(first.people)) == ('a', 1) and (second.image, second.people) == ('b', ())
    assert third.image == 'c' and 'not a complete JSON' in third.error


# People


def test_choice_of_people(lsp):
    small = Detection(lsp[:, :2] / 2, np.ones(14), 0)
    large = Detection(lsp[:, :2], np.full(14, .6), 1)
    assert choose_people([small, large], 'largest') == [large]
    assert choose_people([small, large], 'confident') == [small]
    assert choose_people([small, large], 'all') == [small, large]
    assert choose_people([small, large], 1) == [large]
    for people, which in (([], 'largest'), ([small], 1)):
        with pytest.raises(InputError):
            choose_people(people, which)


def test_scale_makes_lsps_people_300_px_tall():
    with np.load(SAMPLE / 'results' / 'lsp' / 'est_joints.npz') as data:
        joints = data['est_joints']
    scales = [Detection(joints[:2, :, i].T, joints[2, :, i]).scale for i in range(joints.shape[2])]
    assert abs(np.mean(scales) - 2.) < .2 and min(scales) > 1.4 and max(scales) < 2.8
    assert Detection(10. * joints[:2, :, 0].T, joints[2, :, 0]).scale == pytest.approx(scales[0] / 10.)


def test_scale_of_nobody():
    assert Detection(np.zeros((14, 2)), np.zeros(14)).scale == 1.


# convert


def test_convert(tmp_path, lsp, capsys):
    folder = write_kind('OpenPose BODY_25', tmp_path / 'found', {'a.jpg': [named_joints(lsp)], 'b.jpg': []}, {})
    assert convert_main([str(folder), str(tmp_path / 'est_joints.npz')]) == 1
    assert capsys.readouterr().err.splitlines() == ['no joints: 0001 b: no people were found in it']
    with np.load(tmp_path / 'est_joints.npz') as data:
        joints = data['est_joints']
    assert joints.shape == (3, 14, 2) and not joints[2, :, 1].any()
    np.testing.assert_allclose(joints[:, LIMBS, 0].T, lsp[LIMBS], atol=1e-3)


def test_convert_needs_the_images_for_normalised_joints(tmp_path, lsp, capsys):
    images = {'im0001.jpg': [named_joints(lsp)]}
    path = write_kind('MediaPipe JSON', tmp_path / 'found', images, {'im0001.jpg': SIZE})
    assert convert_main([str(path), str(tmp_path / 'out.npz')]) == 1
    assert 'give the images' in capsys.readouterr().err


def test_convert_says_what_is_wrong(tmp_path, capsys):
    (tmp_path / 'found.json').write_text(json.dumps({'a': 1}))
    assert convert_main([str(tmp_path / 'found.json'), str(tmp_path / 'out.npz')]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1 and not (tmp_path / 'out.npz').exists()
