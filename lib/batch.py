"""Many Samples -> many Outcomes: in this process, on others, or on a Dask cluster.

Work is handed out in chunks, a few more than there are workers, so that memory does not grow with the data set.
"""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice

from .errors import InputError
from .summary import failed_row
from .worker import Fitter, Outcome, Task

#: Images in a chunk: enough for the fits to share NumPy's overhead, few enough to report often.
CHUNK = 32


def outcomes(samples, settings, workers=1, scheduler=None):
    """Fit lsp.Samples; yields an Outcome for each, in no certain order.

    On ``workers`` processes of this machine, or on the Dask cluster whose scheduler has the address ``scheduler``.
    Raises InputError where the scheduler does not answer or a process dies.
    """
    if scheduler is None and min(workers, len(samples)) <= 1:
        fitter = Fitter(settings)
        for tasks, failed in _chunks(samples, CHUNK):
            yield from failed
            yield from fitter.run(tasks)
        return
    with (_processes(workers) if scheduler is None else _cluster(scheduler)) as (executor, count):
        size = max(1, min(CHUNK, -(-len(samples) // count)))
        yield from _spread(executor, settings, _chunks(samples, size), 2 * count)


def watched(samples, settings, viewer):
    """Fit Samples one by one under the eyes of a viz.Viewer; yields their Outcomes."""
    fitter = Fitter(settings)
    for tasks, failed in _chunks(samples, 1):
        yield from failed
        yield from fitter.run(tasks, viewer)


@contextmanager
def _processes(workers):
    """An executor of ``workers`` processes, and their number."""
    context = multiprocessing.get_context('spawn')  # OpenGL and threads do not survive a fork
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
    try:
        yield executor, workers
    except BrokenProcessPool:
        raise InputError('a worker process died, perhaps for lack of memory; run the same command again: it goes on '
                         'where it stopped') from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _cluster(scheduler):
    """An executor on a Dask cluster, and the number of its workers. Dask itself replaces work that a dead one had."""
    try:
        from dask.distributed import Client
    except ImportError:
        raise InputError("--scheduler needs Dask: install it with .venv/bin/pip install 'dask[distributed]'") from None
    try:
        client = Client(scheduler, timeout='10s')
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f'--scheduler {scheduler}: no Dask scheduler answers there ({error})') from error
    try:
        client.wait_for_workers(1, timeout='60s')
        executor = client.get_executor(pure=False)
        yield executor, len(client.scheduler_info(n_workers=-1)['workers'])
        executor.shutdown(wait=True)
    except TimeoutError as error:
        raise InputError(f'--scheduler {scheduler}: has no workers; start some with dask worker') from error
    finally:
        client.close()


def _chunks(samples, size):
    """Read photographs as they are needed: (Tasks, Outcomes of those that cannot be read) for ``size`` at a time."""
    samples = iter(samples)
    while group := list(islice(samples, size)):
        tasks, failed = [], []
        for sample in group:
            try:
                tasks.append(Task(sample.index, sample.name, sample.read(), sample.joints, sample.confidence,
                                  sample.gender, sample.focal))
            except InputError as error:
                failed.append(Outcome(failed_row(sample.index, sample.name, sample.gender, str(error))))
        yield tasks, failed


def _spread(executor, settings, chunks, in_flight):
    running, more = set(), True
    while running or more:
        while more and len(running) < in_flight:
            tasks, failed = next(chunks, (None, []))
            yield from failed
            more = tasks is not None
            if tasks:
                running.add(executor.submit(fit_chunk, settings, tasks))
        if running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield from future.result()


def fit_chunk(settings, tasks):
    """What a worker process is asked to do: the Outcomes of some Tasks."""
    return list(_fitter(settings).run(tasks))


@lru_cache(maxsize=1)
def _fitter(settings):
    return Fitter(settings)


def _begin_worker():
    """Leave Ctrl-C to the driver, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def follow():
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
