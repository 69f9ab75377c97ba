"""Which keypoints belong to which image."""

import os
import re
from dataclasses import replace

from ..base.errors import InputError

_NUMBER = re.compile(r'(\d+)$')


def match_records(records, source, path):
    """{position among source.names: Record} of keypoint Records by their images' names, numbers, or order.

    Records of other images are left out. Raises InputError where all are, or where nameless ones are not as many as
    the images.
    """
    names = source.names
    if len(records) == len(names) == 1 and (records[0].by_file_name or records[0].image is None):
        return {0: records[0]}
    nameless = [record for record in records if record.image is None]
    if nameless:
        if len(nameless) != len(names) or len(records) != len(names):
            raise InputError(f'{path}: {len(nameless)} of its entries do not name their image, and there are '
                             f'{len(names)} images')
        return dict(enumerate(records))
    positions = {}
    for position, name in enumerate(names):
        stem = os.path.splitext(name)[0]
        number = _NUMBER.search(stem)
        for key in (name, stem, *([int(number.group())] if number else [])):
            positions.setdefault(key, position)
    out = {}
    for record in records:
        found = next((positions[key] for key in _keys(record.image, source.numbered) if key in positions), None)
        if found is not None:
            before = out.get(found)
            out[found] = record if before is None else replace(before, people=before.people + record.people,
                                                               error=before.error or record.error)
    if not out:
        what = f'its keypoints are for {records[0].image!r} and the like' if records else 'it holds no keypoints'
        raise InputError(f'{path}: {what}; wanted those of {names[0]} and the like in {source.path}')
    return out


def _keys(image, numbered):
    """How an image may be named: file name, stem, number (in any text for frames)."""
    if isinstance(image, int):
        return [image]
    name = os.path.basename(image)
    stem = os.path.splitext(name)[0]
    number = _NUMBER.search(stem) if numbered else re.fullmatch(r'\d+', stem)
    return [name, stem, *([int(number.group())] if number else [])]
