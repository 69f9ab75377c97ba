"""JSON that lists the people of an image, or of one frame after the other, each with its keypoints.

mmpose 1.x: [{"keypoints": [[x, y], ...], "keypoint_scores": [...]}, ...] of an image, [{"frame_id": ..., "instances":
[...]}, ...] of a video; its demos: {"meta_info": {...}, "instance_info": either}. Ultralytics' to_json: {"x": [...],
"y": [...], "visible": [...]} as keypoints. OpenPifPaf: flat [x, y, c, ...]; of a video a JSON line for each frame,
{"frame": ..., "predictions": [...]}. transformers' ViTPose: "scores", and "labels" that number the joints.
easy_ViTPose: {"keypoints": [{person: [[y, x, c], ...]}, ...], "skeleton": {"0": joint's name, ...}}. TensorFlow.js'
pose-detection: objects with x, y, score, name as keypoints.
"""

from collections.abc import Iterator

import numpy as np

from ...base.errors import InputError
from ..containers import MEDIAPIPE, MMPOSE, MMPOSE_DEMO, OPENPIFPAF, ULTRALYTICS, Container
from ..formats import FORMATS, KeypointFormat, format_named
from ..found import Entry, Image, Json, Person, Place, UnknownShape, attempt, nobody, numbers, person, rows_of
from ..names import layout_of_names
from .json_landmarks import are_landmarks, landmarks
from .json_values import as_dict, as_list, first_of, image_of, names_image

_LISTS = ('instances', 'predictions')
_SCORES = ('keypoint_scores', 'scores', 'kp_score')


def are_people(data: list) -> bool:
    """Whether a list holds people, or frames that do; a person of landmarks under an image's name is none of these."""
    return any(is_person(entry) for entry in data) or any(
        is_person(entry) for frame in data if is_frame(frame) for entry in _people(frame)) or all(
        isinstance(frame, dict) and is_frame(frame) for frame in data)


def is_person(data: Json) -> bool:
    """Whether this is a person: an object with keypoints."""
    return isinstance(data, dict) and 'keypoints' in data


def is_frame(data: Json) -> bool:
    """Whether this is a frame of a clip: a list of people, or an object with such a list."""
    return isinstance(data, list) or isinstance(data, dict) and isinstance(first_of(data, _LISTS), list)


def container_of(data: Json) -> Container:
    """The kind of file of a list of people or of frames, by the first person in it."""
    first: dict = next((entry for frame in data for entry in _people(frame) if is_person(entry)), {})
    if isinstance(first.get('keypoints'), dict):
        return ULTRALYTICS
    if are_landmarks(first.get('keypoints')):
        return MEDIAPIPE
    return MMPOSE if 'keypoint_scores' in first else OPENPIFPAF


def _people(frame: Json) -> list:
    people = frame if isinstance(frame, list) else first_of(frame, _LISTS) if isinstance(frame, dict) else None
    return people if isinstance(people, list) else [frame]


def people(data: list, layout: KeypointFormat | None = None) -> Iterator[Entry]:
    """The Entries of a list of people in one image, or of a list of frames with such lists."""
    if not all(is_frame(frame) for frame in data):
        for i, entry in enumerate(data):
            image = _image(entry, None)
            yield image, attempt(f'entry {i}', _person, entry, layout)
        return
    for number, frame in enumerate(data):
        image = _image(frame, Place(number) if len(data) > 1 else None)
        yield image, None
        for i, entry in enumerate(_people(frame)):
            yield image, attempt(f'frame {image}, entry {i}', _person, entry, layout)


def _image(entry: Json, otherwise: Image) -> Image:
    """The image that an entry names, or ``otherwise``. Raises InputError where what it names is none."""
    return image_of(entry) if isinstance(entry, dict) and names_image(entry) else otherwise


def are_people_by_image(data: dict) -> bool:
    """Whether every value is a person, or a list of people."""
    return bool(data) and all(is_person(value) or isinstance(value, list) and all(map(is_person, value))
                              for value in data.values())


