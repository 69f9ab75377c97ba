"""An output folder that cannot be written, before or while the work is done: one line, and nothing finished is lost."""

import builtins
import errno
import os
import resource

import pytest

from lib.base import files
from tests.program import OUT, answer_of, fitted_in, program

FIRST, SECOND = '0000.pkl', '0001.pkl'


def test_out_dir_below_a_file(fit, data_set):
    below = data_set.genders_path / OUT
    fit('--out_dir', below).assert_one_line(below, '--out_dir')


def test_out_dir_is_a_file(fit, data_set):
    fit('--out_dir', data_set.genders_path).assert_one_line(data_set.genders_path, '--out_dir')


@pytest.mark.skipif(not os.path.isdir('/proc/self'), reason='no /proc')
def test_out_dir_where_nobody_may_write(fit):
    fit('--out_dir', '/proc/smplify').assert_one_line('/proc/smplify', '--out_dir')
    fit('--out_dir', '/proc').assert_one_line('/proc', '--out_dir')


def disk_full_after(count):
    """An ``open`` for a disk that is full when so many files are written, and stays so."""
    def open_on_disk(path, mode):
        nonlocal count
        count -= 1
        if count >= 0:
            return builtins.open(path, mode)
        builtins.open(path, mode).close()  # what a full disk still allows
        return builtins.open('/dev/full', 'wb')
    return open_on_disk


@pytest.mark.skipif(not os.path.exists('/dev/full'), reason='no /dev/full')
def test_disk_full(fit, tmp_path, monkeypatch):
    monkeypatch.setattr(files, 'open', disk_full_after(3), raising=False)
    answer = fit()
    answer.assert_one_line(tmp_path / OUT, os.strerror(errno.ENOSPC), '--out_dir', 'same command')
    assert answer.code == 2
    finished, = fitted_in(tmp_path / OUT)  # after run.json and the summary's beginning
    monkeypatch.undo()
    written = (tmp_path / OUT / finished).stat().st_mtime_ns
    assert fit().code == 0
    assert fitted_in(tmp_path / OUT) == [FIRST, SECOND]
    assert (tmp_path / OUT / finished).stat().st_mtime_ns == written


def test_no_room_for_pictures(data_set, model_dir, tmp_path):
    """A real refusal of the system: files may not grow beyond 4 kB, enough for a pickle but not for a picture."""
    process = program(data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 1, '-q',
                      preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    answer_of(process).assert_one_line(tmp_path / OUT, os.strerror(errno.EFBIG), '--out_dir')
    assert fitted_in(tmp_path / OUT) == [], 'no pickle whose picture is missing: it would be skipped next time'
