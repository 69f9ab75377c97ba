"""CSV with a row for each person: which columns are which joint's."""

import numpy as np
import pytest

from lib.body.skeleton import LSP_NAMES
from tests.detector_files import NAMES
from tests.keypoints.helpers import SIZE, assert_limbs, flat, read, refused, rows


def line(*cells):
    return ','.join(map(str, cells)) + '\n'


def xy(name, i=0):
    return rows(name, i)[:, :2].ravel().tolist()


@pytest.mark.parametrize('name', ['lsp', 'coco17', 'coco18', 'body25', 'halpe26', 'mpi15'])
def test_an_image_and_its_joints(tmp_path, name):
    """With confidences and without: image + BODY_25's x, y are 51 cells, as COCO-17's x, y, confidence without an
    image are."""
    for write in (flat, xy):
        first, second = read(tmp_path / 'a.csv', line('a.jpg', *write(name)) + line('b.jpg', *write(name, 1)))
        assert (first.image, second.image) == ('a.jpg', 'b.jpg')
        assert first.people[0].layout.name == name
        assert_limbs(first), assert_limbs(second, 1)


@pytest.mark.parametrize('name, written, others', [
    ('coco17', flat, 'halpe26'), ('body25', xy, 'coco17'), ('mpii16', flat, 'smpl24')])
def test_numbers_that_may_be_two_formats_are_refused(tmp_path, name, written, others):
    """A frame's number first, or none: image + COCO-17 has as many cells as Halpe-26's x and y."""
    text = line(*([7] if name != 'mpii16' else []), *written(name))
    refused(tmp_path / 'a.csv', text, f'({name})', f'({others})', '--format', 'header')
    assert_limbs(read(tmp_path / 'a.csv', text, name)[0])


def test_two_formats_of_as_many_numbers_behind_an_image(tmp_path):
    refused(tmp_path / 'a.csv', line('a.jpg', *flat('mpii16')), '(mpii16)', '(smpl24)')
    assert_limbs(read(tmp_path / 'a.csv', line('a.jpg', *flat('mpii16')), 'mpii16')[0])


def test_a_header_says_where_the_image_is(tmp_path):
    header = line('frame', *(f'n{i}' for i in range(51)))
    record, = read(tmp_path / 'a.csv', header + line(7, *flat('coco17')))
    assert record.image == '7' and record.people[0].layout.name == 'coco17'
    assert_limbs(record)


def test_a_number_with_a_point_is_no_image(tmp_path):
    record, = read(tmp_path / 'a.csv', line(*flat('coco17')))
    assert record.image == 'a' and record.by_file_name
    assert_limbs(record)


@pytest.mark.parametrize('header', [
    lambda joint: [f'{joint}_x', f'{joint}_y', f'{joint}_confidence'], lambda joint: [f'x_{joint}', f'y_{joint}',
                                                                                      f'c_{joint}'],
    lambda joint: [f'{joint}.x', f'{joint}.y', f'{joint}.score'], lambda joint: [f'{joint} X', f'{joint} Y',
                                                                                 f'{joint} V']])
def test_names_in_the_header(tmp_path, header):
    """In any order of joints, and with columns that are no joints'."""
    order = np.random.default_rng(1).permutation(17)
    names = [NAMES['coco17'].split()[i] for i in order]
    cells = [cell for joint in names for cell in header(joint)]
    numbers = rows('coco17')[order].ravel()
    text = line('image', 'bbox_x', 'bbox_y', 'note', *cells) + line('a.jpg', 1, 2, 'x', *numbers)
    record, = read(tmp_path / 'a.csv', text)
    assert_limbs(record)


def deeplabcut(order, before=('',), individuals=None):
    """The header of DeepLabCut's CSV with LSP's joints in an ``order``; ``before``: what stands ahead of them."""
    joints = [LSP_NAMES[i] for i in order]
    levels = {'scorer': ['DLC_net'] * 3 * len(joints), 'individuals': individuals,
              'bodyparts': [joint for joint in joints for _ in range(3)],
              'coords': ['x', 'y', 'likelihood'] * len(joints)}
    return ''.join(line(level, *before[1:], *cells) for level, cells in levels.items() if cells is not None)


