"""A calibrated camera: OpenCV's pinhole with distortion, and where it stands (docs.opencv.org, calib3d).

A point X of the world, metres, is at R X + t in the camera's frame (x right, y down, z ahead) and seen at K of its
distorted direction, px; whole numbers are the centres of pixels.
"""

from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import cv2
import numpy as np

from ...base.errors import InputError
from ...fitting.problem import FOCAL_RANGE

#: How many numbers OpenCV's models of distortion have.
_DISTORTIONS = 4, 5, 8, 12, 14
#: How far R R' may be from the identity: files round to four digits.
_ROUNDED = 1e-2
#: Share of the focal lengths up to which K's skew is rounding.
_SKEWED = 1e-4
_LARGEST = 100_000  # px, of a side
#: Cameras of one rig: more are a mistake of the file's.
MOST = 64
_FARTHEST = 1e7  # of any unit
#: A point that comes back farther off than this, px, cannot be seen through the lens: it is beyond where its
#: distortion can be undone.
_BEYOND = 1.
#: Share of a picture's side that encoders cut off or fill up.
_STRIP = .01
_GREY = 128, 128, 128
_REFINED = 10  # steps


@dataclass(frozen=True, eq=False)
class Camera:
    """A camera: its ``name``, the ``size`` (width, height) px of its pictures or None where that is not told.

    ``matrix`` K (3, 3) px, ``distortion`` k1, k2, p1, p2, k3 ... as OpenCV orders them, ``rotation`` R (3, 3) and
    ``translation`` t (3,), metres, from the world to the camera. Raises InputError where these are no such numbers.
    """

    name: str
    size: tuple[int, int] | None
    matrix: np.ndarray
    distortion: np.ndarray
    rotation: np.ndarray
    translation: np.ndarray

    def __post_init__(self) -> None:
        given = {'matrix': (3, 3), 'distortion': None, 'rotation': (3, 3), 'translation': (3,)}
        for field, shape in given.items():
            object.__setattr__(self, field, _numbers(field, getattr(self, field), shape))
        self._check_matrix()
        self._check_size()
        object.__setattr__(self, 'distortion', _distortion(self.distortion))
        object.__setattr__(self, 'rotation', _rotation(self.rotation))
        if np.abs(self.translation).max() > _FARTHEST:
            raise InputError(f'its translation is {np.linalg.norm(self.translation):g} long')

    def _check_matrix(self) -> None:
        focal = self.matrix[[0, 1], [0, 1]]
        if not all(FOCAL_RANGE.accepts(float(value)) for value in focal):
            raise InputError(f'K has focal lengths of {focal[0]:g} and {focal[1]:g} px, wanted {FOCAL_RANGE}')
        if np.abs(self.matrix[2] - [0., 0., 1.]).max() > _SKEWED or abs(self.matrix[1, 0]) > _SKEWED * focal[0]:
            raise InputError('K is no camera matrix: wanted rows of f 0 c, 0 f c, 0 0 1')
        if abs(self.matrix[0, 1]) > _SKEWED * focal[0]:
            raise InputError(f'K has a skew of {self.matrix[0, 1]:g}, and cameras with one are not read')

    def _check_size(self) -> None:
        if self.size is None:
            return
        if any(not 1 <= side <= _LARGEST for side in self.size):
            raise InputError(f'its pictures have {self.size[0]} x {self.size[1]} px, wanted 1 to {_LARGEST}')
        centre = self.centre / self.size
        if (np.abs(centre - .5) > .5).any():
            raise InputError(f'its principal point {self.centre[0]:g}, {self.centre[1]:g} is outside of its pictures '
                             f'of {self.size[0]} x {self.size[1]} px')

    @property
    def centre(self) -> np.ndarray:
        """The principal point (2,), px."""
        return self.matrix[:2, 2]

    @cached_property
    def focal(self) -> float:
        """Focal length, px, of the camera without distortion whose pixels are square."""
        return float(np.sqrt(self.matrix[0, 0] * self.matrix[1, 1]))

    @cached_property
    def straight_matrix(self) -> np.ndarray:
        """K (3, 3) of that camera: the same principal point."""
        return np.array([[self.focal, 0., self.centre[0]], [0., self.focal, self.centre[1]], [0., 0., 1.]])

    @property
    def place(self) -> np.ndarray:
        """Where the camera stands (3,), metres of the world."""
        return -self.rotation.T @ self.translation

    def project(self, points: np.ndarray) -> np.ndarray:
        """Where ``points`` (P, 3) of the world are seen (P, 2), px of its pictures as they are."""
        turn = cv2.Rodrigues(self.rotation)[0]
        return cv2.projectPoints(points[:, None], turn, self.translation, self.matrix, self.distortion)[0][:, 0]

    def straighten_points(self, points: np.ndarray) -> np.ndarray:
        """Where ``points`` (N, 2), px, are without distortion; NaN where it cannot be undone."""
        if not len(points):
            return points.astype(float)
        seen = np.ascontiguousarray(points, dtype=float)
        straight = cv2.undistortPoints(seen[:, None], self.matrix, self.distortion, P=self.straight_matrix)[:, 0]
        for _ in range(_REFINED):  # OpenCV's five steps leave a pixel at the border of a wide lens
            straight = straight + seen - self.bend_points(straight)
        lost = ~(np.linalg.norm(self.bend_points(straight) - seen, axis=1) <= _BEYOND)
        return np.where(lost[:, None], np.nan, straight)

    def bend_points(self, points: np.ndarray) -> np.ndarray:
        """The reverse: where points (N, 2) of the camera without distortion are seen."""
        rays = np.column_stack([(points - self.centre) / self.focal, np.ones(len(points))])
        return cv2.projectPoints(rays[:, None], np.zeros(3), np.zeros(3), self.matrix, self.distortion)[0][:, 0]

    def straighten_picture(self, picture: np.ndarray) -> np.ndarray:
        """A ``picture`` (h, w, 3), perhaps a reduced copy, as the camera without distortion would have taken it."""
        if not self.distortion.any() and self.matrix[0, 0] == self.matrix[1, 1]:
            return picture
        height, width = picture.shape[:2]
        share = 1. if self.size is None else width / self.size[0]
        maps = _maps(tuple(map(tuple, self.matrix.tolist())), tuple(self.distortion.tolist()), width, height, share)
        return cv2.remap(picture, *maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=_GREY)

    def of_pictures(self, size: tuple[int, int]) -> 'Camera':
        """The same camera for pictures of another ``size`` (width, height): reduced or enlarged copies, or such as lack
        a strip (encoders cut, or fill up, to whole blocks). Raises InputError where their shape is another.
        """
        if self.size is None:
            return replace(self, size=size)
        across, down = size[0] / self.size[0], size[1] / self.size[1]
        if max(abs(across - 1.), abs(down - 1.)) <= _STRIP:
            return replace(self, size=size)
        if abs(across / down - 1.) > _STRIP:
            raise InputError(f'its pictures have {size[0]} x {size[1]} px, and it is calibrated for {self.size[0]} x '
                             f'{self.size[1]}')
        return replace(self, size=size, matrix=np.diag([across, down, 1.]) @ self.matrix)

    def in_metres(self, unit: float) -> 'Camera':
        """The camera of a world whose unit is ``unit`` metres long."""
        return replace(self, translation=unit * self.translation)


