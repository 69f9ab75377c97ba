"""JSON of landmarks, which MediaPipe Pose has no file for: its results are lists of 33 {"x", "y", "z", "visibility"},
which are taken from wherever they stand: a list, a list of people, under "landmarks" or "pose_landmarks", with an
"image" beside them, or under the image's name. Landmarks that say their own name ("name", or "part") are read by it.
"""

from collections.abc import Iterator

import numpy as np

from ...base.errors import InputError
from ..found import Entry, Image, Json, Person, Place, attempt, numbers, person
from ..names import layout_of_names
from .json_values import first_of, image_of, names_image

_LANDMARKS = ('landmarks', 'landmark', 'pose_landmarks', 'poseLandmarks')
_WORLD = ('pose_world_landmarks', 'worldLandmarks', 'poseWorldLandmarks', 'world_landmarks')
_SURE = ('visibility', 'score', 'confidence', 'c')
_NUMBER = ('index', 'id', 'keypoint_id', 'landmark_id', 'joint_id', 'class_id')
_MOST, _NOWHERE = 1000, {'x': None, 'y': None}
_NAME = ('name', 'part', 'class')
#: What is around a list of frames, and no image's name.
_AROUND = ('frames', 'results', 'images', 'data')
_DEEPEST = 20


def are_landmarks(data: Json) -> bool:
    """Whether this is a list of objects with x and y, or with a position that has them."""
    return isinstance(data, list) and bool(data) and all(map(_has_place, data))


def _has_place(entry: Json) -> bool:
    place = entry.get('position', entry) if isinstance(entry, dict) else None
    return isinstance(place, dict) and 'x' in place and 'y' in place


def landmarks(place: str, entries: list) -> Person:
    """A Person of landmarks, in the order of their numbers where they have some. Raises InputError where their
    positions, or names, are none."""
    entries = _in_order(entries)
    positions = [entry.get('position', entry) for entry in entries]
    xy = numbers([[position['x'], position['y']] for position in positions])
    sure = numbers([first_of(entry, _SURE) if any(key in entry for key in _SURE) else 1. for entry in entries])
    if xy.ndim != 2 or sure.ndim != 1:
        raise InputError('keypoints that are no list of numbers')
    names = [first_of(entry, _NAME) for entry in entries]
    named = all(isinstance(name, str) for name in names)
    return person(place, xy, np.asarray(sure), layout_of_names(names) if named else None)


def _in_order(entries: list) -> list:
    """Landmarks in the order of their own numbers, from 0 or from 1 on, with one that is nowhere for each that is left
    out; as they stand where they have no numbers, or the same twice."""
    numbers = [first_of(entry, _NUMBER) for entry in entries]
    if not all(type(number) is int and 0 <= number < _MOST for number in numbers) or len(set(numbers)) < len(numbers):
        return entries
    first = 1 if sorted(numbers) == list(range(1, len(numbers) + 1)) else 0
    by_number = {number - first: entry for number, entry in zip(numbers, entries)}
    return [by_number.get(i, _NOWHERE) for i in range(max(by_number) + 1)]


def search(data: Json, image: Image = None, place: str = '', depth: int = 0) -> Iterator[Entry]:
    """The Entries of all the landmarks in ``data``; ``image`` is the name found around them, ``place`` where that
    is. Raises InputError where they are too deep in it, are world landmarks, or an image's name is none."""
    if depth > _DEEPEST:
        raise InputError(f'lists or objects in each other more than {_DEEPEST} deep')
    if are_landmarks(data):
        yield image, attempt(place or 'the landmarks', landmarks, data)
    elif isinstance(data, list):
        frames = image is None and len(data) > 1 and all(isinstance(entry, dict) for entry in data)
        for i, entry in enumerate(data):
            yield from search(entry, Place(i) if frames else image, f'{place}[{i}]', depth + 1)
    elif isinstance(data, dict):
        yield from _search_object(data, image, place, depth)


def _search_object(data: dict, image: Image, place: str, depth: int) -> Iterator[Entry]:
    if names_image(data):
        image = image_of(data)
    key = next((key for key in _LANDMARKS if key in data), None)
    if key is not None:
        yield image, None  # nobody may have been found
        yield from search(data[key], image, f'{place}.{key}'.lstrip('.'), depth + 1)
        return
    if any(key in data for key in _WORLD):
        raise InputError('world landmarks, which are positions in space; wanted pose_landmarks, those in the image')
    for name, entry in data.items():
        if isinstance(entry, (dict, list)) and name:
            around = isinstance(entry, list) and name in _AROUND and image is None
            yield from search(entry, None if around else name, f'{place}.{name}'.lstrip('.'), depth + 1)
