"""Keypoint files as detectors write them, made from LSP's joints.

Every writer takes a path without suffix, ``images`` {image file name: [{joint name: (x, y, confidence)}, ...]}, the
name of a format, and ``sizes`` {image file name: (width, height)}; it returns the path of the file or folder.
"""

import csv
import json
from pathlib import Path

import numpy as np

from lib.body.skeleton import LSP_NAMES
from lib.keypoints.formats import FORMATS

#: How tools and data sets call their joints in their own files, where names are written.
NAMES = {
    'coco17': 'nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow '
              'left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle right_ankle',
    'crowdpose14': 'left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist left_hip '
                   'right_hip left_knee right_knee left_ankle right_ankle head neck',
    'aic14': 'right_shoulder right_elbow right_wrist left_shoulder left_elbow left_wrist right_hip right_knee '
             'right_ankle left_hip left_knee left_ankle head_top neck',
    'h36m17': 'Hip RHip RKnee RFoot LHip LKnee LFoot Spine Thorax Neck/Nose Head LShoulder LElbow LWrist '
              'RShoulder RElbow RWrist',
    'posetrack18': 'nose head_bottom head_top left_ear right_ear left_shoulder right_shoulder left_elbow '
                   'right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle '
                   'right_ankle',
    'mpii16': 'r_ankle r_knee r_hip l_hip l_knee l_ankle pelvis thorax upper_neck head_top r_wrist r_elbow '
              'r_shoulder l_shoulder l_elbow l_wrist',
    'halpe26': 'nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow '
               'right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle '
               'right_ankle head neck hip left_big_toe right_big_toe left_small_toe right_small_toe left_heel '
               'right_heel',
    'smpl24': 'pelvis left_hip right_hip spine1 left_knee right_knee spine2 left_ankle right_ankle spine3 '
              'left_foot right_foot neck left_collar right_collar head left_shoulder right_shoulder '
              'left_elbow right_elbow left_wrist right_wrist left_hand right_hand'}


def named_joints(lsp, face=None):
    """{joint name: (x, y, confidence)} of LSP joints (14, 3), and of ``face``, more of the same."""
    named = dict(zip(LSP_NAMES, map(tuple, lsp)), **(face or {}))
    hips = np.mean([named['left_hip'], named['right_hip']], axis=0)
    return {**named, 'mid_hip': tuple(hips)}


def in_format(named, name):
    """Keypoints (K, 3) in the format called ``name``; 0, 0, 0 for joints that are not named, as OpenPose writes
    them."""
    return np.array([named.get(joint, (0., 0., 0.)) for joint in FORMATS[name].joints], dtype=float)


def _flat(named, name):
    return in_format(named, name).ravel().tolist()


def _number(image):
    return int(''.join(filter(str.isdigit, image)))


def _folder(path, images, suffix, content):
    """A folder with a file for each image: its stem and ``suffix``, what ``content(image, people)`` gives as JSON."""
    path.mkdir()
    for image, people in images.items():
        (path / f'{Path(image).stem}{suffix}').write_text(json.dumps(content(image, people)))
    return path


def _json(path, content):
    path = path.with_suffix('.json')
    path.write_text(json.dumps(content))
    return path


def write_openpose(path, images, name, sizes):
    """A file for each image; --keypoint_scale 0, the default."""
    return _folder(path, images, '_keypoints.json', lambda image, people: {'version': 1.3, 'people': [
        {'person_id': [-1], 'pose_keypoints_2d': np.round(_flat(named, name), 3).tolist(), 'face_keypoints_2d': [],
         'hand_left_keypoints_2d': [], 'hand_right_keypoints_2d': []} for named in people]})


