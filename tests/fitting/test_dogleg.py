"""The dogleg on small problems: the steps of chumpy's minimize_dogleg, many at once, and every way to stop."""

import warnings

import numpy as np
import pytest

from lib.base.compat import chumpy as ch
from lib.fitting.dogleg import Dogleg, StopAt, _gauss_newton, minimise

LINEAR_A = np.array([[2., 1., 0.], [0., 3., -1.], [1., 0., 1.], [4., -2., .5]])
LINEAR_B = np.array([1., -2., .5, 3.])


def rosenbrock(x):
    return np.array([10. * (x[1] - x[0] ** 2), 1. - x[0]]), np.array([[-20. * x[0], 10.], [-1., 0.]])


def powell_singular(x):
    """Its Jacobian is singular at the solution, 0."""
    a, b, c, d = x
    residual = np.array([a + 10. * b, np.sqrt(5.) * (c - d), (b - 2. * c) ** 2, np.sqrt(10.) * (a - d) ** 2])
    e, f = 2. * (b - 2. * c), 2. * np.sqrt(10.) * (a - d)
    return residual, np.array([[1., 10., 0., 0.], [0., 0., np.sqrt(5.), -np.sqrt(5.)], [0., e, -2. * e, 0.],
                               [f, 0., 0., -f]])


def linear(x):
    return LINEAR_A @ x - LINEAR_B, LINEAR_A


def idle(x):
    """x1 does nothing: J'J is singular everywhere."""
    return np.array([x[0] - 1., .5 * (x[0] ** 2 - 1.)]), np.array([[1., 0.], [x[0], 0.]])


def bending(x):
    """A narrow exponential valley that makes the trust region refuse steps."""
    e = np.exp(3. * x[0])
    return np.array([e - 2., 5. * (x[1] - e), .1 * x[0]]), np.array([[3. * e, 0.], [-15. * e, 5.], [.1, 0.]])


class Batch:
    """Objective of one residual function for each slot; all of ``n_variables`` variables."""

    def __init__(self, functions, n_variables):
        self.functions, self.n_variables, self.n_terms = functions, n_variables, 1

    def evaluate(self, x, rows):
        return BatchEvaluation([self.functions[row](point) for row, point in zip(rows, x)])


class BatchEvaluation:
    def __init__(self, values):
        self.values = values
        self.squares = np.array([[residual @ residual for residual, _ in values]])

    def normal_equations(self, keep):
        chosen = [self.values[position] for position in keep]
        return (np.array([-jacobian.T @ residual for residual, jacobian in chosen]),
                np.array([jacobian.T @ jacobian for _, jacobian in chosen]))


class Residual(ch.Ch):
    """The same functions for chumpy."""

    dterms = 'x'
    terms = 'function'

    def compute_r(self):
        return self.function(self.x.r)[0]

    def compute_dr_wrt(self, wrt):
        return self.function(self.x.r)[1] if wrt is self.x else None


def run(function, start, **options):
    """x and accepted steps of one problem."""
    x, steps = minimise(Batch([function], len(start)), np.array([start]), StopAt(**options))
    return x[0], steps[0]


def run_chumpy(function, start, **options):
    x, calls = ch.array(np.array(start)), []
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')  # chumpy's own deprecations, and its note that a solve fell back
        ch.minimize([Residual(x=x, function=function)], x0=[x], method='dogleg', callback=calls.append,
                    options={'maxiter': 100, 'e_1': 1e-15, 'e_2': 1e-15, 'e_3': 1e-4, 'disp': False, **options})
    return x.r.copy(), len(calls) - 1  # the first call comes before the first step


PROBLEMS = {
    'rosenbrock': (rosenbrock, (-1.2, 1.)),
    'rosenbrock from afar': (rosenbrock, (5., -7.)),
    'powell singular': (powell_singular, (3., -1., 0., 1.)),
    'idle': (idle, (3., 1.)),
    'bending': (bending, (2., -3.)),
    'bending from the flat side': (bending, (-1.5, 4.)),
}
#: J'J of Powell's function loses all but a few digits of the way to 0.
ATOL = {**dict.fromkeys(PROBLEMS, 1e-12), 'powell singular': 1e-10}


