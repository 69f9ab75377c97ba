"""Several runs at once in one output folder."""

import csv
import errno
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from lib.base.errors import InputError
from lib.outputs import lock
from lib.outputs.lock import AtWork
from tests.helpers import read_summary
from tests.program import ROOT, DataSet, answer_of, fitted_in, program

LEFT_OVER = '.smplify-0123456789abcdef.tmp'


def run_python(code, *arguments):
    return subprocess.Popen([sys.executable, '-c', code, *map(str, arguments)], cwd=ROOT, stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)


def test_the_folder_is_made(tmp_path):
    with AtWork(str(tmp_path / 'a' / 'b')) as here:
        assert here.alone() and (tmp_path / 'a' / 'b').is_dir()


def test_nothing_but_the_shared_lock_file_stays(tmp_path):
    with AtWork(str(tmp_path)):
        assert len(os.listdir(tmp_path)) == 2
    assert os.listdir(tmp_path) == ['.smplify.lock']


def test_runs_know_of_each_other(tmp_path):
    with AtWork(str(tmp_path)) as one:
        assert one.alone()
        with AtWork(str(tmp_path)) as other:
            assert not one.alone() and not other.alone()
        assert one.alone()


def test_left_over_files_go_when_nobody_else_is_at_work(tmp_path):
    (tmp_path / LEFT_OVER).write_bytes(b'')
    with AtWork(str(tmp_path)):
        assert not (tmp_path / LEFT_OVER).exists()
        (tmp_path / LEFT_OVER).write_bytes(b'')  # now of a run that lives
        with AtWork(str(tmp_path)):
            assert (tmp_path / LEFT_OVER).exists()
    with AtWork(str(tmp_path)):
        assert not (tmp_path / LEFT_OVER).exists()


def test_a_killed_run_is_not_at_work(tmp_path):
    """However it ends, and whatever other process has its number now."""
    process = run_python('import sys\nfrom lib.outputs.lock import AtWork\nwith AtWork(sys.argv[1]) as here:\n'
                         '    print("there", flush=True)\n    input()', tmp_path)
    assert process.stdout.readline() == 'there\n'
    with AtWork(str(tmp_path)) as here:
        assert not here.alone()
        process.kill()
        process.wait()
        assert here.alone()
        assert len(os.listdir(tmp_path)) == 2, 'its lock file is gone'


@pytest.mark.slow
def test_turns(tmp_path):
    """Two processes count in one file, which goes wrong where they do not take turns."""
    code = '''
import sys, time
from lib.outputs.lock import AtWork
with AtWork(sys.argv[1]) as here:
    for _ in range(50):
        with here.turn():
            count = int(open(sys.argv[2]).read())
            time.sleep(1e-4)
            open(sys.argv[2], 'w').write(str(count + 1))
'''
    (tmp_path / 'count').write_text('0')
    processes = [run_python(code, tmp_path / 'out', tmp_path / 'count') for _ in range(2)]
    assert [process.wait(30) for process in processes] == [0, 0]
    assert (tmp_path / 'count').read_text() == '100'


def test_a_run_that_keeps_its_turn_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(lock, '_PATIENCE', .1)  # seconds
    with AtWork(str(tmp_path)) as one, AtWork(str(tmp_path)) as other, one.turn():
        begin = time.monotonic()
        with pytest.raises(InputError, match='another run holds it'), other.turn():
            pass
        assert time.monotonic() - begin < 5


