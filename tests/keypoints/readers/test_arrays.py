"""NPZ and NPY."""

import io

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.reading import read_keypoints
from tests.detector_files import NAMES
from tests.keypoints.helpers import SIZE, assert_limbs, rows, sample_person


def people(name, count=2):
    return np.array([rows(name, i) for i in range(count)])


@pytest.fixture
def read(tmp_path):
    """``read(format_name, **arrays)``: the Records of an npz file."""
    def read(format_name=None, **arrays):
        np.savez(tmp_path / 'found.npz', **arrays)
        return read_keypoints(str(tmp_path / 'found.npz'), format_name)
    return read


def test_est_joints(read):
    joints = np.array([sample_person(i).T for i in range(3)]).transpose(1, 2, 0)
    records = read(est_joints=np.concatenate([joints, joints]))
    assert [record.image for record in records] == [None] * 3
    assert_limbs(records[2], 2)
    record, = read(est_joints=joints[..., :1])
    assert record.image == 'found' and record.by_file_name


@pytest.mark.parametrize('name', ['lsp', 'coco17', 'body25', 'smpl24', 'halpe26'])
def test_keypoints_with_names(read, name):
    first, second = read(keypoints=people(name, 3), names=['a.jpg', 'b.jpg', 'a.jpg'])
    assert (first.image, second.image) == ('a.jpg', 'b.jpg')
    assert_limbs(first), assert_limbs(first, 2, person=1), assert_limbs(second, 1)


def test_joint_names_go_before_order(read):
    order = np.random.default_rng(3).permutation(17)
    names = np.array(NAMES['h36m17'].split())[order]
    for written in (names, names.astype('S')):
        assert_limbs(read(keypoints=people('h36m17')[:, order], joint_names=written)[1], 1)
    with pytest.raises(InputError, match="joint_names: .*'j0'"):
        read(keypoints=people('coco17'), joint_names=[f'j{i}' for i in range(17)])
    assert_limbs(read('coco17', keypoints=people('coco17'), joint_names=[f'j{i}' for i in range(17)])[0])


def test_x_and_y_alone(read):
    keypoints = people('lsp')[..., :2]
    keypoints[0, 3] = 0.
    first, second = read(keypoints=keypoints)
    assert first.people[0].keypoints[:, 2].tolist() == [1.] * 3 + [0.] + [1.] * 10
    assert_limbs(second, 1)


def test_mediapipes_arrays(read, tmp_path):
    """x, y, z, visibility; x, y, z; x, y, visibility: z is before the hips somewhere, and visibility from 0 to 1."""
    shares = people('mediapipe33')
    shares[..., :2] /= SIZE
    z = np.full((2, 33, 1), -.2)
    for array in (np.concatenate([shares[..., :2], z, shares[..., 2:]], axis=2), shares):
        record, _ = read(landmarks=array)
        assert_limbs(record)
        assert record.people[0].shares and record.people[0].keypoints[11, 2] == pytest.approx(sample_person()[9, 2])
    record, _ = read(landmarks=np.concatenate([shares[..., :2], z], axis=2))
    assert record.people[0].keypoints[11, 2] == 1.
    np.save(tmp_path / 'found.npy', np.concatenate([shares[:1, :, :2], z[:1], shares[:1, :, 2:]], axis=2))
    record, = read_keypoints(str(tmp_path / 'found.npy'))
    assert record.image == 'found'
    assert_limbs(record)


def test_one_person(read):
    assert_limbs(read(keypoints=rows('coco17'))[0])


@pytest.mark.parametrize('arrays, words', [
    ({'other': np.zeros(3)}, 'lacks est_joints or keypoints (it holds other)'), ({'est_joints': np.zeros(3)},
                                                                                   'est_joints'),
    ({'est_joints': np.array('x')}, 'est_joints'), ({'est_joints': np.zeros((2, 13, 3))}, 'est_joints'),
    ({'est_joints': np.zeros((3, 15, 3)) + 1}, '14, images'), ({'keypoints': np.zeros((5, 13, 4))}, '(5, 13, 4)'),
    ({'keypoints': np.zeros(())}, '()'), ({'keypoints': np.array([['x']])}, 'numbers'),
    ({'keypoints': np.zeros((2, 14, 3)), 'names': ['a']}, 'names'),
    ({'keypoints': np.zeros((2, 14, 3)), 'joint_names': ['a']}, 'joint_names')])
def test_other_arrays(read, tmp_path, arrays, words):
    with pytest.raises(InputError) as raised:
        read(**arrays)
    assert words in str(raised.value) and str(raised.value).startswith(f'{tmp_path / "found.npz"}: ')


def test_objects_are_not_read(tmp_path):
    for name, save in (('found.npy', np.save), ('found.npz', lambda path, array: np.savez(path, keypoints=array))):
        save(tmp_path / name, np.array([{'a': 1}], dtype=object))
        with pytest.raises(InputError, match=name):
            read_keypoints(str(tmp_path / name))
    np.savez(tmp_path / 'found.npz', keypoints=rows('lsp'), names=np.array(['a.jpg'], dtype=object))
    with pytest.raises(InputError, match=r'found.npz: .*names: an array of object, .*dtype=str'):
        read_keypoints(str(tmp_path / 'found.npz'))
    buffer = io.BytesIO()
    np.save(buffer, rows('lsp'))
    (tmp_path / 'found.npy').write_bytes(buffer.getvalue()[:-8])
    with pytest.raises(InputError, match='not a complete npy file'):
        read_keypoints(str(tmp_path / 'found.npy'))


@pytest.mark.parametrize('key', ['images', 'filenames', 'img_paths'])
def test_names_of_images_by_another_name(read, key):
    """Passed over, each image would get another's joints."""
    first, second = read(keypoints=people('coco17'), **{key: ['b.jpg', 'a.jpg']}, tool=['x'], kind=['up', 'up'])
    assert (first.image, second.image) == ('b.jpg', 'a.jpg')
    with pytest.raises(InputError, match="'of' and 'to' may be the names"):
        read(keypoints=people('coco17'), of=['b', 'a'], to=['c', 'd'])


def test_confidences_apart(read):
    keypoints = people('coco17', 3)
    keypoints[1, 5, 2] = 0.
    for key, scores in (('scores', keypoints[..., 2]), ('confidence', keypoints[..., 2:])):
        records = read(keypoints=keypoints[..., :2], **{key: scores})
        np.testing.assert_allclose(records[1].people[0].keypoints[:, 2], keypoints[1, :, 2])
    with pytest.raises(InputError, match='confidences'):
        read(keypoints=keypoints[..., :2], scores=np.zeros(3))


def test_arrays_by_image(read):
    first, second = read(**{'b.jpg': rows('coco17', 1), 'a': rows('coco17')[None]})
    assert (first.image, second.image) == ('b.jpg', 'a')
    assert_limbs(first, 1), assert_limbs(second)
