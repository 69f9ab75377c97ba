"""Names with something around an image's."""

import pytest

from lib.inputs.affixes import pair_within
from tests.inputs.test_matching import Images, matched, refusal


def pairs(names, images):
    return {images[image]: names[name] for image, name in pair_within(names, images).items()}


@pytest.mark.parametrize('around', ['{}_pose', 'resized_{}', '3f2a-{}', 'IMG {} (2)', 'x{}'])
def test_the_same_around_all(around):
    images = ['1', '2', '10', '21']
    names = [around.format(image) for image in reversed(images)]
    assert pairs(names, images) == dict(zip(reversed(images), names))
    assert pairs(images, names) == dict(zip(reversed(names), images))


def test_something_else_around_each():
    images = ['im0001.jpg', 'im0002.jpg']
    names = ['9b71-im0002.jpg', 'im0001_jpg.rf.0a1b2c3d.jpg']
    assert pairs(names, images) == dict(zip(reversed(images), names))


@pytest.mark.parametrize('names, images', [
    (['a_b.jpg'], ['a.jpg', 'b.jpg']), (['im0001_a', 'im0001_b'], ['im0001.jpg']), (['take 3 of 7'], ['3.jpg']),
    (['im00010'], ['im0001.jpg']), (['x'], ['y.jpg']), (['_'], ['a.jpg']),
    (['im1_l', 'im1_r', 'im2_l', 'im2_r'], ['im1.jpg', 'im2.jpg'])])
def test_nothing_is_guessed(names, images):
    assert pairs(names, images) == {}


def test_many_names_take_no_time():
    images = [f'im{i:05d}.jpg' for i in range(3000)]
    assert len(pairs([f'made by me {image}' for image in images], images)) == 3000


def test_it_is_said():
    found, notes = matched(Images('im0001.jpg', 'im0002.jpg'), 'im0002_pose', 'im0001_pose')
    assert found == {'im0001.jpg': 'im0001_pose', 'im0002.jpg': 'im0002_pose'}
    assert notes == ['k.json: what is called im0001_pose is taken for im0001.jpg, and 1 more likewise']
    assert 'take 3' in refusal(Images('3.jpg', '4.jpg'), 'take 3 of 7')
