"""CSV with a row for each person: [image,] x, y, confidence of one joint after the other (14 LSP joints are 42
numbers; MediaPipe's 33 are 132: x, y, z, visibility). The header says which columns are which joint's (x0, nose_x,
x_nose, nose.x), or how many are not joints'; without a header, or with another, their number does, where only one
format has it; not where the header names joints in a way that is not known, as their order may be another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...base.errors import InputError, counted, quoted
from ..containers import CSV
from ..formats import FORMATS, KeypointFormat, format_named
from ..found import Entry, Image, Person, person
from ..names import layout_of_names
from .csv_files import PERSON, SURE, TIME, Table, image_in, is_number

_AXES = {'x': 'x', 'y': 'y', 'z': 'z', **dict.fromkeys(SURE, 'sure')}
_AXIS = '|'.join(sorted(_AXES, key=len, reverse=True))
_BEFORE = re.compile(rf'({_AXIS})[_.:/\s]*(\d+)|({_AXIS})[_.:/\s]+(.+)')
_AFTER = re.compile(rf'(.+?)[_.:/\s]+({_AXIS})')
_NUMBER = re.compile(r'(?:joint|keypoint|landmark|point|kpt?|lm|j|p)?_?(\d+)')
_LIMBS = ('ankle', 'knee', 'shoulder', 'wrist')  # that every format has
_NO_JOINTS = ('bbox', 'box', 'center', 'centre', 'instance')


@dataclass(frozen=True, eq=False)
class _Columns:
    """Where a row's ``image`` and the ``joints``' numbers stand: (K, 2 or 3) columns of x, y, confidence."""

    image: int | None
    joints: np.ndarray
    layout: KeypointFormat | None = None


def person_entries(table: Table, format_name: str | None) -> tuple[list[Entry], bool]:
    """The Entries of a table with a row for each person, and whether its rows say which image they are of."""
    entries: list[Entry] = []
    columns, width = None, 0
    rows = list(table.rows)
    for number, (line, cells) in enumerate(rows):
        if columns is None:
            width = len(table.header or cells)
        while len(cells) > width and not cells[-1]:  # a separator behind the last cell
            cells.pop()
        if columns is None:
            named = table.image_column(rows)
            columns = _by_header(table, named, format_name) or _by_count(table, named, cells, format_name)
        image: Image = number if columns.image is None else image_in(''.join(cells[columns.image:columns.image + 1]))
        try:
            entries.append((image, _person(table, line, cells, columns, width)))
        except InputError as error:
            entries.append((image, InputError(f'line {line}: {error}')))
    return entries, columns is not None and columns.image is not None


def _person(table: Table, line: int, cells: list[str], columns: _Columns, width: int) -> Person:
    if len(cells) != width:
        raise InputError(f'{counted(len(cells), "cell")}, where the first line has {width}')
    rows = np.array([[table.number(cells[column]) for column in joint] for joint in columns.joints])
    return person(f'line {line}', rows, layout=columns.layout)


def _by_header(table: Table, image: int | None, format_name: str | None) -> _Columns | None:
    """Columns as the header names them, or None where it does not name every joint's x and y."""
    joints: dict[str, dict[str, int]] = {}
    for column, cell in enumerate(table.header or ()):
        key, axis = _joint_and_axis(cell)
        if key and not key.startswith(_NO_JOINTS):
            joints.setdefault(key, {}).setdefault(axis, column)
    joints = {key: axes for key, axes in joints.items() if {'x', 'y'} <= axes.keys()}
    if not joints:
        return None
    order, layout = _order(list(joints), format_name)
    sure = all('sure' in joints[key] for key in order)
    columns = np.array([[joints[key][axis] for axis in ('x', 'y', 'sure')[:2 + sure]] for key in order])
    return _Columns(image, columns, layout)


def _joint_and_axis(cell: str) -> tuple[str, str]:
    """'left_hip', 'x' of the header's left_hip_x; the first is empty where it is no joint's."""
    before, after = _BEFORE.fullmatch(cell), _AFTER.fullmatch(cell)
    if before:
        axis, number, other, name = before.groups()
        return number or name, _AXES[axis or other]
    return (after.group(1), _AXES[after.group(2)]) if after else ('', '')


def _order(keys: list[str], format_name: str | None) -> tuple[list[str], KeypointFormat | None]:
    """The joints' keys in order: by number, without a layout, or as they stand, with the layout that their names
    give."""
    matches = [_NUMBER.fullmatch(key) for key in keys]
    numbers = sorted((int(match.group(1)), key) for match, key in zip(matches, keys) if match and len(key) < 20)
    if len(numbers) == len(keys):
        first = numbers[0][0]
        if first > 1 or [number for number, _ in numbers] != list(range(first, first + len(keys))):
            raise InputError('its columns number the joints, but not from 0 or 1 on without a gap')
        return [key for _, key in numbers], None
    try:
        return keys, layout_of_names(keys)
    except InputError:
        if format_name is None:
            raise
        return keys, None


def _by_count(table: Table, image: int | None, cells: list[str], format_name: str | None) -> _Columns:
    """Columns by how many there are.

    Raises InputError where no format has so many, more than one may be meant, or the header knows better.
    """
    named = next((cell for cell in table.header or () if any(limb in cell for limb in _LIMBS)), None)
    if named is not None and format_name is None:
        raise InputError(f'its header names joints in a way that is not known ({quoted(named)}); wanted left_ankle_x, '
                         'left_ankle_y and so on, or --format, which says their order')
    known = [column for column in (image, table.column(PERSON), table.column(TIME)) if column is not None]
    starts = (max(known) + 1,) if known else _starts(cells[0])
    counts = {len(cells), len(cells) - (not cells[-1])}  # without what a separator behind the last cell makes
    ways = [(start, width, entry) for start in starts for count in sorted(counts)
            for width, entry in _ways(count - start, format_name)]
    if not ways:
        of_what = 'of no known format' if format_name is None else f'not those of {format_named(format_name).name}'
        raise InputError(f'{counted(len(cells), "cell")} in a row, which are the joints {of_what}')
    if len(ways) > 1:
        raise InputError(f'{len(cells)} cells in a row may be {" or ".join(map(_way, ways))}; say which with --format, '
                         'or in a header (image,x0,y0,c0,x1,...)')
    start, width, entry = ways[0]
    columns = start + np.arange(width * len(entry.joints)).reshape(-1, width)
    return _Columns(image if known else 0 if start else None, columns[:, [0, 1, 3]] if width == 4 else columns)


def _starts(first: str) -> tuple[int, ...]:
    """Where the joints may begin: after an image's name, with a number that no image has, or either."""
    if not is_number(first):
        return (1,)
    return (0, 1) if first.isdecimal() else (0,)


def _ways(count: int, format_name: str | None) -> Iterator[tuple[int, KeypointFormat]]:
    """How many numbers a joint may have, and in which format, for ``count`` numbers to be a person."""
    entries = [format_named(format_name)] if format_name is not None else [FORMATS[name] for name in CSV.orders]
    for entry in entries:
        for width in (2, 3, 4) if entry.normalised else (2, 3):
            if count == width * len(entry.joints):
                yield width, entry


def _way(way: tuple[int, int, KeypointFormat]) -> str:
    start, width, entry = way
    return f'{"an image and " if start else ""}{len(entry.joints)} joints of {width} numbers ({entry.name})'
