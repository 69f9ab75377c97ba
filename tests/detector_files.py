"""Keypoint files as detectors write them, made from LSP's joints."""

import csv
import json
from pathlib import Path

import numpy as np

from lib.body.skeleton import LSP_NAMES
from lib.keypoints.formats import FORMATS


def named_joints(lsp, face=None):
    """{joint name: (x, y, confidence)} of LSP joints (14, 3), and of ``face``, more of the same."""
    named = dict(zip(LSP_NAMES, map(tuple, lsp)), **(face or {}))
    hips = np.mean([named['left_hip'], named['right_hip']], axis=0)
    return {**named, 'mid_hip': tuple(hips)}


def in_format(named, name):
    """Keypoints (K, 3) in the format called ``name``; 0, 0, 0 for joints that are not named, as OpenPose writes them."""
    return np.array([named.get(joint, (0., 0., 0.)) for joint in FORMATS[name].joints], dtype=float)


def write_openpose(path, images, name, sizes):
    """A folder with a file per image. ``images``: {image file name: [{joint name: (x, y, confidence)}, ...]}."""
    path.mkdir()
    for image, people in images.items():
        people = [{'person_id': [-1], 'pose_keypoints_2d': in_format(named, name).ravel().round(3).tolist(),
                   'face_keypoints_2d': [], 'hand_left_keypoints_2d': [], 'hand_right_keypoints_2d': []}
                  for named in people]
        (path / f'{Path(image).stem}_keypoints.json').write_text(json.dumps({'version': 1.3, 'people': people}))
    return path


def write_coco(path, images, name, sizes):
    """COCO's results: one list for all images, which are known by number."""
    entries = [{'image_id': int(''.join(filter(str.isdigit, image))), 'category_id': 1,
                'keypoints': in_format(named, name).ravel().tolist(), 'score': .9}
               for image, people in images.items() for named in people]
    path = path.with_suffix('.json')
    path.write_text(json.dumps(entries))
    return path


def write_alphapose(path, images, name, sizes):
    """AlphaPose's results: as COCO's, with file names."""
    entries = [{'image_id': image, 'category_id': 1, 'keypoints': in_format(named, name).ravel().tolist(),
                'score': 2.9, 'box': [0., 0., 10., 10.], 'idx': [0.]} for image, people in images.items() for named in people]
    path = path.with_suffix('.json')
    path.write_text(json.dumps(entries))
    return path


def _normalised(named, name, size):
    keypoints = in_format(named, name)
    return np.column_stack([keypoints[:, :2] / size, np.zeros(len(keypoints)), keypoints[:, 2]])


def write_mediapipe_json(path, images, name, sizes):
    """MediaPipe's landmarks by image name; one person, or several."""
    landmarks = {image: {'pose_landmarks': [[dict(zip(('x', 'y', 'z', 'visibility'), map(float, row)))
                                             for row in _normalised(named, name, sizes[image])] for named in people]}
                 for image, people in images.items()}
    path = path.with_suffix('.json')
    path.write_text(json.dumps(landmarks))
    return path


def write_mediapipe_csv(path, images, name, sizes):
    """MediaPipe's landmarks, a row for each."""
    path = path.with_suffix('.csv')
    with open(path, 'w', newline='', encoding='utf-8') as file:
        writer = csv.writer(file)
        writer.writerow(['image', 'person', 'landmark', 'x', 'y', 'z', 'visibility'])
        for image, people in images.items():
            for number, named in enumerate(people):
                for landmark, row in enumerate(_normalised(named, name, sizes[image])):
                    writer.writerow([image, number, landmark, *map(float, row)])
    return path


def write_csv(path, images, name, sizes):
    """A row for each person: image, x, y, confidence, ..."""
    path = path.with_suffix('.csv')
    with open(path, 'w', newline='', encoding='utf-8') as file:
        csv.writer(file).writerows([image, *in_format(named, name).ravel().tolist()]
                                   for image, people in images.items() for named in people)
    return path


def write_npz(path, images, name, sizes):
    """keypoints (N, K, 3) with names."""
    path = path.with_suffix('.npz')
    rows = [(image, in_format(named, name)) for image, people in images.items() for named in people]
    np.savez(path, names=[image for image, _ in rows], keypoints=[keypoints for _, keypoints in rows])
    return path


#: What detectors write: how, and in which of keypoint_formats.FORMATS.
KINDS = {'OpenPose BODY_25': (write_openpose, 'body25'), 'OpenPose COCO': (write_openpose, 'coco18'),
         'COCO results': (write_coco, 'coco17'), 'AlphaPose COCO': (write_alphapose, 'coco17'),
         'AlphaPose Halpe': (write_alphapose, 'halpe26'), 'MediaPipe JSON': (write_mediapipe_json, 'mediapipe33'),
         'MediaPipe CSV': (write_mediapipe_csv, 'mediapipe33'), 'LSP CSV': (write_csv, 'lsp'),
         'LSP NPZ': (write_npz, 'lsp')}


def write_kind(kind, path, images, sizes):
    """Write ``images`` as a kind of KINDS to ``path``, a suffix added; returns the path."""
    write, name = KINDS[kind]
    return write(path, images, name, sizes)
