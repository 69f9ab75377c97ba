"""Files and folders of keypoints: every kind, what is no keypoint file, and any bytes at all."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.base.errors import InputError
from lib.keypoints.choice import detections_of
from lib.keypoints.reading import keypoint_paths, read_keypoints
from tests.detector_files import KINDS, named_joints, write_kind
from tests.keypoints.helpers import LIMBS, SIZE, assert_limbs, flat, rows, sample_person


@pytest.mark.parametrize('kind', KINDS)
def test_every_kind_has_its_joints_by_name(tmp_path, kind):
    """Two images, two people in the second; faces, head top and neck where the format has them."""
    lsp = sample_person()
    face = {joint: (60. + 3. * i, 30. - i, .9) for i, joint in enumerate(
        ('nose', 'left_eye', 'right_eye', 'left_ear', 'right_ear'))}
    moved = {joint: (x + 5., y, c) for joint, (x, y, c) in named_joints(lsp, face).items()}
    images = {'im0001.jpg': [named_joints(lsp, face)], 'im0002.jpg': [moved, moved]}
    records = read_keypoints(str(write_kind(kind, tmp_path / 'found', images, dict.fromkeys(images, SIZE))))
    assert [len(record.people) for record in records] == [1, 2]
    assert [int(''.join(filter(str.isdigit, str(record.image)))) for record in records] == [1, 2]
    for record, named in zip(records, (images['im0001.jpg'][0], moved)):
        for person in record.people:
            assert person.layout is not None
            told = set()
            for joint, (x, y, _) in zip(person.layout.joints, person.keypoints * (*(SIZE if person.shares else (1, 1)),
                                                                                  1)):
                if joint in named:
                    np.testing.assert_allclose((x, y), named[joint][:2], atol=2e-3, err_msg=joint)
                    told.add(joint)
            assert set(named) & set(person.layout.joints) == told
            assert ('nose' in told) == ('nose' in dict.fromkeys(person.layout.joints))
        found = detections_of(record, SIZE)[0]
        sure = lsp[LIMBS, 2] if kind != 'CSV without confidence' else 1.
        np.testing.assert_allclose(found.confidence[LIMBS], sure, atol=1e-3)


def openpose(*people):
    return json.dumps({'people': [{'pose_keypoints_2d': numbers} for numbers in people]})


def test_a_folder_is_read_in_order_and_hidden_files_are_not(tmp_path):
    for name in ('b_keypoints.json', 'a_keypoints.json', '._a_keypoints.json', '.hidden.json', '.DS_Store',
                 'notes.txt'):
        (tmp_path / name).write_text(openpose(flat('body25')))
    assert [record.image for record in read_keypoints(str(tmp_path))] == ['a', 'b']
    assert all('/.' not in path for path in keypoint_paths(str(tmp_path)))


def test_a_wrong_file_is_its_images_own(tmp_path):
    (tmp_path / 'a_keypoints.json').write_text(openpose(flat('body25')))
    (tmp_path / 'b_keypoints.json').write_text('{')
    first, second = read_keypoints(str(tmp_path))
    assert_limbs(first)
    assert second.image == 'b' and second.error.startswith(f'{tmp_path / "b_keypoints.json"}: not a complete JSON file')
    assert second.file == str(tmp_path / 'b_keypoints.json')


def test_an_empty_list_in_a_folder_is_an_image_without_people(tmp_path):
    (tmp_path / 'a.json').write_text('[]')
    record, = read_keypoints(str(tmp_path))
    assert record.image == 'a' and record.people == () and record.error is None
    assert read_keypoints(str(tmp_path / 'a.json')) == []


def test_subfolders_where_the_folder_itself_has_nothing(tmp_path):
    for folder in ('x', 'y', '.z'):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / '0001_keypoints.json').write_text(openpose(flat('body25')))
    assert [record.image for record in read_keypoints(str(tmp_path))] == ['x/0001', 'y/0001']
    (tmp_path / '0001_keypoints.json').write_text(openpose())
    assert [record.image for record in read_keypoints(str(tmp_path))] == ['0001']


def test_what_is_decided_over_a_folder(tmp_path):
    """A person in shares among others in pixels."""
    for i in range(3):
        (tmp_path / f'{i}_keypoints.json').write_text(openpose(flat('body25', i)))
    keypoints = rows('body25')
    keypoints[:, :2] /= SIZE
    (tmp_path / '3_keypoints.json').write_text(openpose(keypoints.ravel().tolist()))
    records = read_keypoints(str(tmp_path))
    assert [record.error is None for record in records] == [True, True, True, False]
    assert records[3].error.startswith(f'{tmp_path / "3_keypoints.json"}: people[0]: positions from 0 to 1')


def test_no_keypoint_files(tmp_path):
    (tmp_path / 'found.xml').write_text('<a/>')
    (tmp_path / 'fifo.json').mkdir()
    for path, words in ((tmp_path, 'holds no files'), (tmp_path / 'found.xml', 'wanted a .json'),
                        (tmp_path / 'nowhere.json', 'no such file'), (tmp_path / 'fifo.json', 'holds no files')):
        with pytest.raises(InputError) as raised:
            read_keypoints(str(path))
        assert str(raised.value).startswith(str(path)) and words in str(raised.value)


def test_all_wrong_is_one_line(tmp_path):
    (tmp_path / 'a.json').write_text(json.dumps([{'image_id': i, 'keypoints': [1.]} for i in range(5)]))
    with pytest.raises(InputError,
                       match=r'entry 0: 1 keypoint number, wanted 3 for each joint \(and 4 more like it\)$'):
        read_keypoints(str(tmp_path / 'a.json'))


# Anything at all


def read_or_refused(path, format_name):
    """Records, whose people are whole, or one line."""
    try:
        records = read_keypoints(str(path), format_name)
    except InputError as error:
        assert len(str(error).splitlines()) == 1 and str(error).isprintable()
        return
    for record in records:
        assert record.error is None or len(record.error.splitlines()) == 1
        for person in record.people if record.error is None else ():
            assert np.isfinite(person.keypoints).all() and (person.keypoints[:, 2] >= 0).all()
            assert (person.keypoints[:, 2] <= 1).all() and (person.layout is None) == (len(person.keypoints) == 0)


numbers = st.one_of(st.floats(), st.integers(), st.sampled_from([0, 1, 2, 1e60, 10 ** 400, None, True, '1', 'x', .5]))
bodies = st.sampled_from([14, 15, 17, 25]).flatmap(
    lambda count: st.one_of(st.lists(numbers, min_size=3 * count, max_size=3 * count), st.lists(
        st.lists(numbers, min_size=2, max_size=3), min_size=count, max_size=count)))
keys = st.sampled_from([
    'people', 'pose_keypoints_2d', 'image_id', 'keypoints', 'annotations', 'images', 'categories', 'id', 'file_name',
    'annots',
    'instance_info', 'instances', 'frame_id', 'predictions', 'frame', 'skeleton', 'bodies', 'joints', 'x', 'y',
    'visibility',
    'landmarks', 'meta_info', 'keypoint_id2name', 'keypoint_scores', 'labels', 'scores', 'category_id', 'name',
    'position',
    'num_keypoints', 'iscrowd', 'visible', '0', 'a.jpg', 'filename', 'dataset_name'])
trees = st.recursive(st.one_of(numbers, bodies, st.text(max_size=3)), lambda inner: st.one_of(
    st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)), max_leaves=12)
formats = st.sampled_from([None, None, 'coco17', 'body25', 'mediapipe33'])
quick = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(trees, formats)
def test_any_json(tmp_path, tree, format_name):
    path = tmp_path / 'found.json'
    path.write_text(json.dumps(tree))
    read_or_refused(path, format_name)


@quick
@given(st.one_of(st.binary(max_size=200), st.text('0123456789.,;xyc\n\t -"\'ae', max_size=300).map(str.encode)),
       st.sampled_from(['.json', '.csv', '.txt', '.npz', '.npy', '.jsonl']), formats)
def test_any_bytes(tmp_path, data, suffix, format_name):
    path = tmp_path / f'found{suffix}'
    path.write_bytes(data)
    read_or_refused(path, format_name)


cells = st.one_of(st.sampled_from(['x', 'y', 'x0', 'y0', 'c0', 'x1', 'y1', 'nose_x', 'nose_y', 'image', 'joint',
                                   'person', 'a.jpg',
                                   'nose', '0', '1', '2.5', '1,5', '', 'nan', '1e60', '1e999']), st.text(max_size=3))


@quick
@given(st.lists(st.lists(cells, max_size=6), max_size=6), st.sampled_from(',;\t'), formats)
def test_any_table(tmp_path, table, mark, format_name):
    path = tmp_path / 'found.csv'
    path.write_bytes('\n'.join(mark.join(line) for line in table).encode('utf-8', 'surrogatepass'))
    read_or_refused(path, format_name)


def test_subfolders_may_be_links(tmp_path):
    (tmp_path / 'poses').mkdir()
    (tmp_path / 'cam1').mkdir()
    (tmp_path / 'cam1' / '0001_keypoints.json').write_text(openpose(flat('body25')))
    (tmp_path / 'poses' / 'cam1').symlink_to(tmp_path / 'cam1')
    (tmp_path / 'cam1' / 'back').symlink_to(tmp_path / 'poses')
    assert keypoint_paths(str(tmp_path / 'poses')) == [str(tmp_path / 'poses' / 'cam1' / '0001_keypoints.json')]
