"""Numbers in the names of images and frames, and whether two numberings begin at the same one."""

import re
from collections.abc import Collection, Sequence

_NUMBERS = re.compile(r'\d{1,18}', re.ASCII)
#: Tools number from 0 or from 1.
_SHIFTS = (0, -1, 1)
_FEW = 10  # of which clips are thinned out to one
_OF_RATES, _MANY = 4, 10  # the same of clips saved at a lower rate, and frames from which on that is no chance


def frame_numbers(stems: Sequence[str]) -> list[int | None]:
    """The number of each frame that ``stems`` name: the last in it, or one before where the last are not all different.

    None for a name that has no number.
    """
    numbers = [_NUMBERS.findall(stem) for stem in stems]
    fewest = min((len(found) for found in numbers if found), default=0)
    for place in range(1, fewest + 1):
        out = [int(found[-place]) if found else None for found in numbers]
        if len(set(out)) == len(out):
            return out
    return [int(found[-1]) if found else None for found in numbers]


def all_fit(numbers: Collection[int], there: Collection[int]) -> int:
    """What to add to ``numbers`` so that all are ``there``: 0, or 1 or -1 where that, and only that, does."""
    fitting = [shift for shift in _SHIFTS if all(number + shift in there for number in numbers)]
    return fitting[0] if 0 in fitting or len(fitting) == 1 else 0


def most_fit(numbers: Collection[int], there: Collection[int]) -> int:
    """What to add to ``numbers`` so that as many as can be are ``there``: 0, or 1 or -1 where that has more."""
    counts = [sum(number + shift in there for number in numbers) for shift in _SHIFTS]
    return _SHIFTS[counts.index(max(counts))]


def one_further(stems: Sequence[str], without: str, other: str) -> bool:
    """Whether ``other`` continues the numbers of ``stems``, which have no gap, at one end, and ``without`` is the stem
    at the other: of 1, 2, 3 the 3 and 0, or the 1 and 4."""
    numbers = frame_numbers([*stems, other])
    ends = {numbers[-1], numbers[stems.index(without)]}
    known = [number for number in numbers if number is not None]
    first, last = min(known, default=0), max(known, default=0)
    return ends == {first, last} and sorted(known) == list(range(first, first + len(numbers))) and len(numbers) > 2


def every_few(numbers: Sequence[int], count: int) -> int | None:
    """N where the sorted ``numbers``, all from 0 on, are as many as every N-th of ``count`` frames; None where they are
    not."""
    if len(numbers) < 2 or list(numbers) != list(range(len(numbers))):
        return None
    return next((step for step in range(2, _FEW + 1) if len(numbers) in (count // step, -(-count // step))), None)


def one_in(numbers: Sequence[int], count: int) -> int | None:
    """The reverse: N where the sorted ``numbers``, all from 0 on, are N times as many as ``count`` frames."""
    if count < _MANY or not numbers or (numbers[0], numbers[-1]) != (0, len(numbers) - 1):
        return None
    steps = range(2, _OF_RATES + 1)
    return next((step for step in steps if count in (len(numbers) // step, -(-len(numbers) // step))), None)


def runs_beside(numbers: Sequence[int], count: int) -> bool:
    """Whether the sorted ``numbers`` are hardly those of frames from 0 to ``count`` - 1: beyond the last, though they
    begin after the first, or leave out frames all the way. A clip that was cut short leaves others over."""
    beyond = bool(numbers) and numbers[-1] >= count
    return beyond and (numbers[0] > 0 or all(b - a > 1 for a, b in zip(numbers, numbers[1:])))
