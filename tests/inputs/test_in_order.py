"""Keypoints without names of images: by order, and only where nothing speaks against it."""

import pytest

from lib.inputs.in_order import order_doubts
from lib.keypoints.found import Place
from tests.inputs.test_matching import Frames, Images, matched, refusal


def test_places_are_no_numbers_of_photographs():
    images = Images('im0001.jpg', 'im0002.jpg', 'im0004.jpg')
    found, notes = matched(images, *map(Place, range(3)))
    assert found == {'im0001.jpg': 0, 'im0002.jpg': 1, 'im0004.jpg': 2} and notes == []
    assert 'holds 2 entries without the name of an image, for 3 images' in refusal(images, *map(Place, range(2)))


def test_places_are_the_numbers_of_frames():
    found, _ = matched(Frames(3), *map(Place, range(2)))
    assert found == {'cam01_000000': 0, 'cam01_000001': 1}


@pytest.mark.parametrize('first', [0, 1])
def test_numbers_that_count_as_many_images(first):
    found, notes = matched(Images('im0001.jpg', 'im0002.jpg', 'im0004.jpg'), first + 2, str(first), first + 1)
    assert list(found.items()) == [('im0001.jpg', str(first)), ('im0002.jpg', first + 1), ('im0004.jpg', first + 2)]
    assert any(f'called {first} to {first + 2}' in note and 'taken in the order of their names' in note
               for note in notes)


def test_numbers_that_are_names_stay_so():
    images = Images('im0001.jpg', 'im0002.jpg', 'im0004.jpg')
    assert matched(images, 4, 1, 2)[0] == {'im0001.jpg': 1, 'im0002.jpg': 2, 'im0004.jpg': 4}
    assert matched(images, 1, 2)[0] == {'im0001.jpg': 1, 'im0002.jpg': 2}
    assert matched(Images('a0.jpg', 'a1.jpg', 'a2.jpg'), 2, 1, 0)[0] == {'a0.jpg': 0, 'a1.jpg': 1, 'a2.jpg': 2}
    assert matched(images, 0, 1, 2, 3)[0] == {'im0001.jpg': 1, 'im0002.jpg': 2}


def test_another_order_of_numbers_is_told():
    line, = order_doubts(['1.jpg', '10.jpg', '2.jpg'])
    assert '1.jpg, 10.jpg, 2.jpg' in line
    assert order_doubts(['01.jpg', '02.jpg', '10.jpg']) == order_doubts(['a.jpg', 'c.jpg', 'b2.jpg']) == []
