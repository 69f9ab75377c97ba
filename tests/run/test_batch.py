"""Many images: worker processes, people that cannot be fitted, and runs that are stopped or killed at any moment."""

import csv
import itertools
import json
import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from lib.fitting import attempts
from lib.inputs.sample import SCALE
from lib.outputs import summary
from lib.run import batch
from tests.doomed import DEEDS
from tests.program import OUT, ROOT, DataSet, answer_of, fitted_in, program

#: Images in the data sets here: enough for both workers to get several.
COUNT = 8


@pytest.fixture
def data_set(tmp_path):
    return DataSet(tmp_path / 'data', COUNT)


@pytest.fixture
def whole(run, data_set, model_dir, tmp_path):
    """``whole(*options)``: the folder of an uninterrupted run by one process."""
    def whole(*options):
        out = tmp_path / 'whole' / OUT
        run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '-q', *options)
        return out
    return whole


def contents(out):
    """What is in a result folder: bytes by path, the summary as rows without the seconds."""
    files = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob('*') if path.is_file()}
    rows = list(csv.reader(files['summary.csv'].decode().splitlines()))
    seconds = rows[0].index('seconds')
    files['summary.csv'] = [row[:seconds] + row[seconds + 1:] for row in rows]
    return files


def assert_same(out, wanted):
    out, wanted = contents(out), contents(wanted)
    assert sorted(out) == sorted(wanted)
    assert [name for name in wanted if out[name] != wanted[name]] == []


# Workers


@pytest.mark.slow
def test_workers_change_nothing(run, data_set, model_dir, whole, tmp_path):
    wanted = whole()
    out = tmp_path / OUT
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 2, '-q')
    assert (answer.code, answer.printed, answer.errors) == (0, '', '')
    assert len(fitted_in(out)) == COUNT
    assert_same(out, wanted)


def test_photographs_are_read_when_they_are_needed(monkeypatch):
    """Memory does not grow with the data set: only a few chunks are read ahead of what is finished."""
    monkeypatch.setattr(batch, 'fit_chunk', lambda settings, tasks: tasks)
    read = []

    def chunks():
        for position in range(50):
            read.append(position)
            yield [position], []
    with ThreadPoolExecutor(2) as executor:
        for done, outcome in enumerate(batch._spread(executor, None, chunks(), in_flight=4), start=1):
            assert len(read) <= done + 4
    assert done == len(read) == 50


# People that cannot be fitted


def test_batch_goes_on_past_bad_images_and_people(run, data_set, model_dir, tmp_path):
    data_set.images[2].write_bytes(b'')
    data_set.joints[:2, :, 4] = np.nan
    data_set.joints[:2, :, 5] = 50.  # all at one point
    data_set.write_joints()
    out = tmp_path / OUT
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 2, '--no_render', '-q')
    assert answer.code == 1
    assert [line[:12] for line in answer.errors.splitlines()] == ['failed: 0002', 'failed: 0004', 'failed: 0005']
    assert fitted_in(out) == [f'{index:04d}.pkl' for index in (0, 1, 3, 6, 7)]
    rows = summary.read_summary(out / 'summary.csv')
    assert {index for index, row in rows.items() if row['status'] == 'failed'} == {2, 4, 5}
    for line, index in zip(answer.errors.splitlines(), (2, 4, 5)):
        assert rows[index]['message'] in line and rows[index]['file'] in line


def test_batch_goes_on_past_a_fit_that_diverges(run, data_set, model_dir, tmp_path, monkeypatch):
    def run_dogleg(setting, starts, on_step=None):
        for position, stages in fitting_run(setting, starts, on_step):
            if starts[position].problem.joints[0, 0] == SCALE * data_set.joints[0, 0, 1]:
                stages[-1].x[7] = np.nan
            yield position, stages
    fitting_run = attempts.run_dogleg
    monkeypatch.setattr(attempts, 'run_dogleg', run_dogleg)
    out = tmp_path / OUT
    answer = run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '--no_render', '-q')
    answer.assert_one_line('failed: 0001', data_set.images[1].name, 'diverged')
    assert answer.code == 1 and len(fitted_in(out)) == COUNT - 1
    assert summary.read_summary(out / 'summary.csv')[1]['status'] == 'failed'


# Stopped and killed


@pytest.fixture
def start(data_set, model_dir, tmp_path):
    """``start(*options)``: a started process of the program, with two workers, leading a process group of its own."""
    def start(*options):
        return program(data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--workers', 2, '-q',
                       *options, start_new_session=True)
    return start


