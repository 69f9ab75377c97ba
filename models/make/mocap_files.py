"""Read motion capture in Acclaim's ASF/AMC format.

An .asf file is a skeleton (bones, directions, axes, degrees of freedom), an .amc file a motion of it (angles in
degrees, frame by frame). A bone with axis frame C (ASF `axis`) and frame rotation M (AMC angles) turns, relative to its
parent and in the coordinates of the rest pose, by C M C^-1. Format:
https://research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/ASF-AMC.html
"""
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError


@dataclass
class Bone:
    """One bone of an ASF skeleton: rest direction (3,), axis frame C, names of its angles ('rx', 'ry', 'rz') in AMC
    order.
    """
    direction: np.ndarray
    axis: Rotation
    dof: tuple
    parent: str = None


def _numbers(words, count, path, line_number):
    """`count` finite numbers from the words after a line's keyword."""
    try:
        values = [float(word) for word in words[:count]]
    except ValueError:
        values = []
    if len(values) != count or not np.isfinite(values).all():
        raise InputError(f'{path}:{line_number}: {count} numbers expected, found "{" ".join(words)}"')
    return values


def _rotation(order, degrees):
    """Rotation of angles (..., n) about the axes of `order` ('XYZ': x first, then y, then z, all axes fixed)."""
    return Rotation.from_euler(order.lower(), degrees, degrees=True)


def _lines(path):
    """(number, words) of the lines that are neither empty nor a comment."""
    with open(path, encoding='latin-1') as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if words and not words[0].startswith('#'):
                yield number, words


class _AsfReader:
    """What has been read of an .asf file so far; a method for each of its sections that count."""

    def __init__(self, path):
        self.path, self.number = path, 0
        self.root = Bone(np.zeros(3), Rotation.identity(), ())
        self.bones = {'root': self.root}
        self._name, self._fields = None, {}

    def read(self):
        """Read the whole file."""
        sections = {':units': self._units, ':root': self._root, ':bonedata': self._bonedata,
                    ':hierarchy': self._hierarchy}
        section = None
        for number, (key, *words) in _lines(self.path):
            self.number = number
            if key.startswith(':'):
                section = sections.get(key.lower())
            elif section is not None:
                section(key, words)

    def error(self, message):
        """An InputError about the line that is being read."""
        return InputError(f'{self.path}:{self.number}: {message}')

    def _units(self, key, words):
        if key.lower() == 'angle' and words[:1] != ['deg']:
            raise self.error('angles in degrees ("deg") expected')

    def _root(self, key, words):
        if key.lower() == 'order':
            self.root.dof = tuple(word.lower() for word in words)

    def _bonedata(self, key, words):
        readers = {'begin': self._begin, 'name': self._read_name, 'direction': self._direction, 'axis': self._axis,
                   'dof': self._dof, 'end': self._end}
        if key.lower() in readers:
            readers[key.lower()](words)

    def _begin(self, _):
        self._name, self._fields = None, {'dof': ()}

    def _read_name(self, words):
        self._name = words[0] if words else None

    def _direction(self, words):
        self._fields['direction'] = np.array(_numbers(words, 3, self.path, self.number))

    def _axis(self, words):
        order = words[3] if len(words) > 3 else 'XYZ'
        if sorted(order.upper()) != ['X', 'Y', 'Z']:
            raise self.error(f'an order of the axes like XYZ expected, found {order}')
        self._fields['axis'] = _rotation(order, _numbers(words, 3, self.path, self.number))

    def _dof(self, words):
        self._fields['dof'] = tuple(word.lower() for word in words)

    def _end(self, _):
        if self._name is None or not {'direction', 'axis'} <= set(self._fields):
            raise self.error(f'bone "{self._name}" lacks its name, direction or axis')
        self.bones[self._name] = Bone(**self._fields)

    def _hierarchy(self, key, words):
        if key.lower() in ('begin', 'end'):
            return
        for child in words:
            if child not in self.bones:
                raise self.error(f'the hierarchy names "{child}", which is no bone')
            self.bones[child].parent = key


def read_asf(path):
    """Skeleton of an .asf file: {bone name: Bone}, parents before children, 'root' first.

    Raises InputError where it is none, with file and line.
    """
    reader = _AsfReader(path)
    reader.read()
    bones = reader.bones
    if not {'rx', 'ry', 'rz'} <= set(reader.root.dof):
        raise InputError(f'{path}: the root lacks an order with rx, ry and rz, is this an .asf file?')
    if len(bones) == 1:
        raise reader.error('no bones found, is this an .asf file?')
    return {bone: bones[bone] for bone in _parents_first(bones, path)}


def _parents_first(bones, path):
    ordered = ['root']
    while len(ordered) < len(bones):
        new = [name for name, bone in bones.items() if name not in ordered and bone.parent in ordered]
        if not new:
            lost = sorted(set(bones) - set(ordered))
            raise InputError(f'{path}: bones without a way to the root: {", ".join(lost)}')
        ordered += new
    return ordered


def read_amc(path, bones):
    """Motion of an .amc file: {bone name: (F, number of its dof)}, degrees (and the root's translation, ASF length
    units).
    """
    values = {name: [] for name, bone in bones.items() if bone.dof}
    frames, number = 0, 0
    for number, words in _lines(path):
        if words[0].startswith(':'):
            continue
        if len(words) == 1 and words[0].isdigit():
            _check_complete(values, frames, path, number)
            frames += 1
            continue
        rows = values.get(words[0])
        if rows is None or frames == 0:
            raise InputError(f'{path}:{number}: "{words[0]}" is no moving bone of the skeleton')
        wanted = len(bones[words[0]].dof)
        if len(words) - 1 != wanted:
            raise InputError(f'{path}:{number}: {words[0]} needs {wanted} values, has {len(words) - 1}')
        rows.append(_numbers(words[1:], len(words) - 1, path, number))
    if frames == 0:
        raise InputError(f'{path}:{number}: no frames found, is this an .amc file?')
    _check_complete(values, frames, path, number)
    return {name: np.array(rows) for name, rows in values.items()}


def _check_complete(values, frames, path, number):
    for name, rows in values.items():
        if len(rows) != frames:
            times = len(rows) - frames + 1
            raise InputError(f'{path}:{number}: frame {frames} gives bone {name} {times} times instead of once')


def world_rotations(bones, motion):
    """Rotation of every bone from the rest pose to the world, {bone name: Rotation of F frames}."""
    frames = len(motion['root'])
    world = {}
    for name, bone in bones.items():
        angles = [i for i, dof in enumerate(bone.dof) if dof in ('rx', 'ry', 'rz')]
        if angles:
            order = ''.join(bone.dof[i][1] for i in angles)
            local = bone.axis * _rotation(order, motion[name][:, angles]) * bone.axis.inv()
        else:
            local = Rotation.identity(frames)
        world[name] = world[bone.parent] * local if bone.parent else local
    return world
