"""Keypoints find their images by name, number or order, and never another's."""

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.inputs.matching import match_records
from lib.keypoints.found import Record


class Images:
    """A source of images of which only the names are asked."""

    numbered, role = False, 'images'

    def __init__(self, *names, path='photos/val'):
        self.names, self.path, self.place = list(names), path, Path(os.path.abspath(path)).parts


class Frames(Images):
    numbered, role = True, 'video'

    def __init__(self, count, path='clips/cam01.mp4'):
        stem = Path(path).stem
        super().__init__(*[f'{stem}_{frame:06d}' for frame in range(count)], path=path)
        self.place = Path(os.path.abspath(path)).with_suffix('').parts


def record(image, file='k.json', **more):
    return Record(image, (object(),), file=file, **more)


def matched(images, *records):
    """What belongs to each image: the Record's image, or its error; and the notes."""
    matches = match_records([one if isinstance(one, Record) else record(one) for one in records], images, 'k.json')
    found = {images.names[position]: one.error or one.image for position, one in matches.records.items()}
    return found, matches.notes


def refusal(images, *records):
    with pytest.raises(InputError) as raised:
        matched(images, *records)
    return str(raised.value)


# Names


@pytest.mark.parametrize('images, names', [
    (['a.jpg', 'b.jpg'], ['b.jpg', 'a.jpg']), (['a.jpg', 'b.jpg'], ['a', 'b']),
    (['a.png', 'a.jpg', 'B.JPG'], ['a.jpg', 'a.png', 'b.jpg']),
    (['x1.jpg', 'x2.jpg'], ['x2', 'x1']), ([unicodedata.normalize('NFC', 'é.jpg'), 'a.jpg'],
    [unicodedata.normalize('NFD', 'é'), 'a']),
    (['a.jpg'], ['a.jpg', ]), (['a.jpg', 'b.jpg'], ['C:\\photos\\b.jpg', '/home/me/a.jpg'])])
def test_by_name(images, names):
    found, notes = matched(Images(*images), *names)
    assert len(found) == len(images) and not notes
    for image, name in found.items():
        name = unicodedata.normalize('NFC', name).replace('\\', '/').split('/')[-1].lower()
        assert unicodedata.normalize('NFC', image).lower().startswith(name.split('.')[0])
        assert '.' not in name or images.count(name) == 0 or name == image


def test_images_without_keypoints_and_keypoints_without_images():
    found, (note,) = matched(Images('a.jpg', 'b.jpg'), 'a', 'c', 'd', 'e', 'f')
    assert found == {'a.jpg': 'a'}
    assert 'c, d, e and 1 more' in note and 'not used' in note and 'photos/val' in note


def test_numbers_of_other_frames():
    """As many as the clip has, from 3 on: all but three find a frame, and none its own."""
    matches = match_records([record(f'{i}') for i in range(3, 15)], Frames(12), 'k.json')
    assert matches.doubts == ['keypoints are numbered from 2 to 13, the frames from 0 to 11: they may be those of '
                              'other frames']
    assert match_records([record(f'{i}') for i in range(1, 13)], Frames(12), 'k.json').doubts == []


def test_numbers_that_are_one_off():
    """Keypoints counted from 0, images from 1: all but one find an image, and none its own."""
    images = Images(*(f'im{i}.jpg' for i in range(1, 5)))
    matches = match_records([record(f'im{i}.jpg') for i in range(4)], images, 'k.json')
    assert matches.doubts == ['keypoints are there for im0.jpg and not for im4.jpg: their numbers may be one off']
    assert match_records([record(f'im{i}.jpg') for i in (1, 2, 4, 5)], images, 'k.json').doubts == []


def test_keypoints_of_other_images():
    text = refusal(Images('a.jpg'), 'b', 'c')
    assert "for 'b'" in text and 'a.jpg' in text
    assert 'holds no keypoints' in refusal(Images('a.jpg'))


def test_a_name_of_two_images_is_neithers():
    found, _ = matched(Images('a.png', 'a.jpg', 'b.jpg'), 'a', 'b')
    assert found['b.jpg'] == 'b'
    assert "'a'" in found['a.png'] == found['a.jpg'] and 'another image' in found['a.png']


def test_a_like_name_beside_the_same_is_said():
    found, (note,) = matched(Images('a.jpg', 'b.jpg'), 'a.jpg', 'A.jpg', 'b.jpg')
    assert found == {'a.jpg': 'a.jpg', 'b.jpg': 'b.jpg'} and 'A.jpg' in note and 'nearer' in note


# The same name more than once


