"""Pose prior: a Gaussian mixture over body pose, approximated by its likeliest component.

Bogo et al., section 3.2, E_theta (equations 3 to 6), after Olson and Agarwal, "Inference on networks of
mixtures for robust robot mapping", 2013.
"""

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from .base.deferred import deferred
from .base.errors import InputError
from .base.pickles import load_pickle
from .body.skeleton import N_POSE

if TYPE_CHECKING:
    from .chumpy_faces import PosePrior as PosePrior
else:
    __getattr__ = deferred(__name__, {'PosePrior': '.chumpy_faces'})

N_BODY_POSE = N_POSE - 3
#: How often the published program counts the derivative of this term: its graph reached ``pose`` along two ways.
GRADIENT_COUNTS = {'published': 2., 'exact': 1.}
_HALF_ROOT = np.sqrt(0.5)


class MaxMixturePrior:
    """K Gaussians over pose[3:]; residual and derivative of the likeliest one.

    ``means`` (K, 69) radians, ``covars`` (K, 69, 69), ``weights`` (K,). Raises InputError where a shape is
    wrong, a number is not finite or a covariance is not positive definite.
    """

    def __init__(self, means: Any, covars: Any, weights: Any) -> None:
        means, covars, weights = _checked(means, covars, weights)
        self.means = means
        try:
            cholesky = np.linalg.cholesky(np.linalg.inv(covars))
        except np.linalg.LinAlgError:
            raise InputError('pose prior: a covariance is not positive definite') from None
        #: sqrt(1/2) chol(inv(covar)), lower: residual = (x - mean) . factor
        self.factors = _HALF_ROOT * cholesky
        half_log_dets = 0.5 * np.linalg.slogdet(covars)[1]
        #: J'J of the residual: half the precisions
        self.information = self.factors @ self.factors.transpose(0, 2, 1)
        normaliser = 0.5 * N_BODY_POSE * np.log(2. * np.pi)
        self.log_weights = np.log(weights) - normaliser - half_log_dets + half_log_dets.min()
        #: Mean pose of the mixture (69,), where the paper starts.
        self.mean = weights / weights.sum() @ means
        #: Sum of the means by the rescaled weights (69,), where the published program starts.
        self.weighted_mean = np.exp(self.log_weights) @ means
        self._stacked = np.ascontiguousarray(self.factors.transpose(1, 0, 2)).reshape(N_BODY_POSE, -1)
        self._offsets = np.einsum('ki,kij->kj', means, self.factors)

    def residual(self, body_pose: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Residual (B, 70) and likeliest component (B,) for ``body_pose`` (B, 69)."""
        whitened = (body_pose[:, None, :] @ self._stacked)[:, 0].reshape(len(body_pose), len(self.means), -1)
        whitened -= self._offsets
        cost = np.einsum('bki,bki->bk', whitened, whitened) - self.log_weights
        component = np.argmin(cost, axis=1)
        out = np.empty((len(body_pose), N_BODY_POSE + 1))
        out[:, :-1] = whitened[np.arange(len(body_pose)), component]
        out[:, -1] = np.sqrt(-self.log_weights[component])
        return out, component

    def jacobian(self, component: int) -> np.ndarray:
        """Derivative J (70, 69) of the residual by pose[3:] where ``component`` is the likeliest.

        ``information`` is J'J, and ``pull_back`` is J'r, without forming it.
        """
        return np.vstack([self.factors[component].T, np.zeros((1, N_BODY_POSE))])

    def pull_back(self, component: np.ndarray, residual: np.ndarray) -> np.ndarray:
        """J'r (B, 69) for residuals r (B, 70), or multiples of them, at the likeliest ``component`` (B,)."""
        out = np.empty((len(residual), N_BODY_POSE))
        for k in np.unique(component):  # without a copy of a factor for each problem
            at = component == k
            out[at] = (self.factors[k] @ residual[at, :-1, None])[..., 0]
        return out


def _checked(*given: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means, covars and weights as arrays. Raises InputError where they are none of a mixture over pose[3:]."""
    try:
        means, covars, weights = (np.asarray(a, dtype=np.float64) for a in given)
    except (TypeError, ValueError):
        raise InputError('pose prior: means, covars and weights must be arrays of numbers') from None
    count = len(means) if means.ndim else 0
    for name, array, wanted in (('means', means, (count, N_BODY_POSE)), ('weights', weights, (count,)),
                                ('covars', covars, (count, N_BODY_POSE, N_BODY_POSE))):
        if array.shape != wanted:
            raise InputError(f'pose prior: {name} has shape {array.shape}, wanted {wanted}')
        if not np.isfinite(array).all():
            raise InputError(f'pose prior: {name} holds NaN or infinite numbers')
    if count == 0 or weights.min() <= 0:
        raise InputError('pose prior: weights must be positive')
    return means, covars, weights


def load_prior(path: str | os.PathLike[str]) -> MaxMixturePrior:
    """Read a pose prior pickle (means, covars, weights).

    Raises InputError, naming the file, when it is missing or wrong.
    """
    data = load_pickle(path)
    if not isinstance(data, dict) or not {'means', 'covars', 'weights'} <= set(data):
        raise InputError(f'{path}: not a pose prior (wanted means, covars, weights)')
    try:
        return MaxMixturePrior(data['means'], data['covars'], data['weights'])
    except InputError as error:
        raise InputError(f'{path}: {error}') from None
