"""Files by any name, packed, in other encodings, and folders of them."""

import gzip
import json

import numpy as np
import pytest

from lib.base.errors import InputError
from lib.keypoints.reading import read_keypoints
from tests.keypoints.helpers import assert_limbs, flat, rows

TABLE = ','.join(map(str, ['a.jpg', *flat('coco17')])) + '\n'
RESULTS = json.dumps([{'image_id': 'a.jpg', 'keypoints': flat('coco17')}])
YOLO = ' '.join(map(str, [0, .5, .5, .5, .5, *(rows('coco17') / [120, 160, 1]).ravel()]))


@pytest.mark.parametrize('text', [TABLE, RESULTS, YOLO, ''.join(f'{x} {y} {c}\n' for x, y, c in rows('coco17'))],
                         ids=['table', 'JSON', 'YOLO', 'rows'])
@pytest.mark.parametrize('name', ['a.txt', 'a.out', 'a', 'a.txt.gz'])
@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig', 'utf-16'])
def test_text_by_its_content(tmp_path, text, name, encoding):
    data = text.encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith('.gz') else data)
    record, = read_keypoints(str(tmp_path / name))
    assert record.image in ('a', 'a.jpg') and record.error is None
    assert_limbs(record)


def test_arrays_by_their_first_bytes(tmp_path):
    for save, name in ((np.save, 'a.npy'), (np.savez, 'a.npz')):
        save(tmp_path / name, rows('coco17'))
        (tmp_path / name).rename(tmp_path / 'found.data')
        assert_limbs(read_keypoints(str(tmp_path / 'found.data'))[0])


@pytest.mark.parametrize('content, words', [(b'\0\1', 'wanted a .json'), (b'\xff\xd8\xff\0', 'wanted a .json'),
                                            (gzip.compress(b'x' * 99)[:-9], 'cut short'),
                                            (b'\x1f\x8b' + 20 * b'?', 'damaged gzip'),
                                            (b'\x89HDF\r\n\x1a\n', 'HDF5.*save_as_csv')])
def test_what_is_none_of_these(tmp_path, content, words):
    (tmp_path / ('a.csv.gz' if b'\x1f' in content else 'a.jpg')).write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_keypoints(str(next(tmp_path.iterdir())))


@pytest.mark.parametrize('suffix', ['.npy', '.npz', '.csv', '.txt'])
def test_a_folder_with_an_image_in_each_file(tmp_path, suffix):
    for i, name in enumerate('ba'):
        people = np.array([rows('coco17', i), rows('coco17', i + 5)])
        if suffix == '.npy':
            np.save(tmp_path / name, people)
        elif suffix == '.npz':
            np.savez(tmp_path / name, keypoints=people)
        else:
            np.savetxt(tmp_path / f'{name}{suffix}', people.reshape(2, -1), delimiter=',')
    (tmp_path / 'README.txt').write_text('made by hand')
    first, second = read_keypoints(str(tmp_path))
    assert (first.image, second.image) == ('a', 'b') and len(first.people) == 2
    assert_limbs(first, 1), assert_limbs(second, 5, person=1)
