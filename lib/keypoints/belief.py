"""How far a fit believes a joint, by the confidence that its detector gives it: an entry of the format table.

Confidences of detectors mean different things. DeepCut's, for which the published weights were made, are near 1 where a
joint is found; MoveNet's are near 0.6 for joints as good, so that the fit follows them less; MediaPipe's say whether a
joint is seen, and hidden ones are placed nearly as well.
"""

from dataclasses import dataclass

import numpy as np

#: A joint of less confidence is missing. Detectors put what is outside the picture somewhere at its border and hardly
#: believe it; taken for joints, they spoil scale and depth: of 60 synthetic people cut off at the waist (the side),
#: with such joints at confidences of up to 0.15, one in ten was off in depth by a factor of 2.3 (1.6) or more, and is
#: by 1.3 (1.2) without them. LSP's sample, whose joints have 0.3 or more, stays as it is.
UNSURE = 0.15


@dataclass(frozen=True)
class Belief:
    """``power``: confidences are raised to it; ``unsure``: a joint inside of the picture of less confidence is missing,
    outside of it one of less than UNSURE."""

    power: float = 1.
    unsure: float = UNSURE

    def of(self, joints: np.ndarray, confidence: np.ndarray, size: np.ndarray) -> np.ndarray:
        """How far ``joints`` (K, 2) of that ``confidence`` (K,) are believed (K,), px of a picture of ``size`` (2,)."""
        outside = ((joints < 0.) | (joints > size)).any(axis=1)
        there = (confidence > 0.) & (confidence >= np.where(outside, UNSURE, self.unsure))
        return np.where(there, np.power(confidence, self.power, where=there, out=np.zeros_like(confidence)), 0.)


#: As the file gives them.
AS_GIVEN = Belief()
#: MediaPipe: of 144 rendered people (data/make), fitted to the joints that it finds in them, the error after alignment
#: is 68 mm, with confidences as given 75, with all at 1 71; of 72 whom the picture cuts off, that of the upper body 88
#: mm, as given 94. On 16 photographs of LSP 87 % of the fitted joints are within a fifth of the torso of DeepCut's, as
#: given 84, at 1 85 (tests/benchmarks/detector.py).
OF_WHAT_IS_SEEN = Belief(power=.5, unsure=0.)
#: MoveNet: on 200 photographs 82 % of the joints within a fifth of the torso, 77 % with confidences as given.
ALL_ALIKE = Belief(power=0.)
