"""Which keypoints belong to which image: by name, else by number, and by order only where there is nothing else.

Nobody is given to an image for lack of a better one: what may belong to two images belongs to neither, and what is
left over is said.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..base.errors import InputError, counted, printable
from ..keypoints.found import Record
from .names import pair, some, stem_of
from .numbering import all_fit, frame_numbers, most_fit, one_further, runs_beside
from .sample import ImageSource

_TRAILING_NUMBER = re.compile(r'\d{1,18}$', re.ASCII)
_ONLY_NUMBER = re.compile(r'\d{1,18}', re.ASCII)
_SEPARATORS = re.compile(r'[\\/]+')


@dataclass(eq=False)
class Matches:
    """``records``: {position among the images: Record}, with an error where it is not clear whose keypoints are meant;
    ``unused``: Records of no image here; ``notes``: lines to be said once; ``doubts``: why all may be wrong."""

    records: dict[int, Record] = field(default_factory=dict)
    unused: list[Record] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def match_records(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    """The Matches of keypoint Records of the file or folder ``path`` with the images of ``source``.

    Raises InputError where none belongs to any image, or where nameless ones are not as many as the images.
    """
    lost = [record.error for record in records if record.lost and record.error is not None]
    records = [record for record in records if not record.lost]
    out = _matched(records, source, path)
    if not out.records:
        what = f'its keypoints are for {records[0].image!r} and the like' if records else 'it holds no keypoints'
        raise InputError(f'{path}: {what}; wanted those of {source.names[0]} and the like in {source.path}')
    if out.unused:
        images = some([str(record.image) for record in out.unused])
        out.notes.append(f'{path}: keypoints that are not used, as their images are not in {source.path}: {images}')
    out.doubts += _one_off(out, source)
    out.notes += lost
    return out


def _matched(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    """The Matches of Records none of which is lost, whatever comes of them."""
    if len(records) == len(source.names) == 1 and (records[0].by_file_name or records[0].image is None):
        return _only_pair(records[0], source, path)
    if any(record.image is None for record in records):
        return Matches(_in_order(records, source, path))
    here, elsewhere = _by_folder(records, source.place)
    out = _frames(here, source, path) if source.role == 'video' else _photographs(here, source, path)
    out.unused += elsewhere
    return out


def _one_off(matches: Matches, source: ImageSource) -> list[str]:
    """What to say where one image lacks keypoints, and those that are left have the number beside all images'."""
    without = [name for position, name in enumerate(source.names) if position not in matches.records]
    if not len(without) == len(matches.unused) == 1:
        return []
    left = _parts(str(matches.unused[0].image))[-1]
    if not one_further([stem_of(name) for name in source.names], stem_of(without[0]), stem_of(left)):
        return []
    return [f'keypoints are there for {printable(left)} and not for {without[0]}: their numbers may be one off']


def _only_pair(record: Record, source: ImageSource, path: str) -> Matches:
    """One image and one file that does not name its image: they belong together, whatever they are called."""
    notes = []
    if isinstance(record.image, str) and not pair([_parts(record.image)[-1]], source.names).found:
        notes = [f'{path}: taken for {source.names[0]}, the only image, though it has another name']
    return Matches({0: record}, notes=notes)


def _in_order(records: Sequence[Record], source: ImageSource, path: str) -> dict[int, Record]:
    nameless = sum(record.image is None for record in records)
    if nameless != len(source.names) or len(records) != len(source.names):
        entries, images = counted(nameless, 'entry', 'entries'), counted(len(source.names), 'image')
        raise InputError(f'{path}: holds {entries} without the name of an image, for {images}')
    return dict(enumerate(records))


# Folders


def _parts(image: str) -> list[str]:
    """A path's folders and file name, as Unix or Windows write it."""
    return _SEPARATORS.split(image.rstrip('\\/')) or [image]


def _stem(record: Record) -> str:
    """A Record's image without its folders and its ending."""
    return stem_of(_parts(str(record.image))[-1])


def _overlap(record: Record, place: Sequence[str]) -> int:
    """How many folders, from the last on, a Record's image has in common with the images' ``place``."""
    folders = _parts(str(record.image))[:-1]
    count = 0
    for a, b in zip(reversed(folders), reversed(place)):
        if unicodedata.normalize('NFC', a) != unicodedata.normalize('NFC', b):
            break
        count += 1
    return count


def _by_folder(records: Sequence[Record], place: Sequence[str]) -> tuple[list[Record], list[Record]]:
    """The Records; apart, those said to be in another folder than ``place`` while others are said to be in it."""
    overlaps = [_overlap(record, place) for record in records]
    best = max(overlaps, default=0)
    here: list[Record] = []
    elsewhere: list[Record] = []
    for record, overlap in zip(records, overlaps):
        agrees = overlap == len(_parts(str(record.image))) - 1
        (here if agrees or overlap == best else elsewhere).append(record)
    return here, elsewhere


