"""Worker processes of this machine. One that dies costs at most the image that killed it.

Each worker has a pipe of its own, and shares no lock or queue with the others: whenever it dies, its pipe ends, which
is seen. What it had not answered for is fitted again when the others are through, image by image, by one process.
"""

import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from typing import Any

from ..base.errors import InputError
from .stopping import Held, no_interrupts
from .task import Chunk, Outcome, RunOptions, Task, failure
from .worker_process import IDLE, work

_SPAWN = multiprocessing.get_context('spawn')  # OpenGL and threads do not survive a fork
#: Workers in a row that may die before they take any work.
_STILLBORN = 3
#: What a worker runs with its end of the pipe and the options.
Target = Callable[[Connection, Any], None]


class NoProcesses(InputError):
    """The system lets not even one process be started; nothing was begun."""


def outcomes(options: RunOptions | None, chunks: Iterable[Chunk], count: int, held: Held = contextlib.nullcontext,
             target: Target = work) -> Iterator[Any]:
    """Have ``chunks`` done by ``count`` processes; yields for each Sample an Outcome, or what else its worker answers
    that has the Sample's index, in no certain order.

    While ``held()`` is entered no signal disturbs. ``target`` is what a worker runs, with ``options``. Raises
    NoProcesses before ``chunks`` is touched, InputError where workers die as soon as they begin.
    """
    lost: list[Task] = []

    def try_again(tasks: Iterable[Task], _: str) -> list[Outcome]:
        lost.extend(tasks)
        return []

    def give_up(tasks: Iterable[Task], how: str) -> list[Outcome]:
        error = InputError(f'a worker process died at work on it ({how}), perhaps for lack of memory')
        return [failure(task.sample, error) for task in tasks]

    def start() -> _Worker:
        with held():
            return _Worker(options, target)
    yield from _Crew(start, count, try_again).outcomes(chunks)
    if lost:
        yield from _Crew(start, 1, give_up).outcomes(Chunk([task], []) for task in lost)


class _Worker:
    """A worker process, this end of its pipe, and by index the ``tasks`` that it has not answered for.

    It is ``born`` when it says so, and ``idle`` when it wants work.
    """

    def __init__(self, options: RunOptions | None, target: Target) -> None:
        self.born, self.idle = False, False
        self.tasks: dict[int, Task] = {}
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=target, args=(theirs, options), daemon=True)
        try:
            resource_tracker.ensure_running()  # start would begin it, and it lets Ctrl-C through again
            with no_interrupts():
                self._process.start()
        except OSError:
            self.pipe.close()
            raise
        finally:
            theirs.close()

    def give(self, tasks: list[Task]) -> None:
        self.idle, self.tasks = False, {task.sample.index: task for task in tasks}
        with contextlib.suppress(OSError):  # it died: its pipe tells
            self.pipe.send(tasks)

    def end(self, patience: float = 0.) -> str:
        """Kill the process, if it does not end by itself within ``patience`` seconds; returns how it ended."""
        self._process.join(patience)
        self._process.kill()  # it holds nothing that others need
        self._process.join()
        self.pipe.close()
        code = self._process.exitcode or 0
        return signal.Signals(-code).name if code < 0 else f'exit code {code}'


class _Crew:
    """Up to ``count`` workers, made by ``start``; ``bury(tasks, how)`` says what becomes of what a dead one had."""

    def __init__(self, start: Callable[[], _Worker], count: int,
                 bury: Callable[[Iterable[Task], str], list[Outcome]]) -> None:
        self._start, self._count, self._bury = start, count, bury
        self._workers: dict[Connection, _Worker] = {}
        self._stillborn, self._begun = 0, False

    def outcomes(self, chunks: Iterable[Chunk]) -> Iterator[Outcome]:
        """Have ``chunks`` fitted, each by the first worker that wants work."""
        try:
            self._recruit()
            self._begun = True
            for chunk in chunks:
                yield from chunk.failed
                if not chunk.tasks:
                    continue
                while not any(worker.idle for worker in self._workers.values()):
                    yield from self._listen()
                    self._recruit()
                next(worker for worker in self._workers.values() if worker.idle).give(chunk.tasks)
            while any(worker.tasks for worker in self._workers.values()):
                yield from self._listen()
        finally:
            for worker in self._workers.values():
                worker.end()

    def _recruit(self) -> None:
        """Fill the places of the dead, or make do with fewer where the system allows no more."""
        while len(self._workers) < self._count:
            try:
                worker = self._start()
            except OSError as error:
                if not self._workers:
                    kind = InputError if self._begun else NoProcesses
                    raise kind(f'no worker process can be started ({error.strerror or error})') from error
                return
            self._workers[worker.pipe] = worker

    def _listen(self) -> Iterator[Outcome]:
        """Wait until workers have something to say, and hear each of them."""
        for pipe in wait(list(self._workers)):
            yield from self._hear(self._workers[pipe])  # type: ignore[index]  # wait also takes sockets

    def _hear(self, worker: _Worker) -> Iterator[Outcome]:
        """Take a worker's word, or note that it died."""
        try:
            word = worker.pipe.recv()
        except (EOFError, OSError):
            del self._workers[worker.pipe]
            how = worker.end(patience=1.)
            self._stillborn += not worker.born
            if self._stillborn == _STILLBORN:
                raise InputError(f'worker processes die as soon as they begin ({how}); try --workers 1') from None
            yield from self._bury(worker.tasks.values(), how)
            return
        if word is IDLE:
            worker.born, worker.idle, self._stillborn = True, True, 0
        else:
            del worker.tasks[word.index]
            yield word
