"""Files of points in 3D -> Markers: as motion capture, triangulation and other programs write them.

TRC (OpenSim, Pose2Sim), C3D (motion capture; ezc3d, an extra, reads it), CSV with a row for each joint or for each
frame, NPZ and NPY. What the points are, and in which unit, is for points3d.py to tell.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError, counted, in_one_line, quoted
from ..base.files import array_names, load_npy, load_npz, open_file, read_text
from .readers.csv_files import IMAGE, SURE, TIME, Table, read_table

_POINTS = ('joints3d', 'points3d', 'joints_3d', 'points_3d', 'keypoints_3d', 'keypoints3d', 'pred_joints', 'joints',
           'keypoints', 'points', 'xyz', 'positions', 'arr_0')
_NAMES = ('joint_names', 'names', 'labels', 'keypoint_names', 'marker_names')
_WEIGHTS = ('weights', 'weight', 'confidence', 'confidences', 'scores', 'conf')
_UNITS = ('units', 'unit')
_RATES = ('frame_rate', 'framerate', 'fps', 'mocap_framerate', 'rate')
_WHO = ('name', 'joint', 'marker', 'label', 'joint_name', 'marker_name', 'keypoint', 'landmark', 'point', 'bodypart')
_WEIGHT = ('weight', *SURE)
_MOMENT = ('fnum', 'frame#', *IMAGE, *TIME)
#: What a column of a frame's row is: of whom, along which axis, in which unit.
_AXIS = re.compile(r'(?P<who>.+?)[_.:\s-]*(?P<axis>[xyz])(?:[_\s]*[(\[]?(?P<unit>mm|cm|m)[)\]]?)?$')
_PLAIN = re.compile(r'(?P<axis>[xyz])(?:[_\s]*[(\[]?(?P<unit>mm|cm|m)[)\]]?)?$')
_LARGEST = 1 << 28  # bytes of a text
_EXTRA = 'ezc3d'


@dataclass(eq=False)
class Markers:
    """``positions`` (N, K, 3) in the file's ``unit``, NaN where missing, and how much each counts, ``weight`` (N, K).

    ``names`` are the points' (K,), ``images`` those of the frames (N,), ``rate`` frames per second; None where the file
    does not tell.
    """

    positions: np.ndarray
    weight: np.ndarray
    names: Sequence[str] | None = None
    unit: str | None = None
    rate: float | None = None
    images: Sequence[str] | None = None


def read_markers(path: str) -> Markers:
    """The Markers of a file, of its kind by its ending. Raises InputError where it is none that can be read."""
    read = _READERS.get(os.path.splitext(path)[1].lower())
    if read is None:
        raise InputError(f'{path}: wanted a {", ".join(_READERS)} file of 3D points')
    try:
        markers = read(path)
    except InputError as error:
        raise error if str(error).startswith(f'{path}:') else InputError(f'{path}: {error}') from None
    if not markers.positions.size:
        raise InputError(f'{path}: holds no points')
    if markers.names is not None:
        markers.names = [name.rpartition(':')[2] for name in markers.names]  # 'subject:LKJC'
    return markers


def _trc(path: str) -> Markers:
    lines = [line.split('\t') for line in read_text(path, _LARGEST).splitlines()]
    start = next((i for i, cells in enumerate(lines) if cells[0].strip().lower() in ('frame#', 'frame')), None)
    if start is None or start < 2:
        raise InputError('not a TRC file: no line begins with Frame#')
    told = dict(zip((cell.strip().lower() for cell in lines[start - 2]), (cell.strip() for cell in lines[start - 1])))
    names = [name.strip() for name in lines[start][2:] if name.strip()]
    rows = [(line, cells) for line, cells in enumerate(lines[start + 2:], start + 3) if cells[0].strip()]
    values = np.array([_row(cells, 2, 3 * len(names), line) for line, cells in rows])
    positions = _without_zeros(values.reshape(len(rows), len(names), 3))
    return _of_positions(positions, names, told.get('units'), _number(told.get('datarate')))


def _row(cells: Sequence[str], first: int, count: int, line: int) -> list[float]:
    """The numbers of a row's cells; NaN where there is none."""
    cells = [*cells[first:first + count], *[''] * (first + count - len(cells))]
    try:
        return [float(cell) if cell.strip() else np.nan for cell in cells]
    except ValueError:
        raise InputError(f'line {line}: a cell of it is no number') from None


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def _c3d(path: str) -> Markers:
    open_file(path).close()
    try:
        from ezc3d import c3d
    except ImportError:
        raise InputError(f'C3D files are read by {_EXTRA}, which is not installed: pip install {_EXTRA}, or write the '
                         'points as TRC or CSV') from None
    try:
        content = c3d(path)
        about, points = content['parameters']['POINT'], content['data']['points']
        names = [str(label) for label in about['LABELS']['value']]
        unit = next(iter(about.get('UNITS', {}).get('value', [])), None)
        rate = float(np.ravel(about['RATE']['value'])[0])
        positions = np.moveaxis(np.array(points[:3], dtype=float), 0, -1).swapaxes(0, 1)
    except Exception as error:  # the library raises many kinds for a damaged file
        raise InputError(f'not a complete C3D file ({in_one_line(error)})') from error
    return _of_positions(_without_zeros(positions[:, :len(names)]), names, unit, rate)


