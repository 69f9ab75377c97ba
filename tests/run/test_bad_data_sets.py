"""A data set that is missing, damaged or does not fit together ends in one line, before anything is written."""

import numpy as np
import pytest

from tests.program import OUT


def test_no_base_dir(run, tmp_path):
    run(tmp_path / 'nowhere', '--out_dir', tmp_path / OUT, '-q').assert_one_line(tmp_path / 'nowhere', 'no such folder')


def test_base_dir_is_a_file(run, data_set, tmp_path):
    run(data_set.joints_path, '--out_dir', tmp_path / OUT, '-q').assert_one_line(data_set.joints_path, 'folder')


def test_no_images(fit, data_set):
    for path in data_set.images:
        path.rename(path.with_name(path.stem + 'a.jpg'))  # the published pattern wants a digit
    fit().assert_one_line(data_set.base / 'images' / 'lsp', 'no images')


@pytest.mark.parametrize('spoil, words', [
    (lambda s: s.joints_path.unlink(), ['no such file']),
    (lambda s: s.joints_path.write_text('no zip'), ['not an npz file']),
    (lambda s: s.joints_path.write_bytes(b''), ['not an npz file']),
    (lambda s: s.joints_path.write_bytes(s.joints_path.read_bytes()[:300]), ['not a complete npz file']),
    (lambda s: np.save(s.joints_path.open('wb'), s.joints), ['not an npz file']),
    (lambda s: s.write_joints(joints=s.joints), ['lacks est_joints', 'holds joints']),
    (lambda s: s.write_joints(est_joints=s.joints[:2]), ['(2, 14, 2)', '(3 or more, 14']),
    (lambda s: s.write_joints(est_joints=s.joints[:, :13]), ['(3, 13, 2)']),
    (lambda s: s.write_joints(est_joints=s.joints[0]), ['(14, 2)']),
    (lambda s: s.write_joints(est_joints=s.joints.astype(str)), ['numbers']),
    (lambda s: s.write_joints(est_joints=s.joints.astype(object)), ['numbers']),
    (lambda s: s.write_joints(est_joints=s.joints[:, :, :1]), ['1 of the 2 images']),
], ids=['missing', 'text', 'empty', 'truncated', 'npy', 'key', 'rows', 'joints', 'dimensions', 'strings', 'objects',
        'columns'])
def test_joints_file(fit, data_set, tmp_path, spoil, words):
    spoil(data_set)
    fit().assert_one_line(data_set.joints_path, *words)
    assert not (tmp_path / OUT).exists()


@pytest.mark.parametrize('spoil, words', [
    (lambda path: path.unlink(), ['no such file', '--gender_neutral']),
    (lambda path: path.write_text('1\n'), ['1 of the 2 images']),
    (lambda path: path.write_text(''), ['0 of the 2 images']),
    (lambda path: path.write_text('1\nm\n'), ['line 2', "'m'", '0 (male) or 1 (female)']),
    (lambda path: path.write_text('\n1\n0\n'), ['line 1', "''"]),
    (lambda path: path.write_bytes(b'\xff\xd80\n'), ['cannot be read']),
], ids=['missing', 'short', 'empty', 'letter', 'blank line', 'binary'])
def test_gender_file(fit, data_set, spoil, words):
    spoil(data_set.genders_path)
    fit().assert_one_line(data_set.genders_path, *words)
    assert fit('--gender_neutral').code == 0, 'the file is not needed for this'
