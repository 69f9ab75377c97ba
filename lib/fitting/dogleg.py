"""Powell's dogleg on many least squares problems side by side, taking the steps of chumpy 0.70's minimize_dogleg.

Around x the sum of squares falls by 2 g.d - d.A d for a step d, with A = J'J and g = -J'r. The step is the
Gauss-Newton step A^-1 g where the trust region of radius delta holds it; else the steepest descent (Cauchy)
step |g|^2 / g.A g g, cut at the radius; else the point where the path from the one to the other leaves the
region (Lourakis and Argyros, "Is Levenberg-Marquardt the Most Efficient Optimization Algorithm for
Implementing Bundle Adjustment?", ICCV 2005). rho is gained over predicted improvement; it widens or narrows
the region. The first radius is the length of the first Gauss-Newton step.

Every problem has its own x, g and radius; only the arithmetic is shared. Results do not depend on which
problems share a batch.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

import numpy as np
from scipy.linalg.lapack import dposv

_RHO_NARROW, _RHO_WIDEN = .05, .9


class StopAt(NamedTuple):
    """Where a problem stops, in chumpy's names and as published: see Dogleg."""

    maxiter: int = 100
    e_1: float = 1e-15
    e_2: float = 1e-15
    e_3: float = 1e-4


PUBLISHED = StopAt()


class Evaluated(Protocol):
    """An objective's values at some x."""

    @property
    def squares(self) -> np.ndarray:
        """The sum of squares of each term (T, B)."""

    def normal_equations(self, keep: np.ndarray) -> tuple[np.ndarray, Iterable[np.ndarray]]:
        """g (K, n) of the problems at the positions ``keep`` (K,) of the batch, and A (n, n) of one after the other.

        Each A may be overwritten, and is overwritten by the next.
        """


class LeastSquares(Protocol):
    """Least squares problems of ``n_variables`` and ``n_terms`` each, in slots."""

    n_variables: int
    n_terms: int

    def evaluate(self, x: np.ndarray, rows: np.ndarray) -> Evaluated:
        """The problems in slots ``rows`` at ``x`` (len(rows), n_variables)."""


