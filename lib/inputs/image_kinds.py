"""Kinds of image files: which of them the installed libraries read, and what would read others.

Pillow reads headers, so what it does not know is not read; OpenCV decodes, and Pillow what OpenCV cannot.
"""

import importlib
import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image

from ..base.quiet import quietly
from .names import READ

#: Pillow's names of formats, and of the modules that read them; the last one is told to it by pillow-heif.
_FORMATS = {'JPEG': 'Jpeg', 'PNG': 'Png', 'TIFF': 'Tiff', 'WEBP': 'WebP', 'BMP': 'Bmp', 'GIF': 'Gif', 'AVIF': 'Avif',
            'JPEG2000': 'Jpeg2K', 'PPM': 'Ppm', 'HEIF': None}
#: Those that not every installation reads: endings, and what to say.
_NOT_EVERYWHERE = {'AVIF': (('.avif',), 'AVIF is read after pip install --upgrade pillow'),
                   'HEIF': (('.heic', '.heif', '.hif'), 'HEIC is read after pip install pillow-heif')}
#: First bytes of TIFF, and brands of HEIC, as iPhones' photographs are also where they are called .jpg.
_TIFF, _HEIC = (b'II*\0', b'MM\0*', b'II+\0', b'MM\0+'), (b'heic', b'heix', b'hevc', b'heim', b'heis', b'mif1', b'msf1')
OTHER_TIFF = 'a TIFF whose pixels are no 8 or 16 bits for each colour; save it with as many'
#: Those that not every OpenCV decodes.
_BY_PILLOW = ('GIF', 'AVIF', 'WEBP', 'HEIF')


@lru_cache(maxsize=1)
def formats() -> tuple[str, ...]:
    """Those of the _FORMATS that the installed Pillow knows."""
    for module in filter(None, _FORMATS.values()):  # Image.init would load all of its forty
        with suppress(ImportError):
            importlib.import_module(f'PIL.{module}ImagePlugin')
    with suppress(ImportError):
        importlib.import_module('pillow_heif').register_heif_opener()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def is_read(name: str) -> bool:
    """Whether files whose names end as ``name`` does are read."""
    for kind, (endings, _) in _NOT_EVERYWHERE.items():
        if name.lower().endswith(endings):
            return kind in formats()
    return name.lower().endswith(READ)


def advice(names: Sequence[str]) -> str:
    """How files of these ``names`` would be read; nothing where they are, or nothing would help."""
    return ''.join(f'; {what}' for kind, (endings, what) in _NOT_EVERYWHERE.items()
                   if kind not in formats() and any(name.lower().endswith(endings) for name in names))


def why_unread(start: bytes) -> str:
    """What to say of a file that Pillow does not know, by its first bytes."""
    if not start:
        return 'no image, or a damaged one (it is empty)'
    if start[4:8] == b'ftyp' and start[8:12] in _HEIC:
        return f'HEIC, whatever its name ends in; {_NOT_EVERYWHERE["HEIF"][1]}'
    if start.startswith(_TIFF):
        return OTHER_TIFF
    return 'no image, or a damaged one'


@contextmanager
def own_limits() -> Iterator[None]:
    """Without Pillow's warnings, and without its bound on pixels: check_size has one, and says it in other words."""
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def decode_by_pillow(data: bytes) -> np.ndarray | None:
    """The pixels (H, W, 3) uint8, blue first, of a file that OpenCV may not be able to decode; None where Pillow
    cannot, either."""
    kinds = [kind for kind in _BY_PILLOW if kind in formats()]
    try:
        with quietly(), own_limits(), Image.open(io.BytesIO(data), formats=kinds) as image:
            return cv2.cvtColor(np.asarray(image.convert('RGB')), cv2.COLOR_RGB2BGR)
    except MemoryError:
        raise
    except Exception:  # Pillow raises many kinds for a damaged file
        return None
