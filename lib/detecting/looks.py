"""Ways to look at a picture: as it is, turned, mirrored, with a border around it, or at parts of it.

A detector that looks at the same person in another place, size and posture errs in another way: what it finds in
several looks is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ..base.errors import InputError
from .mediapipe_pose import OTHER_SIDES

#: Longer side, px, that a picture is reduced to: the detector itself looks at 256 px of the person.
_LONGEST = 1024


@dataclass(frozen=True)
class Look:
    """A picture ``mirrored`` or not, then turned clockwise by ``turn`` degrees, with a black ``border`` around it whose
    width is a share of the longer side."""

    turn: float = 0.
    border: float = 0.
    mirrored: bool = False

    def at(self, picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What is seen of a ``picture`` (H, W, 3), and the map (2, 3) of its points (px, from its corner) there."""
        height, width = picture.shape[:2]
        cosine, sine = np.cos(np.deg2rad(self.turn)), np.sin(np.deg2rad(self.turn))
        linear = np.array([[cosine, -sine], [sine, cosine]]) @ np.diag([-1. if self.mirrored else 1., 1.])
        size = np.rint(np.abs(linear) @ [width, height] + 2. * self.border * max(width, height)).astype(int)
        there = np.column_stack([linear, .5 * size - linear @ [.5 * width, .5 * height]])
        if np.array_equal(there, np.eye(2, 3)):
            return picture, there
        of_centres = there.copy()  # of pixels, which OpenCV counts from
        of_centres[:, 2] += .5 * linear.sum(axis=1) - .5
        return cv2.warpAffine(picture, of_centres, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR), there

    def back(self, keypoints: np.ndarray, there: np.ndarray) -> np.ndarray:
        """Keypoints (33, 3) that were found in what is seen as they are in the picture, by the map ``there``."""
        out = keypoints.copy()
        out[:, :2] = (keypoints[:, :2] - there[:, 2]) @ np.linalg.inv(there[:, :2]).T
        return out[OTHER_SIDES] if self.mirrored else out


def reduced(picture: np.ndarray) -> tuple[np.ndarray, float]:
    """A picture (H, W, 3) of at most _LONGEST px, and how much smaller it is. Raises InputError where it has no room
    for a person."""
    factor = min(1., _LONGEST / max(picture.shape[:2]))
    if factor == 1.:
        return picture, 1.
    if round(factor * min(picture.shape[:2])) < 1:
        raise InputError('nobody was found in it: it is a strip')
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), factor


def parts_of(picture: np.ndarray, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Parts of a picture (H, W, 3), ``count`` in a row or column, each over half of the next, with the place (2,) of
    their corners; of a narrow picture fewer."""
    height, width = picture.shape[:2]
    side = -(-2 * max(height, width) // (count + 1))
    rows, columns = ([round(i * max(0, length - side) / (count - 1)) for i in range(count)]
                     for length in (height, width))
    for y in dict.fromkeys(rows):
        for x in dict.fromkeys(columns):
            yield picture[y:y + side, x:x + side], np.array([x, y], dtype=float)