def people_by_image(data: dict) -> tuple[Container, Iterator[Entry]]:
    """The container and the Entries of {image: a person, or a list of people}."""
    lists = {image: value if isinstance(value, list) else [value] for image, value in data.items()}
    entries = ((image, entry) for image, value in lists.items() for _, entry in people(value))
    return container_of(list(lists.values())), entries


def _person(place: str, entry: Json, layout: KeypointFormat | None) -> Person:
    if not is_person(as_dict(entry)):
        raise InputError('an entry without keypoints')
    value = entry['keypoints']
    if not value:
        return nobody(place)
    if are_landmarks(value):
        return landmarks(place, value)
    if isinstance(value, dict):
        rows, confidence = _columns(value)
    else:
        scores = first_of(entry, _SCORES)
        confidence = None if scores is None else numbers(scores)
        rows = rows_of(value)
    if confidence is not None and rows.shape[1] != 2:
        raise InputError('keypoints of three numbers beside their scores, which are positions in space; wanted those '
                         'in the image')
    found = person(place, rows, confidence, layout)
    return _by_label(place, found, numbers(entry['labels'])) if 'labels' in entry and confidence is not None else found


def _columns(value: dict) -> tuple[np.ndarray, np.ndarray | None]:
    """Rows (K, 2) and confidence of Ultralytics' lists."""
    if not {'x', 'y'} <= value.keys():
        raise UnknownShape('keypoints without x and y')
    x, y, sure = (numbers(value.get(key, ())) for key in ('x', 'y', 'visible'))
    if x.ndim != 1 or x.shape != y.shape:
        raise InputError(f'{x.size} numbers x, {y.size} numbers y')
    return np.column_stack([x, y]), sure if sure.size else None


def _by_label(place: str, found: Person, labels: np.ndarray) -> Person:
    """ViTPose's 17 joints, each at the place that its label says; those below a threshold, left out, are missing."""
    count = len(FORMATS['coco17'].joints)
    if labels.shape != (len(found.keypoints),) or not np.isin(labels, range(count)).all():
        raise InputError(f'labels that do not number its {len(found.keypoints)} joints from 0 to {count - 1}')
    if len(np.unique(labels)) < len(labels):
        raise InputError('a label that stands twice')
    keypoints = np.zeros((count, 3))
    keypoints[labels.astype(int)] = found.keypoints
    return Person(keypoints, place, found.layout)


def demo(data: dict) -> tuple[Container, Iterator[Entry]]:
    """The container and the Entries of a file of mmpose's demos."""
    meta, instances = data.get('meta_info'), as_list(data['instance_info'])
    frames = all(is_frame(entry) for entry in instances) and instances
    begins_at_0 = frames and any(isinstance(entry, dict) and entry.get('frame_id') == 0 for entry in instances)
    return MMPOSE if begins_at_0 else MMPOSE_DEMO, people(instances, _layout(meta) if isinstance(meta, dict) else None)


def _layout(meta: dict) -> KeypointFormat | None:
    """The order that mmpose's meta information gives: by its joints' names, or the data set's."""
    names = meta.get('keypoint_id2name')
    if isinstance(names, dict) and names:
        return layout_of_names(str(name) for _, name in sorted(names.items(), key=lambda item: _number(item[0])))
    try:
        return format_named(str(meta.get('dataset_name')))
    except InputError:
        return None


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise InputError(f'{text!r} is no number of a joint')
    return int(text)


def vitpose(data: dict) -> Iterator[Entry]:
    """The Entries of easy_ViTPose's JSON, which has y before x; an image, or the frames of a clip."""
    skeleton = as_dict(data['skeleton'])
    layout = layout_of_names(str(name) for _, name in sorted(skeleton.items(), key=lambda item: _number(item[0])))
    frames = as_list(data['keypoints'])
    for number, frame in enumerate(frames):
        image = Place(number) if len(frames) > 1 else None
        yield image, None
        for key, rows in as_dict(frame).items():
            yield image, attempt(f'frame {number}, person {key}', _turned, rows, layout)


def _turned(place: str, values: Json, layout: KeypointFormat) -> Person:
    rows = rows_of(values)
    return person(place, rows[:, [1, 0, *range(2, rows.shape[1])]], layout=layout)
