"""What a Dask cluster's failures become, without one: the client is a thread pool that fails as told."""

from concurrent.futures import CancelledError, ThreadPoolExecutor

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.fitting.problem import FitOptions
from lib.inputs.sample import Sample
from lib.run import cluster
from lib.run.cluster import Cluster
from lib.run.task import Chunk, Outcome, RunOptions, Task

OPTIONS = RunOptions('models', FitOptions())


class Killed(Exception):
    """Dask's KilledWorker."""


class Client:
    """What is asked of Dask's."""

    def __init__(self, workers=2):
        self.workers = workers

    def get_executor(self, pure):
        return ThreadPoolExecutor(2)

    def scheduler_info(self, n_workers):
        return {'workers': dict.fromkeys(range(self.workers))}


@pytest.fixture
def outcomes(monkeypatch):
    """``outcomes(names, work)``: what the cluster makes of Samples with these names, two a chunk."""
    def outcomes(names, work, client=None):
        tasks = [Task(Sample(index, name, '', np.zeros((14, 2)), np.ones(14), 'male', 5000.), b'')
                 for index, name in enumerate(names)]
        chunks = iter([Chunk(tasks[start:start + 2], []) for start in range(0, len(tasks), 2)])
        monkeypatch.setattr(cluster, 'fit_chunk', lambda options, tasks: work(tasks))
        there = Cluster.__new__(Cluster)
        there._client, there._scheduler, there._killed = client or Client(), 'tcp://host:1', Killed
        return {outcome.index: outcome for outcome in there.outcomes(OPTIONS, chunks)}
    return outcomes


def fitted(tasks):
    return [Outcome({'index': str(task.sample.index), 'status': 'fitted'}) for task in tasks]


def test_only_the_image_that_kills_workers_fails(outcomes):
    def work(tasks):
        if any(task.sample.name == 'killer' for task in tasks):
            raise Killed
        return fitted(tasks)
    found = outcomes(['a', 'b', 'killer', 'd', 'e'], work)
    assert [found[index].failed for index in range(5)] == [False, False, True, False, False]
    assert found[2].row['message'].startswith('killer: workers died again and again')


@pytest.mark.parametrize('error, words', [
    (CancelledError(), 'the scheduler is gone; run the same command again'),
    (ModuleNotFoundError("No module named 'lib'"), "cannot do the work (ModuleNotFoundError: No module named 'lib')"),
    (InputError('models: no such model folder'), 'models: no such model folder')])
def test_other_failures_are_one_line(outcomes, error, words):
    def work(tasks):
        raise error
    with pytest.raises(InputError) as raised:
        outcomes(['a', 'b'], work)
    assert words in str(raised.value)


def test_all_workers_are_gone(outcomes, monkeypatch):
    monkeypatch.setattr(cluster, '_GONE', 1)
    monkeypatch.setattr(cluster, 'wait', lambda running, **_: type('Nothing', (), {'done': set()}))
    with pytest.raises(InputError, match='tcp://host:1: its workers are gone'):
        outcomes(['a'], fitted, Client(workers=0))


def test_a_scheduler_without_a_dashboard():
    class Without:
        @property
        def dashboard_link(self):
            raise KeyError('dashboard')
    there = Cluster.__new__(Cluster)
    there._client = Without()
    assert there.dashboard() is None


def test_two_chunks_a_worker_at_a_time(outcomes):
    assert sorted(outcomes(['a'] * 20, fitted)) == list(range(20))