def write_openpose_scaled(path, images, name, sizes, lowest=0.):
    """--keypoint_scale 3: positions from 0 to 1; 4, with ``lowest`` -1: from -1 to 1."""
    def keypoints(image, named):
        rows = in_format(named, name)
        found = rows[:, 2] > 0
        rows[found, :2] = lowest + (1. - lowest) * rows[found, :2] / sizes[image]
        return rows.ravel().tolist()
    return _folder(path, images, '_keypoints.json', lambda image, people: {'version': 1.3, 'people': [
        {'person_id': [-1], 'pose_keypoints_2d': keypoints(image, named)} for named in people]})


def write_openpose_from_minus_one(path, images, name, sizes):
    return write_openpose_scaled(path, images, name, sizes, -1.)


def write_coco(path, images, name, sizes):
    """COCO's results: one list for all images, which are known by number."""
    return _json(path, [{'image_id': _number(image), 'category_id': 1, 'keypoints': _flat(named, name), 'score': .9}
                        for image, people in images.items() for named in people])


def write_annotations(path, images, name, sizes):
    """COCO's annotations: names of the joints in the category, and what is nobody: a crowd, another category."""
    entries = []
    for image, people in images.items():
        for named in people:
            keypoints = in_format(named, name)
            entries.append({'image_id': _number(image), 'category_id': 1, 'iscrowd': 0, 'bbox': [0, 0, 9, 9],
                            'num_keypoints': int((keypoints[:, 2] > 0).sum()), 'keypoints': keypoints.ravel().tolist()})
        entries.append({'image_id': _number(image), 'category_id': 1, 'iscrowd': 1, 'num_keypoints': 0,
                        'keypoints': [0] * (3 * len(FORMATS[name].joints))})
        entries.append({'image_id': _number(image), 'category_id': 37, 'iscrowd': 0, 'bbox': [0, 0, 9, 9]})
    return _json(path, {
        'images': [{'id': _number(image), 'file_name': image, 'width': 9, 'height': 9} for image in images],
        'categories': [{'id': 1, 'name': 'person', 'keypoints': NAMES[name].split(), 'skeleton': [[1, 2]]},
                       {'id': 37, 'name': 'sports ball'}],
        'annotations': [{**entry, 'id': i} for i, entry in enumerate(entries)]})


def write_alphapose(path, images, name, sizes):
    """AlphaPose's results: as COCO's, with file names."""
    return _json(path, [
        {'image_id': image, 'category_id': 1, 'keypoints': _flat(named, name), 'score': 2.9, 'box': [0., 0., 10., 10.],
         'idx': [0.]} for image, people in images.items() for named in people])


def write_alphapose_open(path, images, name, sizes):
    """AlphaPose's ``--format open``."""
    return _json(path, {image: {'version': 'AlphaPose v0.3', 'people': [
        {'pose_keypoints_2d': _flat(named, name)} for named in people]} for image, people in images.items()})


def write_alphapose_cmu(path, images, name, sizes):
    """AlphaPose's ``--format cmu``."""
    return _json(path, {image: {'version': 'AlphaPose v0.3',
                                'bodies': [{'joints': _flat(named, name)} for named in people]}
                        for image, people in images.items()})


def _mmpose(named, name):
    keypoints = in_format(named, name)
    return {'keypoints': keypoints[:, :2].tolist(), 'keypoint_scores': keypoints[:, 2].tolist(),
            'bbox': [[1., 1., 80., 170.]],
            'bbox_score': .95}


def write_mmpose(path, images, name, sizes):
    """mmpose 1.x, MMPoseInferencer's pred_out_dir."""
    return _folder(path, images, '.json', lambda image, people: [_mmpose(named, name) for named in people])


def write_mmpose_demo(path, images, name, sizes):
    """mmpose 1.x, demo/topdown_demo_with_mmdet.py --save-predictions."""
    path.mkdir()
    for image, people in images.items():
        (path / f'results_{Path(image).stem}.json').write_text(json.dumps({
            'meta_info': {'dataset_name': name, 'num_keypoints': len(FORMATS[name].joints),
                          'keypoint_id2name': {str(i): joint for i, joint in enumerate(NAMES[name].split())}},
            'instance_info': [_mmpose(named, name) for named in people]}))
    return path


