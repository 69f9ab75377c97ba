"""The same work on a Dask cluster. Dask itself gives the work of a dead worker to another."""

import logging
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from functools import lru_cache

from ..base.errors import InputError, in_one_line
from .task import Chunk, Outcome, RunOptions, Task, failure
from .worker import Fitter

#: Seconds that a scheduler may take to answer, then its first worker to come, and that all workers may be away later.
_ANSWER, _FIRST_WORKER, _GONE = 10, 60, 60
_KILLED = 'workers died again and again while fitting it, perhaps for lack of memory'
_GO_ON = 'run the same command again: it goes on where it stopped'

# Dask calls a function, with nothing kept between calls: the last Fitter stays here, and, as Dask may run several
# threads in a worker and renderers serve one at a time, so does a lock.
_fitter = lru_cache(maxsize=1)(Fitter)
_one_at_a_time = threading.Lock()


def fit_chunk(options: RunOptions, tasks: list[Task]) -> list[Outcome]:
    """What a worker of the cluster is asked to do."""
    with _one_at_a_time:
        return list(_fitter(options).run(tasks))


class Cluster:
    """The Dask cluster whose scheduler has the address ``scheduler``; to be closed.

    Raises InputError where Dask is missing, nobody answers, or there are no workers.
    """

    def __init__(self, scheduler: str) -> None:
        try:
            from dask.distributed import Client, KilledWorker
        except ImportError:
            raise InputError("--scheduler needs Dask: pip install 'dask[distributed]'") from None
        logging.getLogger('distributed.client').setLevel(logging.CRITICAL)  # what goes wrong is said in one line
        self._scheduler, self._killed = scheduler, KilledWorker
        try:
            self._client = Client(scheduler, timeout=_ANSWER)
        except (OSError, ValueError, TimeoutError) as error:
            raise self._error(f'no Dask scheduler answers there ({in_one_line(error)})') from error
        try:
            self._client.wait_for_workers(1, timeout=_FIRST_WORKER)
        except TimeoutError as error:
            self.close()
            raise self._error('has no workers; start some with python -m dask worker') from error

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._client.close()

    def count(self) -> int:
        """How many workers there are."""
        return len(self._client.scheduler_info(n_workers=-1)['workers'])

    def dashboard(self) -> str | None:
        """Address of the page that shows the cluster at work, where its scheduler has one."""
        try:
            return self._client.dashboard_link
        except (KeyError, OSError):  # it was started without
            return None

    def outcomes(self, options: RunOptions, chunks: Iterator[Chunk]) -> Iterator[Outcome]:
        """Fit ``chunks``; yields an Outcome for each Sample. Two chunks a worker are with the cluster at a time.

        A chunk that killed workers again and again is given out once more, image by image.
        """
        executor = self._client.get_executor(pure=False)
        running: dict[Future, list[Task]] = {}
        in_flight, more = 2 * self.count(), True
        while running or more:
            while more and len(running) < in_flight:
                chunk = next(chunks, None)
                more = chunk is not None
                if chunk is not None:
                    yield from chunk.failed
                    running[executor.submit(fit_chunk, options, chunk.tasks)] = chunk.tasks
            for future in self._finished(running):
                tasks = running.pop(future)
                try:
                    yield from self._result(future)
                except self._killed:
                    if len(tasks) == 1:
                        yield failure(tasks[0].sample, InputError(_KILLED))
                    else:
                        running |= {executor.submit(fit_chunk, options, [task]): [task] for task in tasks}

    def _finished(self, running: Iterable[Future]) -> set[Future]:
        """Those of ``running`` that are through, at least one. Raises InputError where all workers stay away."""
        gone = 0
        while gone < _GONE:
            done = wait(running, timeout=1., return_when=FIRST_COMPLETED).done
            if done:
                return done
            gone = 0 if self.count() else gone + 1
        raise self._error(f'its workers are gone; {_GO_ON}')

    def _result(self, future: Future) -> list[Outcome]:
        try:
            return future.result()
        except (InputError, self._killed):
            raise
        except CancelledError as error:
            raise self._error(f'the scheduler is gone; {_GO_ON}') from error
        except Exception as error:
            raise self._error(f'its workers cannot do the work ({in_one_line(error)}); start scheduler and workers in '
                              'the checkout, by python -m dask, with the same packages') from error

    def _error(self, what: str) -> InputError:
        return InputError(f'--scheduler {self._scheduler}: {what}')
