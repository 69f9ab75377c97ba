"""What runs in a worker process: chunks of Tasks in, Outcomes out."""

import multiprocessing
import os
import signal
import threading
from functools import lru_cache

from .worker import Fitter

#: Dask may run several threads per worker; renderers serve one at a time.
_ONE_CHUNK = threading.Lock()

# A worker may be ended while it fits, never while it sends: the driver would wait for the rest of the message.
_gate = threading.Lock()
_fitting = False


def fit_chunk(settings, tasks):
    """What a worker process is asked to do: the Outcomes of some Tasks."""
    global _fitting
    with _ONE_CHUNK:
        with _gate:
            _fitting = True
        try:
            return list(_fitter(settings).run(tasks))
        finally:
            with _gate:
                _fitting = False


@lru_cache(maxsize=1)
def _fitter(settings):
    return Fitter(settings)


def begin_worker(reader):
    """Leave Ctrl-C to the driver, and end when it does or closes its end of the pipe ``reader``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def follow():
        reader.poll(None)
        parent = multiprocessing.parent_process()
        while parent.is_alive():
            with _gate:
                if _fitting:
                    os._exit(1)
            parent.join(0.01)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
