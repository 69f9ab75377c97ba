"""The bordered band of blocks, beside the same system written out."""

import numpy as np
import pytest

from lib.motion.banded import System, solve


def system(count, n, shared, rng):
    """A System that is positive definite, and its matrix and right side."""
    rows = rng.normal(size=(6 * count + 30, count * n + shared))
    whole = rows.T @ rows
    frame = np.arange(count * n + shared) // n
    apart = np.abs(frame[:, None] - frame[None, :]) > 2
    apart[count * n:], apart[:, count * n:] = False, False
    whole[apart] = 0.
    whole += 2. * np.abs(whole).sum(axis=1).max() * np.eye(len(whole))
    blocks = whole[:count * n, :count * n].reshape(count, n, count, n).swapaxes(1, 2)
    right = rng.normal(size=len(whole))
    return System(
        diagonal=np.array([blocks[i, i] for i in range(count)]),
        next=np.array([blocks[i + 1, i] for i in range(count - 1)]).reshape(-1, n, n),
        second=np.array([blocks[i + 2, i] for i in range(count - 2)]).reshape(-1, n, n),
        border=whole[:count * n, count * n:].reshape(count, n, shared), corner=whole[count * n:, count * n:],
        right=right[:count * n].reshape(count, n), right_shared=right[count * n:]), whole, right


@pytest.mark.parametrize('count, n, shared', [(1, 4, 2), (2, 4, 2), (3, 3, 1), (7, 5, 3), (6, 4, 0)])
def test_as_the_whole_matrix(count, n, shared):
    given, whole, right = system(count, n, shared, np.random.default_rng(0))
    own, border = solve(given, 0.)
    wanted = np.linalg.solve(whole, right)
    np.testing.assert_allclose(np.concatenate([own.ravel(), border]), wanted, rtol=1e-9)


def test_damping_enlarges_the_diagonal():
    given, whole, right = system(4, 3, 2, np.random.default_rng(1))
    own, border = solve(given, .5)
    wanted = np.linalg.solve(whole + .5 * np.diag(whole.diagonal()), right)
    np.testing.assert_allclose(np.concatenate([own.ravel(), border]), wanted, rtol=1e-9)


def test_what_is_not_positive_definite_has_no_solution():
    given, _, _ = system(3, 3, 1, np.random.default_rng(2))
    given.diagonal[1] *= -1.
    assert solve(given, 0.) is None
