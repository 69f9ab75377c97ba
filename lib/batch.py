"""Many Samples -> many Outcomes: in this process, or spread over others.

Work is handed out in chunks, a few more than there are workers, so that memory does not grow with the data set.
"""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import islice

from .errors import InputError
from .worker import Fitter, Outcome, Task

#: Images in a chunk: enough for the fits to share NumPy's overhead, few enough to report often.
CHUNK = 32


def outcomes(samples, settings, workers=1):
    """Fit lsp.Samples on ``workers`` processes; yields an Outcome for each, in no certain order."""
    chunks = _chunks(iter(samples), max(1, min(CHUNK, -(-len(samples) // workers))))
    if workers == 1:
        fitter = Fitter(settings)
        for tasks, failed in chunks:
            yield from failed
            yield from fitter.run(tasks)
        return
    context = multiprocessing.get_context('spawn')  # OpenGL and threads do not survive a fork
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
    try:
        yield from _spread(executor, settings, chunks, 2 * workers)
    except BrokenProcessPool:
        raise InputError('a worker process died, perhaps for lack of memory; run the same command again: it goes on '
                         'where it stopped') from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def watched(samples, settings, viewer):
    """Fit Samples one by one under the eyes of a viz.Viewer; yields their Outcomes."""
    fitter = Fitter(settings)
    for tasks, failed in _chunks(iter(samples), 1):
        yield from failed
        yield from fitter.run(tasks, viewer)


def _chunks(samples, size):
    """Read photographs as they are needed: (Tasks, Outcomes of those that cannot be read) for ``size`` at a time."""
    while group := list(islice(samples, size)):
        tasks, failed = [], []
        for sample in group:
            try:
                tasks.append(Task(sample.index, sample.name, sample.read(), sample.joints, sample.confidence,
                                  sample.gender))
            except InputError as error:
                failed.append(Outcome(sample.index, sample.name, error=str(error)))
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
        finished, running = wait(running, return_when=FIRST_COMPLETED) if running else (set(), running)
        for future in finished:
            yield from future.result()


def fit_chunk(settings, tasks):
    """What a worker process is asked to do: the Outcomes of some Tasks."""
    return list(_fitter(settings).run(tasks))


@lru_cache(maxsize=1)
def _fitter(settings):
    return Fitter(settings)


def _begin_worker():
    """Leave Ctrl-C to the driver, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow():
        multiprocessing.parent_process().join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
