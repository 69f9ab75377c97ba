"""What runs in a worker process: Tasks come through its pipe, Outcomes or Sightings go back as they are made."""

import os
import signal
import threading
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from .finder import Finder
from .task import RunOptions, Task
from .worker import Fitter

#: Says that the worker has answered for all that it was given, and first that it is there.
IDLE = None


def work(connection: Connection, options: RunOptions) -> None:
    """Fit what comes through ``connection``."""
    _answer(connection, lambda: Fitter(options).run)


def look(connection: Connection, _: None) -> None:
    """Look for people in what comes through ``connection``."""
    _answer(connection, lambda: Finder().run)


def _answer(connection: Connection, make: Callable[[], Callable[[list[Task]], Iterable[Any]]]) -> None:
    """Send back what the function that ``make`` gives says of what comes, until the ``connection``'s other end closes:
    the driver is through, or is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    chunks: SimpleQueue[list[Task]] = SimpleQueue()
    threading.Thread(target=_listen, args=(connection, chunks), daemon=True).start()
    answers = make()
    while True:
        connection.send(IDLE)
        for answer in answers(chunks.get()):
            connection.send(answer)


def _listen(connection: Connection, chunks: SimpleQueue[list[Task]]) -> None:
    """Put what comes into ``chunks``; end the process, also in the middle of a fit, when nothing can come any more."""
    while True:
        try:
            chunks.put(connection.recv())
        except (EOFError, OSError):
            os._exit(0)
