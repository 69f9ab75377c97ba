"""Names in files and the images that they mean."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.inputs.names import pair, some, stem_of

NFC, NFD = (unicodedata.normalize(form, 'Jürgen é') for form in ('NFC', 'NFD'))


@pytest.mark.parametrize('name, image', [
    ('a.jpg', 'a.jpg'), (f'{NFD}.jpg', f'{NFC}.jpg'), (f'{NFC}.jpg', f'{NFD}.jpg'), ('a', 'a.jpg'), ('a.png', 'a.jpg'),
    ('b.jpg', 'B.JPG'), ('B', 'b.jpeg'), (NFD.upper(), f'{NFC}.png'), ('STRASSE.jpg', 'straße.jpg'),
    ('cam01.0000', 'cam01.0000.png'), ('a', 'a'), ('a%20b.jpg', 'a b.jpg'), ('a_b', 'A b.jpg'), ('im1', 'im0001.jpg'),
    ('im10-2.jpg', 'im010_02.png'), ('a.jpg.json', 'a.jpg'), (' a.jpg ', 'a.jpg'), ('a.jpg?w=3', 'a.jpg')])
def test_one_name_and_one_image(name, image):
    assert pair(['other', name], ['strange.jpg', image]).found == {1: [1]}


@pytest.mark.parametrize('name, image', [('a.jpg', 'b.jpg'), ('cam01.0000', 'cam01.0001.png'), ('1', '01.jpg'),
                                         ('cam01.0000', 'cam01.png'), ('', 'a.jpg'),
                                         ('im10', 'im01.jpg'), ('im100', 'im1.jpg'), ('a1', 'a_1.jpg')])
def test_others_are_left(name, image):
    pairing = pair([name], [image])
    assert pairing.found == {} and pairing.left == [0] and pairing.ambiguous == {} and pairing.beaten == {}


def test_the_same_name_goes_before_a_like_one():
    """Each of three images has its own, whatever comes first."""
    images = ['a.png', 'a.jpg', 'A.jpg']
    assert pair(['A.jpg', 'a.jpg', 'a.png'], images).found == {2: [0], 1: [1], 0: [2]}


def test_a_later_way_takes_no_image_from_an_earlier_one():
    pairing = pair(['B.JPG', 'b.jpg'], ['b.jpg'])
    assert pairing.found == {0: [1]} and pairing.left == [0] and pairing.beaten == {0: 0}


@pytest.mark.parametrize('images', [['a.png', 'a.jpg'], ['A.jpg', 'A.PNG']])
def test_what_may_mean_two_images_means_neither(images):
    pairing = pair(['a'], images)
    assert pairing.found == {} and pairing.ambiguous == {0: 0, 1: 0} and pairing.left == [0]


def test_an_image_that_is_named_is_not_in_doubt():
    """``a`` might mean either; the first is named by another, and is not the only one that ``a`` may mean."""
    pairing = pair(['a', 'a.png'], ['a.png', 'a.jpg'])
    assert pairing.found == {0: [1]} and pairing.ambiguous == {1: 0} and pairing.beaten == {}


def test_two_names_of_one_image_are_both_told():
    assert pair(['a.jpg', 'a.jpg'], ['a.jpg']).found == {0: [0, 1]}
    assert pair(['a.png', 'a.jpeg'], ['a.jpg']).found == {0: [0, 1]}


@pytest.mark.parametrize('name, stem', [('a.jpg', 'a'), ('a.b.JPEG', 'a.b'), ('a', 'a'), ('cam01.0000', 'cam01.0000'),
                                        ('a.HEIC', 'a'), ('.jpg', '.jpg'), ('a.v2', 'a.v2')])
def test_stem(name, stem):
    assert stem_of(name) == stem


def test_some():
    assert some(['a']) == 'a' and some(['a', 'b', 'c']) == 'a, b, c' and some(list('abcde')) == 'a, b, c and 2 more'


NAMES = st.lists(st.text('aAé.jpgB', max_size=6).map(lambda name: name + '.jpg') | st.text(max_size=3), max_size=6)


@given(NAMES, NAMES)
@settings(max_examples=200, deadline=1000)
def test_every_name_is_found_or_left(names, images):
    """And the same name always finds an image of that name."""
    pairing = pair(names, images)
    assert sorted([*pairing.left, *sum(pairing.found.values(), [])]) == list(range(len(names)))
    assert not set(pairing.found) & set(pairing.ambiguous) and set(pairing.beaten) <= set(pairing.left)
    for position, image in enumerate(images):
        if images.count(image) == 1 and image in names:
            assert {names[number] for number in pairing.found[position]} == {image}
