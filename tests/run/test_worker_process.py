"""A worker process: what comes through its pipe is fitted, and it ends when its driver does."""

import multiprocessing
import os
import signal
import time

import pytest

from lib.fitting.problem import FitOptions
from lib.inputs.lsp import LspDataset
from lib.run.task import RunOptions, Task
from lib.run.worker_process import IDLE, work
from tests.program import DataSet

SPAWN = multiprocessing.get_context('spawn')


@pytest.fixture
def worker(model_dir):
    """A started worker process, and this end of its pipe."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=work, args=(theirs, RunOptions(str(model_dir), FitOptions(), render=False)))
    process.start()
    theirs.close()
    assert ours.poll(60) and ours.recv() is IDLE
    yield process, ours
    process.kill()
    process.join()


@pytest.mark.slow
def test_what_it_says(worker, tmp_path):
    _, pipe = worker
    data = LspDataset(str(DataSet(tmp_path / 'data', 2).base), gender_neutral=True)
    for _ in range(2):
        pipe.send([Task(data[index], data.read(data[index])) for index in range(2)])
        words = [pipe.recv() for _ in range(3)]
        assert sorted(outcome.index for outcome in words[:2]) == [0, 1] and words[2] is IDLE


@pytest.mark.slow
def test_it_ends_with_its_driver(worker):
    process, pipe = worker
    pipe.close()
    process.join(10)
    assert process.exitcode == 0


@pytest.mark.slow
def test_signals(worker):
    """Ctrl-C in a terminal comes to it, too, but only its driver ends it; kill ends it at once."""
    process, _ = worker
    os.kill(process.pid, signal.SIGINT)
    time.sleep(0.2)
    assert process.is_alive()
    process.terminate()
    process.join(10)
    assert process.exitcode == -signal.SIGTERM
