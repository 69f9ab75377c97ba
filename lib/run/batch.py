"""Many Samples -> many Outcomes: in this process, on others, or on a Dask cluster.

Work is handed out in chunks, a few more than there are workers, so that memory does not grow with the data set.
"""

import logging
import multiprocessing
import os
import signal
from concurrent.futures import FIRST_COMPLETED, CancelledError, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice

from ..base.errors import InputError
from ..outputs.summary import failed_row
from .task import Outcome, Task
from .worker import Fitter
from .worker_process import begin_worker, fit_chunk

#: Images in a chunk at most: enough for the fits to share NumPy's overhead, few enough to report often.
CHUNK = 128
#: The same where pictures, or chumpy, take most of the time.
SLOW_CHUNK = 32


def outcomes(samples, read, settings, workers=1, scheduler=None):
    """Fit Samples, whose image files ``read(sample)`` gives; yields an Outcome for each, in no certain order.

    On ``workers`` processes of this machine, or on the Dask cluster whose scheduler has the address ``scheduler``.
    Raises InputError where the scheduler does not answer or a process dies.
    """
    if len(samples) and samples[0].frame is not None:
        yield from one_by_one(samples, read, settings)
        return
    largest = SLOW_CHUNK if settings.render or settings.options.optimizer == 'chumpy' else CHUNK
    if scheduler is None and min(workers, len(samples)) <= 1:
        fitter = Fitter(settings)
        for tasks, failed in _chunks(samples, read, largest):
            yield from failed
            yield from fitter.run(tasks)
        return
    settings = replace(settings, model_dir=os.path.abspath(settings.model_dir))  # Dask's workers may run elsewhere
    with (_processes(workers) if scheduler is None else _cluster(scheduler)) as (executor, count):
        rounds = -(-len(samples) // (largest * count))
        size = max(1, -(-len(samples) // max(1, rounds * count)))  # as much for one worker as for another
        yield from _spread(executor, settings, _chunks(samples, read, size), 2 * count)


def one_by_one(samples, read, settings, watch=None):
    """Fit Samples in order in this process; yields their Outcomes.

    Frames of a video start from the last one's fit; ``watch`` makes the viewer.Film of each.
    """
    fitter = Fitter(settings)
    for tasks, failed in _chunks(samples, read, 1):
        yield from failed
        yield from fitter.run(tasks, watch)


@contextmanager
def _processes(workers):
    """An executor of ``workers`` processes, and their number."""
    context = multiprocessing.get_context('spawn')  # OpenGL and threads do not survive a fork
    reader, writer = context.Pipe(duplex=False)
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=begin_worker, initargs=(reader,))
    try:
        yield executor, workers
        executor.shutdown()
    except BrokenProcessPool:
        raise InputError('a worker process died, perhaps for lack of memory; run the same command again: it goes on '
                         'where it stopped') from None
    finally:
        writer.close()  # ends workers that are still at work: nobody waits for them
        executor.shutdown(cancel_futures=True)


@contextmanager
def _cluster(scheduler):
    """An executor on a Dask cluster, and the number of its workers. Dask itself replaces work that a dead one had."""
    try:
        from dask.distributed import Client, KilledWorker
    except ImportError:
        raise InputError("--scheduler needs Dask: install it with .venv/bin/pip install 'dask[distributed]'") from None
    logging.getLogger('distributed.client').setLevel(logging.CRITICAL)  # what goes wrong is said below, in one line
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
    except (CancelledError, KilledWorker) as error:
        raise InputError(f'--scheduler {scheduler}: the scheduler is gone, or workers died again and again; run the same '
                         'command again: it goes on where it stopped') from error
    finally:
        client.close()


def _chunks(samples, read, size):
    """Read photographs as they are needed: (Tasks, Outcomes of those that cannot be read) for ``size`` at a time."""
    samples = iter(samples)
    while group := list(islice(samples, size)):
        tasks, failed = [], []
        for sample in group:
            try:
                tasks.append(Task(sample, read(sample)))
            except InputError as error:
                failed.append(Outcome(failed_row(sample, str(error))))
        yield tasks, failed


def _spread(executor, settings, chunks, in_flight):
    running, more = set(), True
    while running or more:
        while more and len(running) < in_flight:
            tasks, failed = next(chunks, (None, []))
            yield from failed
            more = tasks is not None
            if tasks:
                with _undisturbed():
                    running.add(executor.submit(fit_chunk, settings, tasks))
        if running:
            finished, running = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                yield from future.result()


@contextmanager
def _undisturbed():
    """Ctrl-C and SIGTERM wait until this is over; processes begun in here never see Ctrl-C."""
    came = []
    handlers = {number: signal.signal(number, lambda number, _: came.append(number))
                for number in (signal.SIGINT, signal.SIGTERM)}
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)
