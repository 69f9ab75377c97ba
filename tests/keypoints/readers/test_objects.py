"""Pickles and MATLAB's files."""

import pickle

import numpy as np
import pytest
import scipy.io

from lib.base.errors import InputError
from lib.keypoints.reading import read_keypoints
from tests.keypoints.helpers import assert_limbs, flat, rows


@pytest.mark.parametrize('content', [
    {'b.jpg': rows('coco17', 1), 'a.jpg': rows('coco17')},
    {'keypoints': np.array([rows('coco17', 1), rows('coco17')]), 'paths': ['b.jpg', 'a.jpg']},
    [{'image_id': 'b.jpg', 'keypoints': rows('coco17', 1)},
     {'image_id': b'a.jpg', 'keypoints': tuple(flat('coco17'))}]])
@pytest.mark.parametrize('protocol', [2, 4])
def test_pickles(tmp_path, content, protocol):
    (tmp_path / 'a.pkl').write_bytes(pickle.dumps(content, protocol))
    first, second = read_keypoints(str(tmp_path / 'a.pkl'))
    assert (first.image, second.image) == ('b.jpg', 'a.jpg')
    assert_limbs(first, 1), assert_limbs(second)


def test_a_pickle_of_an_array(tmp_path):
    (tmp_path / 'a.pickle').write_bytes(pickle.dumps(np.array([rows('coco17'), rows('coco17', 1)])))
    assert_limbs(read_keypoints(str(tmp_path / 'a.pickle'))[1], 1)


@pytest.mark.parametrize('content', [b'', b'x', pickle.dumps(print), pickle.dumps({'a': 1})])
def test_other_pickles(tmp_path, content):
    (tmp_path / 'a.pkl').write_bytes(content)
    with pytest.raises(InputError, match='a.pkl: '):
        read_keypoints(str(tmp_path / 'a.pkl'))


def test_lsps_own_file(tmp_path):
    """Whose third row says which joints are hidden, 1, all of which are known."""
    joints = np.array([rows('lsp', i) for i in range(3)]).transpose(2, 1, 0)
    joints[2] = np.arange(14)[:, None] % 2
    scipy.io.savemat(tmp_path / 'joints.mat', {'joints': joints})
    records = read_keypoints(str(tmp_path / 'joints.mat'))
    assert [record.image for record in records] == [None] * 3 and (records[1].people[0].keypoints[:, 2] == 1).all()
    assert_limbs(records[2], 2)


def test_the_extended_sets_file(tmp_path):
    """Whose third column says which joints are there."""
    joints = np.array([rows('lsp', i) for i in range(5)])
    joints[..., 2] = np.arange(14) != 3
    scipy.io.savemat(tmp_path / 'joints.mat', {'joints': joints.transpose(1, 2, 0)})
    records = read_keypoints(str(tmp_path / 'joints.mat'))
    assert records[4].people[0].keypoints[:, 2].tolist() == [1, 1, 1, 0] + 10 * [1]


def test_matlabs_cells_are_names(tmp_path):
    scipy.io.savemat(tmp_path / 'a.mat', {'keypoints': np.array([rows('coco17', 1), rows('coco17')]),
                                          'files': np.array(['b.jpg', 'aa.jpg'], dtype=object)})
    first, second = read_keypoints(str(tmp_path / 'a.mat'))
    assert (first.image, second.image) == ('b.jpg', 'aa.jpg')
    assert_limbs(first, 1), assert_limbs(second)


@pytest.mark.parametrize('content, words', [
    (b'MATLAB 5.0 MAT-file', 'not a complete MATLAB file'), (512 * b' ' + b'\x89HDF\r\n\x1a\n', "'-v7'"),
    (None, r'holds release')])
def test_other_mat_files(tmp_path, content, words):
    if content is None:
        scipy.io.savemat(tmp_path / 'a.mat', {'release': {'annolist': [1]}})
    else:
        (tmp_path / 'a.mat').write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_keypoints(str(tmp_path / 'a.mat'))
