"""Label files of YOLO."""

import pytest

from lib.keypoints.reading import read_keypoints
from tests.keypoints.helpers import SIZE, assert_limbs, read, refused, rows


def label(name='coco17', i=0, width=3, more=()):
    shares = rows(name, i)
    shares[:, :2] /= SIZE
    return ' '.join(map(str, [0, .5, .5, .9, .9, *shares[:, :width].ravel(), *more])) + '\n'


@pytest.mark.parametrize('width', [2, 3])
@pytest.mark.parametrize('more', [(), (.9,), (.9, 7)])
def test_with_confidences_boxes_and_tracks_or_without(tmp_path, width, more):
    record, = read(tmp_path / 'a.txt', label(width=width, more=more) + '\n' + label(i=1, width=width, more=more))
    assert record.image == 'a' and record.by_file_name and record.people[0].shares and record.first == 1
    assert_limbs(record), assert_limbs(record, 1, person=1)
    assert record.people[0].keypoints[0].tolist() == [0., 0., 0.]  # Ultralytics puts what it did not find at 0, 0


def test_other_formats_and_an_empty_file(tmp_path):
    assert_limbs(read(tmp_path / 'a.txt', label('body25'), 'body25')[0])
    refused(tmp_path / 'a.txt', label('body25'), '80 numbers', '17 joints', '--format')
    record, = read(tmp_path / 'a.txt', '')
    assert record.people == () and record.error is None


@pytest.mark.parametrize('text, words', [
    ('0 0.5 0.5 0.9 0.9\n', 'line 1: 5 numbers'), ('person\n', "'person' is no label"), (label()[:-5] + 'x\n',
                                                                                         'no list of numbers')])
def test_what_is_wrong(tmp_path, text, words):
    refused(tmp_path / 'a.txt', text, words)


def test_a_bad_line_is_its_images_own(tmp_path):
    folder = tmp_path / 'labels'
    folder.mkdir()
    (folder / 'a.txt').write_text(label())
    (folder / 'b.txt').write_text('person\n')
    (folder / 'classes.txt').write_text('person\n')
    first, second = read_keypoints(str(folder))
    assert_limbs(first)
    assert second.image == 'b' and second.error.startswith(f'{folder / "b.txt"}: line 1: ')
