"""JSON of OpenPose, COCO, AlphaPose and MediaPipe Pose -> Records.

OpenPose: {"people": [{"pose_keypoints_2d": [x, y, c, ...]}]}, a file for each image.
COCO and AlphaPose: [{"image_id": ..., "keypoints": [x, y, c, ...]}, ...] for all images; also COCO's annotation files,
{"images": [...], "annotations": [...]}.
MediaPipe has no file of its own: its results are lists of 33 {"x", "y", "z", "visibility"}, which are taken from
wherever they stand: a list, a list of people, under "landmarks" or "pose_landmarks", with an "image" beside them, or
under the image's name.
"""

import json

from ..base.errors import InputError
from ..base.files import read_text
from .found import Record, person

_OPENPOSE = ('pose_keypoints_2d', 'pose_keypoints')  # today's key, and that of version 1.0
_LANDMARKS = ('landmarks', 'landmark', 'pose_landmarks', 'poseLandmarks')
_NAMES = ('image', 'image_id', 'file_name', 'frame')


def read_json(path):
    """The Records of a JSON file. Raises InputError where it is no JSON, or of no kind that is known."""
    try:
        data = json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise InputError(f'{path}: not a complete JSON file ({error})') from None
    if isinstance(data, dict) and 'people' in data:
        return [_openpose(data)]
    if isinstance(data, dict) and 'annotations' in data:
        return _coco(_list(data['annotations']), _file_names(data))
    if data == []:
        return []
    if isinstance(data, list) and isinstance(data[0], dict) and 'keypoints' in data[0]:
        return _coco(data, {})
    records = _mediapipe(data)
    if not records:
        raise InputError('JSON of no known kind; wanted that of OpenPose, COCO, AlphaPose or MediaPipe Pose')
    return records


def _openpose(data):
    people = []
    for entry in _list(data['people']):
        key = next((key for key in _OPENPOSE if key in _dict(entry)), None)
        if key is None:
            raise InputError(f'a person without {_OPENPOSE[0]}')
        if entry[key]:  # empty where only hands or a face were found
            people.append(person(entry[key]))
    return Record(None, tuple(people))


def _coco(entries, file_names):
    """``file_names``: {image id: file name}."""
    found = {name: [] for name in file_names.values()}
    for entry in entries:
        keypoints = _dict(entry).get('keypoints')
        image = entry.get('image_id')
        if keypoints is None or not isinstance(image, (int, str)):
            raise InputError('an entry without image_id and keypoints')
        found.setdefault(file_names.get(image, image), []).append(person(keypoints))
    return [Record(image, tuple(people)) for image, people in found.items()]


def _file_names(data):
    try:
        return {image['id']: image['file_name'] for image in data.get('images', [])}
    except (TypeError, KeyError):
        raise InputError('an image without id and file_name') from None


def _mediapipe(data, image=None):
    """Records of all the landmark lists in ``data``; ``image`` is the name found around them."""
    if _are_landmarks(data):
        return [Record(image, (_landmarks(data),))]
    if isinstance(data, list):
        if data and all(_are_landmarks(entry) for entry in data):
            return [Record(image, tuple(_landmarks(entry) for entry in data))]
        return [record for entry in data for record in _mediapipe(entry, image)]
    if not isinstance(data, dict):
        return []
    image = next((data[name] for name in _NAMES if isinstance(data.get(name), (int, str))), image)
    key = next((key for key in _LANDMARKS if key in data), None)
    if key is not None:
        return _mediapipe(data[key], image) or [Record(image)]  # none, where nobody was found
    return [record for name, entry in data.items() if isinstance(entry, (dict, list))
            for record in _mediapipe(entry, name)]


def _are_landmarks(data):
    return isinstance(data, list) and bool(data) and all(isinstance(entry, dict) and 'x' in entry and 'y' in entry
                                                         for entry in data)


def _landmarks(entries):
    return person([value for entry in entries for value in (entry['x'], entry['y'], entry.get('visibility', 1.))])


def _list(value):
    if not isinstance(value, list):
        raise InputError(f'a list was wanted where {type(value).__name__} stands')
    return value


def _dict(value):
    if not isinstance(value, dict):
        raise InputError(f'an object was wanted where {type(value).__name__} stands')
    return value