def _shares(named, name, size):
    keypoints = in_format(named, name)
    return np.column_stack([keypoints[:, :2] / size, keypoints[:, 2]])


def write_yolo(path, images, name, sizes):
    """Ultralytics' save_txt: a line for each person, '%g'."""
    path.mkdir()
    for image, people in images.items():
        rows = [[0, .5, .5, .9, .95, *_shares(named, name, sizes[image]).ravel()] for named in people]
        lines = [' '.join(f'{value:g}' for value in row) + '\n' for row in rows]
        (path / f'{Path(image).stem}.txt').write_text(''.join(lines))
    return path


def write_ultralytics(path, images, name, sizes):
    """Ultralytics' to_json, saved for each image."""
    return _folder(path, images, '.json', lambda image, people: [
        {'name': 'person', 'class': 0, 'confidence': .9, 'box': {'x1': 0., 'y1': 0., 'x2': 9., 'y2': 9.},
         'keypoints': dict(zip(('x', 'y', 'visible'), in_format(named, name).T.tolist()))} for named in people])


def write_easymocap(path, images, name, sizes):
    """EasyMocap's annots."""
    return _folder(path, images, '.json', lambda image, people: {
        'filename': f'images/{image}', 'height': 9, 'width': 9, 'isKeyframe': False, 'annots': [
            {'bbox': [0., 0., 9., 9., .99], 'personID': i, 'keypoints': in_format(named, name).tolist(),
             'isKeyframe': False}
            for i, named in enumerate(people)]})


def write_openpifpaf(path, images, name, sizes):
    """OpenPifPaf's --json-output."""
    path.mkdir()
    for image, people in images.items():
        (path / f'{image}.predictions.json').write_text(json.dumps([
            {'keypoints': _flat(named, name), 'bbox': [0., 0., 9., 9.], 'score': .9,
             'category_id': 1} for named in people]))
    return path


def write_vitpose(path, images, name, sizes):
    """easy_ViTPose's --save-json: y before x."""
    return _folder(path, images, '_result.json', lambda image, people: {
        'keypoints': [{str(i): in_format(named, name)[:, [1, 0, 2]].tolist() for i, named in enumerate(people)}],
        'skeleton': {str(i): joint for i, joint in enumerate(NAMES[name].split())}})


def write_transformers(path, images, name, sizes):
    """What post_process_pose_estimation of transformers gives with a threshold: joints not found are left out."""
    def person(named):
        keypoints = in_format(named, name)
        labels = np.flatnonzero(keypoints[:, 2] > 0)
        return {'keypoints': keypoints[labels, :2].tolist(), 'scores': keypoints[labels, 2].tolist(),
                'labels': labels.tolist()}
    return _folder(path, images, '.json', lambda image, people: [person(named) for named in people])


def write_tensorflow_js(path, images, name, sizes):
    """pose-detection of TensorFlow.js, by image."""
    def person(named):
        return {'score': .9, 'keypoints': [{'y': y, 'x': x, 'score': c, 'name': joint} for (x, y, c), joint in zip(
            in_format(named, name).tolist(), NAMES[name].split())]}
    return _json(path, {image: [person(named) for named in people] for image, people in images.items()})


def _landmarks(named, name, size):
    shares = _shares(named, name, size)
    return np.column_stack([shares[:, :2], np.full(len(shares), -.1), shares[:, 2]])


def write_mediapipe_json(path, images, name, sizes):
    """MediaPipe's landmarks by image name; one person, or several."""
    return _json(path, {image: {'pose_landmarks': [[dict(zip(('x', 'y', 'z', 'visibility'), map(float, row)))
                                                    for row in _landmarks(named, name,
                                                                          sizes[image])] for named in people]}
                        for image, people in images.items()})


