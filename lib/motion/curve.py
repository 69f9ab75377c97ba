"""A smooth curve through what frames say, some of it wrong: Whittaker's smoother, with robust weights."""

import numpy as np
from scipy.linalg import solveh_banded

_ROUNDS = 20


def smooth_curve(values: np.ndarray, there: np.ndarray, stiffness: float, near: float) -> np.ndarray:
    """The curve (F, K) through ``values`` (F, K) of F frames in a row, where they are ``there`` (F,), 0 or 1.

    Second differences count ``stiffness`` times as much as how far values are off; who is farther off than ``near``
    counts by distance, not its square.
    """
    count = len(values)
    if there.sum() < 3:
        return np.tile(np.median(values[there > 0], axis=0), (count, 1))
    bends = np.zeros((3, count))  # the band of D'D, D the second differences: diagonal, next, second
    for i, a in enumerate((1., -2., 1.)):
        for j, b in enumerate((1., -2., 1.)[i:]):
            bends[j, i:i + count - 2] += a * b
    weight = there / near
    out = values
    for _ in range(_ROUNDS):
        band = stiffness * weight.sum() / there.sum() * bends
        band[0] += weight
        out = solveh_banded(band, weight[:, None] * values, lower=True)
        weight = there / np.maximum(np.linalg.norm(values - out, axis=1), near)
    return out
