"""Which images of a data set are asked for: ``--subset 0-99,250,im0317``, ``--gender``, ``--failed OUT``."""

import re
from collections.abc import Mapping, Sequence

from ..base.errors import InputError, quoted
from .names import stem_of
from .sample import DataSet

_RANGE = re.compile(r'(\d{1,18})(?:-(\d{1,18}))?', re.ASCII)
_PERSON = re.compile(r'(.*)(#\d+)', re.ASCII | re.DOTALL)


def parse_subset(text: str, names: Sequence[str]) -> list[int]:
    """Indices, sorted, that ``text`` names among ``names`` (of all Samples, in order).

    Parts are separated by commas: an index, a range of indices (both ends included), or a file's stem, which may hold
    commas itself; of several people in an image all, or one as ``stem#0``. Raises InputError where a part names none.
    """
    stems = _by_stem(names)
    parts, wanted, i = text.split(','), set(), 0
    while i < len(parts):
        joined = _longest_name(parts, i, stems)
        if joined:
            wanted.update(stems[','.join(parts[i:joined]).strip()])
        elif parts[i].strip():
            wanted.update(_range(parts[i].strip(), len(names)))
        i = joined or i + 1
    return sorted(wanted)


def _by_stem(names: Sequence[str]) -> dict[str, list[int]]:
    """The indices of each stem, and of each stem with the number of a person."""
    stems: dict[str, list[int]] = {}
    for index, name in enumerate(names):
        person = _PERSON.fullmatch(name)
        keys = [stem_of(person[1]), stem_of(person[1]) + person[2]] if person else [stem_of(name)]
        for key in keys:
            stems.setdefault(key, []).append(index)
    return stems


def _longest_name(parts: Sequence[str], start: int, stems: Mapping[str, list[int]]) -> int:
    """Where the longest name ends that begins with the part ``start``; 0 where none does."""
    most = 1 + max((stem.count(',') for stem in stems), default=0)
    for end in range(min(len(parts), start + most), start, -1):
        if ','.join(parts[start:end]).strip() in stems:
            return end
    return 0


def _range(part: str, count: int) -> range:
    """The indices of a part that is no name."""
    match = _RANGE.fullmatch(part)
    if match is None:
        raise InputError(f'--subset {quoted(part)[1:-1]}: neither an index, nor a range such as 0-99, nor the name of '
                         'an image (without its ending)')
    first, last = int(match[1]), int(match[2] or match[1])
    if last >= count:
        raise InputError(f'--subset {part}: the images have the indices 0 to {count - 1}')
    if first > last:
        raise InputError(f'--subset {part}: a range goes from the lower to the higher index')
    return range(first, last + 1)


def choose(data: DataSet, subset: str | None = None, gender: str | None = None,
           failed: Mapping[int, str] | None = None) -> list[int]:
    """Indices of a DataSet that meet all conditions given (None: no condition), sorted.

    ``gender`` is that of the gender file, ``failed`` the images that failed in an earlier run, their names by index.
    Raises InputError where a condition is wrong or no image meets them.
    """
    indices: Sequence[int] = range(len(data)) if subset is None else parse_subset(subset, data.images)
    if gender is not None:
        if 'genders' not in data.inputs:
            raise InputError('--gender chooses by the gender file, which --gender_neutral leaves out: give one of them')
        indices = [index for index in indices if data.genders[index] == gender]
    if failed is not None:
        _check_names(data, failed)
        indices = [index for index in indices if index in failed]
    if not indices:
        raise InputError('no image meets the conditions given (--subset, --gender, --failed)')
    return list(indices)


def _check_names(data: DataSet, failed: Mapping[int, str]) -> None:
    """Raises InputError where the images that failed are not those that have their indices here."""
    for index, name in failed.items():
        here = data.images[index] if index < len(data) else None
        if here != name:
            raise InputError(f'--failed: the images that failed there are of another data set: {index:04d} was {name}, '
                             f"and here it is {here or 'none'}")