def _csv(path, rows, **options):
    path = path.with_suffix('.csv')
    with open(path, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file, **options).writerows(rows)
    return path


def write_mediapipe_csv(path, images, name, sizes):
    """MediaPipe's landmarks, a row for each."""
    return _csv(path, [['image', 'person', 'landmark', 'x', 'y', 'z', 'visibility']] + [
        [image, number, landmark, *map(float, row)] for image, people in images.items()
        for number, named in enumerate(people) for landmark, row in enumerate(_landmarks(named, name, sizes[image]))])


def write_mediapipe_wide(path, images, name, sizes, **options):
    """MediaPipe's landmarks, a row for each person, with the time."""
    header = ['image', 'timestamp_ms', *(f'{axis}{i}' for i in range(33) for axis in 'xyzv')]
    return _csv(path, [header] + [
        [image, 33 * number, *_landmarks(named, name, sizes[image]).ravel().tolist()]
        for number, (image, people) in enumerate(images.items()) for named in people], **options)


def write_mediapipe_semicolons(path, images, name, sizes):
    """The same as a German spreadsheet saves it."""
    path = write_mediapipe_wide(path, images, name, sizes, delimiter=';')
    lines = [line.split(';', 1) for line in path.read_text().splitlines()]
    path.write_text(''.join(f'{image};{rest.replace(".", ",")}\n' for image, rest in lines))
    return path


def write_csv(path, images, name, sizes):
    """A row for each person: image, x, y, confidence, ..."""
    return _csv(path, [[image, *_flat(named, name)] for image, people in images.items() for named in people])


def write_csv_xy(path, images, name, sizes):
    """A row for each person without confidences; 0, 0 is what was not found."""
    return _csv(path, [[image, *in_format(named, name)[:, :2].ravel().tolist()]
                       for image, people in images.items() for named in people])


def write_csv_named(path, images, name, sizes):
    """A row for each joint that was found, with its name, in any order."""
    rows = [[image, number, joint, *row] for image, people in images.items() for number, named in enumerate(people)
            for joint, row in zip(NAMES[name].split(), in_format(named, name).tolist()) if row[2] > 0]
    order = np.random.default_rng(0).permutation(len(rows))
    rows = sorted((rows[i] for i in order), key=lambda row: list(images).index(row[0]))
    return _csv(path, [['image', 'person', 'keypoint', 'x', 'y', 'score'], *rows])


def write_csv_wide_named(path, images, name, sizes):
    """A row for each person, the joints' names in the header, as SLEAP has them."""
    header = ['frame_idx', 'track', *(f'{joint}.{axis}' for joint in NAMES[name].split() for axis in ('x', 'y',
                                                                                                      'score'))]
    return _csv(path, [header] + [[_number(image), number, *_flat(named, name)]
                                  for image, people in images.items() for number, named in enumerate(people)])


def _arrays(images, name):
    rows = [(image, in_format(named, name)) for image, people in images.items() for named in people]
    return {'names': [image for image, _ in rows], 'keypoints': [keypoints for _, keypoints in rows]}


def write_npz(path, images, name, sizes):
    """keypoints (N, K, 3) with names."""
    path = path.with_suffix('.npz')
    np.savez(path, **_arrays(images, name))
    return path


def write_npz_named(path, images, name, sizes):
    """keypoints (N, K, 3) with names of the images and the joints."""
    path = path.with_suffix('.npz')
    np.savez(path, **_arrays(images, name), joint_names=NAMES[name].split())
    return path


def write_mediapipe_npz(path, images, name, sizes):
    """MediaPipe's landmarks (N, 33, 4) with names."""
    path = path.with_suffix('.npz')
    rows = [(image, _landmarks(named, name, sizes[image])) for image, people in images.items() for named in people]
    np.savez(path, names=[image for image, _ in rows], landmarks=[landmarks for _, landmarks in rows])
    return path


