"""Photographs as large as they are shown."""

import cv2
import numpy as np


def resized(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """A ``picture`` (h, w, 3) enlarged, or reduced, to ``width`` x ``height`` px; itself where it has these."""
    if picture.shape[:2] == (height, width):
        return picture
    while min(picture.shape[:2]) > 1 and 2 * max(width, height) <= max(picture.shape[:2]):  # halves are quick
        picture = picture[:picture.shape[0] // 2 * 2, :picture.shape[1] // 2 * 2]
        picture = cv2.resize(picture, None, fx=.5, fy=.5, interpolation=cv2.INTER_AREA)
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)
