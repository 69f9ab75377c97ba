"""Lists, objects and images in JSON, and what is none."""

import pytest

from lib.base.errors import InputError
from lib.keypoints.readers.json_values import as_dict, as_list, first_of, image_named, image_of, names_image, size_in


@pytest.mark.parametrize('value, kind', [
    (None, 'null'), ('x', 'text'), (True, 'true or false'), (1.5, 'a number'), (3, 'a number')])
def test_lists_and_objects(value, kind):
    assert as_list([1]) == [1] and as_dict({'a': 1}) == {'a': 1}
    for wanted in as_list, as_dict:
        with pytest.raises(InputError, match=f'where {kind} stands'):
            wanted(value)


def test_lists_are_no_objects():
    with pytest.raises(InputError, match='an object was wanted where a list stands'):
        as_dict([])
    with pytest.raises(InputError, match='a list was wanted where an object stands'):
        as_list({})


def test_first_of():
    assert first_of({'b': 0, 'c': 1}, ('a', 'b', 'c')) == 0
    assert first_of({}, ('a',)) is None


# Images


@pytest.mark.parametrize('entry, image', [
    ({'image_id': 3}, 3), ({'image_id': 3.}, 3), ({'file_name': 'a.jpg', 'frame': 9}, 'a.jpg'),
    ({'image_id': None, 'frame': 0}, 0), ({'frame_id': 7}, 7)])
def test_image_of(entry, image):
    assert names_image(entry) and image_of(entry) == image and type(image_of(entry)) is type(image)


def test_an_entry_of_no_image():
    assert not names_image({'image_id': None, 'x': 1})
    with pytest.raises(InputError, match='without image_id'):
        image_of({'image_id': None})


@pytest.mark.parametrize('value, words', [
    (True, 'true or false'), (1.5, 'a number'), (float('nan'), 'a number'), ([1], 'a list'), ({}, 'an object'),
    ('', 'text'), ('x' * 4097, 'text')])
def test_what_cannot_be_an_image(value, words):
    with pytest.raises(InputError, match=f'^image_id is {words}, wanted the name or number'):
        image_named('image_id', value)


def test_long_names_are_names():
    assert image_named('image', 'x' * 4096) == 'x' * 4096


@pytest.mark.parametrize('entry, size', [
    ({'width': 640, 'height': 480.}, (640, 480.)), ({'width': 640}, None), ({}, None),
    ({'width': 0, 'height': 480}, None), ({'width': True, 'height': 1}, None), ({'width': '640', 'height': 480}, None),
    ({'width': 640, 'height': float('nan')}, None), ({'width': 1e6, 'height': 480}, None)])
def test_sizes(entry, size):
    assert size_in(entry) == size
