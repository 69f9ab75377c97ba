"""CSV with a row for each joint."""

import numpy as np
import pytest

from lib.keypoints.found import Place
from tests.detector_files import NAMES
from tests.keypoints.helpers import SIZE, assert_limbs, read, refused, rows, sample_person


def table(header, lines):
    return '\n'.join([header, *(','.join(map(str, cells)) for cells in lines)]) + '\n'


def joints(name='coco17', i=0):
    return list(zip(NAMES[name].split(), rows(name, i).tolist()))


def test_by_name_in_any_order_and_with_some_left_out(tmp_path):
    shuffled = [joints()[i] for i in np.random.default_rng(2).permutation(17) if i > 4]
    record, = read(tmp_path / 'a.csv', table('image,keypoint,x,y,score', [['a.jpg', name, *row] for name,
                                                                          row in shuffled]))
    assert record.image == 'a.jpg'
    assert_limbs(record)


def test_by_number_in_any_order(tmp_path):
    for first in (0, 1):
        lines = [['a.jpg', i + first, *row] for i, (_, row) in enumerate(joints())][::-1]
        record, = read(tmp_path / 'a.csv', table('image,joint_id,x,y,c', lines))
        assert record.people[0].layout.name == 'coco17'
        assert_limbs(record)


def test_numbers_with_some_left_out_need_the_format(tmp_path):
    """0 to 15 of COCO's would be MPII's."""
    lines = [['a.jpg', i, *row] for i, (_, row) in enumerate(joints())]
    del lines[3]
    refused(tmp_path / 'a.csv', table('image,joint_id,x,y,c', lines), 'left out', '--format')
    assert_limbs(read(tmp_path / 'a.csv', table('image,joint_id,x,y,c', lines), 'coco17')[0])


def test_in_order_without_names(tmp_path):
    record, = read(tmp_path / 'a.csv', table('frame,x,y,visibility', [[3, *row] for row in rows('lsp').tolist()]))
    assert record.image == '3'
    assert_limbs(record)


def test_people_and_frames(tmp_path):
    lines = [[frame, person, name, *row] for frame in ('0', '1') for person in 'ab'
             for name, row in joints(i=int(frame) + 2 * (person == 'b'))]
    first, second = read(tmp_path / 'a.csv', table('frame,person,joint,x,y,c', lines))
    assert_limbs(first, 0), assert_limbs(first, 2, person=1), assert_limbs(second, 1), assert_limbs(second, 3, person=1)


def test_moments_without_images_are_in_order(tmp_path):
    lines = [[moment, name, *row] for i, moment in enumerate(('0.0', '33.3')) for name, row in joints(i=i)]
    first, second = read(tmp_path / 'a.csv', table('timestamp_ms,landmark,x,y,visibility', lines))
    assert (first.image, second.image) == (0, 1)
    assert_limbs(second, 1)


def test_without_confidence_a_joint_at_0_is_missing(tmp_path):
    lines = [['a.jpg', name, *(row[:2] if name != 'left_knee' else (0, 0))] for name, row in joints()]
    record, = read(tmp_path / 'a.csv', table('image,joint,x,y', lines))
    found = record.people[0].keypoints[:, 2]
    assert found[NAMES['coco17'].split().index('left_knee')] == 0. and found.sum() == 11.


def test_names_that_are_not_understood(tmp_path):
    lines = [['a.jpg', f'J{name}', *row] for name, row in joints()]
    refused(tmp_path / 'a.csv', table('image,joint,x,y,c', lines), 'Jnose', '--format')
    assert_limbs(read(tmp_path / 'a.csv', table('image,joint,x,y,c', lines), 'coco17')[0])


def test_bad_rows_are_their_images_own(tmp_path):
    good = [['a.jpg', name, *row] for name, row in joints()]
    bad = [['b.jpg', name, *row] for name, row in joints()]
    twice = [['c.jpg', name, *row] for name, row in joints()]
    bad[2][2] = 'x'
    first, second, third = read(tmp_path / 'a.csv', table('image,joint,x,y,c', good + bad + twice + twice[:1]))
    assert first.error is None
    assert second.error == f"{tmp_path / 'a.csv'}: line 21: 'x' is no number"
    assert third.error.startswith(f"{tmp_path / 'a.csv'}: line 53: 'nose' a second time")


def test_a_joint_of_the_mediapipe_table_is_in_shares(tmp_path):
    person = sample_person()
    lines = [['a.jpg', i, .5, .5, -.1, 1.] for i in range(33)]
    for i, joint in ((11, 9), (12, 8), (23, 3), (24, 2), (13, 10), (14, 7), (15, 11), (16, 6), (25, 4), (26, 1),
                     (27, 5), (28, 0)):
        lines[i] = ['a.jpg', i, *(person[joint, :2] / SIZE), -.1, 1.]
    record, = read(tmp_path / 'a.csv', table('image,landmark,x,y,z,visibility', lines))
    assert record.people[0].shares
    assert_limbs(record)


def test_the_joints_column_whatever_it_is_called(tmp_path):
    """In another order, bodies would be in knots."""
    shuffled = [joints()[i] for i in np.random.default_rng(2).permutation(17)]
    lines = [[image, name, *row] for image in ('b.jpg', 'a.jpg') for name, row in shuffled]
    first, second = read(tmp_path / 'a.csv', table('Bild,Gelenk,x_px,Y [px],conf', lines))
    assert (first.image, second.image) == ('b.jpg', 'a.jpg')
    assert_limbs(first), assert_limbs(second)


def test_without_a_header(tmp_path):
    named = [joints()[i] for i in np.random.default_rng(2).permutation(17)]
    text = {'x, y, c': [row for _, row in joints()], 'joint': [[name, *row] for name, row in named],
            'image': [['a.jpg', *row] for _, row in joints()], 'both': [['a.jpg', name, *row] for name, row in named]}
    for kind, lines in text.items():
        record, = read(tmp_path / 'a.csv', table('', lines))
        assert record.image == 'a' if kind in ('x, y, c', 'joint') else 'a.jpg'
        assert_limbs(record)
        assert_limbs(read(tmp_path / 'a.csv', table('', [line[:-1] for line in lines]))[0])


def test_moments_are_places(tmp_path):
    lines = [[time, *row] for time, i in ((3.5, 0), (4.5, 1)) for _, row in joints(i=i)]
    records = read(tmp_path / 'a.csv', table('time,x,y,c', lines))
    assert [(record.image, type(record.image)) for record in records] == [(0, Place), (1, Place)]


@pytest.mark.parametrize('axes', ['u,v', 'px,py', 'image_x,image_y', 'X coord,Y coord'])
def test_other_names_of_axes(tmp_path, axes):
    lines = [['a.jpg', name, *row] for name, row in joints()]
    assert_limbs(read(tmp_path / 'a.csv', table(f'image,keypoint,{axes},c', lines))[0])
