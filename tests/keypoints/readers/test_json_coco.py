"""COCO's JSON: results, and annotations by their categories' names."""

import pytest

from lib.keypoints.choice import detections_of
from tests.detector_files import NAMES
from tests.keypoints.helpers import SIZE, assert_limbs, flat, read, refused


def annotation_file(name='coco17', **more):
    return {'images': [{'id': 1, 'file_name': 'a.jpg'}, {'id': 2, 'file_name': 'b.jpg'}],
            'categories': [{'id': 1, 'name': 'person', 'keypoints': NAMES[name].split()}],
            'annotations': [annotation(1, name), annotation(2, name, 1)], **more}


def annotation(image, name='coco17', i=0, **more):
    return {'image_id': image, 'category_id': 1, 'iscrowd': 0, 'num_keypoints': 17, 'keypoints': flat(name, i), **more}


def errors_of(records):
    return {record.image: record.error for record in records if record.error}


def test_joints_are_read_by_the_categories_names(tmp_path):
    """Whatever their order, and whatever another category's."""
    data = annotation_file('crowdpose14')
    data['categories'].append({'id': 2, 'name': 'child', 'keypoints': NAMES['aic14'].split()})
    data['annotations'].append(annotation(2, 'aic14', 2, category_id=2))
    first, second = read(tmp_path / 'a.json', data)
    assert (first.image, second.image) == ('a.jpg', 'b.jpg')
    assert_limbs(first, 0), assert_limbs(second, 1), assert_limbs(second, 2, person=1)
    assert detections_of(first, SIZE)[0].confidence[13] > 0  # the head top has a name


def test_format_for_names_that_do_not_tell(tmp_path):
    data = annotation_file()
    data['categories'][0]['keypoints'] = [f'k{i}' for i in range(17)]
    refused(tmp_path / 'a.json', data, 'annotations[0]', 'categories[0]', "'k0'", '--format')
    assert_limbs(read(tmp_path / 'a.json', data, 'coco17')[0])
    data['categories'][0]['keypoints'] = [[], {}, 3]
    refused(tmp_path / 'a.json', data, 'wanted text')


def test_format_that_contradicts_the_names(tmp_path):
    refused(tmp_path / 'a.json', annotation_file('posetrack18'), 'coco17 has no neck', format_name='coco17')
    assert_limbs(read(tmp_path / 'a.json', annotation_file('posetrack18'), 'posetrack18')[0])


def test_without_names_the_number_of_joints_tells(tmp_path):
    data = annotation_file(categories=[{'id': 1, 'name': 'person'}])
    assert_limbs(read(tmp_path / 'a.json', data)[0])
    data['annotations'] = [annotation(1, 'crowdpose14')]
    refused(tmp_path / 'a.json', data, '14 joints', '--format lsp or --format crowdpose14 or --format aic14')


def test_who_is_nobody(tmp_path):
    """Crowds and other categories have no number; somebody without joints has, but is not there."""
    data = annotation_file()
    data['annotations'] = [
        annotation(1, iscrowd=1), {'image_id': 1, 'category_id': 37, 'bbox': [0, 0, 1, 1]}, annotation(1,
                                                                                                       num_keypoints=0),
        annotation(1, keypoints=None), annotation(1)]
    first, second = read(tmp_path / 'a.json', data)
    assert [person.anybody for person in detections_of(first, SIZE)] == [False, False, True]
    assert second.people == () and second.error is None


@pytest.mark.parametrize('spoil, image, words', [
    (lambda data: data['images'][1].update(file_name=['b.jpg']), 2, 'images[1]: file_name is a list'),
    (lambda data: data['images'][1].update(file_name=7), 2, 'images[1]: file_name is a number'),
    (lambda data: data['images'][1].update(file_name='a.jpg'), 'a.jpg',
     "images[1]: another image has the file_name 'a.jpg'"),
    (lambda data: data['images'][1].pop('file_name'), 2, 'images[1]: file_name is null'),
    (lambda data: data['annotations'][1].update(keypoints='x'), 'b.jpg', 'annotations[1]: keypoints that are no list'),
    (lambda data: data['annotations'][1].update(keypoints=[10 ** 400] * 51), 'b.jpg',
     'annotations[1]: keypoints that are'),
    (lambda data: data['annotations'][1].update(keypoints=[1, 2]), 'b.jpg', 'annotations[1]: 2 keypoint numbers'),
    (lambda data: data['annotations'][1].update(keypoints=flat('lsp')), 'b.jpg',
     '14 joints, where its category names 17'),
    (lambda data: data['annotations'].append(7), None, 'annotations[2]: an object was wanted where a number stands'),
    (lambda data: data['annotations'].append(annotation(None)), None, 'annotations[2]: an entry without image_id'),
    (lambda data: data['annotations'].append(annotation([1])), None, 'annotations[2]: image_id is a list'),
    (lambda data: data['images'].append({'file_name': 'c.jpg'}), None, 'images[2]: id is null')])
def test_bad_entries_are_refused_alone(tmp_path, spoil, image, words):
    data = annotation_file()
    spoil(data)
    records = read(tmp_path / 'a.json', data)
    (where, error), = errors_of(records).items()
    assert where == image and error.startswith(f'{tmp_path / "a.json"}: ') and words in error
    assert all(record.error is None and record.people for record in records if record.image == 'b.jpg' != image)


def test_other_annotations(tmp_path):
    data = annotation_file(annotations=[{'image_id': 1, 'category_id': 1, 'bbox': [0, 0, 1, 1]}])
    refused(tmp_path / 'a.json', data, 'person_keypoints')
    refused(tmp_path / 'a.json', annotation_file(annotations={}), 'a list was wanted where an object stands')


# Results


def result(image, name='coco17', i=0, **more):
    return {'image_id': image, 'category_id': 1, 'keypoints': flat(name, i), 'score': .9, **more}


@pytest.mark.parametrize('name', ['coco17', 'mpii16', 'halpe26', 'wholebody133', 'halpe136'])
def test_a_number_of_joints_that_is_clear(tmp_path, name):
    first, second = read(tmp_path / 'a.json', [result(1, name), result('b.jpg', name, 1), result(1., name, 2)])
    assert (first.image, second.image) == (1, 'b.jpg') and first.people[0].layout.name == name
    assert_limbs(first, 2, person=1), assert_limbs(second, 1)


@pytest.mark.parametrize('name, others', [('lsp', 'crowdpose14'), ('aic14', 'lsp'), ('body25', 'body25b'),
                                          ('coco18', 'coco18')])
def test_a_number_of_joints_that_is_not(tmp_path, name, others):
    refused(tmp_path / 'a.json', [result(1, name)], f'--format {name}', f'--format {others}')
    assert_limbs(read(tmp_path / 'a.json', [result(1, name)], name)[0])


def test_bad_results_are_refused_alone(tmp_path):
    records = read(tmp_path / 'a.json', [result(1), {'keypoints': flat('coco17')}, result(True),
                                         result(2, keypoints=[1]), 7,
                                         result(1, i=1)])
    assert_limbs(records[0]), assert_limbs(records[0], 1, person=1)
    assert [(record.image, record.error.removeprefix(f'{tmp_path / "a.json"}: ')[:8]) for record in records[1:]] == [
        (2, 'entry 3:'), (None, 'entry 1:'), (None, 'entry 2:'), (None, 'entry 4:')]
