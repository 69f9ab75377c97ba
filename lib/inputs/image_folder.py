"""An image file, or a folder of images, as a source of photographs."""

import mimetypes
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import cv2

from ..base.errors import InputError, MissingFile
from ..base.files import list_folder, read_bytes
from .image_header import PhotoHeader, read_header
from .image_kinds import advice, is_read
from .names import NOT_READ, READ, some
from .sample import STILL_FRAME_RATE

_PICTURE_TYPES = ('image/', 'video/')


class PhotoFolder:
    """One image file, or the images of a folder, sorted by name.

    Hidden files are none: macOS leaves ``._photo.jpg`` beside ``photo.jpg``. Raises InputError where there is none.
    """

    numbered = False
    role = 'images'
    frame_rate = STILL_FRAME_RATE

    def __init__(self, path: str) -> None:
        self.path, self.notes, self.names = path, [], [os.path.basename(path)]
        self._folder = path if is_folder(path) else os.path.dirname(path)
        self.place: Sequence[str] = Path(os.path.abspath(self._folder)).parts
        if self._folder == path:
            files = list_folder(path)
            self.names = [name for name in files if is_read(name)]
            if not self.names:
                raise InputError(f'{path}: no images found; wanted names that end in {", ".join(READ)}'
                                 + _below(path, files) + ''.join(f'; {note}' for note in passed_over(path, files)))
            self.notes = [f'{path}: {note}' for note in passed_over(path, sorted(set(files) - set(self.names)))]

    def image_path(self, position: int) -> str:
        return os.path.join(self._folder, self.names[position])

    def header(self, position: int) -> PhotoHeader:
        """The PhotoHeader of an image. Raises InputError where it is none."""
        try:
            return read_header(self.image_path(position))
        except InputError as error:
            hint = advice([self.names[position]])
            raise InputError(f'{str(error).removesuffix(hint)}{hint}') from None

    def read(self, position: int) -> bytes:
        """An image file's bytes. Raises InputError where it cannot be read."""
        return read_bytes(self.image_path(position))


def _below(path: str, names: Sequence[str]) -> str:
    """Which folder among the files ``names`` of another holds images; nothing where none does."""
    for folder in (os.path.join(path, name) for name in names):
        with suppress(InputError):
            if os.path.isdir(folder) and any(map(is_read, list_folder(folder))):
                return f'; {folder} holds some: name that'
    return ''


def is_folder(path: str) -> bool:
    """Whether ``path`` is a folder, or else an ordinary file. Raises InputError where it is neither, or not there."""
    try:
        mode = os.stat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        what = 'file' if path.lower().endswith(READ + NOT_READ) else 'file or folder'
        raise MissingFile(f'{path}: no such {what}; wanted an image or a folder of images') from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise InputError(f'{path}: cannot be read ({getattr(error, "strerror", None) or error})') from None
    if not stat.S_ISDIR(mode) and not stat.S_ISREG(mode):
        raise InputError(f'{path}: neither an ordinary file nor a folder; wanted an image or a folder of images')
    return stat.S_ISDIR(mode)


def passed_over(folder: str, names: Sequence[str]) -> list[str]:
    """A line, or none, that names those of the files ``names`` of a folder that seem to be pictures."""
    seen = [name for name in names if _seems_picture(folder, name)]
    return [f'passed over, as they do not end as images do that are read: {some(seen)}{advice(seen)}'] if seen else []


def _seems_picture(folder: str, name: str) -> bool:
    path = os.path.join(folder, name)
    if not os.path.isfile(path):
        return False
    kind = mimetypes.guess_type(name)[0]
    if name.lower().endswith(NOT_READ) or kind is not None and kind.startswith(_PICTURE_TYPES):
        return True
    try:
        return bool(cv2.haveImageReader(path))  # by its first bytes
    except cv2.error:
        return False
