"""Many Samples -> many Outcomes: in this process, on others, or on a Dask cluster.

Work is handed out in chunks as it is wanted, so that memory does not grow with the data set. ``task_of(sample)`` gives
the Task of a Sample, with its photograph.
"""

import contextlib
import os
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace

from ..inputs.sample import Sample
from . import pool
from .chunks import TaskOf, read_chunks, sizes
from .cluster import Cluster
from .earlier import Earlier, nothing
from .machine import worker_count
from .stopping import Held
from .task import Chunk, Outcome, RunOptions, Task
from .worker import Fitter

Outcomes = Generator[Outcome, None, None]  # to be closed where not all are wanted


def outcomes(samples: Sequence[Sample], task_of: TaskOf, options: RunOptions, workers: int | None = 1,
             say: Callable[[str], None] = print, held: Held = contextlib.nullcontext) -> Outcomes:
    """Fit ``samples`` on ``workers`` processes (None: as many as sensible); yields Outcomes in no certain order.

    ``say`` is told what is not as wished. Signals wait while ``held()`` is entered.
    """
    count = _count(workers, samples, say)
    yield from _carried_out(_chunks(samples, task_of, options, count), options, count, say, held)


def outcomes_of_frames(samples: Sequence[Sample], task_of: TaskOf, options: RunOptions, earlier: Earlier,
                       workers: int | None = 1, say: Callable[[str], None] = print,
                       held: Held = contextlib.nullcontext) -> Outcomes:
    """The same for frames of a video, each of which starts from the last: they are fitted one by one by this process,
    and their pictures made by ``workers`` beside it."""
    fitter = Fitter(options)
    count = _count(workers, samples, say) if options.render else 1
    if count == 1:
        yield from outcomes_in_order(samples, task_of, fitter, earlier)
    else:
        yield from _carried_out(_fitted_in_order(samples, task_of, fitter, earlier), options, count, say, held)


def outcomes_of_cluster(samples: Sequence[Sample], task_of: TaskOf, options: RunOptions, scheduler: str,
                        say: Callable[[str], None] = print) -> Outcomes:
    """The same on the Dask cluster whose scheduler has the address ``scheduler``."""
    options = replace(options, model_dir=os.path.abspath(options.model_dir))  # its workers may run elsewhere
    with contextlib.closing(Cluster(scheduler)) as cluster:
        dashboard = cluster.dashboard()
        if dashboard is not None:
            say(f"Dask's dashboard: {dashboard}")
        yield from cluster.outcomes(options, _chunks(samples, task_of, options, max(1, cluster.count())))


def outcomes_in_order(samples: Sequence[Sample], task_of: TaskOf, fitter: Fitter,
                      earlier: Earlier = nothing) -> Outcomes:
    """The same one by one in this process: what is watched, and frames that nobody else makes pictures of."""
    for chunk in _in_order(samples, task_of, fitter, earlier):
        yield from chunk.failed
        yield from fitter.run(chunk.tasks)


def _fitted_in_order(samples: Sequence[Sample], task_of: TaskOf, fitter: Fitter, earlier: Earlier) -> Iterator[Chunk]:
    """A Chunk of what is left to do for each of ``samples`` when ``fitter`` has fitted it."""
    for chunk in _in_order(samples, task_of, fitter, earlier):
        done = [fitter.fit(task) for task in chunk.tasks]
        yield Chunk([task for task in done if isinstance(task, Task)],
                    [*chunk.failed, *(outcome for outcome in done if isinstance(outcome, Outcome))])


def _in_order(samples: Sequence[Sample], task_of: TaskOf, fitter: Fitter, earlier: Earlier) -> Iterator[Chunk]:
    """A Chunk for each of ``samples``, before which ``fitter`` is told what the frames around it were fitted before."""
    recalled: set[int] = set()
    for sample in samples:
        if sample.frame is not None:
            for frame in {sample.frame - 1, sample.frame} - recalled:
                for person, result in earlier(frame):
                    fitter.recall(person, result)
            recalled |= {sample.frame - 1, sample.frame}
        yield from read_chunks(task_of, [sample], [1])


def _count(workers: int | None, samples: Sequence[Sample], say: Callable[[str], None]) -> int:
    """How many processes work on ``samples`` where ``workers`` are wished for."""
    count = worker_count(workers, len(samples))
    if workers is not None and count < min(workers, len(samples)):
        say(f'--workers {workers}: {count} used, as many as cores and memory suffice for')
    return count


def _carried_out(chunks: Iterator[Chunk], options: RunOptions, count: int, say: Callable[[str], None],
                 held: Held) -> Outcomes:
    """What becomes of ``chunks`` on ``count`` processes."""
    if count > 1:
        try:
            yield from pool.outcomes(options, chunks, count, held)
            return
        except pool.NoProcesses as error:
            say(f'{error}; this process does all the work')
    fitter = Fitter(options)
    for chunk in chunks:
        yield from chunk.failed
        yield from fitter.run(chunk.tasks)


def _chunks(samples: Sequence[Sample], task_of: TaskOf, options: RunOptions, count: int) -> Iterator[Chunk]:
    """``samples`` for ``count`` workers."""
    return read_chunks(task_of, samples, sizes(len(samples), count, options.fit.optimizer))
