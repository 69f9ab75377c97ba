"""Putting pictures together and into files; arrays are uint8 in OpenCV's channel order (blue first)."""

import cv2
import numpy as np

_STRIP_HEIGHT, _STRIP_QUALITY = 240, 80
_PANEL_WIDTH = 960  # px; a JPEG has 65,500 at most


def enlarged(photograph: np.ndarray, scale: float) -> np.ndarray:
    """The photograph (H, W, 3) enlarged, or reduced, ``scale`` times."""
    interpolation = cv2.INTER_LINEAR if scale >= 1 else cv2.INTER_AREA
    return cv2.resize(photograph, None, fx=scale, fy=scale, interpolation=interpolation)


def over(body: np.ndarray, background: np.ndarray | int) -> np.ndarray:
    """A ``body`` picture (H, W, 4) laid over a ``background`` (H, W, 3) or a shade of grey."""
    return np.where(body[..., 3:] > 0, body[..., :3], np.asarray(background, dtype=np.uint8))


def png_bytes(picture: np.ndarray) -> bytes:
    """The bytes of a PNG file."""
    return cv2.imencode('.png', picture)[1].tobytes()


def strip_bytes(*panels: np.ndarray) -> bytes:
    """JPEG bytes of pictures (H, W, 3) side by side, brought to one height; very wide ones stay lower."""
    shown = np.hstack([_panel(panel) for panel in panels])
    return cv2.imencode('.jpg', shown, [cv2.IMWRITE_JPEG_QUALITY, _STRIP_QUALITY])[1].tobytes()


def _panel(picture: np.ndarray) -> np.ndarray:
    """A picture (H, W, 3) of _STRIP_HEIGHT, white above and below where it would be wider than _PANEL_WIDTH."""
    height, width = picture.shape[:2]
    size = max(1, round(width * _STRIP_HEIGHT / height)), _STRIP_HEIGHT
    if size[0] > _PANEL_WIDTH:
        size = _PANEL_WIDTH, max(1, round(height * _PANEL_WIDTH / width))
    above = (_STRIP_HEIGHT - size[1]) // 2
    return np.pad(cv2.resize(picture, size, interpolation=cv2.INTER_AREA),
                  ((above, _STRIP_HEIGHT - size[1] - above), (0, 0), (0, 0)), constant_values=255)
