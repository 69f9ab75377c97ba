"""A Dask cluster of two workers on this machine against --workers 2: throughput of the same images, in turns.

    python -m tests.benchmarks.cluster [BASE_DIR] [--images N]

Without pictures. Wall clock, so only on a quiet machine; beside it the processor seconds of all processes: scheduler,
workers and this one, or workers and this one. The first turn of each reads models, and is not counted.
"""

import argparse
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from lib.base.files import read_bytes
from lib.fitting import FitOptions
from lib.inputs.lsp import LspDataset
from lib.run import batch
from lib.run.task import RunOptions, Task

ROOT = Path(__file__).resolve().parents[2]
TURNS = 4
_TICKS = os.sysconf('SC_CLK_TCK')


@contextlib.contextmanager
def cluster():
    """A scheduler and two workers with a thread each: its address, and the processes."""
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        address = f'tcp://127.0.0.1:{free.getsockname()[1]}'
    started = []
    with tempfile.TemporaryDirectory() as folder:
        def start(*command):
            started.append(subprocess.Popen(
                [sys.executable, '-m', 'dask', *command, '--no-dashboard'], cwd=ROOT, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, env={**os.environ, 'DASK_TEMPORARY_DIRECTORY': folder}))
        try:
            start('scheduler', '--host', '127.0.0.1', '--port', address.rpartition(':')[2], '--no-show')
            for _ in range(2):
                start('worker', address, '--nthreads', '1', '--no-nanny')
            yield address, started
        finally:
            for process in started:
                process.kill()
                process.wait()


def used(processes):
    """Processor seconds of this process, of its children that have ended, and of ``processes``."""
    out = sum(os.times()[:4])
    for process in processes:
        numbers = Path(f'/proc/{process.pid}/stat').read_text().rpartition(')')[2].split()
        out += sum(map(int, numbers[11:15])) / _TICKS
    return out


def turn(outcomes, processes, count):
    """Wall and processor seconds of a way to fit ``count`` images."""
    begin, before = time.perf_counter(), used(processes)
    assert sum(not outcome.failed for outcome in outcomes) == count
    return time.perf_counter() - begin, used(processes) - before


def compare(base_dir, count):
    """Print seconds of both ways, and how much of the workers' throughput the cluster has."""
    data = LspDataset(base_dir)
    samples, said = [replace(data[index % len(data)], index=index) for index in range(count)], []
    options = RunOptions(str(ROOT / 'models'), FitOptions(), render=False)

    def task_of(sample):
        return Task(sample, read_bytes(sample.path))
    with cluster() as (address, processes):
        turns = [(turn(batch.outcomes_of_cluster(samples, task_of, options, address, said.append), processes, count),
                  turn(batch.outcomes(samples, task_of, options, 2), (), count)) for _ in range(TURNS + 1)][1:]
    for what, column in (('wall clock', 0), ('processor', 1)):
        ours, pool = (statistics.median(pair[way][column] for pair in turns) for way in (0, 1))
        print(f'{count:,} images, two Dask workers, {what:12}{ours:8.1f} s; --workers 2 {pool:8.1f} s; throughput '
              f'{pool / ours:.2f}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('base_dir', nargs='?', default=str(ROOT / 'data'))
    parser.add_argument('--images', type=int, default=2000)
    options = parser.parse_args()
    compare(os.path.abspath(options.base_dir), options.images)


if __name__ == '__main__':  # its workers import it
    main()
