"""How likely a Gaussian mixture finds poses."""
import numpy as np


def log_likelihood(prior, poses):
    """Log density (N,) of body poses (N, 69) under a prior (a dict with means, covars, weights), nats."""
    terms = []
    for mean, covar, weight in zip(prior['means'], prior['covars'], prior['weights']):
        factor = np.linalg.cholesky(covar)
        z = np.linalg.solve(factor, (poses - mean).T)
        height = np.log(weight) - np.log(np.diag(factor)).sum() - 0.5 * poses.shape[1] * np.log(2 * np.pi)
        terms.append(height - 0.5 * (z ** 2).sum(0))
    return np.logaddexp.reduce(terms, axis=0)