@pytest.mark.parametrize('code', [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_file_system_without_locks(tmp_path, monkeypatch, code):
    def refuse(*_):
        raise OSError(code, os.strerror(code))
    with monkeypatch.context() as patch, pytest.raises(InputError, match='locked .*; choose another') as caught:
        patch.setattr(fcntl, 'flock', refuse)
        AtWork(str(tmp_path)).__enter__()
    assert str(caught.value).startswith(f'{tmp_path}: ')


@pytest.mark.filterwarnings('error')
def test_a_file_system_without_flock(tmp_path, monkeypatch):
    """Some cluster file systems have none: the lock files' being there is as good."""
    def missing(*_):
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    with monkeypatch.context() as patch:
        patch.setattr(fcntl, 'flock', missing)
        with AtWork(str(tmp_path)) as one, AtWork(str(tmp_path)) as other:
            assert not one.alone()
            with other.turn():
                pass
        with AtWork(str(tmp_path)) as one:
            assert one.alone()


@pytest.mark.parametrize('name', ['file', 'file/out', 'link', 'x' * 300])
def test_where_no_folder_can_be(tmp_path, name):
    (tmp_path / 'file').write_text('')
    (tmp_path / 'link').symlink_to(tmp_path / 'nowhere')
    with pytest.raises(InputError, match='choose another --out_dir'):
        AtWork(str(tmp_path / name)).__enter__()


@pytest.mark.skipif(not os.path.isdir('/proc/self'), reason='no /proc')
def test_a_folder_that_cannot_be_written_to(tmp_path):
    """It is said at once."""
    begin = time.monotonic()
    (tmp_path / '.smplify.lock').mkdir()
    for path in str(tmp_path), '/proc':
        with pytest.raises(InputError, match='cannot be written to'):
            AtWork(path).__enter__()
    assert time.monotonic() - begin < 5


def test_the_lock_file_is_no_way_to_other_files(tmp_path):
    (tmp_path / 'victim').write_text('mine')
    (tmp_path / 'out').mkdir()
    (tmp_path / 'out' / '.smplify.lock').symlink_to(tmp_path / 'victim')
    with pytest.raises(InputError):
        AtWork(str(tmp_path / 'out')).__enter__()
    assert (tmp_path / 'victim').read_text() == 'mine'


# Whole runs

COUNT = 80


@pytest.mark.slow
@pytest.mark.parametrize('attempt', range(3))
def test_two_runs_of_other_images_at_once(tmp_path, model_dir, out, attempt):
    """No row is lost, whoever begins or ends first."""
    data = DataSet(tmp_path / 'data', COUNT)
    halves = ('0-39', '40-79') if attempt != 1 else (','.join(map(str, range(start, COUNT, 2))) for start in (0, 1))
    processes = []
    for half in halves:
        processes.append(program(data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render',
                                 '--subset', half))
        time.sleep(.2 * attempt)
    for process in processes:
        answer = answer_of(process)
        assert answer.code == 0 and '40 fitted' in answer.printed, answer.errors
    assert len(fitted_in(out)) == COUNT
    rows = read_summary(out / 'summary.csv')
    assert list(rows) == list(range(COUNT)) and all(row['seconds'] for row in rows.values()), 'none was made again'
    with open(out / 'summary.csv', newline='') as file:
        assert [row['index'] for row in csv.DictReader(file)] == [str(index) for index in range(COUNT)]
    assert len(re.findall('<article', (out / 'index.html').read_text())) == COUNT
    assert {'male body', 'female body'} <= set(json.loads((out / 'run.json').read_text())['models'])
    assert not [path for path in out.iterdir() if path.name.startswith('.') and path.name != '.smplify.lock']


@pytest.mark.slow
def test_a_run_that_is_killed_takes_nothing_of_the_other_along(tmp_path, model_dir, out):
    data = DataSet(tmp_path / 'data', COUNT)

    def start(half):
        return program(data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render', '-q',
                       '--optimizer', 'chumpy', '--subset', half)
    killed, other = start('0-39'), start('40-43')
    while killed.poll() is None and len(list(out.glob('*.pkl'))) < 2:
        time.sleep(.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert answer_of(other).code == 0
    rows = read_summary(out / 'summary.csv')
    done = {int(name[:4]) for name in fitted_in(out)}
    assert {40, 41, 42, 43} <= done <= rows.keys()


@pytest.mark.slow
def test_two_runs_at_once_of_which_one_makes_files(tmp_path, model_dir, out):
    """From results that are there, while the other fits; the rows of both stay, and so do their files."""
    data = DataSet(tmp_path / 'data', COUNT)
    common = data.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render'
    assert answer_of(program(*common, '--subset', '0-39')).code == 0
    before = read_summary(out / 'summary.csv')
    one, two = program(*common, '--subset', '0-39', '--save_joints'), program(*common, '--subset', '40-79')
    assert '40 given files only' in answer_of(one).printed and '40 fitted' in answer_of(two).printed
    rows = read_summary(out / 'summary.csv')
    assert list(rows) == list(range(COUNT)) and {index: rows[index] for index in before} == before
    assert len(list(out.glob('*_joints.npz'))) == 40 and len(fitted_in(out)) == COUNT
