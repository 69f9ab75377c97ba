"""CSV with a row for each joint: x, y, and, where there are such columns, image (or frame), person, the joint's name
or number, and confidence (or visibility). Without names or numbers the joints of a person are in order.
"""

import math
from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias

import numpy as np

from ...base.errors import InputError, quoted
from ..formats import KeypointFormat, format_named
from ..found import Entry, Image, Person, Place
from ..names import joint_named, layout_of_names
from .csv_files import PERSON, SURE, TIME, Row, Table, image_in, is_number

_JOINT = ('joint', 'keypoint', 'landmark', 'joint_name', 'keypoint_name', 'landmark_name', 'bodypart', 'body_part',
          'part', 'name', 'joint_id', 'keypoint_id', 'landmark_id', 'joint_index', 'keypoint_index', 'landmark_index',
          'index', 'id')
#: What x and y may be called, too.
_AXES = (('u', 'v'), ('px', 'py'), ('x_px', 'y_px'), ('image_x', 'image_y'), ('pos_x', 'pos_y'), ('x_pos', 'y_pos'),
         ('coord_x', 'coord_y'), ('x_coord', 'y_coord'), ('cx', 'cy'))
#: Names of joints that a column must have, twice.
_FEWEST = 12
_Key: TypeAlias = str | int
_Joints: TypeAlias = dict[_Key, tuple[float, float, float]]
_People: TypeAlias = dict[tuple[Image, str], _Joints]


def joint_table(table: Table) -> Table | None:
    """The Table where each of its rows is a joint: x and y are in its header, or it has none and rows of as few cells,
    [[image,] joint,] x, y [, confidence]. None where it is of another kind."""
    if table.header is not None:
        if not {'x', 'y'} <= set(table.header):
            axes = next((pair for pair in _AXES if set(pair) <= set(table.header)), ())
            table.header = [dict(zip(axes, 'xy')).get(name, name) for name in table.header]
        return table if {'x', 'y'} <= set(table.header) else None
    line, cells = next(table.rows)
    texts = sum(not is_number(cell) for cell in cells)
    if len(cells) - texts in (2, 3) and texts < 3 and not any(map(is_number, cells[:texts])):
        named = texts > 1 or texts and joint_named(cells[0]) is not None
        header = [*(['image', 'joint'][2 - texts:] if named else ['image'] * texts), 'x', 'y', 'confidence']
        return Table(header[:len(cells)], chain([(line, cells)], table.rows), table.decimal_comma)
    table.rows = chain([(line, cells)], table.rows)
    return None


def joint_entries(table: Table, format_name: str | None) -> list[Entry]:
    """The Entries of a table with a row for each joint; a row that is not understood is one with its error.

    Raises InputError where the names of joints are not understood, or numbers of some are left out.
    """
    rows = list(table.rows)
    time, who, joint = (table.column(names) for names in (TIME, PERSON, _JOINT))
    joint = _column_of_joints(table, rows) if joint is None else joint
    image = table.image_column(rows, joint)
    columns = [table.column((name,)) for name in 'xy'] + [table.column(SURE)]
    people: _People = {}
    wrong: list[Entry] = []
    moments: dict[str, Place] = {}
    for line, cells in rows:
        cells += [''] * (len(table.header or ()) - len(cells))
        about: Image = None
        if image is not None:
            about = image_in(cells[image])
        elif time is not None:
            about = moments.setdefault(cells[time], Place(len(moments)))
        joints = people.setdefault((about, '' if who is None else cells[who]), {})
        key = len(joints) if joint is None else cells[joint]
        try:
            if key in joints:
                raise InputError(f'{quoted(key)} a second time; a column person would tell people apart')
            x, y, sure = (1. if column is None else table.number(cells[column]) for column in columns)
            joints[key] = x, y, sure
        except InputError as error:
            joints.setdefault(key, (math.nan,) * 3)
            wrong.append((about, InputError(f'line {line}: {error}')))
    return _entries(people, joint is not None, format_name) + wrong


def _column_of_joints(table: Table, rows: Sequence[Row]) -> int | None:
    """The column, whatever it is called, of which half of the texts or more are names of joints."""
    for column in range(len(table.header or ())):
        texts = {cells[column] for _, cells in rows if column < len(cells)}
        if 2 * sum(joint_named(text) is not None for text in texts) > max(len(texts), _FEWEST):
            return column
    return None


def _entries(people: _People, told: bool, format_name: str | None) -> list[Entry]:
    keys = list(dict.fromkeys(key for joints in people.values() for key in joints)) if told else []
    layout = None
    if keys and all(str(key).isdecimal() for key in keys):
        order = _numbered(people, keys, format_name)
    elif keys:
        order, layout = keys, _named(keys, format_name)
    else:
        order = None
    entries: list[Entry] = []
    for (image, who), joints in people.items():
        rows = [joints.get(key, (math.nan,) * 3) for key in (joints if order is None else order)]
        entries.append((image, Person(np.array(rows).reshape(-1, 3), f'person {who}' if who else 'its joints', layout)))
    return entries


def _named(keys: list[_Key], format_name: str | None) -> KeypointFormat | None:
    """The order that the joints' names give, or None where --format says it of names that do not tell."""
    try:
        return layout_of_names(map(str, keys))
    except InputError:
        if format_name is None:
            raise
        return None


def _numbered(people: _People, keys: list[_Key], format_name: str | None) -> list[_Key]:
    """Keys in the order of the joints' numbers, from 0 or 1, with those that nobody has."""
    by_number = {int(key): key for key in keys if len(str(key)) < 6}
    first = 0 if 0 in by_number else 1
    count = max(by_number, default=0) + 1 - first
    if format_name is not None:
        count = max(count, len(format_named(format_name).joints))
    elif any(len(joints) != count for joints in people.values()):
        raise InputError('some joints, which have numbers, are left out; say with --format which they are')
    return [by_number.get(number, f'joint {number}') for number in range(first, first + count)]
