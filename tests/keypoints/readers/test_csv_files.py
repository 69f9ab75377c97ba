"""CSV in general: separators, decimal commas, headers."""

import pytest

from lib.base.errors import InputError
from lib.keypoints.readers.csv_files import read_table
from tests.keypoints.helpers import assert_limbs, flat, read, refused


@pytest.fixture
def table(tmp_path):
    """``table(text)``: the Table of a CSV file."""
    def table(text):
        (tmp_path / 'a.csv').write_text(text)
        return read_table(str(tmp_path / 'a.csv'))
    return table


@pytest.mark.parametrize('mark, name', [(',', 'a.jpg'), (';', 'a.jpg'), ('\t', 'a,b.jpg'), ('|', 'a,b.jpg'),
                                        (' ', 'a.jpg'), ('  ', 'a.jpg')])
def test_separators(tmp_path, mark, name):
    assert_limbs(read(tmp_path / 'a.csv', mark.join([name, *map(str, flat('lsp'))]))[0])


def test_decimal_commas(tmp_path, table):
    text = ';'.join(['a.jpg', *(f'{number:.4f}'.replace('.', ',') for number in flat('lsp'))])
    assert_limbs(read(tmp_path / 'a.csv', text)[0])
    german = table('a;1,5;2;3\n')
    assert [german.number(cell) for cell in ('1,5', '-2', '1e3')] == [1.5, -2., 1000.]
    for cell in ('1.234', '1.234,5', '1,2,3', 'x'):
        with pytest.raises(InputError, match='no number'):
            german.number(cell)
    with pytest.raises(InputError):
        table('a;1.5;2.5;3\n').number('1,5')


def test_what_is_missing(table):
    there = table('x,1,2,3\n')
    assert all(there.number(cell) != there.number(cell) for cell in ('', 'nan', 'NaN', 'None', 'NA', '-'))


def test_headers(table):
    assert table('Image Name,X 0,Y-0\na,1,2\n').header == ['image_name', 'x_0', 'y_0']
    assert table('a,1,2\n').header is None and table('a,,\nb,1,2\n').header is None
    assert [number for number, _ in table('h,x,y\n\na,1,2\n"b\nc",3,4\n').rows] == [3, 5]


@pytest.mark.parametrize('ahead', ['# made by a tool, in 2024\n', '#\n\n# two, lines\n', 'sep=;\n', '"sep=;"\n#x\n'])
def test_what_stands_ahead_of_a_table(tmp_path, table, ahead):
    row = ';'.join(['a.jpg', *map(str, flat('lsp'))])
    (record,) = read(tmp_path / 'a.csv', ahead + row)
    assert record.image == 'a.jpg' and record.error is None
    assert_limbs(record)
    assert table(f'{ahead}# Image;x;y\na.jpg;1;2\n').header == ['image', 'x', 'y']
    assert [cells[0] for _, cells in table('#1.jpg,1,2\n#2.jpg,1\n').rows] == ['#1.jpg', '#2.jpg']


@pytest.mark.parametrize('text, words', [('', 'empty'), ('a.jpg:1:2:3\n', 'one cell'),
                                         ('\n\n', 'empty'), ('image,x,y\n', 'nothing below it'),
                                         ('a,b\rc"d\0,1', 'a.csv')])
def test_no_table(tmp_path, text, words):
    refused(tmp_path / 'a.csv', text, words)
    (tmp_path / 'a.csv').write_bytes(b'a,\xff\xfe,1')
    with pytest.raises(InputError, match='UTF-8'):
        read_table(str(tmp_path / 'a.csv'))
