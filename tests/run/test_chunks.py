"""How many images go to a worker at a time, and how they are read."""

import pytest

from lib.base.errors import InputError
from lib.run import chunks
from lib.run.chunks import read_chunks, sizes
from lib.run.task import Task
from tests.run.test_batch import samples_of


def task(sample):
    return Task(sample, b'')


@pytest.mark.parametrize('count, workers, optimizer, wanted', [
    (8, 2, 'chumpy', [4, 4]), (9, 2, 'chumpy', [5, 4]), (3, 2, 'chumpy', [2, 1]), (1, 1, 'chumpy', [1]),
    (0, 1, 'chumpy', []), (64, 2, 'chumpy', [32, 32]), (66, 2, 'chumpy', [17, 17, 16, 16]),
    (200, 2, 'dogleg', [100, 100]), (512, 1, 'dogleg', [512]), (513, 1, 'dogleg', [257, 256]),
    (1100, 2, 'dogleg', [275, 275, 138, 138, 69, 69, 68, 68]), (1000, 8, 'dogleg', [125] * 8)])
def test_several_workers_get_as_much_in_chunks_that_grow_smaller(count, workers, optimizer, wanted):
    samples = samples_of(count)
    chunks = list(read_chunks(task, samples, sizes(count, workers, optimizer)))
    assert [len(chunk.tasks) for chunk in chunks] == wanted
    assert [task.sample.index for chunk in chunks for task in chunk.tasks] == list(range(count))


@pytest.mark.parametrize('workers', [1, 2, 3, 7])
@pytest.mark.parametrize('optimizer, largest, few', [('dogleg', 512, 128), ('chumpy', 32, 32)])
def test_sizes_of_any_number_of_images(workers, optimizer, largest, few):
    for images in range(1, 3000, 37):
        found = list(sizes(images, workers, optimizer))
        assert sum(found) == images and 0 < min(found) and max(found) <= largest
        assert workers == 1 or max(found[-workers:]) <= few, 'nobody waits long for the last'


def test_chunks_of_large_files_end_early(monkeypatch):
    monkeypatch.setattr(chunks, 'CHUNK_BYTES', 100)
    found = list(read_chunks(lambda sample: Task(sample, bytes(40)), samples_of(10), [9, 2]))
    assert [len(chunk.tasks) for chunk in found] == [3, 2, 2, 2, 1]


def test_what_cannot_be_read_fails_alone():
    def read(sample):
        if sample.index == 1:
            raise InputError('1.jpg: gone')
        if sample.index == 2:
            raise OSError('a disk that nobody thought of')
        return Task(sample, b'image')
    chunk, = read_chunks(read, samples_of(4), [4])
    assert [task.sample.index for task in chunk.tasks] == [0, 3]
    assert [outcome.row['message'] for outcome in chunk.failed] == [
        '1.jpg: gone', '2.jpg: unexpected OSError: a disk that nobody thought of']


def test_photographs_are_read_when_they_are_needed():
    read = []
    coming = read_chunks(lambda sample: read.append(sample.index) or task(sample), samples_of(200), [100])
    next(coming)
    assert len(read) == 100
