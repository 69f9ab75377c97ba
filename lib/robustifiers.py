"""Geman-McClure: the robust error that keeps wrong detections from pulling the fit.

Bogo et al., section 3.2, equation 2.
"""

from typing import TYPE_CHECKING

import numpy as np

from .base.deferred import deferred

if TYPE_CHECKING:
    from .chumpy_faces import GMOf as GMOf
else:
    __getattr__ = deferred(__name__, {'GMOf': '.chumpy_faces'})


def geman_mcclure(error: np.ndarray, sigma: float) -> np.ndarray:
    """Robust error sign(e) sqrt(s^2 e^2 / (s^2 + e^2)) of each element of ``error``; same shape, same unit."""
    return sigma * error / np.sqrt(sigma * sigma + error * error)


def geman_mcclure_slope(error: np.ndarray, sigma: float) -> np.ndarray:
    """Derivative of geman_mcclure by ``error``, elementwise; 0 where the error is exactly 0, as published."""
    return np.abs(np.sign(error)) * (sigma * sigma / (sigma * sigma + error * error)) ** 1.5
