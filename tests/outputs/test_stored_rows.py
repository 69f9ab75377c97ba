"""Rows are read from the file as they are asked for, and stay what they were."""

import os

import pytest

from lib.base.errors import InputError
from lib.outputs.stored_rows import StoredRows
from lib.outputs.summary import COLUMNS, csv_line, failed_row, row_bytes


@pytest.fixture
def path(tmp_path, make_sample):
    """A summary of images 5, 2 (twice) and 9, one of whose names has a line end."""
    rows = [failed_row(make_sample(index, name), name) for index, name in ((5, 'a'), (2, 'b'), (9, 'c\n"d'), (2, 'e'))]
    path = tmp_path / 'summary.csv'
    path.write_bytes(csv_line(COLUMNS) + b''.join(map(row_bytes, rows)))
    return path


def test_the_last_row_of_each_in_order(path):
    rows = StoredRows(str(path))
    assert list(rows) == [2, 5, 9] and len(rows) == 3 and 7 not in rows
    assert [row['file'] for row in rows.values()] == ['e', 'a', 'c\n"d']
    with pytest.raises(KeyError):
        rows[7]


def test_what_takes_the_name_does_not_matter(path, tmp_path):
    rows = StoredRows(str(path))
    (tmp_path / 'other').write_bytes(b'other')
    os.replace(tmp_path / 'other', path)
    assert rows[9]['file'] == 'c\n"d'


def test_a_file_that_is_changed_meanwhile_is_noticed(path):
    rows = StoredRows(str(path))
    path.write_bytes(b'x' * path.stat().st_size)
    with pytest.raises(InputError, match='row of image 5 was changed'):
        rows[5]


def test_rows_take_no_descriptors_along(path):
    before = os.listdir('/proc/self/fd') if os.path.isdir('/proc/self') else []
    for _ in range(20):
        assert len(StoredRows(str(path))) == 3
    assert not before or len(os.listdir('/proc/self/fd')) <= len(before) + 1


def test_half_written_rows_take_nothing_along(path, make_sample):
    """Not even several, whose quotes would pair."""
    with open(path, 'ab') as file:
        for index in 11, 12, 13:
            file.write(b'7,"im0\r\n' + row_bytes(failed_row(make_sample(index, 'x, "y"'), 'z')))
    rows = StoredRows(str(path))
    assert list(rows) == [2, 5, 9, 11, 12, 13] and rows[12]['file'] == 'x, "y"'


def test_rows_that_are_left_out(path):
    rows = StoredRows(str(path))
    rows.leave_out([5, 100])
    assert list(rows) == [2, 9]
