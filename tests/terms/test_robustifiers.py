"""Geman-McClure: as the error near 0, bounded by sigma far away, and its slope."""

import numpy as np

from lib.robustifiers import geman_mcclure, geman_mcclure_slope


def test_near_and_far():
    error = np.array([0., 1e-3, -1e-3, 1e9, -1e9])
    np.testing.assert_allclose(geman_mcclure(error, 100.), [0., 1e-3, -1e-3, 100., -100.], rtol=1e-9)
    np.testing.assert_allclose(geman_mcclure(np.array([100.]), 100.), 100. / np.sqrt(2.))


def test_slope():
    error = np.array([-300., -20., 5., 80.])
    numeric = (geman_mcclure(error + 1e-4, 100.) - geman_mcclure(error - 1e-4, 100.)) / 2e-4
    np.testing.assert_allclose(geman_mcclure_slope(error, 100.), numeric, rtol=1e-7)
    np.testing.assert_array_equal(geman_mcclure_slope(np.zeros(2), 100.), 0.)  # as published
