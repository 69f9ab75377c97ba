"""Fit the open pose prior: models/open/gmm_08.pkl, eight Gaussians over pose[3:], from a folder of motion capture.

    python -m models.make.prior MOCAP_DIR [--out FILE] [--seed N]

The folder holds ASF/AMC clips, searched recursively (see mocap.py). One clip in five is held out: nothing of it enters
the prior, so that the prior can be judged on it and data/make/sample.py can pose people with it. See ../README.md for
the choices made and what they give.
"""
import argparse
import sys
import warnings
from pathlib import Path

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from lib.base.errors import InputError
from lib.base.pickles import dump_pickle
from lib.body.skeleton import SMPL_NAMES
from models.make.mocap import CMU_FRAME_RATE, load_clips, mirror, repair, split_clips

ROOT = Path(__file__).resolve().parents[2]

COMPONENTS = 8
STARTS = 5                 # of expectation maximisation; the likeliest end is kept
FRAMES_PER_SECOND = 10     # neighbouring frames are nearly equal: this many a second are taken,
FRAMES_PER_CLIP = 200      # and at most this many of one clip, so that no clip dominates
EXTRA_SD = 0.06            # radians, added to every angle: the noise of capture and retargeting
POOLED_SHARE = 0.4         # share of the pooled within-component covariance in every component's
# Radians, added to what CMU's rig cannot turn: its collars and fingers are fixed, its knees and elbows hinges, its
# ankles nearly so.
RIG_SD = {'collar': (0.12, 0.12, 0.12), 'hand': (0.10, 0.10, 0.10), 'knee': (0, 0.08, 0.08),
          'elbow': (0.08, 0.04, 0.04), 'ankle': (0, 0.08, 0.08)}


def training_poses(clips, names, rng):
    """Body poses (N, 69) of the clips named, thinned out, repaired, and each with its mirror image."""
    chosen = []
    for name in names:
        poses = repair(clips[name], rng)[::CMU_FRAME_RATE // FRAMES_PER_SECOND]
        if len(poses) > FRAMES_PER_CLIP:
            poses = poses[np.sort(rng.choice(len(poses), FRAMES_PER_CLIP, replace=False))]
        chosen.append(poses)
    poses = np.concatenate(chosen)
    return np.concatenate([poses, mirror(poses)])[:, 3:]


def fit_mixture(poses, seed):
    """Means (8, 69), covariances (8, 69, 69) and weights (8,) of a mixture that is its own mirror image.

    Half of the components is fitted to all poses, then expectation maximisation goes on from these and their mirror
    images: on mirrored data it keeps the symmetry it starts with.
    """
    half = _em(poses, COMPONENTS // 2, seed, n_init=STARTS)
    flip = _mirror_matrix()
    means = np.concatenate([half.means_, half.means_ @ flip])
    precisions = np.concatenate([half.precisions_, flip @ half.precisions_ @ flip])
    full = _em(poses, COMPONENTS, seed, means_init=means, precisions_init=precisions,
               weights_init=np.tile(half.weights_, 2) / 2)
    weights, means, covars = full.weights_, full.means_, full.covariances_
    pooled = np.einsum('k,kij->ij', weights, covars)
    covars = (1 - POOLED_SHARE) * covars + POOLED_SHARE * pooled + np.diag(_rig_variance())
    return {'means': means, 'covars': covars, 'weights': weights}


def _rig_variance():
    """Variance (69,) of the movements that the rig lacks."""
    return np.concatenate([np.square(RIG_SD.get(name.split('_')[-1], (0, 0, 0))) for name in SMPL_NAMES[1:]])


def _em(poses, components, seed, **options):
    mixture = GaussianMixture(components, reg_covar=EXTRA_SD ** 2, max_iter=300, random_state=seed, **options)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore', ConvergenceWarning)
        return mixture.fit(poses)


def _mirror_matrix():
    """The (69, 69) matrix F with mirrored pose = pose F."""
    return mirror(np.pad(np.eye(69), ((0, 0), (3, 0))))[:, 3:]


def log_likelihood(prior, poses):
    """Log density (N,) of body poses (N, 69) under a prior, nats."""
    terms = []
    for mean, covar, weight in zip(prior['means'], prior['covars'], prior['weights']):
        factor = np.linalg.cholesky(covar)
        z = np.linalg.solve(factor, (poses - mean).T)
        height = np.log(weight) - np.log(np.diag(factor)).sum() - 0.5 * 69 * np.log(2 * np.pi)
        terms.append(height - 0.5 * (z ** 2).sum(0))
    return np.logaddexp.reduce(terms, axis=0)


def report(prior, clips, held_out, train, rng):
    """Print how likely the prior finds clips that it has never seen, beside poses that are none."""
    seen = np.concatenate([repair(clips[name], rng)[::12, 3:] for name in train])
    unseen = np.concatenate([repair(clips[name], rng)[::12, 3:] for name in held_out])
    columns = np.column_stack([rng.permutation(column) for column in unseen.T])
    noise = rng.normal(seen.mean(0), seen.std(0) + EXTRA_SD, unseen.shape)
    print(f'trained on {len(train)} clips, held out {", ".join(held_out)}')
    print('log-likelihood per frame, nats:')
    for label, poses in (('training clips', seen), ('held-out clips', unseen),
                         ('held-out, angles shuffled between frames', columns),
                         ('noise of the training mean and variance', noise)):
        print(f'  {label:42s} {log_likelihood(prior, poses).mean():8.1f}')


def main():
    parser = argparse.ArgumentParser(description='Fit the open pose prior to a folder of ASF/AMC motion capture.')
    parser.add_argument('mocap_dir', help='folder of .asf and .amc files, searched recursively')
    parser.add_argument('--out', type=Path, default=ROOT / 'models' / 'open' / 'gmm_08.pkl',
                        help='the file to write (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=0,
                        help='of the held-out clips, the subsampling and the fit (default: 0)')
    options = parser.parse_args()
    try:
        clips = load_clips(options.mocap_dir)
    except (InputError, OSError) as error:
        sys.exit(f'prior.py: {error}')
    rng = np.random.default_rng(options.seed)
    train, held_out = split_clips(clips, options.seed)
    poses = training_poses(clips, train, rng)
    prior = fit_mixture(poses, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(dump_pickle(prior))
    print(f'{options.out}: {COMPONENTS} Gaussians from {len(poses)} poses, half of them mirror images')
    report(prior, clips, held_out, train, rng)


if __name__ == '__main__':
    main()
