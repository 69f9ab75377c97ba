"""A Gaussian mixture over body poses that is its own mirror image, and how likely it finds poses.

Half of the Gaussians fitted to mirrored poses and then doubled came out as four Gaussians twice. Here PAIRS Gaussians
beside their mirror images, and SINGLE ones that are their own, start apart: k-means with centres tied in that way.
Expectation maximisation on mirrored data keeps the symmetry it starts with. One more is the single Gaussian of all
poses: what lies between the others belongs to it, and the published schedule, which stays for three stages with the
Gaussian that is nearest to a T pose, does not so often begin in a narrow one.
"""
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from lib.body.skeleton import SMPL_NAMES
from models.make.mocap import mirror

PAIRS, SINGLE = 2, 3       # Gaussians beside their mirror images, and those that are their own
WHOLE_WEIGHT = 0.2         # of the Gaussian of all poses
STARTS = 5                 # of expectation maximisation; the likeliest end is kept
EXTRA_SD = 0.06            # radians, added to every angle: the noise of capture and retargeting
POOLED_SHARE = 0.6         # share of the pooled within-component covariance in every component's
# Radians, added to what CMU's rig cannot turn: its collars and fingers are fixed, its knees and elbows hinges, its
# ankles nearly so.
RIG_SD = {'collar': (0.12, 0.12, 0.12), 'hand': (0.10, 0.10, 0.10), 'knee': (0, 0.08, 0.08),
          'elbow': (0.08, 0.04, 0.04), 'ankle': (0, 0.08, 0.08)}
#: The Gaussian that is the mirror image of each.
_PARTNER = np.array([*range(PAIRS, 2 * PAIRS), *range(PAIRS), *range(2 * PAIRS, 2 * PAIRS + SINGLE)])
_LLOYD_STEPS = 30


def mirror_matrix():
    """The (69, 69) matrix F with mirrored body pose = body pose F."""
    return mirror(np.pad(np.eye(69), ((0, 0), (3, 0))))[:, 3:]


def fit_mixture(poses, seed):
    """Means (8, 69), covariances (8, 69, 69) and weights (8,) of a mixture that is its own mirror image.

    ``poses`` (N, 69): the second half are the first half's mirror images.
    """
    ends = [_em(poses, _tied_clusters(poses, np.random.default_rng([seed, start]))) for start in range(STARTS)]
    best = max((end for end in ends if end is not None), key=lambda end: end.lower_bound_)
    flip = mirror_matrix()
    weights = (best.weights_ + best.weights_[_PARTNER]) / 2          # equal but for rounding
    means = (best.means_ + best.means_[_PARTNER] @ flip) / 2
    covars = (best.covariances_ + flip @ best.covariances_[_PARTNER] @ flip) / 2
    pooled, mean = np.einsum('k,kij->ij', weights, covars), weights @ means
    whole = pooled + np.einsum('k,ki,kj->ij', weights, means - mean, means - mean)
    covars = np.concatenate([(1 - POOLED_SHARE) * covars + POOLED_SHARE * pooled, whole[None]])
    return {'means': np.vstack([means, mean]), 'covars': covars + np.diag(_rig_variance()),
            'weights': np.append((1 - WHOLE_WEIGHT) * weights, WHOLE_WEIGHT)}


def _tied_clusters(poses, rng):
    """Which Gaussian (N,) each pose starts in: k-means whose centres are mirror images of each other."""
    flip, half = mirror_matrix(), len(poses) // 2
    seeds = poses[rng.choice(len(poses), PAIRS + SINGLE, replace=False)]
    centres = np.concatenate([seeds[:PAIRS], seeds[:PAIRS] @ flip, (seeds[PAIRS:] + seeds[PAIRS:] @ flip) / 2])
    for _ in range(_LLOYD_STEPS):
        nearest = ((centres ** 2).sum(axis=1) - 2 * poses[:half] @ centres.T).argmin(axis=1)
        nearest = np.concatenate([nearest, _PARTNER[nearest]])
        centres = np.array([poses[nearest == k].mean(axis=0) if (nearest == k).any() else centre
                            for k, centre in enumerate(centres)])
    return nearest


def _em(poses, clusters):
    """The GaussianMixture that expectation maximisation makes of the ``clusters`` (N,); None where one has too few."""
    counts = np.bincount(clusters, minlength=len(_PARTNER))
    if counts.min() < 2:
        return None
    own = [poses[clusters == k] for k in range(len(counts))]
    covars = [np.cov(cluster.T) + EXTRA_SD ** 2 * np.eye(poses.shape[1]) for cluster in own]
    mixture = GaussianMixture(len(counts), reg_covar=EXTRA_SD ** 2, max_iter=300, weights_init=counts / len(poses),
                              means_init=[cluster.mean(axis=0) for cluster in own],
                              precisions_init=np.linalg.inv(covars))
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        return mixture.fit(poses)


def _rig_variance():
    """Variance (69,) of the movements that the rig lacks."""
    return np.concatenate([np.square(RIG_SD.get(name.split('_')[-1], (0, 0, 0))) for name in SMPL_NAMES[1:]])
