"""An image file, or a folder of images, as a source of photographs."""

import os

from ..base.errors import InputError
from .image_header import read_header
from .sample import STILL_FRAME_RATE

_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff', '.webp')


class PhotoFolder:
    """One image file, or the images of a folder, sorted by name."""

    #: Photographs are taken one by one; only frames of a video follow on each other.
    numbered = False
    role = 'images'
    frame_rate = STILL_FRAME_RATE

    def __init__(self, path):
        if not os.path.exists(path):
            raise InputError(f'{path}: no such file or folder; wanted an image or a folder of images')
        self.path, self._folder, self.names = path, path, []
        if not os.path.isdir(path):
            self._folder, name = os.path.split(path)
            self.names = [name]
            return
        self.names = sorted(name for name in os.listdir(path) if name.lower().endswith(_SUFFIXES))
        if not self.names:
            raise InputError(f'{path}: no images found; wanted names that end in {", ".join(_SUFFIXES)}')

    def image_path(self, position):
        return os.path.join(self._folder, self.names[position])

    def header(self, position):
        """The PhotoHeader of an image. Raises InputError where it is none."""
        return read_header(self.image_path(position))
