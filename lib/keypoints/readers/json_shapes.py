"""JSON of people's own making, asked where it is of no kind that a tool is known for: {image: ...} or [{"image": ...,
...}, ...] of people, each of them rows of numbers, flat numbers, or {joint's name: [x, y, confidence]}.

Lists of people may have any of the usual names, and keypoints, too: torchvision's and Detectron2's have several people
in one array. A list of frames that name no image is in their order.
"""

import json
from collections.abc import Iterator

import numpy as np

from ...base.errors import InputError
from ..containers import ARRAYS
from ..found import Entry, Found, Image, Json, Person, Place, attempt, nobody, numbers, person, rows_of
from ..names import joint_named, layout_of_names
from .arrays import of_object
from .json_landmarks import are_landmarks, landmarks
from .json_values import first_of, image_of, names_image

_KEYPOINTS = ('keypoints', 'pred_keypoints', 'pose_keypoints_2d', 'pose_keypoints', 'keypoints_2d', 'kpts', 'preds',
              'xy', 'joints_2d', 'pose_2d', 'joints', 'landmarks', 'pose_landmarks')
_SCORES = ('keypoint_scores', 'kp_score', 'joints_vis', 'conf', 'scores', 'confidence')
_PEOPLE = ('instances', 'pred_instances', 'predictions', 'people', 'persons', 'results', 'detections', 'poses',
           'bodies', 'objects', 'annotations')
_FRAMES = (*_PEOPLE, 'frames', 'images', 'data')
#: Numbers and rows that a person has at least, of 13 joints; names of joints among an object's keys.
_FEWEST_NUMBERS, _FEWEST_ROWS, _FEWEST_NAMES = 26, 13, 8
_DEEPEST = 8


def of_any_shape(data: Json, format_name: str | None) -> Found | None:
    """What JSON of a shape of its own holds, or None where there is nobody in it."""
    for _ in range(_DEEPEST):
        data = _parsed(data)
        array = _array(data)
        if array is not None and (array.ndim > 1 or array.size >= _FEWEST_NUMBERS):
            return of_object(array if array.ndim > 1 else array[None], format_name)
        if isinstance(data, dict) and (found := _columns(data, format_name)) is not None:
            return found
        inner = first_of(data, _FRAMES) if isinstance(data, dict) and _people(data) is None else None
        if inner is None:
            entries = list(_entries(data))
            there = any(isinstance(entry, Person) and len(entry.keypoints) for _, entry in entries)
            return Found(ARRAYS, entries) if there else None
        data = inner
    return None


def _parsed(value: Json) -> Json:
    """``value``, or what stands in it as text: Ultralytics' to_json() saved as JSON."""
    if isinstance(value, str) and value.lstrip().startswith(('[', '{')):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _array(value: Json) -> np.ndarray | None:
    """An array of a list of numbers, or of lists of as many numbers."""
    try:
        array = np.array(value, dtype=float) if isinstance(value, list) and value else None
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None
    return array if array is not None and array.size else None


def _columns(data: dict, format_name: str | None) -> Found | None:
    """What lists beside each other hold, as arrays in an NPZ file: of keypoints, and of names."""
    arrays = {key: array for key, value in data.items() if (array := _array(value)) is not None}
    texts = {key: np.array(value) for key, value in data.items()
             if isinstance(value, list) and set(map(type, value)) == {str}}
    several = texts and any(array.ndim > 2 for array in arrays.values())
    return of_object({**arrays, **texts}, format_name) if several else None