def alive(process):
    """Ids of the processes in a process's group that have not ended."""
    out = []
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open(f'/proc/{name}/stat') as file:
                state, _, group = file.read().rpartition(')')[2].split()[:3]
        except OSError:
            continue
        if int(group) == process.pid and state not in 'ZX':
            out.append(int(name))
    return out


def wait_until(condition, process, seconds=60):
    """Poll until ``condition()`` holds or the process has ended; fails where neither comes."""
    deadline = time.monotonic() + seconds
    while not condition() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(1e-3)


def assert_nobody_left(process):
    deadline = time.monotonic() + 10
    while alive(process):
        assert time.monotonic() < deadline, 'workers outlive the program'
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize('pictures', [False, True], ids=['no pictures', 'pictures'])
def test_killed_at_random_moments(start, whole, tmp_path, pictures):
    """SIGKILL while workers start, while they fit and while results are written, then the same command again."""
    options = [] if pictures else ['--no_render']
    wanted, out = whole(*options), tmp_path / OUT
    random_moment = random.Random(20 + pictures)
    kills = 0
    for more in (None, 1, 3):  # results that this run may finish; None: not even start its workers
        process = start(*options)
        if more is None:
            wait_until(lambda: len(alive(process)) >= 3, process)
        else:
            before = len(list(out.glob('*.pkl')))
            wait_until(lambda: len(list(out.glob('*.pkl'))) >= before + more, process)
        time.sleep(random_moment.uniform(0., 0.3 if more is None else 3e-3))
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        assert_nobody_left(process)
    assert kills >= 2, 'the runs were over before they could be killed'
    answer = answer_of(start(*options))
    assert answer.code == 0, answer.errors
    assert_same(out, wanted)


@pytest.mark.slow
def test_killed_at_every_kind_of_moment(fit, data_set, model_dir, whole, tmp_path):
    """Killed in the middle of a file, before and after its renaming, in the middle of a summary row."""
    data_set.images[3].write_bytes(b'')
    wanted, out = whole('--no_render'), tmp_path / OUT

    def doomed(kind, last, folder):
        command = [sys.executable, '-m', 'tests.doomed', kind, str(last), data_set.base, '--out_dir', folder,
                   '--model_dir', model_dir, '--workers', '1', '-q', '--no_render']
        return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=ROOT)

    deeds = json.loads(doomed('none', 0, tmp_path / 'counted').stdout)
    files = COUNT - 1 + 4  # the pickles, run.json, the page, and the summary at the beginning and at the end
    assert deeds == {**dict.fromkeys(DEEDS[:3], files), 'half a row': COUNT}, 'a moment is no longer watched'
    for last, kind in itertools.product((1, 2, 3), DEEDS):  # each run goes on where the one before was killed
        assert doomed(kind, last, out).returncode == -signal.SIGKILL, (kind, last)
    assert fit().code == 1
    assert_same(out, wanted)


def assert_ctrl_c_ends(process, out):
    """A terminal sends SIGINT to the workers, too."""
    os.killpg(process.pid, signal.SIGINT)
    begin = time.monotonic()
    answer = answer_of(process)
    assert answer.code == 130 and time.monotonic() - begin < 10
    answer.assert_one_line('interrupted', 'same command')
    assert_nobody_left(process)
    assert (out / 'index.html').exists()


@pytest.mark.slow
def test_ctrl_c_while_workers_start(start, tmp_path):
    for pause in (0., 0.1, 0.3):
        process = start('--no_render', '--optimizer', 'chumpy')
        wait_until(lambda: len(alive(process)) >= 3, process)
        time.sleep(pause)
        assert_ctrl_c_ends(process, tmp_path / OUT)
        assert fitted_in(tmp_path / OUT) == []


@pytest.mark.slow
def test_ctrl_c_later_keeps_what_is_finished(start, tmp_path):
    process = start('--no_render', '--optimizer', 'chumpy')  # slow enough to be caught
    wait_until(lambda: list((tmp_path / OUT).glob('*.pkl')), process)
    assert_ctrl_c_ends(process, tmp_path / OUT)
    assert 1 <= len(fitted_in(tmp_path / OUT)) < COUNT


@pytest.mark.slow
def test_a_worker_that_dies(start, tmp_path):
    process = start('--no_render', '--optimizer', 'chumpy')
    wait_until(lambda: len(alive(process)) >= 4, process)
    time.sleep(1.)
    worker = max(alive(process))
    os.kill(worker, signal.SIGKILL)
    answer = answer_of(process)
    answer.assert_one_line('worker process died', 'same command')
    assert answer.code == 2
    assert_nobody_left(process)
    fitted_in(tmp_path / OUT)
