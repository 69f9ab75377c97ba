"""Names that have something around an image's: im0001_pose, resized_im0001, 3f2a-im0001.

What is put there is the same for all of a file's names, or different for each; then an image's own name must be more
than a number to be found in another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from .names import plain_stem

_TOKEN = re.compile(r'\d+|[^\W\d_]+')
_Tokens: TypeAlias = tuple[str, ...]


def pair_within(names: Sequence[str], images: Sequence[str]) -> dict[int, int]:
    """{position in ``images``: position in ``names``} where one holds the other and no other may be meant."""
    mine, theirs = [_tokens(name) for name in names], [_tokens(image) for image in images]
    claims = [(number, position, (True, *around)) for number, position, around in _held(mine, theirs)]
    claims += [(number, position, (False, *around)) for position, number, around in _held(theirs, mine)]
    for affix, _ in Counter(affix for _, _, affix in claims).most_common(1):
        alike = [(number, position) for number, position, other in claims if other == affix]
        mean, meant = ({pair[side] for pair in alike} for side in (0, 1))
        others = any(position in meant and number not in mean for number, position, _ in claims)
        if len(alike) == min(len(names), len(images)) > 1 and _one_to_one(alike) and not others:
            return {position: number for number, position in alike}
    by_name, by_image = defaultdict(set), defaultdict(set)
    for number, position, _ in claims:
        by_name[number].add(position)
        by_image[position].add(number)
    return {position: number for number, position, _ in claims
            if len(by_name[number]) == len(by_image[position]) == 1 < min(len(mine[number]), len(theirs[position]))}


def _tokens(text: str) -> _Tokens:
    """The words and numbers of a name, without its ending."""
    return tuple(token.lstrip('0') or token for token in _TOKEN.findall(plain_stem(text)))


def _held(longer: Sequence[_Tokens], shorter: Sequence[_Tokens]) -> Iterator[tuple[int, int, tuple[_Tokens, _Tokens]]]:
    """Positions of a longer and a shorter one that it holds as a whole, and what is before and behind that."""
    places = defaultdict(list)
    for place, tokens in enumerate(shorter):
        places[tokens].append(place)
    for number, tokens in enumerate(longer):
        for start, end in combinations(range(len(tokens) + 1), 2):
            if end - start < len(tokens):
                for place in places.get(tokens[start:end], ()):
                    yield number, place, (tokens[:start], tokens[end:])


def _one_to_one(pairs: Sequence[tuple[int, int]]) -> bool:
    return all(len({pair[side] for pair in pairs}) == len(pairs) for side in (0, 1))
