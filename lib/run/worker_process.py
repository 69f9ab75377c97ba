"""What runs in a worker process: Tasks come through its pipe, Outcomes go back as they are made."""

import os
import signal
import threading
from multiprocessing.connection import Connection
from queue import SimpleQueue

from .task import RunOptions, Task
from .worker import Fitter

#: Says that the worker has answered for all that it was given, and first that it is there.
IDLE = None


def work(connection: Connection, options: RunOptions) -> None:
    """Fit what comes through ``connection``, until its other end closes: the driver is through, or is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    chunks: SimpleQueue[list[Task]] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, chunks), daemon=True).start()
    fitter = Fitter(options)
    while True:
        connection.send(IDLE)
        for outcome in fitter.run(chunks.get()):
            connection.send(outcome)


def _listen(connection: Connection, chunks: SimpleQueue[list[Task]]) -> None:
    """Put what comes into ``chunks``; end the process, also in the middle of a fit, when nothing can come any more."""
    while True:
        try:
            chunks.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)