@pytest.mark.parametrize('e_3', [1e-4, 1e-8, .5])
@pytest.mark.parametrize('name', PROBLEMS)
def test_the_steps_of_chumpy(name, e_3):
    function, start = PROBLEMS[name]
    x, steps = run(function, start, e_3=e_3)
    wanted, wanted_steps = run_chumpy(function, start, e_3=e_3)
    assert steps == wanted_steps
    np.testing.assert_allclose(x, wanted, rtol=1e-9, atol=ATOL[name])


@pytest.mark.parametrize('maxiter', range(1, 8))
def test_every_step_is_that_of_chumpy(maxiter):
    """maxiter is honoured, and cutting the run short shows the path."""
    for name in ('rosenbrock', 'powell singular', 'bending'):
        function, start = PROBLEMS[name]
        x, steps = run(function, start, maxiter=maxiter, e_3=1e-12)
        wanted, wanted_steps = run_chumpy(function, start, maxiter=maxiter, e_3=1e-12)
        assert steps == wanted_steps <= maxiter
        np.testing.assert_allclose(x, wanted, rtol=1e-10, atol=1e-12)


def test_rosenbrock_reaches_its_minimum():
    np.testing.assert_allclose(run(rosenbrock, (-1.2, 1.))[0], [1., 1.], rtol=0., atol=1e-12)


def test_linear_problem_takes_one_gauss_newton_step():
    start, wanted = (10., -20., 5.), np.linalg.lstsq(LINEAR_A, LINEAR_B, rcond=None)[0]
    for x, steps in (run(linear, start, maxiter=1), run_chumpy(linear, start, maxiter=1)):
        assert steps == 1
        np.testing.assert_allclose(x, wanted, rtol=0., atol=1e-13)


def test_singular_normal_equations_move_what_they_can():
    x, steps = run(idle, (3., 1.), e_3=1e-12)
    assert steps > 1
    np.testing.assert_allclose(x, [1., 1.], rtol=0., atol=1e-12)


def test_a_singular_matrix_is_whole_again_when_least_squares_take_it():
    """Cholesky overwrites half of it."""
    jacobian = np.random.default_rng(0).normal(size=(6, 5))
    jacobian[:, 4] = 0.
    a, g = jacobian.T @ jacobian, np.arange(5.)
    np.testing.assert_array_equal(_gauss_newton(a.copy(), g), np.linalg.lstsq(a, g, rcond=None)[0])


def test_problems_that_end_at_different_times():
    """Side by side as alone, to the last bit."""
    problems = [(rosenbrock, (-1.2, 1.)), (bending, (2., -3.)), (idle, (3., 1.)), (rosenbrock, (1., 1.)),
                (bending, (-1.5, 4.)), (rosenbrock, (30., -70.))]
    functions, starts = zip(*problems)
    x, steps = minimise(Batch(functions, 2), np.array(starts))
    assert len(set(steps)) >= 4
    for position, (function, start) in enumerate(problems):
        alone, alone_steps = run(function, start)
        np.testing.assert_array_equal(x[position], alone)
        assert steps[position] == alone_steps


def test_squares_are_those_of_x_also_after_a_step_that_is_refused():
    dogleg, refused = Dogleg(Batch([rosenbrock], 2), 1), 0
    dogleg.begin(np.array([0]), np.array([[-1.2, 1.]]))
    while dogleg.active.any():
        before = dogleg.x[0].copy()
        dogleg.advance()
        residual = rosenbrock(dogleg.x[0])[0]
        assert dogleg.squares[0, 0] == dogleg.sum_of_squares[0] == residual @ residual
        refused += (dogleg.x[0] == before).all()
    assert refused > 1  # the start, and more


def test_slots_can_be_begun_again():
    """A slot starts afresh while its neighbour is under way; neither notices."""
    dogleg = Dogleg(Batch([rosenbrock, rosenbrock], 2), 2)
    dogleg.begin(np.array([0, 1]), np.array([[-1.2, 1.], [5., 5.]]))
    for _ in range(3):
        dogleg.advance()
    dogleg.begin(np.array([1]), np.array([[-1.2, 1.]]))
    while dogleg.active.any():
        dogleg.advance()
    x, steps = run(rosenbrock, (-1.2, 1.))
    for slot in (0, 1):
        np.testing.assert_array_equal(dogleg.x[slot], x)
        assert dogleg.steps[slot] == steps


