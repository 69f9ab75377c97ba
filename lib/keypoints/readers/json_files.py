"""A JSON file -> what it holds, told by its content: a line of the table below for each kind."""

import json
from collections.abc import Callable, Iterator

from ...base.errors import InputError
from ...base.files import read_text
from ..containers import COCO, EASYMOCAP, MEDIAPIPE, OPENPOSE, VITPOSE, Container
from ..found import Entry, Found, Json, UnknownShape
from . import json_coco, json_openpose, json_people
from .json_landmarks import search
from .json_shapes import of_any_shape
from .json_values import first_of

#: Bytes of a JSON file: the results of some 100,000 people of whole bodies.
_LARGEST = 1 << 28
#: What is around a list of people or frames.
_AROUND = ('predictions', 'results', 'detections', 'persons', 'poses')
_NO_KIND = ('JSON of no known kind; wanted that of OpenPose, COCO, AlphaPose, mmpose, Ultralytics, EasyMocap, '
            'OpenPifPaf, ViTPose or MediaPipe Pose')


def read_json(path: str, format_name: str | None = None) -> Found:
    """What a JSON file holds. Raises InputError where it is no JSON, or of no kind that is known."""
    return of_data(_parse(read_text(path, _LARGEST)), format_name)


def of_data(data: Json, format_name: str | None = None) -> Found:
    """What lists and objects hold, as JSON has them. Raises InputError where they are of no kind that is known."""
    try:
        container, lazy = _object(data, format_name) if isinstance(data, dict) else _list(data)
        entries = list(lazy)
    except UnknownShape:
        found = of_any_shape(data, format_name)
        if found is None:
            raise
        return found
    if entries and all(isinstance(entry, UnknownShape) for _, entry in entries if entry is not None):
        found = of_any_shape(data, format_name)
        if found is not None and not any(isinstance(entry, InputError) for _, entry in found.entries):
            return found
    return Found(container, entries)


def _parse(text: str) -> Json:
    """JSON, or a line of JSON for each frame."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not all(line.lstrip().startswith('{') and line.rstrip().endswith('}') for line in lines):
            many = not isinstance(error, (json.JSONDecodeError, RecursionError))  # digits: Python's own limit
            raise InputError(f'not a complete JSON file ({"a number of too many digits" if many else error})') from None
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError) as error:
        raise InputError(f'not complete JSON lines ({error})') from None


def _object(data: dict, format_name: str | None) -> tuple[Container, Iterator[Entry]]:
    kinds: tuple[tuple[set[str], Container, Callable[[dict], Iterator[Entry]]], ...] = (
        ({'people'}, OPENPOSE, json_openpose.openpose), ({'bodies'}, OPENPOSE, json_openpose.openpose),
        ({'annots'}, EASYMOCAP, json_openpose.easymocap),
        ({'annotations'}, COCO, lambda data: json_coco.annotations(data, format_name)),
        ({'skeleton', 'keypoints'}, VITPOSE, json_people.vitpose))
    for keys, container, entries in kinds:
        if keys <= data.keys():
            return container, entries(data)
    if 'instance_info' in data:
        return json_people.demo(data)
    inner = first_of(data, _AROUND)
    if isinstance(inner, list) and 'frame' not in data:
        return _list(inner)
    if json_people.is_person(data) or json_people.is_frame(data):
        return _list([data])
    return _by_image(data)


def _by_image(data: dict) -> tuple[Container, Iterator[Entry]]:
    if json_openpose.is_openpose_by_image(data):
        return OPENPOSE, json_openpose.openpose_by_image(data)
    if json_people.are_people_by_image(data):
        return json_people.people_by_image(data)
    return _landmarks(data)


def _list(data: Json) -> tuple[Container, Iterator[Entry]]:
    if data == []:
        return COCO, iter(())
    if json_coco.is_results(data):
        return COCO, json_coco.results(data)
    if isinstance(data, list) and json_people.are_people(data):
        return json_people.container_of(data), json_people.people(data)
    return _landmarks(data)


def _landmarks(data: Json) -> tuple[Container, Iterator[Entry]]:
    entries = list(search(data))
    if not entries:
        raise UnknownShape(_NO_KIND)
    return MEDIAPIPE, iter(entries)
