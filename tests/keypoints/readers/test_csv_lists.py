"""Lists in cells."""

import csv

import numpy as np
import pytest

from tests.keypoints.helpers import assert_limbs, flat, read, rows


@pytest.mark.parametrize('print_', [
    lambda i: str(rows('coco17', i).tolist()), lambda i: str(flat('coco17', i)),
    lambda i: str(np.where(rows('coco17', i) > 0, rows('coco17', i), np.nan).tolist()),
    lambda i: np.array2string(rows('coco17', i), threshold=9999),
    lambda i: np.array2string(np.ceil(rows('coco17', i)), threshold=9999)], ids=range(5))
@pytest.mark.parametrize('delimiter', [',', ';'])
def test_lists_in_cells(tmp_path, print_, delimiter):
    with open(tmp_path / 'a.csv', 'w', newline='') as file:
        csv.writer(file, delimiter=delimiter).writerows([
            ['photo', 'score', 'keypoints'], ['b.jpg', .9, print_(1)], ['a.jpg', .8, print_(0)]])
    text = (tmp_path / 'a.csv').read_text()
    first, second = read(tmp_path / 'a.csv', text)
    assert (first.image, second.image) == ('b.jpg', 'a.jpg')
    assert_limbs(first, 1, atol=1.), assert_limbs(second, atol=1.)


def test_cells_that_are_no_lists(tmp_path):
    text = 'image,remark,' + ','.join(f'x{i},y{i},c{i}' for i in range(17)) + '\n'
    row = ','.join(map(str, flat('coco17')))
    for remark in ('[', '[x]', '[]'):
        record, = read(tmp_path / 'a.csv', f'{text}a.jpg,{remark},{row}\n')
        assert record.image == 'a.jpg'
        assert_limbs(record)
