"""The pictures of several calibrated cameras, as bodies are drawn over them: straightened, and grey where none are."""

import numpy as np

from ...base.errors import InputError
from ...inputs.decoding import Image, decode_image
from ...inputs.sample import LONGEST_SHOWN, Images, Sample, SampleView
from .resizing import resized

_GREY = 128  # of a camera without pictures


def straight_pictures(sample: Sample, images: Images) -> tuple[np.ndarray, ...]:
    """The picture (h, w, 3) of each of a Sample's views, as it is drawn on: without distortion, and not too large.

    Grey ones where no images are given. Raises InputError where one is of another size than the camera's.
    """
    return tuple(_straight(sample, view, images[i] if images else None) for i, view in enumerate(sample.views))


def _straight(sample: Sample, view: SampleView, image: Image | None) -> np.ndarray:
    camera = view.camera
    width, height = camera.size or np.ceil(2. * camera.centre).astype(int).tolist()
    if image is None:
        picture = np.full((height, width, 3), _GREY, dtype=np.uint8)
    else:
        picture = decode_image(image, f'{sample.name} of {camera.name}')
        if picture.shape[:2] != (height, width):
            raise InputError(f'{sample.name}: the image of {camera.name} has {picture.shape[1]} x {picture.shape[0]} '
                             f'px, and its first one {width} x {height}')
    shown = min(1., LONGEST_SHOWN / max(width, height))
    straight = camera.straighten_picture(picture)
    return resized(straight, max(1, round(shown * width)), max(1, round(shown * height))) if shown < 1. else straight
