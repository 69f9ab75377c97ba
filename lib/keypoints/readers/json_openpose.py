"""JSON of OpenPose and those that write as it does, and of EasyMocap.

OpenPose: {"people": [{"pose_keypoints_2d": [x, y, c, ...]}]}, a file for each image. AlphaPose's ``--format open``
has such objects by image, ``--format cmu`` {"bodies": [{"joints": [...]}]}; its folder sep-json a file for each.
EasyMocap: {"filename": ..., "annots": [{"keypoints": [[x, y, c], ...]}]}, a file for each image.
"""

from collections.abc import Iterator
from dataclasses import replace

from ...base.errors import InputError
from ..found import Entry, Json, Person, attempt, nobody, person, rows_of, single
from .json_values import as_dict, as_list, first_of, size_in

#: What the list of people is called, and what a person's joints: today's key, that of version 1.0, AlphaPose's.
_PEOPLE = ('people', 'bodies')
_JOINTS = ('pose_keypoints_2d', 'pose_keypoints', 'joints')


def is_openpose(data: Json) -> bool:
    """Whether this is an image's people in OpenPose's layout."""
    return isinstance(data, dict) and any(key in data for key in _PEOPLE)


def is_openpose_by_image(data: Json) -> bool:
    """Whether this is an object of OpenPose's people under the name of each image."""
    return isinstance(data, dict) and bool(data) and all(is_openpose(value) for value in data.values())


def openpose(data: dict) -> Iterator[Entry]:
    """The Entries of one image."""
    people = as_list(first_of(data, _PEOPLE))
    return single(None, (attempt(f'people[{i}]', _person, entry) for i, entry in enumerate(people)))


def openpose_by_image(data: dict) -> Iterator[Entry]:
    """The Entries of {image: its people}."""
    for image, content in data.items():
        try:
            yield from ((image, entry) for _, entry in openpose(content))
        except InputError as error:
            yield image, error


def _person(place: str, entry: Json) -> Person:
    if entry is None:
        return nobody(place)
    key = next((key for key in _JOINTS if key in as_dict(entry)), None)
    if key is None:
        raise InputError(f'a person without {_JOINTS[0]}')
    if not entry[key]:  # empty, or null, where only hands or a face were found
        return nobody(place)
    return person(place, rows_of(entry[key]))


def easymocap(data: dict) -> Iterator[Entry]:
    """The Entries of one image, named in the file."""
    name = data.get('filename')
    people = as_list(data['annots'])
    return single(name if isinstance(name, str) and name else None,
                  (attempt(f'annots[{i}]', _annotated, entry, size_in(data)) for i, entry in enumerate(people)))


def _annotated(place: str, entry: Json, size: tuple[float, float] | None) -> Person:
    if 'keypoints' not in as_dict(entry):
        raise InputError('a person without keypoints')
    return replace(person(place, rows_of(entry['keypoints'])), size=size) if entry['keypoints'] else nobody(place)
