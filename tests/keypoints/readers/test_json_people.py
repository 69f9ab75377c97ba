"""JSON that lists people: mmpose, Ultralytics, OpenPifPaf, ViTPose, TensorFlow.js."""

import json

import pytest

from tests.detector_files import NAMES
from tests.keypoints.helpers import SIZE, assert_limbs, flat, read, refused, rows


def mmpose(name='coco17', i=0, **more):
    return {'keypoints': rows(name, i)[:, :2].tolist(), 'keypoint_scores': rows(name, i)[:, 2].tolist(), **more}


def test_a_list_is_the_image_that_the_file_is_named_after(tmp_path):
    record, = read(tmp_path / 'a.json', [mmpose(), mmpose(i=1)])
    assert record.image == 'a' and record.by_file_name
    assert_limbs(record), assert_limbs(record, 1, person=1)


def test_frames_of_a_clip(tmp_path):
    """mmpose's inferencer counts from 0, its demo from 1; OpenPifPaf writes a line for each."""
    frames = [{'frame_id': number, 'instances': [mmpose(i=number)] if number else []} for number in range(3)]
    records = read(tmp_path / 'clip.json', frames)
    assert [(record.image, record.first, len(record.people)) for record in records] == [(0, 0, 0), (1, 0, 1), (2, 0, 1)]
    assert_limbs(records[2], 2)
    records = read(tmp_path / 'results_clip.json', {'meta_info': {}, 'instance_info': frames[1:]})
    assert [(record.image, record.first) for record in records] == [(1, 1), (2, 1)]
    assert read(tmp_path / 'results_clip.json', {'instance_info': frames})[0].first == 0
    lines = [json.dumps({'frame': i, 'predictions': [{'keypoints': flat('coco17', i), 'score': .9}]}) for i in (4, 5)]
    first, second = read(tmp_path / 'clip.json', '\n'.join(lines))
    assert (first.image, second.image) == (4, 5)
    assert_limbs(first, 4)
    only, = read(tmp_path / 'clip.json', lines[0])
    assert only.image == 4
    first, second = read(tmp_path / 'clip.json', [[mmpose()], [mmpose(i=1)]])
    assert (first.image, second.image) == (0, 1)


def test_one_person_or_frame_is_the_files_image(tmp_path):
    for data in (mmpose(), [[mmpose()]], {'instances': [mmpose()]}, {'predictions': [[mmpose()]]}):
        record, = read(tmp_path / 'a.json', data)
        assert record.image == 'a' and record.by_file_name
        assert_limbs(record)


def test_people_may_name_their_image(tmp_path):
    first, second = read(tmp_path / 'a.json', [mmpose(image='x/b.jpg'), mmpose(i=1, image='y/b.jpg')])
    assert (first.image, second.image) == ('x/b.jpg', 'y/b.jpg')
    assert_limbs(second, 1)
    refused(tmp_path / 'a.json', [mmpose(image=['b.jpg'])], 'image is a list')


def test_names_of_mmposes_demos(tmp_path):
    """By the joints' names, else by the data set's; neither: by number."""
    names = {str(i): name for i, name in enumerate(NAMES['crowdpose14'].split())}
    people = [mmpose('crowdpose14')]
    for meta in ({'keypoint_id2name': dict(reversed(names.items()))}, {'dataset_name': 'crowdpose'}):
        record, = read(tmp_path / 'results_a.json', {'meta_info': meta, 'instance_info': people})
        assert record.image == 'a'
        assert_limbs(record)
    refused(tmp_path / 'a.json', {'meta_info': {'dataset_name': 'mine'}, 'instance_info': people},
            '--format crowdpose14')
    refused(tmp_path / 'a.json', {'meta_info': {'keypoint_id2name': {'x': 'nose'}}, 'instance_info': people}, "'x'")