def test_two_files_for_one_image():
    """An image's keypoints in two files are not put together: who is there twice would be fitted twice."""
    found, _ = matched(Images('a.jpg', 'b.jpg'), record('a', 'x/a.json'), record('a', 'x/a_keypoints.json'), 'b')
    assert found['b.jpg'] == 'b'
    assert 'more than once' in found['a.jpg'] and 'x/a.json, x/a_keypoints.json' in found['a.jpg']


def test_the_longest_matching_path_decides():
    """Of two folders that have the same names, those of the images' own folder are meant; the rest is said."""
    images = Images('1.jpg', '2.jpg', path='data/val')
    found, (note,) = matched(images, 'train/1.jpg', 'val/1.jpg', 'train/2.jpg', 'x/data/val/2.jpg')
    assert found['2.jpg'] == 'x/data/val/2.jpg' and 'train/1.jpg' in note
    found, _ = matched(Images('1.jpg', path='data/val'), 'train/1.jpg', 'val/1.jpg')
    assert found == {'1.jpg': 'val/1.jpg'}
    found, _ = matched(Images('1.jpg', path='data/val'), 'val/1.jpg', 'data/val/1.jpg')
    assert found == {'1.jpg': 'data/val/1.jpg'}


def test_another_folders_keypoints_do_not_fill_in():
    """2.jpg of the folder train is not 2.jpg of val, though that has no keypoints of its own."""
    found, (note,) = matched(Images('1.jpg', '2.jpg', path='data/val'), 'val/1.jpg', 'train/2.jpg')
    assert found == {'1.jpg': 'val/1.jpg'} and 'train/2.jpg' in note


def test_a_clash_of_folders_that_are_both_strange():
    found, _ = matched(Images('1.jpg', '2.jpg', path='data/val'), 'a/1.jpg', 'b/1.jpg', 'b/2.jpg')
    assert found['2.jpg'] == 'b/2.jpg'
    assert 'more than once' in found['1.jpg'] and 'a/1.jpg, b/1.jpg' in found['1.jpg']


def test_a_folder_that_is_called_otherwise_does_no_harm():
    assert matched(Images('1.jpg', '2.jpg'), '/home/x/1.jpg', '/home/x/2.jpg')[0].keys() == {'1.jpg', '2.jpg'}


# Numbers


def test_by_number():
    images = Images('COCO_val2014_000000000139.jpg', '000000000285.jpg', 'x.jpg')
    assert matched(images, 139, 285)[0] == {images.names[0]: 139, images.names[1]: 285}
    assert matched(images, '139', '285.jpg')[0] == {images.names[0]: '139', images.names[1]: '285.jpg'}


def test_a_name_goes_before_a_number():
    found, (note,) = matched(Images('a1.jpg', 'b2.jpg'), 'a1', 1, 2)
    assert found == {'a1.jpg': 'a1', 'b2.jpg': 2} and '1' in note


def test_a_number_of_two_images_is_neithers():
    found, _ = matched(Images('a1.jpg', 'b1.jpg', 'c2.jpg'), 1, 2)
    assert found['c2.jpg'] == 2 and 'another image' in found['a1.jpg'] == found['b1.jpg']


def test_numbers_that_begin_elsewhere_are_said():
    found, (note,) = matched(Images('im1.jpg', 'im2.jpg', 'im3.jpg'), 0, 1, 2)
    assert found == {'im1.jpg': 0, 'im2.jpg': 1, 'im3.jpg': 2}
    assert 'counts from 0, the images from 1' in note


def test_numbers_that_have_nothing_to_do_with_the_images():
    assert 'wanted those of im1.jpg' in refusal(Images('im1.jpg', 'im2.jpg'), 500, 501)


# Order, and a single image


def test_nameless_ones_in_order():
    assert matched(Images('a.jpg', 'b.jpg'), None, None)[0].keys() == {'a.jpg', 'b.jpg'}
    assert 'holds 1 entry without the name of an image, for 2 images' in refusal(Images('a.jpg', 'b.jpg'), None, 'b')
    assert '3 entries' in refusal(Images('a.jpg', 'b.jpg'), None, None, None)


def test_an_entry_that_belongs_to_nobody_is_said():
    found, (note,) = matched(Images('a.jpg'), 'a', Record(None, error='entry 3 has no image_id'))
    assert found == {'a.jpg': 'a'} and 'entry 3 has no image_id' in note


def test_one_image_and_one_file_of_another_name():
    found, (note,) = matched(Images('a.jpg'), record('pose', by_file_name=True))
    assert found == {'a.jpg': 'pose'} and 'another name' in note
    assert matched(Images('a.jpg'), record('a', by_file_name=True)) == ({'a.jpg': 'a'}, [])
    assert matched(Images('a.jpg'), record(None)) == ({'a.jpg': None}, [])
    refusal(Images('a.jpg'), record('pose'))  # the file itself says that it is another image's


# Frames