@pytest.mark.parametrize('before, image', [(('7',), '7'), (('labeled-data', 'clip', 'a.jpg'), 'a.jpg')])
@pytest.mark.parametrize('individuals', [None, ['one'] * 42])
def test_a_header_of_deeplabcut(tmp_path, before, image, individuals):
    """By the names of its joints: in an order with left before right the counts alone are those of LSP."""
    order = np.random.default_rng(1).permutation(14)
    text = deeplabcut(order, [''] * len(before), individuals) + line(*before, *rows('lsp')[order].ravel())
    record, = read(tmp_path / 'a.csv', text)
    assert record.image == image
    assert_limbs(record)


def test_headers_of_deeplabcut_that_are_refused(tmp_path):
    numbers = line(0, *flat('lsp'))
    two = deeplabcut(range(14), individuals=['one'] * 21 + ['two'] * 21)
    refused(tmp_path / 'a.csv', two + numbers, 'several individuals in each row')
    header = deeplabcut(range(14)).splitlines(keepends=True)
    for lines in header[:1], header[:2], header[:1] + header[2:], [*header[:2], 'coords,x,y\n']:
        refused(tmp_path / 'a.csv', ''.join(lines) + numbers, "begins as DeepLabCut's does", 'bodyparts')


@pytest.mark.parametrize('first', [0, 1])
def test_numbers_in_the_header(tmp_path, first):
    """In their order, wherever they stand; columns without confidence, and with z."""
    order = np.random.default_rng(1).permutation(17)
    cells = [f'{axis}{i + first}' for i in order for axis in 'xyz']
    numbers = np.column_stack([rows('coco17')[order][:, :2], np.full(17, -.3)]).ravel()
    record, = read(tmp_path / 'a.csv', line('image', *cells) + line('a.jpg', *numbers))
    assert_limbs(record)
    assert record.people[0].keypoints[:, 2].tolist() == [0.] * 5 + [1.] * 12  # faces at 0, 0 are missing


def test_gaps_and_unknown_names_in_the_header(tmp_path):
    refused(tmp_path / 'a.csv', line('image', 'x0', 'y0', 'x2', 'y2') + line('a.jpg', 1, 2, 3, 4), 'without a gap')
    header = line('image', *(f'{joint}_{axis}' for joint in map('part{}a'.format, 'abcdefghijklmn') for axis in 'xyc'))
    refused(tmp_path / 'a.csv', header + line('a.jpg', *flat('lsp')), "'partaa', 'partba'", '--format')
    assert_limbs(read(tmp_path / 'a.csv', header + line('a.jpg', *flat('lsp')), 'lsp')[0])


@pytest.mark.parametrize('header', ['{}', '{}={}', '{}{}', '{}_{}1'])
def test_names_that_are_not_understood_are_not_passed_over(tmp_path, header):
    """In another order of as many joints, with the left before the right, bodies would be the wrong way round."""
    mirrored = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13]
    cells = [header.format(LSP_NAMES[i], axis) for i in mirrored for axis in 'xyc']
    text = line('image', *cells) + line('a.jpg', *rows('lsp')[mirrored].ravel())
    refused(tmp_path / 'a.csv', text, 'left_ankle', 'not known', '--format')
    read(tmp_path / 'a.csv', text, 'lsp')


@pytest.mark.parametrize('header', ['{} ({})', '{}[{}]', '{}_{}_px', '{} {} '])
@pytest.mark.parametrize('name', ['{}', 'X{}'])
def test_names_and_axes_with_signs_around(tmp_path, header, name):
    mirrored = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13]
    upper = name.startswith('X')
    cells = [header.format(LSP_NAMES[i].upper() if upper else LSP_NAMES[i], axis.upper() if upper else axis)
             for i in mirrored for axis in 'xy']
    assert_limbs(read(tmp_path / 'a.csv', line('image', *cells)
                      + line('a.jpg', *rows('lsp')[mirrored, :2].ravel()))[0])


def test_an_axis_written_into_the_word(tmp_path):
    mirrored = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13]
    names = [''.join(word.title() for word in LSP_NAMES[i].split('_')) for i in mirrored]
    cells = [f'{name[0].lower()}{name[1:]}{axis}' for name in names for axis in ('X', 'Y', 'Score')]
    record, = read(tmp_path / 'a.csv', line('image', *cells) + line('a.jpg', *rows('lsp')[mirrored].ravel()))
    assert_limbs(record)
    assert record.people[0].keypoints[0, 2] == rows('lsp')[5, 2]


LSP_HEADER = [f'{name}_{axis}' for name in LSP_NAMES for axis in 'xyc']