def _dots(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.einsum('bi,bi->b', a, b)


def _gauss_newton(a: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Solve A d = g (n,) by Cholesky; by least squares where A is singular, as chumpy does; NaN where that fails.

    A may be overwritten.
    """
    diagonal = a.diagonal().copy()
    _, step, failed = dposv(a.T, g, overwrite_a=True)
    if not failed:
        return step
    above = np.triu(a, 1)  # what is left of A
    try:
        return np.linalg.lstsq(above + above.T + np.diag(diagonal), g, rcond=None)[0]
    except np.linalg.LinAlgError:
        return np.full_like(g, np.nan)


class Dogleg:
    """Slots for ``size`` problems that advance side by side.

    A problem stops where the largest element of g is below ``e_1``, a step or the radius falls below ``e_2``
    times the length of x, an accepted step improves the sum of squares by less than the share ``e_3``, or after
    ``maxiter`` accepted steps. Where its numbers are no longer finite it stops, too, and its x is NaN. A trial where
    only the sum of squares is not finite is a step that was not accepted.
    """

    def __init__(self, objective: LeastSquares, size: int, stop_at: StopAt = PUBLISHED) -> None:
        self.objective, self._stop_at = objective, stop_at
        n = objective.n_variables
        self.x = np.zeros((size, n))
        self.squares = np.zeros((objective.n_terms, size))  # of each term, at x
        self.sum_of_squares = np.zeros(size)
        self.steps = np.zeros(size, dtype=int)  # accepted
        self.active = np.zeros(size, dtype=bool)
        self._fresh = np.zeros(size, dtype=bool)  # begun, but not evaluated yet
        self._radius = np.zeros(size)
        self._g, self._newton = np.zeros((size, n)), np.zeros((size, n))
        self._cauchy_share = np.zeros(size)  # the Cauchy step is this times g

    def begin(self, rows: np.ndarray, x: np.ndarray) -> None:
        """Start the problems in ``rows`` at ``x`` (len(rows), n_variables): ``advance`` then evaluates them there."""
        self.x[rows], self.steps[rows], self.active[rows], self._fresh[rows] = x, 0, True, True

    @np.errstate(all='ignore')  # numbers that are no longer finite are found, and end their problem
    def advance(self) -> tuple[np.ndarray, np.ndarray]:
        """Try one step of every active problem; returns the rows whose step was accepted, and those that stopped.

        Problems just begun are evaluated where they start, in one batch with the others' trials.
        """
        rows = np.flatnonzero(self.active)
        fresh = self._fresh[rows]
        step, predicted = np.zeros((len(rows), self.x.shape[1])), np.ones(len(rows))
        step[~fresh], predicted[~fresh] = self._propose(rows[~fresh])
        size = np.linalg.norm(step, axis=1)
        tiny = ~fresh & (size <= self._stop_at.e_2 * np.linalg.norm(self.x[rows], axis=1))
        self.active[rows[tiny]] = False
        self._give_up(rows[~np.isfinite(size)])
        going = self.active[rows]
        tried, step, size, predicted, fresh = rows[going], step[going], size[going], predicted[going], fresh[going]
        if len(tried) == 0:
            return tried, rows
        x = self.x[tried] + step
        evaluation = self.objective.evaluate(x, tried)
        before, after = self.sum_of_squares[tried], np.asarray(sum(evaluation.squares))
        gained = np.where(np.isfinite(after), before - after, -np.inf)
        rho = np.where(gained > 0, gained / predicted, gained)
        better = fresh | (rho > 0)
        converged = ~fresh & better & (gained / before < self._stop_at.e_3)
        self._move(tried[better], x[better], evaluation.squares[:, better])
        accepted = tried[better & ~fresh]
        self.steps[accepted] += 1
        self.active[tried[converged]] = False
        going_on = np.flatnonzero(better & ~converged)
        if len(going_on):
            self._linearise(tried[going_on], evaluation, going_on)
        begun = tried[fresh]
        self._radius[begun], self._fresh[begun] = np.linalg.norm(self._newton[begun], axis=1), False
        self._update_radius(tried[~fresh], rho[~fresh], size[~fresh])
        self.active[accepted[self.steps[accepted] >= self._stop_at.maxiter]] = False
        return accepted, rows[~self.active[rows]]

    def _move(self, rows: np.ndarray, x: np.ndarray, squares: np.ndarray) -> None:
        """Bring the problems in ``rows`` to ``x``, where their terms have the ``squares`` (T, B)."""
        self.x[rows], self.squares[:, rows], self.sum_of_squares[rows] = x, squares, sum(squares)

    def _linearise(self, rows: np.ndarray, evaluation: Evaluated, positions: np.ndarray) -> None:
        """Take g, the Gauss-Newton and the Cauchy step of the problems at ``positions`` of an evaluation."""
        g, matrices = evaluation.normal_equations(positions)
        curved, newton = np.empty_like(g), np.empty_like(g)
        for i, a in enumerate(matrices):  # as long as it is in the cache
            np.matmul(a, g[i], out=curved[i])
            newton[i] = _gauss_newton(a, g[i])
        share = _dots(g, g) / _dots(g, curved)
        level = np.abs(g).max(axis=1) < self._stop_at.e_1
        self.active[rows[level]] = False
        self._give_up(rows[~level & ~np.isfinite(share)])
        self._g[rows], self._newton[rows], self._cauchy_share[rows] = g, newton, share

    def _propose(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The dogleg step (B, n) of the problems in ``rows`` and the improvement that the model predicts (B,).

        The step is p g + q newton. With A newton = g and g.A g = |g|^2 / share the prediction needs no A.
        """
        g, newton, radius, share = self._g[rows], self._newton[rows], self._radius[rows], self._cauchy_share[rows]
        g_sq, newton_sq, along = _dots(g, g), _dots(newton, newton), _dots(g, newton)
        cauchy_sq = share * share * g_sq
        cut = np.sqrt(cauchy_sq) >= radius
        whole = ~cut & (np.sqrt(newton_sq) <= radius)
        # how far from the Cauchy towards the Gauss-Newton step the region's edge is
        leg_sq = newton_sq - 2. * share * along + cauchy_sq
        leg_along = share * along - cauchy_sq
        root = np.sqrt(leg_along ** 2 + leg_sq * (radius ** 2 - cauchy_sq))
        q = np.where(cut, 0., np.where(whole, 1., (radius ** 2 - cauchy_sq) / (leg_along + root)))
        p = np.where(cut, radius / np.sqrt(g_sq), np.where(whole, 0., share * (1. - q)))
        predicted = 2. * (p * g_sq + q * along) - (p * p * g_sq / share + 2. * p * q * g_sq + q * q * along)
        return p[:, None] * g + q[:, None] * newton, predicted

    def _update_radius(self, rows: np.ndarray, rho: np.ndarray, size: np.ndarray) -> None:
        radius = self._radius[rows]
        radius = np.where(rho > _RHO_WIDEN, np.maximum(radius, 2.5 * size),
                          np.where(rho < _RHO_NARROW, .25 * radius, radius))
        self._radius[rows] = radius
        smallest = self._stop_at.e_2 * np.linalg.norm(self.x[rows], axis=1)
        self.active[rows[radius <= smallest]] = False
        self._give_up(rows[np.isnan(rho) | ~np.isfinite(radius)])

    def _give_up(self, rows: np.ndarray) -> None:
        """Stop the problems in ``rows``, whose numbers are no longer finite."""
        self.x[rows], self.squares[:, rows], self.active[rows] = np.nan, np.nan, False


#: Told of a problem's start, and of every accepted step: its row, x, the sum of squares there.
OnMoved = Callable[[int, np.ndarray, float], None]


def minimise(objective: LeastSquares, x: np.ndarray, stop_at: StopAt = PUBLISHED,
             on_moved: OnMoved | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Run all problems of ``objective`` from ``x`` (B, n_variables) to their ends.

    Returns x (B, n_variables) and accepted steps (B,).
    """
    dogleg = Dogleg(objective, len(x), stop_at)
    begun = np.arange(len(x))
    dogleg.begin(begun, x)
    while dogleg.active.any():
        accepted, _ = dogleg.advance()
        if on_moved is not None:
            for row in (*begun, *accepted):
                on_moved(int(row), dogleg.x[row], float(dogleg.sum_of_squares[row]))
        begun = begun[:0]
    return dogleg.x, dogleg.steps