def test_positions_in_space_are_none_in_the_image(tmp_path):
    refused(tmp_path / 'a.json', [mmpose(keypoints=rows('coco17').tolist())], 'positions in space')
    landmarks = [{'x': .1, 'y': -.2, 'z': .3, 'visibility': 1.}] * 33
    refused(tmp_path / 'a.json', {'a.jpg': {'pose_world_landmarks': landmarks}}, 'world landmarks')


def test_ultralytics(tmp_path):
    x, y, sure = rows('coco17').T.tolist()
    record, = read(tmp_path / 'a.json', [{'name': 'person', 'keypoints': {'x': x, 'y': y, 'visible': sure}},
                                         {'name': 'person', 'keypoints': {'x': x, 'y': y}}])
    assert_limbs(record), assert_limbs(record, person=1)
    assert record.people[0].keypoints[5, 2] < 1. == record.people[1].keypoints[5, 2]
    record, = read(tmp_path / 'a.json', [{'keypoints': {'x': [value / SIZE[0] for value in x],
                                                        'y': [value / SIZE[1] for value in y], 'visible': sure}}])
    assert record.people[0].shares
    assert_limbs(record)
    refused(tmp_path / 'a.json', [{'keypoints': {'x': x, 'y': y[:5]}}], '17 numbers x, 5 numbers y')
    refused(tmp_path / 'a.json', [{'keypoints': {'x': x}}], 'without x and y')


def test_labels_say_which_joints_are_there(tmp_path):
    labels = [i for i in range(17) if i != 7]
    xy, sure = rows('coco17')[labels, :2].tolist(), rows('coco17')[labels, 2].tolist()
    record, = read(tmp_path / 'a.json', [{'keypoints': xy, 'scores': sure, 'labels': labels}])
    assert record.people[0].keypoints[7].tolist() == [0., 0., 0.] and record.people[0].keypoints[8, 0] == xy[7][0]
    for wrong in (labels[:5], [0] * 16, [17, *labels[1:]], [.5, *labels[1:]]):
        refused(tmp_path / 'a.json', [{'keypoints': xy, 'scores': sure, 'labels': wrong}], 'label')


def test_y_before_x_in_easy_vitpose(tmp_path):
    skeleton = {str(i): name for i, name in enumerate(NAMES['coco17'].split())}
    frames = [{'0': rows('coco17', i)[:, [1, 0, 2]].tolist()} for i in range(2)]
    first, second = read(tmp_path / 'clip_result.json', {'keypoints': frames, 'skeleton': skeleton})
    assert (first.image, second.image) == (0, 1)
    assert_limbs(second, 1)
    record, = read(tmp_path / 'a_result.json', {'keypoints': frames[:1], 'skeleton': skeleton})
    assert record.image == 'a'


def test_tensorflow_js_by_name(tmp_path):
    names = ('nose leftEye rightEye leftEar rightEar leftShoulder rightShoulder leftElbow rightElbow leftWrist '
             'rightWrist leftHip rightHip leftKnee rightKnee leftAnkle rightAnkle').split()
    joints = [{'part': name, 'position': {'x': x, 'y': y}, 'score': c}
              for name, (x, y, c) in zip(names, rows('coco17').tolist())]
    people = [{'score': .9, 'keypoints': joints[::-1]}]
    assert_limbs(read(tmp_path / 'a.json', people)[0])
    record, = read(tmp_path / 'all.json', {'a.jpg': people})
    assert record.image == 'a.jpg'


@pytest.mark.parametrize('data, words', [
    ([mmpose(), 7], ''), ([mmpose(keypoint_scores=[1.])], '1 confidence for 17 joints'), ([{'keypoints': 'x'}],
                                                                                           'no list'),
    ([{'keypoints': [1, 2, 3]}], '1 joint per person'), ({'predictions': [7]}, 'no known kind')])
def test_what_is_wrong(tmp_path, data, words):
    refused(tmp_path / 'a.json', data, words)