@pytest.mark.parametrize('column', ['Bild', 'id', 'the photograph'])
@pytest.mark.parametrize('names', [('b.jpg', 'a.jpg'), ('b', 'a'), ('b.jpg', 'b.jpg')])
def test_a_column_of_images_by_another_name(tmp_path, column, names):
    """Passed over, each image would get another's joints."""
    text = line(column, 'class', *LSP_HEADER) + ''.join(line(name, kind, *flat('lsp', i)) for i, (name, kind) in
                                                        enumerate(zip(names, ('up', 'down'))))
    records = read(tmp_path / 'a.csv', text)
    assert [record.image for record in records] == list(dict.fromkeys(names))
    assert_limbs(records[-1], 1, person=len(records[-1].people) - 1)


def test_columns_that_are_no_images(tmp_path):
    text = line('class', 'note', 'n', *LSP_HEADER) + ''.join(line(word, 'x', 7, *flat('lsp')) for word in ('up', 'on'))
    assert [record.image for record in read(tmp_path / 'a.csv', text)] == [None, None]
    text = line('from', 'to', *LSP_HEADER) + line('a', 'b', *flat('lsp')) + line('c', 'd', *flat('lsp'))
    refused(tmp_path / 'a.csv', text, "'from' and 'to'", "'image'")
    text = line('from', 'to', *LSP_HEADER) + line('a', 'b.png', *flat('lsp')) + line('c', 'd.png', *flat('lsp'))
    assert [record.image for record in read(tmp_path / 'a.csv', text)] == ['b.png', 'd.png']


def test_a_row_that_ends_before_its_image(tmp_path):
    text = line(*LSP_HEADER, 'image') + line(*flat('lsp'), 'a.jpg') + '1,2,3\n'
    first, second = read(tmp_path / 'a.csv', text)
    assert first.image == 'a.jpg' and second.lost and 'line 3: 3 cells' in second.error


def test_rows_without_images_are_in_order(tmp_path):
    records = read(tmp_path / 'a.csv', line(*flat('lsp')) + line(*flat('lsp', 1)))
    assert [record.image for record in records] == [None, None]
    assert_limbs(records[1], 1)


def test_a_bad_row_is_its_images_own(tmp_path):
    text = line('a.jpg', *flat('lsp')) + line('b.jpg', 'x', *flat('lsp')[1:]) + line('c.jpg', 1, 2) + line('d.jpg',
                                                                                                           *flat('lsp'))
    first, second, third, fourth = read(tmp_path / 'a.csv', text)
    assert first.error is None and fourth.error is None
    assert second.error == f"{tmp_path / 'a.csv'}: line 2: 'x' is no number"
    assert third.error == f"{tmp_path / 'a.csv'}: line 3: 3 cells, where the first line has 43"


def test_other_numbers_of_cells(tmp_path):
    refused(tmp_path / 'a.csv', '1,2,3,4,5\n', '5 cells', 'no known format')
    refused(tmp_path / 'a.csv', line('a.jpg', *flat('lsp')), '43 cells', 'not those of coco17', format_name='coco17')


@pytest.mark.parametrize('name', ['lsp', 'body25', 'smpl24'])
def test_a_separator_behind_the_last_cell(tmp_path, name):
    row = line('a.jpg', *flat(name), '')
    (record,) = read(tmp_path / 'a.csv', row)
    assert_limbs(record)
    header = line('image', *(f'{axis}{i}' for i in range(len(flat(name)) // 3) for axis in 'xyc'))
    assert_limbs(read(tmp_path / 'a.csv', header + row)[0])


def test_an_empty_last_cell_that_may_be_a_number(tmp_path):
    """53 cells: 17 joints of 3 numbers and a separator, or 26 of 2, the last of which is not known."""
    text = line('a.jpg', *flat('coco17'), '')
    refused(tmp_path / 'a.csv', text, '17 joints of 3 numbers (coco17)', '26 joints of 2 numbers (halpe26)', '--format')
    assert_limbs(read(tmp_path / 'a.csv', text, 'coco17')[0])


def test_mediapipes_four_numbers_without_a_header(tmp_path):
    """x, y, z, visibility."""
    shares = rows('mediapipe33')
    shares[:, :2] /= SIZE
    numbers = np.column_stack([shares[:, :2], np.full(33, -.3), shares[:, 2]]).ravel()
    record, = read(tmp_path / 'a.csv', line('a.jpg', *numbers))
    assert record.people[0].layout.name == 'mediapipe33'
    np.testing.assert_allclose(record.people[0].keypoints[11:17, 2], rows('mediapipe33')[11:17, 2])
    assert_limbs(record)
