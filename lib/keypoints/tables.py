"""Keypoints in CSV and NPZ files -> Records.

CSV: a row for each person, or for each joint. A row for each person is [image,] x, y, confidence of one joint after
the other (14 LSP joints are 42 numbers; MediaPipe's 33 are 132: x, y, z, visibility). A row for each joint needs a
header line with x and y, and may have image (or frame), person, confidence (or visibility); joints are in order.
NPZ: est_joints (3 or more, 14, N) as the published program reads it, or keypoints (N, K, 3) of any format, and, if
there are any, names (N,) of the images.
"""

import csv
import io

import numpy as np

from ..base.errors import InputError, MissingArray
from ..base.files import load_npz, read_text
from .formats import FORMATS
from .found import Record, person

_IMAGE, _CONFIDENCE = ('image', 'image_id', 'file_name', 'frame'), ('confidence', 'visibility', 'score', 'c')
#: Numbers to a joint, by numbers in a row.
_WIDTHS = {width * len(entry.joints): width for width in (2, 3) for entry in FORMATS.values()
           if not entry.normalised} | {width * 33: width for width in (3, 4)}


def read_csv(path):
    """The Records of a CSV file. Raises InputError where a line is not as the others."""
    lines = io.StringIO(read_text(path), newline='')
    try:
        rows = [(number, [cell.strip() for cell in row]) for number, row in enumerate(csv.reader(lines), start=1)
                if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise InputError(f'{path}: not a CSV file ({error})') from None
    header = [cell.lower() for cell in rows[0][1]] if rows else []
    if _is_header(header):
        rows = rows[1:]
    if not rows:
        raise InputError(f'{path}: empty')
    return _joint_rows(header, rows) if 'x' in header and 'y' in header else _person_rows(rows)


def _is_header(cells):
    return len(cells) > 1 and not any(_is_number(cell) for cell in cells[1:])


def _is_number(cell):
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _person_rows(rows):
    found = {}
    for number, cells in rows:
        image = None
        if len(cells) not in _WIDTHS and len(cells) - 1 in _WIDTHS:
            image, cells = cells[0], cells[1:]
        if len(cells) not in _WIDTHS:
            raise InputError(f'line {number} holds {len(cells)} numbers, which are the joints of no known format')
        try:
            keypoints = person(cells, _WIDTHS[len(cells)])
        except InputError as error:
            raise InputError(f'line {number}: {error}') from None
        found.setdefault(number if image is None else image, (image, []))[1].append(keypoints)
    return [Record(image, tuple(people)) for image, people in found.values()]


def _joint_rows(header, rows):
    confidence = next((name for name in _CONFIDENCE if name in header), None)
    image_key = next((name for name in _IMAGE if name in header), None)
    found = {}
    for number, cells in rows:
        row = dict(zip(header, cells))
        try:
            joint = [float(row['x']), float(row['y']), 1. if confidence is None else float(row[confidence])]
        except (KeyError, ValueError):
            raise InputError(f'line {number}: x, y and confidence must be numbers') from None
        people = found.setdefault(row.get(image_key), {})
        people.setdefault(row.get('person'), []).extend(joint)
    return [Record(image, tuple(person(joints) for joints in people.values())) for image, people in found.items()]


def read_npz(path):
    """The Records of an NPZ file. Raises InputError where its arrays have other shapes."""
    try:
        keypoints = np.moveaxis(load_npz(path, 'est_joints')[0][:3], 0, -1).swapaxes(0, 1)
    except np.exceptions.AxisError:
        raise InputError(f'{path}: est_joints must be (3 or more, 14, images)') from None
    except MissingArray:
        keypoints, = load_npz(path, 'keypoints')
    if keypoints.ndim == 2:
        keypoints = keypoints[None]
    if keypoints.ndim != 3 or keypoints.shape[2] != 3 or keypoints.dtype.kind not in 'fiu':
        raise InputError(f'{path}: keypoints have shape {keypoints.shape} of {keypoints.dtype}, wanted (images, '
                         'joints, 3) numbers')
    names = _names(path, len(keypoints))
    found = {}
    for i, row in enumerate(keypoints.astype(float)):
        found.setdefault(i if names is None else names[i], []).append(row)
    return [Record(None if names is None else image, tuple(people)) for image, people in found.items()]


def _names(path, count):
    try:
        names, = load_npz(path, 'names')
    except MissingArray:
        return None
    if names.shape != (count,):
        raise InputError(f'{path}: names has shape {names.shape}, wanted ({count},)')
    return [str(name) for name in names]