@lru_cache(maxsize=16)  # a rig of so many cameras, frame after frame
def _maps(matrix: tuple, distortion: tuple, width: int, height: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    """What cv2.remap takes to straighten pictures of this size, which are ``share`` times as large as the camera's."""
    scaled = np.diag([share, share, 1.]) @ np.array(matrix)
    focal = np.sqrt(scaled[0, 0] * scaled[1, 1])
    straight = np.array([[focal, 0., scaled[0, 2]], [0., focal, scaled[1, 2]], [0., 0., 1.]])
    return cv2.initUndistortRectifyMap(scaled, np.array(distortion), np.eye(3), straight, (width, height), cv2.CV_16SC2)


def _numbers(name: str, values: Any, shape: tuple[int, ...] | None) -> np.ndarray:
    """``values`` as finite numbers of a ``shape``, None for any. Raises InputError where they are none."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError):
        raise InputError(f'its {name} holds no numbers') from None
    array = array.ravel() if shape is None else array.reshape(shape) if array.size == np.prod(shape) else array
    if shape is not None and array.shape != shape:
        raise InputError(f'its {name} has {array.size} numbers, wanted {np.prod(shape)}')
    if not np.isfinite(array).all():
        raise InputError(f'its {name} holds NaN or infinite numbers')
    return array


def _distortion(values: np.ndarray) -> np.ndarray:
    """Coefficients as many as OpenCV takes. Raises InputError where none of its models has so many."""
    if len(values) > max(_DISTORTIONS):
        raise InputError(f'its distortion has {len(values)} numbers, wanted at most {max(_DISTORTIONS)}')
    wanted = next(count for count in _DISTORTIONS if count >= len(values))
    return np.append(values, np.zeros(wanted - len(values)))


def _rotation(values: np.ndarray) -> np.ndarray:
    """The rotation matrix (3, 3) nearest to one that is rounded. Raises InputError where it is none."""
    off = np.abs(values @ values.T - np.eye(3)).max()
    if off > _ROUNDED or np.linalg.det(values) < 0:
        why = 'it mirrors' if off <= _ROUNDED else f"R R' is off the identity by {off:.2g}"
        raise InputError(f'its R is no rotation matrix: {why}')
    u, _, vt = np.linalg.svd(values)
    return u @ vt
