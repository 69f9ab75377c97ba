"""What tests of derivatives share: central differences, and rotation vectors of every length."""

import numpy as np
import scipy.sparse as sp

from lib.base.compat import chumpy as ch
from tests.helpers import central_differences, relative_error

# Central differences of fourth order with these steps leave relative errors of 1e-12 to 4e-10.
TOLERANCE = 1e-9
STEP = 1e-3
#: Lengths in radians of the rotation vectors of every joint.
ANGLES = {'zero': 0., 'a millionth': 1e-6, 'a thousandth': 1e-3, 'ordinary': .4, 'half a turn': np.pi,
          'nearly a turn': 2. * np.pi - 1e-3, 'a turn': 2. * np.pi, 'several turns': 21.}


def vectors(name, count, seed=0):
    """Rotation vectors (count, 3) in random directions, each as long as ANGLES names."""
    directions = np.random.default_rng(seed).standard_normal((count, 3))
    return ANGLES[name] * directions / np.linalg.norm(directions, axis=1, keepdims=True)


def dense(jacobian):
    return jacobian.toarray() if sp.issparse(jacobian) else np.asarray(jacobian)


def check_derivative(module, variables, wrt, step=STEP):
    """Compare ``module(**variables)``'s derivative by the variable named ``wrt`` with central differences."""
    inputs = {name: ch.array(value) for name, value in variables.items()}
    shape = variables[wrt].shape
    numeric = central_differences(
        lambda x: module(**{**inputs, wrt: ch.array(x.reshape(shape))}).r, variables[wrt].ravel(), step)
    assert np.abs(numeric).max() > 0
    assert relative_error(dense(module(**inputs).dr_wrt(inputs[wrt])), numeric) < TOLERANCE
