"""What one of several calibrated cameras sees of a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..base.constraints import Alternatives, check_fields
from ..base.errors import InputError
from .values import FARTHEST, FOCAL_RANGE, joints_of, numbers

#: How far R R' of a rotation may be from the identity: files round.
_ROUNDED = 1e-2


@dataclass(eq=False)
class View:
    """What a calibrated camera sees: LSP joints (14, 2), their confidence (14,), the principal point ``centre`` (2,)
    and the ``focal`` length, px of its picture without distortion, enlarged for a person of 300 px; and ``rotation``
    (3, 3) and ``translation`` (3,), metres, from the world to the camera.

    Joints and arrays as Problem has them. Raises InputError where they are no such numbers.
    """

    joints: np.ndarray
    confidence: np.ndarray
    centre: np.ndarray
    focal: float
    rotation: np.ndarray
    translation: np.ndarray

    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]] = {'focal': [FOCAL_RANGE]}

    def __post_init__(self) -> None:
        check_fields(self)
        self.joints, self.confidence = joints_of(self.joints, self.confidence)
        self.centre = numbers('centre', self.centre, (2,), -FARTHEST, FARTHEST)
        self.rotation = numbers('rotation', self.rotation, (3, 3), -1. - _ROUNDED, 1. + _ROUNDED)
        self.translation = numbers('translation', self.translation, (3,), -FARTHEST, FARTHEST)
        if np.abs(self.rotation @ self.rotation.T - np.eye(3)).max() > _ROUNDED or np.linalg.det(self.rotation) < 0:
            raise InputError('rotation is no rotation matrix')
