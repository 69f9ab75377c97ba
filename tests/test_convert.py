"""python -m lib.convert."""

import json

import numpy as np
import pytest
from PIL import Image

from lib.convert import main
from tests.detector_files import named_joints, write_kind
from tests.keypoints.helpers import LIMBS, SIZE, flat, sample_person


@pytest.fixture
def convert(tmp_path, capsys):
    """``convert(path, *options)``: exit code, lines on stderr, and est_joints or None."""
    def convert(path, *options):
        code = main([str(path), str(tmp_path / 'est_joints.npz'), *map(str, options)])
        joints = None
        if (tmp_path / 'est_joints.npz').exists():
            with np.load(tmp_path / 'est_joints.npz') as data:
                joints = data['est_joints']
        return code, capsys.readouterr().err.splitlines(), joints
    return convert


def people(*numbers):
    return [named_joints(sample_person(i)) for i in numbers]


def test_joints_and_an_image_without(convert, tmp_path):
    folder = write_kind('OpenPose BODY_25', tmp_path / 'found', {'a.jpg': people(0), 'b.jpg': []}, {})
    code, lines, joints = convert(folder)
    assert code == 1 and lines == ['no joints: 0001 b: no people were found in it']
    assert joints.shape == (3, 14, 2) and not joints[2, :, 1].any()
    np.testing.assert_allclose(joints[:, LIMBS, 0].T, sample_person()[LIMBS], atol=1e-3)


def test_a_refused_row_keeps_its_place(convert, tmp_path):
    rows = np.array([sample_person(i) for i in (0, 1)])
    rows[0, 3, 2] = 7.
    np.save(tmp_path / 'found.npy', rows)
    code, (line,), joints = convert(tmp_path / 'found.npy')
    assert code == 1 and line.startswith('no joints: 0000 ') and 'a confidence of 7' in line
    np.testing.assert_allclose(joints[:, LIMBS, 1].T, sample_person(1)[LIMBS], atol=1e-3)


def test_order_of_images_and_their_sizes(convert, tmp_path):
    """Also of one that is no image; numbers come in their order, before names."""
    (tmp_path / 'img').mkdir()
    for name in ('im0001.jpg', 'im0002.jpg'):
        Image.new('RGB', tuple(SIZE.astype(int))).save(tmp_path / 'img' / name)
    (tmp_path / 'img' / 'im0003.jpg').write_text('none')
    images = {'im0002.jpg': people(1), 'im0001.jpg': people(0), 'im0003.jpg': people(2)}
    path = write_kind('MediaPipe JSON', tmp_path / 'found', images, dict.fromkeys(images, SIZE))
    code, lines, joints = convert(path, '--images', tmp_path / 'img')
    assert code == 1 and len(lines) == 1 and 'im0003.jpg' in lines[0]
    for i in range(2):
        np.testing.assert_allclose(joints[:2, LIMBS, i].T, sample_person(i)[LIMBS, :2], atol=1e-3)
    code, lines, _ = convert(path)
    assert code == 1 and len(lines) == 3 and all('give the images' in line for line in lines)
    entries = [{'image_id': image, 'keypoints': flat('coco17', i)} for i, image in enumerate((10, 9))]
    (tmp_path / 'found.json').write_text(json.dumps(entries))
    np.testing.assert_allclose(convert(tmp_path / 'found.json')[2][:2, 0, 0], sample_person(1)[0, :2])


def test_person_and_format(convert, tmp_path):
    path = write_kind('AlphaPose COCO', tmp_path / 'found', {'a.jpg': people(0, 3)}, {})
    for number in (0, 3):
        _, _, joints = convert(path, '--person', number // 3)
        np.testing.assert_allclose(joints[:2, LIMBS, 0].T, sample_person(number)[LIMBS, :2])
    code, lines, _ = convert(path, '--person', 2)
    assert code == 1 and lines == ['no joints: 0000 a.jpg: --person 2: the people in it have the numbers 0, 1']
    code, lines, _ = convert(path, '--format', 'body25')
    assert code == 2 and len(lines) == 1 and 'body25 has 25' in lines[0]


def test_entries_of_no_image_are_said(convert, tmp_path):
    (tmp_path / 'found.json').write_text(json.dumps([{'image_id': 1, 'keypoints': flat('coco17')}, {'keypoints': []}]))
    code, lines, joints = convert(tmp_path / 'found.json')
    assert code == 1 and joints.shape[2] == 1 and len(lines) == 1 and 'entry 1: an entry without image_id' in lines[0]


def test_what_is_wrong_is_one_line(convert, tmp_path, capsys):
    (tmp_path / 'found.json').write_text(json.dumps({'a': 1}))
    code, lines, joints = convert(tmp_path / 'found.json')
    assert code == 2 and len(lines) == 1 and joints is None
    for options in (['--person', 'all'], ['--person', '²'], ['--formt', 'x'], []):
        assert main([str(tmp_path / 'found.json'), *(['out.npz'] if options else []), *options]) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1
    (tmp_path / 'good.json').write_text(json.dumps([{'image_id': 1, 'keypoints': flat('coco17')}]))
    assert main([str(tmp_path / 'good.json'), str(tmp_path / 'out.json')]) == 2
    assert 'wanted the name of a .npz file' in capsys.readouterr().err and not (tmp_path / 'out.json').exists()
    assert main([str(tmp_path / 'good.json'), str(tmp_path / 'nowhere' / 'out.npz')]) == 2
    line, = capsys.readouterr().err.splitlines()
    assert 'cannot be written' in line and '--out_dir' not in line