def test_stops_at_once_where_the_gradient_is_zero():
    dogleg = Dogleg(Batch([rosenbrock, rosenbrock], 2), 2)
    dogleg.begin(np.array([0, 1]), np.array([[1., 1.], [-1.2, 1.]]))
    accepted, stopped = dogleg.advance()
    np.testing.assert_array_equal(accepted, [])
    np.testing.assert_array_equal(stopped, [0])
    np.testing.assert_array_equal(dogleg.active, [False, True])
    np.testing.assert_array_equal(dogleg.x[0], [1., 1.])


@pytest.mark.parametrize('bad', [np.nan, np.inf])
def test_stops_where_the_start_is_not_finite(bad):
    """and leaves its neighbour alone."""
    def broken(x):
        return np.array([bad, x[0]]), np.array([[1., 1.], [1., 2.]])

    objective, starts = Batch([broken, rosenbrock], 2), np.array([[1., 2.], [-1.2, 1.]])
    dogleg = Dogleg(objective, 2)
    dogleg.begin(np.array([0, 1]), starts)
    np.testing.assert_array_equal(dogleg.advance()[1], [0])
    x, steps = minimise(objective, starts)
    assert np.isnan(x[0]).all() and steps[0] == 0
    alone, alone_steps = run(rosenbrock, (-1.2, 1.))
    np.testing.assert_array_equal(x[1], alone)
    assert steps[1] == alone_steps


def test_refuses_steps_to_where_residuals_are_not_finite():
    """sqrt(x) - .1 from 4: the Gauss-Newton step leads below 0, so the trust region is narrowed until it does not."""
    def root(x):
        with np.errstate(invalid='ignore'):
            return np.sqrt(x) - .1, np.array([[.5]]) / np.sqrt(np.maximum(x, 1e-300))

    x, steps = run(root, (4.,), e_3=1e-12)
    assert steps > 0
    np.testing.assert_allclose(x, [.01], rtol=1e-6)


def scaled(function, factor):
    def out(x):
        residual, jacobian = function(x)
        return factor * residual, factor * jacobian
    return out


def ended(functions, start, most=2000):
    """The Dogleg of ``functions`` from ``start`` when all have stopped, which takes ``most`` trials at most."""
    dogleg = Dogleg(Batch(functions, len(start)), len(functions))
    dogleg.begin(np.arange(len(functions)), np.tile(start, (len(functions), 1)))
    for _ in range(most):
        if not dogleg.active.any():
            return dogleg
        dogleg.advance()
    raise AssertionError('still at work')


@pytest.mark.filterwarnings('error::RuntimeWarning')
def test_every_magnitude_ends():
    """Where squares of squares overflow, rho is no number. Such a problem ends as NaN, and its neighbours go on."""
    factors = [10. ** power for power in range(-150, 151, 5)]
    for function, start in (PROBLEMS['rosenbrock'], PROBLEMS['bending'], PROBLEMS['idle']):
        dogleg = ended([scaled(function, factor) for factor in factors], np.array(start))
        lost = np.isnan(dogleg.x).any(axis=1)
        assert lost[factors.index(1e150)] and not lost[factors.index(1e-5):factors.index(1e10)].any()
        middle = factors.index(1.)
        np.testing.assert_array_equal(dogleg.x[middle], run(function, start)[0])


@pytest.mark.filterwarnings('error::RuntimeWarning')
@pytest.mark.parametrize('bad', [np.nan, np.inf])
def test_a_prediction_that_is_no_number_ends_the_problem(bad):
    """The derivative says nothing, the residual falls all the same: neither accepted nor refused for ever."""
    def torn(x):
        return x - 1., np.array([[1e200 if bad == np.inf else bad]])

    dogleg = ended([torn, torn], np.array([3.]))
    assert np.isnan(dogleg.x).all() and np.isnan(dogleg.squares).all() and not dogleg.steps.any()


def test_normal_equations_that_cannot_be_solved_end_the_problem():
    class Evaluation(BatchEvaluation):
        def normal_equations(self, keep):
            g, a = super().normal_equations(keep)
            return g, (np.full_like(matrix, np.nan) for matrix in a)

    class Unsolvable(Batch):
        def evaluate(self, x, rows):
            return Evaluation(super().evaluate(x, rows).values)

    x, steps = minimise(Unsolvable([rosenbrock], 2), np.array([[-1.2, 1.]]))
    assert np.isnan(x).all() and steps[0] == 0
