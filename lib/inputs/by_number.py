"""Keypoints whose image is a number: that at the end of file names, or a count of the images."""

import re
from collections import defaultdict
from collections.abc import Sequence

from ..keypoints.found import Record
from .in_order import counts_images, order_doubts
from .matches import Matches, one_of, stem
from .names import some, stem_of
from .numbering import all_fit, frame_numbers
from .sample import ImageSource

_TRAILING_NUMBER = re.compile(r'\d{1,18}$', re.ASCII)
_ONLY_NUMBER = re.compile(r'\d{1,18}', re.ASCII)


def numbered(records: Sequence[Record], source: ImageSource, path: str, out: Matches) -> list[Record]:
    """Add to ``out`` the Records whose images are numbers, by the numbers at the end of file names.

    Returns those whose image has keypoints already.
    """
    positions = _positions(source.names)
    claims = defaultdict(list)
    beaten: list[Record] = []
    numbers = [_only_number(record) for record in records]
    known = {number for number in numbers if number is not None}
    shift = all_fit(known, positions)
    fit = all(number + shift in positions for number in known)
    if not fit and not out.records and counts_images(numbers, len(source.names)):
        _count(records, numbers, source, path, out)
        return []
    for record, number in zip(records, numbers):
        claimed = [] if number is None else positions.get(number + shift, [])
        free = [position for position in claimed if position not in out.records]
        for position in free:
            claims[position].append(record if len(claimed) == 1 else unclear(record))
        if not free:
            (beaten if claimed else out.unused).append(record)
    if shift and claims:
        out.notes.append(shifted(path, shift))
    out.records.update((position, one_of(claimants, source.place)) for position, claimants in claims.items())
    return beaten


def _positions(names: Sequence[str]) -> dict[int, list[int]]:
    """{number at the end of an image's name: where such images are among ``names``}."""
    out = defaultdict(list)
    for position, name in enumerate(names):
        digits = _TRAILING_NUMBER.search(stem_of(name))
        if digits:
            out[int(digits.group())].append(position)
    return out


def _count(records: Sequence[Record], numbers: Sequence[int | None], source: ImageSource, path: str,
           out: Matches) -> None:
    """Add to ``out`` Records whose ``numbers`` are those of all images, counted, and no names."""
    ordered = sorted(zip(numbers, records), key=lambda pair: pair[0] or 0)
    out.records.update(enumerate(record for _, record in ordered))
    out.notes.append(f'{path}: its images are called {ordered[0][0]} to {ordered[-1][0]}, which are no numbers of '
                     f'those in {source.path}: taken in the order of their names, {some(source.names)}')
    out.doubts += [] if source.numbered else order_doubts(source.names)


def frames_of_clip(source: ImageSource, path: str, out: Matches) -> None:
    """Add to ``out``, where nothing belongs to any frame of a folder, Records whose numbers are just those of its
    frames: found in the clip, whose name they have, before its frames were saved under another."""
    if out.records or not source.numbered:
        return
    records = [record for record in out.unused if isinstance(record.image, str)]
    numbers = frame_numbers([stem(record) for record in records])
    frames = frame_numbers([stem_of(name) for name in source.names])
    places = {number: position for position, number in enumerate(frames) if number is not None}
    known = {number for number in numbers if number is not None}
    shift = min(places, default=0) - min(known, default=0)
    if not len(records) == len(known) == len(frames) == len(places) or abs(shift) > 1 or (
            {number + shift for number in known} != set(places)):
        return
    out.records = {places[number + shift]: record for number, record in zip(numbers, records) if number is not None}
    out.unused = [record for record in out.unused if not isinstance(record.image, str)]
    position, record = min(out.records.items(), key=lambda item: item[0])
    out.notes.append(f'{path}: what is called {record.image} is taken for {source.names[position]}, and all others by '
                     'their numbers likewise')


def _only_number(record: Record) -> int | None:
    """The number that a Record's image is, if it is nothing else."""
    if isinstance(record.image, int):
        return record.image
    number = _ONLY_NUMBER.fullmatch(stem(record))
    return int(number.group()) if number else None


def unclear(record: Record) -> Record:
    """A Record that says that it may be another image's."""
    return Record(record.image, error=f'the keypoints of {record.image!r} may be its, or those of another image with '
                                      'that name or number')


def shifted(path: str, shift: int) -> str:
    """The line that numbers begin at another one."""
    return f'{path}: counts from {max(-shift, 0)}, the images from {max(shift, 0)}: taken so'