def _entries(data: Json) -> Iterator[Entry]:
    """The Entries of frames, by name or in order; nothing where a frame is not understood."""
    frames: list[tuple[Image, Json]] = []
    if isinstance(data, list) and len(data) and all(isinstance(_parsed(frame), (dict, list)) for frame in data):
        frames = [(Place(number) if len(data) > 1 else None, _parsed(frame)) for number, frame in enumerate(data)]
    elif isinstance(data, dict) and _people(data) is None:
        parsed = {str(name): _parsed(value) for name, value in data.items()}
        frames = [(name, frame) for name, frame in parsed.items() if isinstance(frame, (dict, list))]
    elif isinstance(data, dict):
        frames = [(None, data)]
    for otherwise, frame in frames:
        named = isinstance(frame, dict) and names_image(frame)
        image = image_of(frame) if named else otherwise
        people = _people(frame)
        yield image, None
        for number, one in enumerate(people or ()):
            yield image, attempt(f'{image}, person {number}', _person, one)


def _people(value: Json, depth: int = 0) -> list | None:
    """The people, in one of the shapes that ``_person`` reads, of an image; None where that is none."""
    value = _parsed(value)
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return _people_of_object(value, depth)
    if not isinstance(value, list) or not value:
        return [] if value in (None, []) else None
    array = _array(value)
    if _are_a_persons(array) or are_landmarks(value):
        return [{'keypoints': value}]
    if any(isinstance(part, dict) and names_image(part) for part in value) or array is not None and array.ndim < 3:
        return None  # frames, or single numbers
    parts = [_people(part, depth + 1) for part in value]
    return None if any(part is None for part in parts) else [one for part in parts for one in part or ()]


def _are_a_persons(array: np.ndarray | None) -> bool:
    """Whether numbers, flat or in rows, may be one person's."""
    return array is not None and (array.ndim == 1 and array.size >= _FEWEST_NUMBERS
                                  or array.ndim == 2 and len(array) >= _FEWEST_ROWS)


def _people_of_object(value: dict, depth: int) -> list | None:
    if _are_named_joints(value):
        return [{'keypoints': value}]
    keypoints = first_of(value, _KEYPOINTS)
    array = _array(keypoints)
    if isinstance(keypoints, list) and array is not None and array.ndim == 3:
        scores = _array(first_of(value, _SCORES))
        beside = scores is not None and scores.shape == array.shape[:2] and array.shape[2] == 2
        return [{'keypoints': rows, **({'scores': scores[i].tolist()} if beside and scores is not None else {})}
                for i, rows in enumerate(array.tolist())]
    if isinstance(keypoints, (list, dict)):
        return [{'keypoints': keypoints, 'scores': first_of(value, _SCORES)}]
    inner = first_of(value, _PEOPLE)
    return None if inner is None else _people(inner, depth + 1)


def _are_named_joints(value: Json) -> bool:
    return isinstance(value, dict) and sum(joint_named(str(key)) is not None for key in value) >= _FEWEST_NAMES


def _person(place: str, entry: dict) -> Person:
    value, scores = entry['keypoints'], entry.get('scores')
    if not value:
        return nobody(place)
    if are_landmarks(value):
        return landmarks(place, value)
    if isinstance(value, dict):
        return _named_person(place, value) if _are_named_joints(value) else _by_columns(place, value)
    rows, beside = rows_of(value), _array(scores)
    if beside is None or beside.shape != (len(rows),):
        return person(place, rows)
    if rows.shape[1] > 2:
        raise InputError('keypoints of three numbers beside their scores, which are positions in space; wanted those '
                         'in the image')
    return person(place, rows, beside)


def _named_person(place: str, value: dict) -> Person:
    """A Person of {joint's name: its numbers, or an object with them}."""
    joints = {name: row for name, row in value.items() if joint_named(str(name)) is not None}
    if are_landmarks(list(joints.values())):
        return landmarks(place, [{**row, 'name': name} for name, row in joints.items()])
    return person(place, rows_of(list(joints.values())), layout=layout_of_names(joints))


def _by_columns(place: str, value: dict) -> Person:
    """A Person of lists x, y and perhaps visible, as Ultralytics has them."""
    columns = [numbers(value[key]) for key in ('x', 'y', 'visible') if key in value]
    if len(columns) < 2 or len({column.shape for column in columns}) > 1:
        raise InputError('keypoints without as many x as y')
    return person(place, np.column_stack(columns))
