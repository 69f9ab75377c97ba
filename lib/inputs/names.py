"""Which image a name in some file means: as it is written, or, where that names none, as people and systems vary it."""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

#: Endings of the images that are read, and of those that are not but that people have beside them.
READ = ('.jpg', '.jpeg', '.jpe', '.jfif', '.png', '.bmp', '.dib', '.tif', '.tiff', '.webp', '.gif', '.avif', '.jp2',
        '.ppm', '.pgm', '.pbm')
NOT_READ = ('.heic', '.heif', '.hif', '.jxl', '.dng', '.cr2', '.cr3', '.nef', '.nrw', '.arw', '.orf', '.rw2', '.raf',
            '.pef', '.srw', '.psd', '.svg', '.eps', '.tga', '.ico', '.xcf', '.exr', '.hdr')
#: Endings of clips.
CLIPS = ('.mp4', '.mov', '.avi', '.mkv', '.webm', '.m4v', '.mpg', '.mpeg', '.wmv', '.flv', '.3gp', '.ogv', '.mts',
         '.m2ts')
_SHOWN = 3  # names in a line that lists some


@dataclass(eq=False)
class Pairing:
    """Which of some names belong to which images, by their positions in the lists given.

    ``found``: {image: names, one or more}; ``ambiguous``: {image: a name that may mean it or another}; ``left``: names
    of no image, or of one to which a better name belongs (``beaten``: {name: that image}).
    """

    found: dict[int, list[int]] = field(default_factory=dict)
    ambiguous: dict[int, int] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    beaten: dict[int, int] = field(default_factory=dict)


def pair(names: Sequence[str], images: Sequence[str]) -> Pairing:
    """The Pairing of ``names`` in some file, without folders, with the file names ``images``.

    First go names that are the same; then those that differ in how accents are encoded (Unicode's NFC and NFD); then
    those that have an image's stem; then those that differ in capitals; then those that differ in what systems make of
    names (a%20b, a_b, im1 for im0001). A later way never takes an image from an earlier one, and never guesses: of two
    images that a name may mean, neither has it.
    """
    pairing = Pairing(left=list(range(len(names))))
    for way in (_exactly, _composed, _stem_composed, _folded, _stem_folded, plain_stem):
        _pair_by(way, names, images, pairing)
    return pairing


def _pair_by(way: Callable[[str], str], names: Sequence[str], images: Sequence[str], pairing: Pairing) -> None:
    """Pair what is left by what ``way`` makes of names."""
    wanted = defaultdict(list)
    for position, image in enumerate(images):
        wanted[way(image)].append(position)
    left, found = [], defaultdict(list)
    for number in pairing.left:
        positions = wanted.get(way(names[number]), [])
        free = [position for position in positions if position not in pairing.found]
        if len(positions) == len(free) == 1:
            found[free[0]].append(number)
            pairing.beaten.pop(number, None)
            continue
        left.append(number)
        pairing.ambiguous.update((position, number) for position in free)
        if positions and not free:
            pairing.beaten[number] = positions[0]
    pairing.found.update(found)
    pairing.ambiguous = {image: name for image, name in pairing.ambiguous.items() if image not in found}
    pairing.left = left


def stem_of(name: str) -> str:
    """A file name without the ending of an image; other dots belong to the name: cam01.0000."""
    stem, suffix = os.path.splitext(name)
    return stem if suffix.lower() in READ + NOT_READ else name


def _exactly(name: str) -> str:
    return name


def _composed(name: str) -> str:
    return unicodedata.normalize('NFC', name)


def _stem_composed(name: str) -> str:
    return stem_of(_composed(name))


def _folded(name: str) -> str:
    return _composed(_composed(name).casefold())


def _stem_folded(name: str) -> str:
    return _folded(stem_of(name))


def plain_stem(name: str) -> str:
    """A name's stem without what systems and tools change: capitals, blanks, signs, leading zeros, a link's coding.

    A bare number keeps its zeros: numbers have a way of their own, which knows that they may begin at 0 or 1.
    """
    name = unquote(name).split('?')[0].strip()
    name = name.removesuffix('.json')
    words = re.sub(r'[\W_]+', '_', _stem_folded(name)).strip('_')
    return words if words.isdecimal() else re.sub(r'(?<!\d)0+(?=\d)', '', words)


def some(names: Sequence[str]) -> str:
    """The first of some names and how many more there are, for a message."""
    shown = ', '.join(names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f'{shown} and {len(names) - _SHOWN} more'
