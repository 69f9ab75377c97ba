"""The person in a picture: found in several looks at it, or not believed."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..base.errors import InputError
from .agreement import agreed
from .looks import Look, parts_of, reduced
from .mediapipe_pose import VERSION, MediaPipePose

#: Names the way in which people are found: results of another do not go into one folder.
METHOD = f'MediaPipe Pose {VERSION}, full'
#: Where these three agree, that is it. They differ in where the person is, how large, which way up and which side left.
_FIRST = Look(), Look(border=.3, mirrored=True), Look(turn=180.)
#: Where they do not.
_MORE = (Look(border=.15), Look(border=.6), Look(turn=90.), Look(turn=270.), Look(turn=30.), Look(turn=330.))
#: And then at so many parts of the picture in a row and in a column: halves of it, and thirds.
_PARTS = 3, 5
#: Fewer finds that agree are nobody.
_FEWEST = 2


class NobodyFound(InputError):
    """The detector finds nobody in a picture, however it looks at it."""


@dataclass(frozen=True, eq=False)
class Found:
    """``keypoints`` (33, 3): x, y in px of the picture, confidence; ``doubt``: why they may be wrong, or nothing."""

    keypoints: np.ndarray
    doubt: str = ''


class Detector:
    """Finds one person in a picture. Raises InputError where the detector is not installed."""

    def __init__(self) -> None:
        self._pose = MediaPipePose()

    def detect(self, picture: np.ndarray) -> Found:
        """The person in a ``picture`` (H, W, 3) uint8, blue first. Raises NobodyFound."""
        finds: list[np.ndarray] = []
        count = agreeing = 0
        for looks, finds_there in self._stages(picture):
            count += looks
            finds += finds_there
            if not finds:
                continue
            keypoints, agreeing = agreed(finds)
            if agreeing >= len(_FIRST):
                break
        if agreeing < _FEWEST:
            raise NobodyFound(f'nobody was found in it: no {_FEWEST} of {count} looks (turned, mirrored, bordered, in '
                              'parts) agree on a person')
        if agreeing >= len(_FIRST) and 3 * agreeing >= 2 * len(finds):
            return Found(keypoints)
        return Found(keypoints, f'the detector finds a person in {len(finds)} of {count} looks, and only {agreeing} of '
                                'them agree where the joints are: they may be wrong')

    def _stages(self, picture: np.ndarray) -> Iterator[tuple[int, list[np.ndarray]]]:
        """How often was looked, and what was found: first in few looks, then in more, then in parts of the picture."""
        small, factor = reduced(picture)
        for looks in _FIRST, _MORE:
            seen = [(look, *look.at(small)) for look in looks]
            finds = [(look, there, self._pose.find(view)) for look, view, there in seen]
            yield len(looks), [look.back(found, there) / (factor, factor, 1.) for look, there, found in finds
                               if found is not None]
        for in_a_row in _PARTS:
            parts = [(corner, *reduced(part)) for part, corner in parts_of(picture, in_a_row)]
            found = [(corner, factor, self._pose.find(part)) for corner, part, factor in parts]
            yield len(parts), [find / (factor, factor, 1.) + (*corner, 0.) for corner, factor, find in found
                               if find is not None]