def _without_zeros(positions: np.ndarray) -> np.ndarray:
    """Positions (N, K, 3) with NaN for 0, 0, 0, as which many programs write what was not seen."""
    return np.where((positions == 0).all(axis=2, keepdims=True), np.nan, positions)


def _npz(path: str) -> Markers:
    held = array_names(path)
    key = next((key for key in _POINTS if key in held), None)
    if key is None:
        raise InputError(f'lacks joints3d (it holds {quoted(", ".join(held))[1:-1] or "nothing"})')

    def first(keys: Sequence[str]) -> np.ndarray | None:
        found = next((name for name in keys if name in held and name != key), None)
        return None if found is None else load_npz(path, found)[0]

    names, weight, unit, rate = first(_NAMES), first(_WEIGHTS), first(_UNITS), first(_RATES)
    out = _of_array(load_npz(path, key)[0], None if names is None else _texts(names), weight)
    out.unit = None if unit is None else str(np.ravel(unit)[0])
    out.rate = None if rate is None or rate.dtype.kind not in 'fiu' else float(np.ravel(rate)[0])
    return out


def _texts(array: np.ndarray) -> list[str]:
    return [name.decode(errors='replace') if isinstance(name, bytes) else str(name) for name in np.ravel(array)]


def _npy(path: str) -> Markers:
    return _of_array(load_npy(path), None, None)


def _of_array(array: np.ndarray, names: Sequence[str] | None, weight: np.ndarray | None) -> Markers:
    """The Markers of an array (N, K, 3 or 4) or (K, 3 or 4), whose fourth column is the weight."""
    array = array[None] if array.ndim == 2 else array
    if array.ndim != 3 or array.shape[2] not in (3, 4) or array.dtype.kind not in 'fiu':
        raise InputError(f'its points have shape {array.shape} of {array.dtype}, wanted (frames, points, 3) numbers')
    positions = array[..., :3].astype(float)
    if names is not None and len(names) != positions.shape[1]:
        raise InputError(f'{counted(len(names), "name")} for {counted(positions.shape[1], "point")}')
    out = _of_positions(positions, names, None, None)
    given = array[..., 3] if array.shape[2] == 4 else weight
    if given is not None:
        out.weight = out.weight * _weights(given, positions.shape[:2])
    return out


