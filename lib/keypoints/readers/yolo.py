"""Text files of YOLO's pose models -> what they hold: a line for each person, class cx cy w h, then x y or x y
confidence of every joint, shares of the image's width and height; Ultralytics adds the box's confidence and a track's
number, if asked.
"""

from ...base.errors import InputError, quoted
from ...base.files import read_text
from ..containers import YOLO
from ..formats import FORMATS, format_named
from ..found import Found, Person, attempt, numbers, person, single

_BOX = 5  # class and box before the joints
_MORE = 2  # numbers that may stand after them: the box's confidence, a track's number
_LARGEST = 1 << 24


def read_yolo(path: str, format_name: str | None = None) -> Found:
    """What a label file holds. Raises InputError where it cannot be read."""
    entry = FORMATS['coco17'] if format_name is None else format_named(format_name)
    lines = ((i, line.split()) for i, line in enumerate(read_text(path, _LARGEST).splitlines(), start=1))
    people = [attempt(f'line {i}', _person, cells, len(entry.joints)) for i, cells in lines if cells]
    return Found(YOLO, list(single(None, people)))


def _person(place: str, cells: list[str], count: int) -> Person:
    for width in (3, 2):
        more = len(cells) - _BOX - width * count
        if 0 <= more <= _MORE:
            values = numbers(cells[_BOX:_BOX + width * count])
            return person(place, values.reshape(count, width))
    if not all(map(_is_number, cells[:_BOX])):
        raise InputError(f'{quoted(" ".join(cells))} is no label of YOLO: class, box and joints in numbers')
    raise InputError(f'{len(cells)} numbers, which are no box and {count} joints; another format may be given with '
                     '--format')


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