@pytest.mark.parametrize('name', ['cam01.{:04d}', 'cam01_{:012d}', '{}', '{}.jpg', 'frame_{:04d}_v2', 'other_{:04d}'])
def test_frames_by_their_last_number(name):
    found, notes = matched(Frames(12), *[name.format(frame) for frame in range(12)])
    assert found == {f'cam01_{frame:06d}': name.format(frame) for frame in range(12)} and not notes


def test_frames_that_are_counted_from_one():
    """Also where a frame's own name would be another's by its number."""
    found, (note,) = matched(Frames(12), *[f'cam01_{frame:06d}' for frame in range(1, 13)])
    assert found == {f'cam01_{frame:06d}': f'cam01_{frame + 1:06d}' for frame in range(12)}
    assert 'counts from 1, the images from 0' in note


def test_frames_of_a_tool_that_counts_from_one():
    found, notes = matched(Frames(3), *[record(f'cam01_{frame}', first=1) for frame in (1, 2, 3)])
    assert found['cam01_000000'] == 'cam01_1' and not notes


def test_frames_of_another_clip():
    """And a clip's name that begins with this one's."""
    found, notes = matched(Frames(2), 'cam01.0', 'cam02.0', 'cam01.1', 'cam02.1', 'cam011.0')
    assert found == {'cam01_000000': 'cam01.0', 'cam01_000001': 'cam01.1'} and 'cam02.0, cam02.1, cam011.0' in notes[0]


def test_a_frame_that_is_there_twice():
    found, _ = matched(Frames(2), 'x.0', 'y.0', 'x.1')
    assert found['cam01_000001'] == 'x.1' and 'more than once' in found['cam01_000000']


def test_frames_without_keypoints_and_keypoints_without_frames():
    found, notes = matched(Frames(4), 'cam01.0', 'cam01.2', 'cam01.7')
    assert found == {'cam01_000000': 'cam01.0', 'cam01_000002': 'cam01.2'}
    assert any('2 of the 4 frames' in note for note in notes) and any('cam01.7' in note for note in notes)


# Anything


IMAGES = st.lists(st.sampled_from(['a.jpg', 'A.jpg', 'a.png', 'b1.jpg', '1.jpg', '01.jpg', 'é.jpg', '#.jpg']),
                  min_size=1, max_size=5, unique=True)
ANY_IMAGE = (st.none() | st.integers() | st.text(max_size=6)
             | st.sampled_from(['a', 'b/a.jpg', 'val/a.jpg', '1', '\\', '/', 'a.jpg']))


@given(IMAGES, st.lists(ANY_IMAGE, max_size=6), st.booleans())
@settings(max_examples=200, deadline=1000)
def test_any_names(images, names, numbered):
    """Every image has a Record of its own, or an error, or none; nobody is given to two images."""
    source = Frames(len(images)) if numbered else Images(*images)
    records = [record(name, file=f'{i}.json') for i, name in enumerate(names)]
    try:
        matches = match_records(records, source, 'k.json')
    except InputError as error:
        assert len(str(error).splitlines()) == 1
        return
    given_away = [id(one) for one in matches.records.values() if one.error is None]
    assert len(given_away) == len(set(given_away)) and set(given_away) <= {id(one) for one in records}


def test_frames_that_are_one_in_two():
    """Numbered by themselves, they would be those of the clip's first half."""
    def doubts(count):
        return match_records([record(f'cam01_{i:04d}') for i in range(count)], Frames(24), 'k').doubts
    assert doubts(12) == ['keypoints are numbered from 0 to 11, of 24 frames: they may be those of one frame in 2']
    assert doubts(11) == doubts(24) == []
    assert doubts(48) == ['keypoints are numbered from 0 to 47, and the clip has 24 frames: it may be one in 2 of '
                          'those that the keypoints are of']


@pytest.mark.parametrize('first, count, taken', [(0, 3, True), (1, 3, True), (2, 3, False), (0, 2, False),
                                                 (0, 4, False)])
def test_frames_of_a_folder_and_keypoints_of_its_clip(first, count, taken):
    """Saved under another name than the clip's: by their numbers, where these are just those of the frames."""
    records = [record(f'clip_{number:012d}') for number in range(first, first + count)]
    folder = Images('f_0000.jpg', 'f_0001.jpg', 'f_0002.jpg')
    with pytest.raises(InputError, match='and the like in'):
        match_records(records, folder, 'k')  # photographs are no frames
    folder.numbered = True
    if not taken:
        with pytest.raises(InputError, match='and the like in'):
            match_records(records, folder, 'k')
        return
    found = match_records(records[::-1], folder, 'k')
    assert {position: one.image for position, one in found.records.items()} == {
        position: one.image for position, one in enumerate(records)}
    assert len(found.notes) == 1 and 'by their numbers likewise' in found.notes[0] and not found.unused