def _weights(given: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Weights of all points (N, K), also where there is one for each point (K,). NaN counts nothing."""
    if given.dtype.kind not in 'fiu' or given.shape not in (shape, shape[1:]):
        raise InputError(f'its weights have shape {given.shape} of {given.dtype}, wanted {shape} numbers')
    weights = np.nan_to_num(np.broadcast_to(given.astype(float), shape))
    if weights.min() < 0:
        raise InputError(f'a weight is {weights.min():g}; wanted 0 or more')
    return weights


def _of_positions(positions: np.ndarray, names: Sequence[str] | None, unit: str | None,
                  rate: float | None) -> Markers:
    known = np.isfinite(positions).all(axis=2)
    return Markers(positions, known.astype(float), names, unit, rate)


def _csv(path: str) -> Markers:
    table = read_table(path)
    if table.header is None:
        raise InputError('has no header; wanted one with name, x, y, z, or with NAME_x, NAME_y, NAME_z for each point')
    header = table.header
    plain = {match['axis']: (column, match['unit']) for column, name in enumerate(header)
             if (match := _PLAIN.fullmatch(name))}
    return _by_joint(table, plain) if plain.keys() == set('xyz') else _by_frame(table, header)


def _by_joint(table: Table, plain: dict[str, tuple[int, str | None]]) -> Markers:
    """A row for each joint, of one frame or of several."""
    who, moment, weight = (table.column(names) for names in (_WHO, _MOMENT, _WEIGHT))
    if who is None:
        raise InputError('has no column for the points\' names; wanted name, x, y, z')
    columns = [plain[axis][0] for axis in 'xyz']
    frames: dict[str, dict[str, list[float]]] = {}
    for line, cells in table.rows:
        cells = [*cells, *[''] * (len(table.header or ()) - len(cells))]
        joints = frames.setdefault('' if moment is None else cells[moment], {})
        if cells[who] in joints:
            raise InputError(f'line {line}: {quoted(cells[who])} a second time in a frame')
        joints[cells[who]] = [*(table.number(cells[column]) for column in columns),
                              1. if weight is None else table.number(cells[weight])]
    names = list(dict.fromkeys(name for joints in frames.values() for name in joints))
    rows = [[joints.get(name, [np.nan] * 4) for name in names] for joints in frames.values()]
    out = _of_array(np.array(rows).reshape(-1, len(names), 4), names, None)
    out.unit = next(iter(plain.values()))[1]
    out.images = None if moment is None else list(frames)
    return out


def _by_frame(table: Table, header: Sequence[str]) -> Markers:
    """A row for each frame, with three columns for each point, and perhaps one for how much it counts."""
    found: dict[str, dict[str, int]] = {}
    units = set()
    for column, name in enumerate(header):
        match = _AXIS.fullmatch(name)
        if match:
            found.setdefault(match['who'], {})[match['axis']] = column
            units.add(match['unit'])
    names = [name for name, axes in found.items() if axes.keys() == set('xyz')]
    if not names:
        raise InputError(f'its columns are {quoted(list(header[:6]))}; wanted name, x, y, z, or NAME_x, NAME_y, NAME_z '
                         'for each point')
    sure = [next((header.index(f'{name}_{word}') for word in _WEIGHT if f'{name}_{word}' in header), None)
            for name in names]
    moment = next((header.index(word) for word in _MOMENT if word in header), None)
    rows, images = [], []
    for _, cells in table.rows:
        cells = [*cells, *[''] * (len(header) - len(cells))]
        images.append('' if moment is None else cells[moment])
        rows.append([[*(table.number(cells[found[name][axis]]) for axis in 'xyz'),
                      1. if column is None else table.number(cells[column])] for name, column in zip(names, sure)])
    out = _of_array(np.array(rows).reshape(-1, len(names), 4), names, None)
    out.unit = units.pop() if len(units) == 1 else None
    out.images = None if moment is None else images
    return out


_READERS: dict[str, Callable[[str], Markers]] = {'.trc': _trc, '.c3d': _c3d, '.csv': _csv, '.tsv': _csv, '.npz': _npz,
                                                 '.npy': _npy}
