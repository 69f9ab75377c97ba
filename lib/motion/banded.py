"""Linear systems of a clip: each frame's unknowns meet those of the next two frames, and a few that all frames share.

The frames' part is a symmetric band of blocks, which LAPACK's band Cholesky solves in time and memory that grow with
the number of frames; the shared unknowns are its border, and are found first, by the Schur complement.
"""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from scipy.linalg.lapack import dpbtrf, dpbtrs


class System(NamedTuple):
    """Normal equations of F frames of n unknowns each, and m that they share."""

    diagonal: np.ndarray  # (F, n, n)
    next: np.ndarray  # (F - 1, n, n): rows are a frame's, columns the frame's before
    second: np.ndarray  # (F - 2, n, n): the same of the frame before that
    border: np.ndarray  # (F, n, m)
    corner: np.ndarray  # (m, m)
    right: np.ndarray  # (F, n)
    right_shared: np.ndarray  # (m,)


def solve(system: System, damping: float) -> tuple[np.ndarray, np.ndarray] | None:
    """The steps (F, n) and (m,), with the diagonal enlarged by the share ``damping``; None where it is not positive
    definite."""
    count, n = system.right.shape
    factor, failed = dpbtrf(_band(system, damping).T, lower=1, overwrite_ab=1)
    if failed:
        return None
    right = np.concatenate([system.right[..., None], system.border], axis=2).reshape(count * n, -1)
    found, _ = dpbtrs(factor, right, lower=1)
    shared = np.zeros(len(system.corner))
    if len(shared):
        corner = system.corner + damping * np.diag(system.corner.diagonal()) - right[:, 1:].T @ found[:, 1:]
        shared = np.linalg.lstsq(corner, system.right_shared - right[:, 1:].T @ found[:, 0], rcond=None)[0]
    return (found[:, 0] - found[:, 1:] @ shared).reshape(count, n), shared


def _band(system: System, damping: float) -> np.ndarray:
    """The lower band (F * n, 3 n), a row for each column of the matrix, from its diagonal down."""
    count, n = system.right.shape
    width = 3 * n
    out = np.zeros((count * n, width))
    step = out.itemsize

    def blocks(below: int) -> np.ndarray:
        """The blocks that many places below the diagonal, as a view."""
        return as_strided(out.reshape(-1)[below * n:], (max(0, count - below), n, n),
                          (n * width * step, step, (width - 1) * step))
    diagonal, at = np.tril(system.diagonal), np.arange(n)
    diagonal[:, at, at] *= 1. + damping
    blocks(0)[:] = diagonal  # first: its zeros lie where later blocks may be
    blocks(1)[:] = system.next
    blocks(2)[:] = system.second
    return out
