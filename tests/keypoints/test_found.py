"""What a file holds, by image: people and errors grouped, and the small readers that all kinds share."""

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.containers import COCO, MMPOSE_DEMO
from lib.keypoints.formats import FORMATS
from lib.keypoints.found import Found, Person, Record, attempt, nobody, numbers, person, rows_of, single

ROWS = np.arange(9.).reshape(3, 3)


def somebody(place='entry 0'):
    return person(place, ROWS)


def records(*entries, **options):
    return Found(COCO, entries, **options).records('f.json', 'f')


def shown(record):
    return record.image, [person.place for person in record.people], record.error, record.by_file_name


# Grouping


def test_people_by_image_in_order_of_their_first():
    assert [shown(record) for record in records(
        ('b', somebody('0')), ('a', somebody('1')), ('b', somebody('2')))] == [
            ('b', ['0', '2'], None, False), ('a', ['1'], None, False)]


def test_an_image_without_people():
    assert [shown(record) for record in records(('a', None), ('b', somebody('0')))] == [
        ('a', [], None, False), ('b', ['0'], None, False)]


def test_people_without_an_image_are_of_that_which_the_file_is_named_after():
    record, = records((None, somebody('0')), (None, somebody('1')))
    assert shown(record) == ('f', ['0', '1'], None, True)
    assert (record.file, record.container, record.first) == ('f.json', COCO, 0)


def test_rows_of_one_image_are_the_files():
    record, = records((0, somebody()), unnamed=True)
    assert record.image == 'f' and record.by_file_name
    assert [record.image for record in records((0, somebody()), (1, somebody()), unnamed=True)] == [None, None]


def test_the_first_error_of_an_image_is_its_own():
    first, second = records(('a', somebody()), ('a', InputError('one')), ('a', InputError('two')), ('b', somebody()))
    assert first.error == 'f.json: one' and second.error is None


def test_what_belongs_to_no_image_comes_last_and_is_lost():
    named, *lost = records((None, InputError('x')), ('a', somebody()), (None, somebody('entry 2')))
    assert shown(named) == ('a', ['entry 0'], None, False) and not named.lost
    assert [(record.error, record.lost) for record in lost] == [
        ('f.json: x', True), ('f.json: entry 2: no image is named for it', True)]


def test_a_file_of_nothing_but_errors_is_its_image():
    record, = records((None, InputError('x')))
    assert shown(record) == ('f', [], 'f.json: x', True)
    assert records() == []


def test_a_refused_row_keeps_its_place():
    first, second = records((0, InputError('line 1: x')), (1, somebody()), unnamed=True)
    assert (first.image, first.error, first.lost) == (None, 'f.json: line 1: x', False)
    assert second.people and second.error is None


def test_where_a_tools_frames_begin():
    record, = Found(MMPOSE_DEMO, [(1, somebody())]).records('f.json', 'f')
    assert record.first == 1


@pytest.mark.parametrize('record, lost', [
    (Record(None, error='x'), True), (Record('a', error='x'), False), (Record(None), False),
    (Record(None, error='x', container=COCO), False)])
def test_lost(record, lost):
    assert record.lost == lost


# People


def test_person():
    found = person('entry 3', ROWS, layout=FORMATS['lsp'])
    np.testing.assert_array_equal(found.keypoints, ROWS)
    assert (found.place, found.layout, found.shares) == ('entry 3', FORMATS['lsp'], False)


def test_confidence_is_the_last_of_three_else_what_is_given_else_1():
    assert person('', ROWS[:, :2]).keypoints[:, 2].tolist() == [1., 1., 1.]
    assert person('', np.ones((2, 4))).keypoints.tolist() == [[1., 1., 1.]] * 2
    assert person('', ROWS, np.array([.1, .2, .3])).keypoints[:, 2].tolist() == [.1, .2, .3]
    with pytest.raises(InputError, match='2 confidences for 3 joints'):
        person('', ROWS, np.ones(2))
    with pytest.raises(InputError, match='3 confidences for 3 joints'):
        person('', ROWS, np.ones((3, 1)))


def test_nobody():
    assert nobody('entry 1').keypoints.shape == (0, 3) and nobody('entry 1').place == 'entry 1'


def test_attempt():
    def read(place, word):
        if word == 'bad':
            raise InputError('why')
        return Person(ROWS, f'{place} {word}')
    assert attempt('entry 1', read, 'good').place == 'entry 1 good'
    error = attempt('entry 1', read, 'bad')
    assert isinstance(error, InputError) and str(error) == 'entry 1: why'


def test_single():
    somebody_there = somebody()
    assert list(single('a', [somebody_there])) == [('a', None), ('a', somebody_there)]
    assert list(single('a', [])) == [('a', None)]


# Values


def test_numbers():
    assert np.isnan(numbers([1, None])[1]) and numbers([1, None])[0] == 1.


@pytest.mark.parametrize('values', [['a'], [[1], [1, 2]], {}, [{}], [10 ** 400]])
def test_no_numbers(values):
    with pytest.raises(InputError, match='no list of numbers'):
        numbers(values)


@pytest.mark.parametrize('values, width, shape', [
    ([1, 2, 3, 4, 5, 6], 3, (2, 3)), ([1, 2, 3, 4, 5, 6], 2, (3, 2)), ([[1, 2]], 3, (1, 2)),
    ([[1, 2, 3, 4]], 3, (1, 4)), ([], 3, (0, 3))])
def test_rows_of(values, width, shape):
    assert rows_of(values, width).shape == shape


@pytest.mark.parametrize('values, words', [
    ([1, 2, 3, 4], '4 keypoint numbers, wanted 3'), ([[1, 2, 3, 4, 5]], '5 keypoint numbers'), (7, '1 keypoint'),
    ([[[1, 2, 3]]], '3 keypoint numbers')])
def test_no_rows(values, words):
    with pytest.raises(InputError, match=words):
        rows_of(values)
