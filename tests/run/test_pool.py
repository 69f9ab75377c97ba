"""Worker processes that die at any moment: nothing waits for them, and only the image that kills them fails."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting.problem import FitOptions
from lib.inputs.sample import Sample
from lib.run import pool
from lib.run.task import Chunk, Outcome, RunOptions, Task
from lib.run.worker_process import IDLE
from tests.program import ROOT

COUNT = 12


def sample_of(index, name):
    return Sample(index, name, '', np.zeros((14, 2)), np.ones(14), 'neutral', 5000.)


def chunks_of(names, size):
    """Chunks of ``size`` Tasks, whose Samples have ``names``: what the workers below do with them."""
    tasks = [Task(sample_of(index, name), b'') for index, name in enumerate(names)]
    return [Chunk(tasks[start:start + size], []) for start in range(0, len(tasks), size)]


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def obey(connection, options):
    """A worker that does what the names of its Samples say; ``options.model_dir`` is a folder to note things in."""
    once = Path(options.model_dir, 'died')
    connection.send(IDLE)
    while True:
        for task in connection.recv():
            name = task.sample.name
            if name == 'killer' or name == 'killer once' and not once.exists():
                once.touch()
                die()
            if name == 'together':
                Path(options.model_dir, str(os.getpid())).touch()
                while len(os.listdir(options.model_dir)) < 2:
                    time.sleep(0.01)
            if name == 'exit':
                os._exit(3)
            connection.send(Outcome({'index': str(task.sample.index), 'status': 'fitted', 'pid': str(os.getpid())}))
            if name == 'last word':
                die()
        connection.send(IDLE)


def die_when_idle(connection, options):
    """A worker that dies with its last result sent, before it can say that it is idle: the moment that froze a run."""
    connection.send(IDLE)
    for task in connection.recv():
        connection.send(Outcome({'index': str(task.sample.index), 'status': 'fitted'}))
    die()


def stillborn(connection, options):
    die()


def tell_whether_interrupted(connection, options):
    connection.send(signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []))


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Workers are forked from a server that has imported everything: the same in a tenth of the time."""
    context = multiprocessing.get_context('forkserver')
    context.set_forkserver_preload([__name__])
    monkeypatch.setattr(pool, '_SPAWN', context)


@pytest.fixture
def outcomes(tmp_path):
    """``outcomes(names, size, count, target)``: the Outcomes by index; fails where they do not come within a minute."""
    def outcomes(names, size=3, count=2, target=obey):
        found = []
        options = RunOptions(str(tmp_path), FitOptions())

        def work():
            try:
                found.extend(pool.outcomes(options, chunks_of(names, size), count, target=target))
            except InputError as error:
                found.append(error)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(60)
        assert not thread.is_alive(), 'the driver waits for ever'
        if found and isinstance(found[-1], InputError):
            raise found[-1]
        assert sorted(outcome.index for outcome in found) == list(range(len(names))), 'one for each'
        return {outcome.index: outcome for outcome in found}
    return outcomes


def test_every_image_has_one_outcome(outcomes):
    found = outcomes(['together'] * COUNT)
    assert not any(outcome.failed for outcome in found.values())
    assert len({outcome.row['pid'] for outcome in found.values()}) == 2, 'both work'


def test_only_the_image_that_kills_fails(outcomes):
    names = [''] * COUNT
    names[4] = 'killer'
    failed = [outcome.row for outcome in outcomes(names).values() if outcome.failed]
    assert [row['index'] for row in failed] == ['4']
    assert 'a worker process died' in failed[0]['message'] and 'SIGKILL' in failed[0]['message']
    assert failed[0]['message'].startswith('killer: ')


def test_an_image_is_given_up_only_when_it_kills_alone(outcomes):
    assert not any(outcome.failed for outcome in outcomes(['killer once'] + [''] * 3, size=1).values())


def test_all_kill(outcomes):
    found = outcomes(['killer', 'exit', 'killer', 'killer'], size=2)
    assert all(outcome.failed for outcome in found.values())
    assert 'exit code 3' in found[1].row['message']


@pytest.mark.parametrize('where', [0, COUNT - 1])
def test_a_worker_that_dies_after_a_result(outcomes, where):
    names = [''] * COUNT
    names[where] = 'last word'
    assert not any(outcome.failed for outcome in outcomes(names).values())


@pytest.mark.slow
@pytest.mark.parametrize('method', ['forkserver', 'spawn'])
def test_workers_that_die_just_after_their_last_result(outcomes, monkeypatch, method):
    monkeypatch.setattr(pool, '_SPAWN', multiprocessing.get_context(method))
    assert not any(outcome.failed for outcome in outcomes([''] * COUNT, target=die_when_idle).values())


def test_workers_that_never_live(outcomes):
    begin = time.monotonic()
    with pytest.raises(InputError, match='die as soon as they begin .*--workers 1'):
        outcomes([''] * COUNT, target=stillborn)
    assert time.monotonic() - begin < 30


def test_failures_of_reading_are_passed_on(tmp_path):
    chunks = [Chunk([], [Outcome({'index': '0', 'status': 'failed'})]), *chunks_of([''], 1)]
    found = list(pool.outcomes(RunOptions(str(tmp_path), FitOptions()), chunks, 1, target=obey))
    assert [outcome.row['status'] for outcome in found] == ['failed', 'fitted']


def test_the_system_allows_no_process(tmp_path, monkeypatch):
    def refuse(*_):
        raise BlockingIOError(11, 'Resource temporarily unavailable')
    monkeypatch.setattr(pool, '_Worker', refuse)
    chunks = iter(chunks_of([''] * 3, 1))
    with pytest.raises(pool.NoProcesses, match='Resource temporarily unavailable'):
        next(pool.outcomes(RunOptions(str(tmp_path), FitOptions()), chunks, 2))
    assert len(list(chunks)) == 3, 'the work is still to be done'


def test_the_system_allows_fewer_processes(outcomes, monkeypatch):
    made = []

    def one_only(*arguments):
        if made:
            raise OSError(24, 'Too many open files')
        made.append(real(*arguments))
        return made[0]
    real = pool._Worker
    monkeypatch.setattr(pool, '_Worker', one_only)
    assert len({outcome.row['pid'] for outcome in outcomes([''] * COUNT, count=4).values()}) == 1


def test_the_first_worker_never_sees_ctrl_c_either():
    """It is begun together with multiprocessing's tracker of resources, which lets Ctrl-C through again."""
    program = ('from tests.run.test_pool import pool, tell_whether_interrupted\n'
               'worker = pool._Worker(None, tell_whether_interrupted)\n'
               'print(worker.pipe.recv()); worker.end()')
    answer = subprocess.run([sys.executable, '-c', program], cwd=ROOT, capture_output=True, text=True)
    assert (answer.stdout, answer.stderr) == ('False\n', '')


def test_closing_ends_the_workers(tmp_path):
    work = pool.outcomes(RunOptions(str(tmp_path), FitOptions()), chunks_of([''] * COUNT, 1), 2, target=obey)
    pid = int(next(work).row['pid'])
    work.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_chunks_are_taken_when_they_are_wanted(tmp_path):
    """Memory does not grow with the data set: one chunk waits beside those that are being fitted."""
    taken = []

    def chunks():
        for chunk in chunks_of([''] * 30, 1):
            taken.append(chunk)
            yield chunk
    options = RunOptions(str(tmp_path), FitOptions())
    for done, _ in enumerate(pool.outcomes(options, chunks(), 2, target=obey), start=1):
        assert len(taken) <= done + 2
    assert done == len(taken) == 30
