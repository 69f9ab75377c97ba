"""Samples -> Chunks: how many images go to a worker at a time."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from ..inputs.decoding import Image
from ..inputs.sample import Images, Sample
from .task import Chunk, Task, failure

#: Images in a chunk at most: enough for the fits to share NumPy's overhead, few enough to report often; with chumpy's
#: minimiser each takes half a second.
LARGEST = {'dogleg': 512, 'chumpy': 32}
#: Images that several workers get all at once: fewer side by side would cost more than their waiting for each other.
_FEW = 128
#: Bytes of photographs' files after which a chunk ends.
CHUNK_BYTES = 64 << 20

TaskOf = Callable[[Sample], Task]


def sizes(images: int, workers: int, optimizer: str) -> Iterator[int]:
    """How many ``images`` the chunks have: in rounds of equal ones for all ``workers``.

    Several workers share half of what is left in each round, and the rest at last: so the quicker ones take more, and
    all end together.
    """
    while images > 0:
        share = _parts(images, workers)
        if workers > 1 and share > _FEW:
            share = _parts(share, 2)
        size = _parts(share, _parts(share, LARGEST[optimizer]))
        for _ in range(min(workers, _parts(images, size))):
            yield min(size, images)
            images -= size


def _parts(whole: int, part: int) -> int:
    """How many times ``part`` goes into ``whole``, or has to be taken for it."""
    return -(-whole // part)


def n_bytes(image: Image | Images) -> int:
    """How much memory an image takes, or those of several views."""
    if isinstance(image, tuple):
        return sum(map(n_bytes, image))
    return image.nbytes if isinstance(image, np.ndarray) else len(image)


def read_chunks(task_of: TaskOf, samples: Iterable[Sample], sizes: Iterable[int]) -> Iterator[Chunk]:
    """Read photographs as they are wanted: up to CHUNK_BYTES, or as many as ``sizes`` say, the last of them again and
    again."""
    chunk, total = Chunk([], []), 0
    coming = iter(sizes)
    size = next(coming, 1)
    for sample in samples:
        try:
            task = task_of(sample)
        except Exception as error:
            chunk.failed.append(failure(sample, error))
        else:
            chunk.tasks.append(task)
            total += n_bytes(task.image)
        if len(chunk.tasks) + len(chunk.failed) == size or total >= CHUNK_BYTES:
            yield chunk
            chunk, total = Chunk([], []), 0
            size = next(coming, size)
    if chunk.tasks or chunk.failed:
        yield chunk