#: What detectors write: how, and in which of FORMATS.
KINDS = {
    'OpenPose BODY_25': (write_openpose, 'body25'), 'OpenPose BODY_25B': (write_openpose, 'body25b'),
    'OpenPose COCO': (write_openpose, 'coco18'), 'OpenPose MPI': (write_openpose, 'mpi15'),
    'OpenPose from 0 to 1': (write_openpose_scaled, 'body25'),
    'OpenPose from -1 to 1': (write_openpose_from_minus_one, 'body25'),
    'COCO results': (write_coco, 'coco17'), 'COCO annotations': (write_annotations, 'coco17'),
    'CrowdPose annotations': (write_annotations, 'crowdpose14'), 'AI Challenger annotations': (write_annotations,
                                                                                               'aic14'),
    'H36M annotations': (write_annotations, 'h36m17'), 'PoseTrack annotations': (write_annotations, 'posetrack18'),
    'MPII annotations': (write_annotations, 'mpii16'), 'Halpe annotations': (write_annotations, 'halpe26'),
    'AlphaPose COCO': (write_alphapose, 'coco17'), 'AlphaPose Halpe': (write_alphapose, 'halpe26'),
    'AlphaPose MPII': (write_alphapose, 'mpii16'), 'AlphaPose Halpe 136': (write_alphapose, 'halpe136'),
    'AlphaPose WholeBody': (write_alphapose, 'wholebody133'), 'AlphaPose open': (write_alphapose_open, 'coco18'),
    'AlphaPose cmu': (write_alphapose_cmu, 'coco18'),
    'mmpose': (write_mmpose, 'coco17'), 'mmpose body 26': (write_mmpose, 'halpe26'),
    'mmpose whole body': (write_mmpose, 'wholebody133'), 'mmpose demo AIC': (write_mmpose_demo, 'aic14'),
    'mmpose demo body 26': (write_mmpose_demo, 'halpe26'),
    'YOLO labels': (write_yolo, 'coco17'), 'Ultralytics JSON': (write_ultralytics, 'coco17'),
    'EasyMocap': (write_easymocap, 'body25'), 'OpenPifPaf': (write_openpifpaf, 'coco17'),
    'easy_ViTPose': (write_vitpose, 'coco17'), 'ViTPose of transformers': (write_transformers, 'coco17'),
    'MoveNet of TensorFlow.js': (write_tensorflow_js, 'coco17'),
    'MediaPipe JSON': (write_mediapipe_json, 'mediapipe33'), 'MediaPipe CSV': (write_mediapipe_csv, 'mediapipe33'),
    'MediaPipe wide CSV': (write_mediapipe_wide, 'mediapipe33'),
    'MediaPipe CSV with semicolons': (write_mediapipe_semicolons, 'mediapipe33'),
    'MediaPipe NPZ': (write_mediapipe_npz, 'mediapipe33'),
    'LSP CSV': (write_csv, 'lsp'), 'COCO CSV': (write_csv, 'coco17'), 'BODY_25 CSV': (write_csv, 'body25'),
    'CSV without confidence': (write_csv_xy, 'coco17'), 'CSV with joint names': (write_csv_named, 'h36m17'),
    'CSV with names in the header': (write_csv_wide_named, 'crowdpose14'),
    'LSP NPZ': (write_npz, 'lsp'), 'SMPL NPZ': (write_npz, 'smpl24'), 'NPZ with joint names': (write_npz_named,
                                                                                               'posetrack18')}
#: A kind for each way to name an image, and for pixels and shares: enough for what comes after reading.
FEW = ('OpenPose BODY_25', 'COCO results', 'AlphaPose Halpe', 'YOLO labels', 'MediaPipe JSON', 'MediaPipe CSV',
       'LSP CSV',
       'LSP NPZ')


def write_kind(kind, path, images, sizes):
    """Write ``images`` as a kind of KINDS to ``path``, a suffix added; returns the path."""
    write, name = KINDS[kind]
    return write(path, images, name, sizes)
