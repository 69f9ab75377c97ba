"""Left and right in a clip: from behind, or where the face is not seen, a detector may take them for each other in some
frames. Where the joints of the frames around them say so, they change places.
"""

from collections.abc import Sequence

import numpy as np

from .agreement import apart
from .mediapipe_pose import OTHER_SIDES

#: What it costs that a frame is otherwise than it was found, in the unit of agreement.apart: less than the move of a
#: limb from a side to the other, more than a profile's, where both are as near.
_COST = .03


def other_way_round(frames: Sequence[np.ndarray]) -> list[int]:
    """Positions of those of a person's joints (33, 3) in successive ``frames`` in which left and right are to change
    places, so that all joints move least (Viterbi)."""
    ways = [(found, found[OTHER_SIDES]) for found in frames]
    costs = np.array([0., _COST])
    origins: list[np.ndarray] = []
    for before, now in zip(ways, ways[1:]):
        moves = costs[:, None] + apart([*before, *now])[:2, 2:]
        origins.append(moves.argmin(axis=0))
        costs = moves.min(axis=0) + (0., _COST)
    way, out = int(costs.argmin()), []
    for position in range(len(frames) - 1, -1, -1):
        if way:
            out.append(position)
        if position:
            way = int(origins[position - 1][way])
    return out[::-1]
