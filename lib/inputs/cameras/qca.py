"""Qualisys' calibration, .qca.txt (XML), as Qualisys Track Manager exports it and Pose2Sim hands it on.

Its quirks, of which a recording with known joints has told (docs/more-evidence.md): intrinsics are in 1/64 px, counted
from the sensor's corner, of which pictures show what ``fov_video`` says; places are in mm; the rows of r are the
camera's axes in the world, but for y and z, which point up and back.
"""

import xml.etree.ElementTree as ET

import numpy as np

from ...base.errors import InputError
from .camera import Camera

#: What the intrinsics count in, px.
_SUBPIXEL = 1. / 64.
_MILLIMETRE = 1e-3
#: From x right, y up, z back to x right, y down, z ahead.
_UP_AND_BACK = np.diag([1., -1., -1.])
_DISTORTION = 'radialDistortion1', 'radialDistortion2', 'tangentalDistortion1', 'tangentalDistortion2', \
    'radialDistortion3'
_VIDEO = 'video', 'none', ''  # models of cameras that take pictures; others see markers only


def qca_cameras(text: str) -> list[Camera]:
    """The video cameras of a file. Raises InputError where it is no calibration of Qualisys'."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise InputError(f'no XML that can be read ({error})') from None
    if root.tag != 'calibration':
        raise InputError(f"its root is {root.tag!r}, wanted a <calibration> of Qualisys'")
    cameras = [node for node in root.iter('camera') if _takes_pictures(node.get('model', ''))]
    return [_camera(node) for node in cameras]


def _takes_pictures(model: str) -> bool:
    return any(word == model.casefold() or (word and word in model.casefold()) for word in _VIDEO)


def _camera(node: ET.Element) -> Camera:
    name = node.get('serial', '')
    try:
        intrinsic, transform, view = (_part(node, tag) for tag in ('intrinsic', 'transform', 'fov_video'))
        left, top, right, bottom = _values(view, ('left', 'top', 'right', 'bottom'))
        focal_u, focal_v, centre_u, centre_v = _SUBPIXEL * _values(
            intrinsic, ('focalLengthU', 'focalLengthV', 'centerPointU', 'centerPointV'))
        rotation = _UP_AND_BACK @ _values(transform, [f'r{row}{column}' for row in '123' for column in '123']
                                          ).reshape(3, 3)
        place = _MILLIMETRE * _values(transform, 'xyz')
        return Camera(name, (round(right - left) + 1, round(bottom - top) + 1),
                      np.array([[focal_u, 0., centre_u - left], [0., focal_v, centre_v - top], [0., 0., 1.]]),
                      _values(intrinsic, _DISTORTION), rotation, -rotation @ place)
    except InputError as error:
        raise InputError(f'camera {name}: {error}') from None


def _part(node: ET.Element, tag: str) -> ET.Element:
    part = node.find(tag)
    if part is None:
        raise InputError(f'lacks <{tag}>')
    return part


def _values(node: ET.Element, names: 'str | list[str] | tuple[str, ...]') -> np.ndarray:
    out = []
    for name in names:
        text = node.get(name)
        try:
            out.append(float(text or ''))
        except ValueError:
            raise InputError(f'{name} of <{node.tag}> is {text!r}, wanted a number') from None
    return np.array(out)