def _one_of(candidates: Sequence[Record], place: Sequence[str]) -> Record:
    """Of Records that may all be one image's, that with the longest matching path, or one that says it is unclear."""
    best = max(_overlap(record, place) for record in candidates)
    closest = [record for record in candidates if _overlap(record, place) == best]
    if len(closest) == 1:
        return closest[0]
    images = {str(record.image) for record in closest}
    named = sorted(images) if len(images) > 1 else [record.file for record in closest]
    return Record(closest[0].image,
                  error=f'its keypoints are there more than once ({some(named)}); leave one of them')


# Names and numbers


def _photographs(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    out = Matches()
    named = [record for record in records if isinstance(record.image, str)]
    pairing = pair([_parts(str(record.image))[-1] for record in named], source.names)
    for position, numbers in pairing.found.items():
        out.records[position] = _one_of([named[number] for number in numbers], source.place)
    for position, number in pairing.ambiguous.items():
        out.records[position] = _unclear(named[number])
    left = [named[number] for number in pairing.left if number not in pairing.beaten]
    left += [record for record in records if not isinstance(record.image, str)]
    beaten = [named[number] for number in pairing.beaten] + _numbered(left, source, path, out)
    if beaten:
        images = some([str(record.image) for record in beaten])
        out.notes.append(f'{path}: keypoints that are not used, as others are nearer to the names of their images: '
                         f'{images}')
    return out


def _numbered(records: Sequence[Record], source: ImageSource, path: str, out: Matches) -> list[Record]:
    """Add to ``out`` the Records whose images are numbers, by the numbers at the end of file names.

    Returns those whose image has keypoints already.
    """
    positions, claims = defaultdict(list), defaultdict(list)
    beaten: list[Record] = []
    for position, name in enumerate(source.names):
        digits = _TRAILING_NUMBER.search(stem_of(name))
        if digits:
            positions[int(digits.group())].append(position)
    numbers = [_only_number(record) for record in records]
    shift = all_fit({number for number in numbers if number is not None}, positions)
    for record, number in zip(records, numbers):
        claimed = [] if number is None else positions.get(number + shift, [])
        free = [position for position in claimed if position not in out.records]
        for position in free:
            claims[position].append(record if len(claimed) == 1 else _unclear(record))
        if not free:
            (beaten if claimed else out.unused).append(record)
    if shift and claims:
        out.notes.append(_shifted(path, shift))
    out.records.update((position, _one_of(claimants, source.place)) for position, claimants in claims.items())
    return beaten


def _only_number(record: Record) -> int | None:
    """The number that a Record's image is, if it is nothing else."""
    if isinstance(record.image, int):
        return record.image
    number = _ONLY_NUMBER.fullmatch(_stem(record))
    return int(number.group()) if number else None


def _unclear(record: Record) -> Record:
    return Record(record.image, error=f'the keypoints of {record.image!r} may be its, or those of another image with '
                                      'that name or number')


def _shifted(path: str, shift: int) -> str:
    return f'{path}: counts from {max(-shift, 0)}, the images from {max(shift, 0)}: taken so'


# Frames of a video


def _frames(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    """By the last number in a name; where some begin with the clip's name, those alone."""
    own, others = _of_clip(records, source.place[-1])
    out, claims = Matches(unused=others), defaultdict(list)
    found = frame_numbers([_stem(record) for record in own])
    numbers = [None if number is None else number - record.first for record, number in zip(own, found)]
    there = range(len(source.names))
    shift = most_fit({number for number in numbers if number is not None}, there)
    for record, number in zip(own, numbers):
        if number is not None and number + shift in there:
            claims[number + shift].append(record)
        else:
            out.unused.append(record)
    out.records = {frame: _one_of(claimants, source.place) for frame, claimants in claims.items()}
    if shift:
        out.notes.append(_shifted(path, shift))
    known = sorted({number + shift for number in numbers if number is not None})
    if runs_beside(known, len(there)):
        out.doubts.append(f'keypoints are numbered from {known[0]} to {known[-1]}, the frames from 0 to {there[-1]}: '
                          'they may be those of other frames')
    if 0 < len(out.records) < len(there):
        out.notes.append(f'{path}: has keypoints for {len(out.records)} of the {len(there)} frames')
    return out


def _of_clip(records: Sequence[Record], clip: str) -> tuple[list[Record], list[Record]]:
    """The Records whose images begin with the name of the ``clip``, and the others; all of them where none does."""
    begins = re.compile(re.escape(clip) + r'(?![0-9A-Za-z])')
    own = [record for record in records if begins.match(_stem(record))]
    others = [record for record in records if not begins.match(_stem(record))]
    return (own, others) if own else (others, [])
