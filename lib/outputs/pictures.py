"""Putting pictures together and into files; arrays are uint8 in OpenCV's channel order (blue first)."""

import cv2
import numpy as np

_STRIP_HEIGHT, _STRIP_QUALITY = 240, 80


def enlarged(photograph, scale):
    """The photograph (H, W, 3) enlarged, or reduced, ``scale`` times."""
    interpolation = cv2.INTER_LINEAR if scale >= 1 else cv2.INTER_AREA
    return cv2.resize(photograph, None, fx=scale, fy=scale, interpolation=interpolation)


def over(body, background):
    """A ``body`` picture (H, W, 4) laid over a ``background`` (H, W, 3) or a shade of grey."""
    return np.where(body[..., 3:] > 0, body[..., :3], np.asarray(background, dtype=np.uint8))


def png_bytes(picture):
    """The bytes of a PNG file."""
    return cv2.imencode('.png', picture)[1].tobytes()


def strip_bytes(*panels):
    """JPEG bytes of pictures (H, W, 3) side by side, brought to one height."""
    resized = [cv2.resize(panel, (max(1, round(panel.shape[1] * _STRIP_HEIGHT / panel.shape[0])), _STRIP_HEIGHT),
                          interpolation=cv2.INTER_AREA) for panel in panels]
    return cv2.imencode('.jpg', np.hstack(resized), [cv2.IMWRITE_JPEG_QUALITY, _STRIP_QUALITY])[1].tobytes()
