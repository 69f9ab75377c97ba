"""Geman-McClure: the robust error that keeps wrong detections from pulling the fit.

Bogo et al., section 3.2, equation 2.
"""

from typing import Any

import numpy as np
import scipy.sparse as sp

from .base.compat import chumpy as ch


def geman_mcclure(error: np.ndarray, sigma: float) -> np.ndarray:
    """Robust error sign(e) sqrt(s^2 e^2 / (s^2 + e^2)) of each element of ``error``; same shape, same unit."""
    return sigma * error / np.sqrt(sigma * sigma + error * error)


def geman_mcclure_slope(error: np.ndarray, sigma: float) -> np.ndarray:
    """Derivative of geman_mcclure by ``error``, elementwise; 0 where the error is exactly 0, as published."""
    return np.abs(np.sign(error)) * (sigma * sigma / (sigma * sigma + error * error)) ** 1.5


class GMOf(ch.Ch):
    """chumpy face of Geman-McClure: dterm x, term sigma."""

    dterms = 'x'
    terms = 'sigma'

    def compute_r(self) -> np.ndarray:
        return geman_mcclure(self.x.r, self.sigma)

    def compute_dr_wrt(self, wrt: Any) -> sp.spmatrix | None:
        if wrt is self.x:
            return sp.diags([geman_mcclure_slope(self.x.r, self.sigma).ravel()], [0], format='csc')
        return None
