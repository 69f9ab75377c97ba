"""Writing results whole or not at all, and comparing two folders of them."""

import errno
import io
import os
import shutil

import numpy as np
import pytest

from lib import results
from lib.base import files
from lib.base.errors import InputError
from lib.base.files import write_file
from lib.base.pickles import dump_pickle
from lib.body.kinematics import rotation_matrices
from lib.outputs.result_file import read_result

RNG_SEED = 7


@pytest.fixture
def compared(tmp_path, capsys):
    """``compared(*options)``: exit code and output of comparing the folders a and b."""
    def compared(*options):
        capsys.readouterr()
        code = results.main([str(tmp_path / 'a'), str(tmp_path / 'b'), *options])
        return code, *capsys.readouterr()
    return compared


@pytest.fixture
def folders(tmp_path):
    """Two folders, a and b, that hold the same three results."""
    rng = np.random.default_rng(RNG_SEED)
    (tmp_path / 'a').mkdir()
    for index in 0, 4, 12:
        save(tmp_path / 'a', index, {'cam_t': rng.normal(size=3), 'f': np.full(2, 5000.), 'pose': rng.normal(size=72),
                                     'betas': rng.normal(size=10), 'body': 'a body'})
    return tmp_path / 'a', shutil.copytree(tmp_path / 'a', tmp_path / 'b')


def save(folder, index, result):
    (folder / f'{index:04d}.pkl').write_bytes(dump_pickle(result))


def change(folder, index, key, by):
    result = read_result(folder / f'{index:04d}.pkl')
    result[key] = result[key] + by
    save(folder, index, result)


def test_equal_folders(folders, compared):
    assert compared() == (0, '3 the same within 1e-06, 0 different\n', '')


@pytest.mark.parametrize('key', ['cam_t', 'f', 'pose', 'betas'])
def test_a_changed_number(folders, compared, key):
    change(folders[1], 4, key, np.eye(1, len(read_result(folders[1] / '0004.pkl')[key]), 1)[0] * 1e-3)
    code, printed, _ = compared()
    assert code == 1
    first, last = printed.splitlines()
    assert first.startswith('0004: ') and f'{key} by ' in first
    assert last == '2 the same within 1e-06, 1 different'
    assert compared('--tolerance', '2e-3')[0] == 0
    assert compared('--tolerance', '1e-5')[0] == 1


def test_a_number_that_is_none(folders, compared):
    change(folders[1], 0, 'betas', np.nan)
    assert compared('--tolerance', '1e9')[0] == 1


def test_the_same_rotation_after_other_turns(folders, compared):
    result = read_result(folders[1] / '0000.pkl')
    axis = result['pose'][:3] / np.linalg.norm(result['pose'][:3])
    result['pose'][:3] += 2 * np.pi * 6 * axis
    save(folders[1], 0, result)
    assert compared()[0] == 0
    change(folders[1], 0, 'pose', np.concatenate([0.1 * axis, np.zeros(69)]))
    code, printed, _ = compared()
    assert code == 1 and printed.startswith('0000: pose by 0.')


def test_the_difference_of_rotations_is_that_of_their_matrices(folders):
    a, b = (read_result(folders[0] / name) for name in ('0000.pkl', '0004.pkl'))
    wanted = rotation_matrices(a['pose'].reshape(24, 3)) - rotation_matrices(b['pose'].reshape(24, 3))
    assert results.difference(a, b)['pose'] == np.abs(wanted).max()


def test_a_missing_result(folders, compared):
    (folders[1] / '0012.pkl').unlink()
    code, printed, _ = compared()
    assert code == 1 and printed.startswith(f'0012: only in {folders[0]}\n')


@pytest.mark.parametrize('content', [b'', b'abc', dump_pickle({'pose': np.zeros(72)}), dump_pickle([1])],
                         ids=['empty', 'text', 'incomplete', 'list'])
def test_a_damaged_result(folders, compared, content):
    (folders[1] / '0004.pkl').write_bytes(content)
    code, printed, errors = compared()
    assert code == 1 and errors == ''
    assert printed.startswith('0004: ') and str(folders[1] / '0004.pkl') in printed
    assert printed.endswith('2 the same within 1e-06, 1 different\n')


def test_other_numbers_of_betas(folders, compared):
    result = read_result(folders[1] / '0004.pkl')
    result['betas'] = result['betas'][:4]
    save(folders[1], 4, result)
    code, printed, _ = compared()
    assert code == 1 and printed.startswith('0004: ') and 'betas' in printed


def test_other_files_in_the_folder_do_not_matter(folders, compared):
    (folders[1] / 'notes.txt').write_text('mine')
    (folders[1] / '0000.png').write_bytes(b'picture')
    (folders[1] / 'summary.pkl').write_bytes(b'not named as a result')
    assert compared()[0] == 0


def test_nothing_to_compare(tmp_path, compared):
    code, printed, errors = compared()
    assert code == 2 and printed == '' and str(tmp_path / 'a') in errors and len(errors.splitlines()) == 1
    for name in 'ab':
        (tmp_path / name).mkdir()
    code, printed, errors = compared()
    assert code == 2 and 'no results' in errors


def test_results_of_another_numpy_are_read(folders):
    """NumPy 1 and 2 name the same function in other modules."""
    content = (folders[0] / '0000.pkl').read_bytes()
    assert b'numpy.core.' in content
    (folders[1] / '0000.pkl').write_bytes(content.replace(b'numpy.core.', b'numpy._core.'))
    assert results.difference(*(read_result(folder / '0000.pkl') for folder in folders)) == \
        dict.fromkeys(('cam_t', 'f', 'betas', 'pose'), 0.)


def test_write_file_replaces(tmp_path):
    path = tmp_path / 'file'
    write_file(path, b'old')
    write_file(path, b'new')
    assert path.read_bytes() == b'new' and [p.name for p in tmp_path.iterdir()] == ['file']


@pytest.mark.parametrize('failing', ['write', 'replace'])
@pytest.mark.parametrize('error', [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()],
                         ids=['full', 'interrupt'])
def test_write_file_leaves_the_old_file_when_it_fails(tmp_path, monkeypatch, failing, error):
    class Full(io.FileIO):
        """A file that takes half of what is written."""

        def write(self, data):
            super().write(data[:len(data) // 2])
            raise error

    def refuse(*_):
        raise error

    path = tmp_path / 'file'
    write_file(path, b'old')
    if failing == 'write':
        monkeypatch.setattr(files, 'open', Full, raising=False)
    else:
        monkeypatch.setattr(files.os, 'replace', refuse)
    with pytest.raises(KeyboardInterrupt if isinstance(error, KeyboardInterrupt) else InputError) as caught:
        write_file(path, b'new and longer')
    assert isinstance(error, KeyboardInterrupt) or str(path) in str(caught.value)
    assert path.read_bytes() == b'old' and [p.name for p in tmp_path.iterdir()] == ['file']
