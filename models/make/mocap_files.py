"""Read motion capture in Acclaim's ASF/AMC format.

An .asf file is a skeleton (bones, directions, axes, degrees of freedom), an .amc file a motion of it (angles in degrees,
frame by frame). A bone with axis frame C (ASF `axis`) and frame rotation M (AMC angles) turns, relative to its parent and in
the coordinates of the rest pose, by C M C^-1. Format: https://research.cs.wisc.edu/graphics/Courses/cs-838-1999/Jeff/ASF-AMC.html
"""
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError


@dataclass
class Bone:
    """One bone of an ASF skeleton: rest direction (3,), axis frame C, names of its angles ('rx', 'ry', 'rz') in AMC order."""
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


def read_asf(path):
    """Skeleton of an .asf file: {bone name: Bone}, parents before children, 'root' first."""
    root = Bone(np.zeros(3), Rotation.identity(), ())
    bones, section, name, fields = {'root': root}, None, None, {}
    number = 0
    for number, words in _lines(path):
        key = words[0].lower()
        if key.startswith(':'):
            section = key
            if section == ':units' or len(words) == 1:
                continue
        elif section == ':units' and key == 'angle' and words[1:2] != ['deg']:
            raise InputError(f'{path}:{number}: angles in degrees ("deg") expected')
        elif section == ':root' and key == 'order':
            root.dof = tuple(word.lower() for word in words[1:])
        elif section == ':bonedata' and key == 'begin':
            fields = {'dof': ()}
        elif section == ':bonedata' and key == 'name':
            name = words[1] if len(words) > 1 else None
        elif section == ':bonedata' and key == 'direction':
            fields['direction'] = np.array(_numbers(words[1:], 3, path, number))
        elif section == ':bonedata' and key == 'axis':
            order = words[4] if len(words) > 4 else 'XYZ'
            if sorted(order.upper()) != ['X', 'Y', 'Z']:
                raise InputError(f'{path}:{number}: an order of the axes like XYZ expected, found {order}')
            fields['axis'] = _rotation(order, _numbers(words[1:], 3, path, number))
        elif section == ':bonedata' and key == 'dof':
            fields['dof'] = tuple(word.lower() for word in words[1:])
        elif section == ':bonedata' and key == 'end':
            if name is None or not {'direction', 'axis'} <= set(fields):
                raise InputError(f'{path}:{number}: bone "{name}" lacks its name, direction or axis')
            bones[name] = Bone(**fields)
        elif section == ':hierarchy' and key not in ('begin', 'end'):
            for child in words[1:]:
                if child not in bones:
                    raise InputError(f'{path}:{number}: the hierarchy names "{child}", which is no bone')
                bones[child].parent = words[0]
    if not {'rx', 'ry', 'rz'} <= set(root.dof):
        raise InputError(f'{path}: the root lacks an order with rx, ry and rz, is this an .asf file?')
    if len(bones) == 1:
        raise InputError(f'{path}:{number}: no bones found, is this an .asf file?')
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
    """Motion of an .amc file: {bone name: (F, number of its dof)}, degrees (and the root's translation, ASF length units)."""
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
        if len(words) - 1 != len(bones[words[0]].dof):
            raise InputError(f'{path}:{number}: {words[0]} needs {len(bones[words[0]].dof)} values, has {len(words) - 1}')
        rows.append(_numbers(words[1:], len(words) - 1, path, number))
    if frames == 0:
        raise InputError(f'{path}:{number}: no frames found, is this an .amc file?')
    _check_complete(values, frames, path, number)
    return {name: np.array(rows) for name, rows in values.items()}


def _check_complete(values, frames, path, number):
    for name, rows in values.items():
        if len(rows) != frames:
            raise InputError(f'{path}:{number}: frame {frames} gives bone {name} {len(rows) - frames + 1} times instead of once')


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
