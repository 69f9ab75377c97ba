"""--scheduler: the same work on a Dask cluster, here a real scheduler and workers on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.program import OUT, ROOT, DataSet, answer_of, fitted_in, in_time, program

Client = pytest.importorskip('dask.distributed', reason="needs Dask: pip install 'dask[distributed]'").Client

COUNT = 16  # enough that work is still going on when it is looked at
pytestmark = [pytest.mark.slow, in_time]


@pytest.fixture
def data_set(tmp_path):
    return DataSet(tmp_path / 'data', COUNT)


class Cluster:
    """A scheduler, and workers that are started one by one."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        self._folder = folder
        self.address = f'tcp://127.0.0.1:{port}'
        self.workers, self._started = {}, []
        self.scheduler = self._start('scheduler', '--host', '127.0.0.1', '--port', str(port), '--no-dashboard',
                                     '--no-show')

    def add_worker(self, name):
        """Start a worker in the checkout, as a user would."""
        self.workers[name] = self._start('worker', self.address, '--name', name, '--nworkers', '1', '--no-dashboard',
                                         '--no-nanny')

    def wait_for_workers(self, count):
        with Client(self.address, timeout='60s') as client:
            client.wait_for_workers(count, timeout='60s')

    def _start(self, *command):
        log = open(self._folder / f'{command[0]}{len(self._started)}.log', 'wb')
        process = subprocess.Popen([sys.executable, '-m', 'dask', *command], cwd=ROOT, stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, start_new_session=True,
                                   env={**os.environ, 'DASK_TEMPORARY_DIRECTORY': str(self._folder)})
        log.close()
        self._started.append(process)
        return process

    def stop(self):
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    folder = tmp_path / 'cluster'
    folder.mkdir()
    cluster = Cluster(folder)
    yield cluster
    cluster.stop()


@pytest.fixture
def start(data_set, model_dir, tmp_path):
    """``start(*options)``: a started process of the program; slow enough to be caught in the middle."""
    def start(*options):
        return program(data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '--optimizer', 'chumpy',
                       '--no_render', *options)
    return start


def wait_until_busy(cluster, count):
    """Wait until ``count`` workers are at work; returns the process of one of them."""
    with Client(cluster.address, timeout='60s') as client:
        deadline = time.monotonic() + 60
        while True:
            busy = [address for address, tasks in client.processing().items() if tasks]
            if len(busy) >= count:
                pids = {info['id']: address for address, info in client.scheduler_info(n_workers=-1)['workers'].items()}
                return next(process for name, process in cluster.workers.items() if pids.get(name) in busy)
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_nothing_is_lost_or_done_twice_when_a_worker_dies(cluster, start, run, data_set, model_dir, tmp_path):
    for name in 'ab':
        cluster.add_worker(name)
    cluster.wait_for_workers(2)
    process = start('--scheduler', cluster.address, '-v')
    wait_until_busy(cluster, 2).kill()
    answer = answer_of(process)
    assert answer.code == 0, answer.errors
    fitted = [line[:4] for line in answer.errors.splitlines() if ' px, energy ' in line]
    assert sorted(fitted) == [f'{index:04d}' for index in range(COUNT)]
    local = tmp_path / 'local'
    run(data_set.base, '--out_dir', local, '--model_dir', model_dir, '--optimizer', 'chumpy', '--no_render',
        '--workers', 1, '-q')
    assert len(fitted_in(local)) == COUNT
    for path in local.glob('*.pkl'):
        assert (tmp_path / OUT / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize('address', ['tcp://127.0.0.1:1', 'nonsense'])
def test_wrong_address(start, address):
    """In a process of its own: a Dask client that finds nobody may keep this one's next from beginning."""
    begin = time.monotonic()
    answer = answer_of(start('-q', '--scheduler', address))
    answer.assert_one_line(f'--scheduler {address}', 'no Dask scheduler')
    assert answer.code == 2 and time.monotonic() - begin < 25


def test_ctrl_c(cluster, start, tmp_path):
    cluster.add_worker('a')
    process = start('-q', '--scheduler', cluster.address)
    wait_until_busy(cluster, 1)
    process.send_signal(signal.SIGINT)
    answer = answer_of(process)
    answer.assert_one_line('interrupted', 'same command')
    assert answer.code == 130


def test_the_scheduler_dies(cluster, start, tmp_path):
    cluster.add_worker('a')
    process = start('-q', '--scheduler', cluster.address)
    wait_until_busy(cluster, 1)
    cluster.scheduler.kill()
    answer = answer_of(process)
    answer.assert_one_line(f'--scheduler {cluster.address}', 'same command')
    assert answer.code == 2


def test_a_cluster_without_workers(cluster, run, data_set, model_dir, tmp_path, monkeypatch):
    monkeypatch.setattr('lib.run.cluster._FIRST_WORKER', 1)
    answer = run(data_set.base, '--out_dir', tmp_path / OUT, '--model_dir', model_dir, '-q', '--scheduler',
                 cluster.address)
    answer.assert_one_line(f'--scheduler {cluster.address}', 'has no workers')
    assert answer.code == 2
