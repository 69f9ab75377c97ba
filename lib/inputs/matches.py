"""What comes of asking which keypoints belong to which image, and what all ways of asking have in common."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..keypoints.found import Record
from .names import some, stem_of

_SEPARATORS = re.compile(r'[\\/]+')


@dataclass(eq=False)
class Matches:
    """``records``: {position among the images: Record}, with an error where it is not clear whose keypoints are meant;
    ``unused``: Records of no image here; ``notes``: lines to be said once; ``doubts``: why all may be wrong."""

    records: dict[int, Record] = field(default_factory=dict)
    unused: list[Record] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def parts(image: str) -> list[str]:
    """A path's folders and file name, as Unix or Windows write it."""
    return _SEPARATORS.split(image.rstrip('\\/')) or [image]


def stem(record: Record) -> str:
    """A Record's image without its folders and its ending."""
    return stem_of(parts(str(record.image))[-1])


def overlap(record: Record, place: Sequence[str]) -> int:
    """How many folders, from the last on, a Record's image has in common with the images' ``place``."""
    folders = parts(str(record.image))[:-1]
    count = 0
    for a, b in zip(reversed(folders), reversed(place)):
        if unicodedata.normalize('NFC', a) != unicodedata.normalize('NFC', b):
            break
        count += 1
    return count


def one_of(candidates: Sequence[Record], place: Sequence[str]) -> Record:
    """Of Records that may all be one image's, that with the longest matching path, or one that says it is unclear."""
    best = max(overlap(record, place) for record in candidates)
    closest = [record for record in candidates if overlap(record, place) == best]
    if len(closest) == 1:
        return closest[0]
    images = {str(record.image) for record in closest}
    named = sorted(images) if len(images) > 1 else [record.file for record in closest]
    return Record(closest[0].image,
                  error=f'its keypoints are there more than once ({some(named)}); leave one of them')
