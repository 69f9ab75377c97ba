"""Which keypoints belong to which image: by name, else by number, and by order only where there is nothing else.

Nobody is given to an image for lack of a better one: what may belong to two images belongs to neither, and what is
left over is said.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from ..base.errors import InputError, printable
from ..keypoints.found import Record
from .affixes import pair_within
from .by_number import frames_of_clip, numbered, shifted, unclear
from .in_order import in_order, order_doubts, says_no_image
from .matches import Matches, one_of, overlap, parts, stem
from .names import pair, some, stem_of
from .numbering import every_few, frame_numbers, most_fit, one_further, one_in, runs_beside
from .sample import ImageSource


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
    if any(record.image is None or source.role != 'video' and says_no_image(record) for record in records):
        return _in_order(records, source, path)
    here, elsewhere = _by_folder(records, source.place)
    out = _frames(here, source, path) if source.role == 'video' else _photographs(here, source, path)
    out.unused += elsewhere
    return out


def _one_off(matches: Matches, source: ImageSource) -> list[str]:
    """What to say where one image lacks keypoints, and those that are left have the number beside all images'."""
    without = [name for position, name in enumerate(source.names) if position not in matches.records]
    if not len(without) == len(matches.unused) == 1:
        return []
    left = parts(str(matches.unused[0].image))[-1]
    if not one_further([stem_of(name) for name in source.names], stem_of(without[0]), stem_of(left)):
        return []
    return [f'keypoints are there for {printable(left)} and not for {without[0]}: their numbers may be one off']


def _only_pair(record: Record, source: ImageSource, path: str) -> Matches:
    """One image and one file that does not name its image: they belong together, whatever they are called."""
    notes = []
    if isinstance(record.image, str) and not pair([parts(record.image)[-1]], source.names).found:
        notes = [f'{path}: taken for {source.names[0]}, the only image, though it has another name']
    return Matches({0: record}, notes=notes)


def _in_order(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    return Matches(in_order(records, source.names, path), doubts=[] if source.numbered else order_doubts(source.names))


# Folders


def _by_folder(records: Sequence[Record], place: Sequence[str]) -> tuple[list[Record], list[Record]]:
    """The Records; apart, those said to be in another folder than ``place`` while others are said to be in it."""
    overlaps = [overlap(record, place) for record in records]
    best = max(overlaps, default=0)
    here: list[Record] = []
    elsewhere: list[Record] = []
    for record, count in zip(records, overlaps):
        agrees = count == len(parts(str(record.image))) - 1
        (here if agrees or count == best else elsewhere).append(record)
    return here, elsewhere


# Names


def _photographs(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    out = Matches()
    named = [record for record in records if isinstance(record.image, str)]
    pairing = pair([parts(str(record.image))[-1] for record in named], source.names)
    for position, numbers in pairing.found.items():
        out.records[position] = one_of([named[number] for number in numbers], source.place)
    for position, number in pairing.ambiguous.items():
        out.records[position] = unclear(named[number])
    left = [named[number] for number in pairing.left if number not in pairing.beaten]
    left += [record for record in records if not isinstance(record.image, str)]
    beaten = [named[number] for number in pairing.beaten] + numbered(left, source, path, out)
    _within(source, path, out)
    frames_of_clip(source, path, out)
    if beaten:
        images = some([str(record.image) for record in beaten])
        out.notes.append(f'{path}: keypoints that are not used, as others are nearer to the names of their images: '
                         f'{images}')
    return out


def _within(source: ImageSource, path: str, out: Matches) -> None:
    """Pair what is left in ``out`` with images whose names it holds, or which hold its name."""
    left = [record for record in out.unused if isinstance(record.image, str)]
    free = [position for position in range(len(source.names)) if position not in out.records]
    pairs = pair_within([stem(record) for record in left], [source.names[position] for position in free])
    found = {free[image]: left[number] for image, number in pairs.items()}
    if not found:
        return
    out.records.update(found)
    out.unused = [record for record in out.unused if record not in found.values()]
    position, record = min(found.items(), key=lambda item: item[0])
    more = f', and {len(found) - 1} more likewise' if len(found) > 1 else ''
    out.notes.append(f'{path}: what is called {record.image} is taken for {source.names[position]}{more}')


# Frames of a video


def _frames(records: Sequence[Record], source: ImageSource, path: str) -> Matches:
    """By the last number in a name; where some begin with the clip's name, those alone."""
    own, others = _of_clip(records, source.place[-1])
    out, claims = Matches(unused=others), defaultdict(list)
    found = frame_numbers([stem(record) for record in own])
    numbers = [None if number is None else number - record.first for record, number in zip(own, found)]
    there = range(len(source.names))
    shift = most_fit({number for number in numbers if number is not None}, there)
    for record, number in zip(own, numbers):
        if number is not None and number + shift in there:
            claims[number + shift].append(record)
        else:
            out.unused.append(record)
    out.records = {frame: one_of(claimants, source.place) for frame, claimants in claims.items()}
    if shift:
        out.notes.append(shifted(path, shift))
    known = sorted({number + shift for number in numbers if number is not None})
    out.doubts += _numbering_doubts(known, len(there))
    if 0 < len(out.records) < len(there):
        out.notes.append(f'{path}: has keypoints for {len(out.records)} of the {len(there)} frames')
    return out


def _numbering_doubts(numbers: Sequence[int], count: int) -> list[str]:
    """Why the sorted ``numbers`` may be those of other frames than the clip's ``count``."""
    out = []
    if runs_beside(numbers, count):
        out.append(f'keypoints are numbered from {numbers[0]} to {numbers[-1]}, the frames from 0 to {count - 1}: they '
                   'may be those of other frames')
    if (step := every_few(numbers, count)) is not None:
        out.append(f'keypoints are numbered from 0 to {numbers[-1]}, of {count} frames: they may be those of one frame '
                   f'in {step}')
    if (step := one_in(numbers, count)) is not None:
        out.append(f'keypoints are numbered from 0 to {numbers[-1]}, and the clip has {count} frames: it may be one in '
                   f'{step} of those that the keypoints are of')
    return out


def _of_clip(records: Sequence[Record], clip: str) -> tuple[list[Record], list[Record]]:
    """The Records whose images begin with the name of the ``clip``, and the others; all of them where none does."""
    begins = re.compile(re.escape(clip) + r'(?![0-9A-Za-z])')
    own = [record for record in records if begins.match(stem(record))]
    others = [record for record in records if not begins.match(stem(record))]
    return (own, others) if own else (others, [])
