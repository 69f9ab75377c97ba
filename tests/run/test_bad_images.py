"""What is wrong with single images, or their joints, is said at the end: the others are fitted."""

import cv2
import numpy as np
import pytest

from tests.program import OUT, fitted_in

FIRST, SECOND = '0000.pkl', '0001.pkl'


@pytest.mark.parametrize('spoil, words', [
    (lambda path: path.write_text('a letter'), ['no image']),
    (lambda path: path.write_bytes(b''), ['no image']),
    (lambda path: path.write_bytes(path.read_bytes()[:-400]), ['damaged']),
    (lambda path: cv2.imwrite(str(path), np.zeros((1, 1, 3), np.uint8)), ['1 x 1 px', 'too small']),
    (lambda path: (path.unlink(), path.mkdir()), ['a folder']),
    (lambda path: (path.unlink(), path.symlink_to('nowhere.jpg')), ['no such file']),
], ids=['text', 'empty', 'truncated', '1x1', 'folder', 'dangling link'])
def test_image(fit, data_set, tmp_path, spoil, words):
    spoil(data_set.images[0])
    answer = fit()
    answer.assert_one_line('failed: 0000', data_set.images[0].name, *words)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == [SECOND]


def set_nan(joints):
    joints[2, 4, 0] = 0.5
    joints[1, 4, 0] = np.nan


def set_one_point(joints):
    joints[:2, [2, 3, 8, 9], 0] = 50.


def set_missing(joints):
    joints[2, :, 0] = 0.


JOINTS_OF_ONE_IMAGE = [(set_nan, ['joints', 'NaN']), (set_one_point, ['the depth cannot be guessed']),
                       (set_missing, ['detected', 'the depth cannot be guessed'])]


@pytest.mark.parametrize('spoil, words', JOINTS_OF_ONE_IMAGE, ids=['nan', 'torso at one point', 'no confidence'])
@pytest.mark.filterwarnings('error::RuntimeWarning')
def test_joints_of_one_image(fit, data_set, tmp_path, spoil, words):
    data_set.genders_path.write_text('0\n0\n')
    spoil(data_set.joints)
    data_set.write_joints()
    answer = fit()
    answer.assert_one_line('failed: 0000', data_set.images[0].name, *words)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == [SECOND]


@pytest.mark.parametrize('spoil, words', JOINTS_OF_ONE_IMAGE, ids=['nan', 'torso at one point', 'no confidence'])
def test_joints_of_the_only_image(fit, data_set, tmp_path, spoil, words):
    data_set.keep(1)
    spoil(data_set.joints)
    data_set.write_joints()
    answer = fit()
    answer.assert_one_line('failed: 0000', data_set.images[0].name, *words)
    assert answer.code == 1 and fitted_in(tmp_path / OUT) == []


def test_grayscale_image_gives_the_same_fit(fit, data_set, tmp_path):
    assert fit().code == 0
    before = (tmp_path / OUT / FIRST).read_bytes()
    cv2.imwrite(str(data_set.images[0]), cv2.imread(str(data_set.images[0]), cv2.IMREAD_GRAYSCALE))
    assert fit('--overwrite').code == 0
    assert (tmp_path / OUT / FIRST).read_bytes() == before


def test_a_failed_image_is_fitted_when_it_is_mended(fit, data_set, tmp_path):
    content = data_set.images[0].read_bytes()
    data_set.images[0].write_bytes(b'')
    assert fit().code == 1
    data_set.images[0].write_bytes(content)
    assert fit().code == 0
    assert fitted_in(tmp_path / OUT) == [FIRST, SECOND]
