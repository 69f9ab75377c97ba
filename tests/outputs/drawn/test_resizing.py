"""Photographs made smaller, by halves first."""

import cv2
import numpy as np

from lib.outputs.drawn.resizing import resized


def test_reduced_photographs_keep_their_place_and_their_light():
    ramp = np.add.outer(np.arange(401), 2 * np.arange(601)) % 1200 / 1200 * 255
    picture = np.repeat(ramp.astype(np.uint8)[..., None], 3, axis=2)
    for scale in (1.7, .7, .5, .3, .11):
        width, height = round(601 * scale), round(401 * scale)
        small = resized(picture, width, height)
        assert small.shape == (height, width, 3)
        wanted = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        assert np.median(np.abs(small.astype(int) - wanted)) <= 2
    assert resized(picture[:1], 120, 1).shape == (1, 120, 3)
