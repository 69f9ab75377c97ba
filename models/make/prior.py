"""Fit the open pose prior: models/open/gmm_08.pkl, eight Gaussians over pose[3:], from a folder of motion capture.

    python -m models.make.prior MOCAP_DIR [--out FILE] [--seed N]

The folder holds ASF/AMC clips and archives of rotations, searched recursively (see clips.py). Some actions are held out
as a whole, and of clips whose action is not known one in five: nothing of these enters the prior, so that it can be
judged on them and data/make/sample.py can pose people with them. See ../README.md for the choices made and what they
give.
"""
import argparse
import sys
from pathlib import Path

import numpy as np

from lib.base.errors import InputError
from lib.base.pickles import dump_pickle
from models.make.clips import load_clips, split_clips
from models.make.likelihood import log_likelihood
from models.make.mixture import EXTRA_SD, fit_mixture
from models.make.mocap import mirror

ROOT = Path(__file__).resolve().parents[2]

FRAMES_PER_SECOND = 10     # neighbouring frames are nearly equal: this many a second are taken,
FRAMES_PER_CLIP = 200      # and at most this many of one clip,
FRAMES_PER_ACTION = 400    # and of one action, so that neither dominates


def training_poses(clips, names, rng):
    """Body poses (N, 69) of the clips named, thinned out, repaired; the second half mirror images of the first.

    A clip whose action is not known counts as an action of its own.
    """
    actions = {}
    for name in names:
        poses = _some(clips[name].sound(rng, FRAMES_PER_SECOND), FRAMES_PER_CLIP, rng)
        actions.setdefault(clips[name].action or name, []).append(poses)
    poses = np.concatenate([_some(np.concatenate(parts), FRAMES_PER_ACTION, rng) for parts in actions.values()])
    return np.concatenate([poses, mirror(poses)])[:, 3:]


def _some(poses, most, rng):
    """At most so many of the poses, in their order."""
    return poses if len(poses) <= most else poses[np.sort(rng.choice(len(poses), most, replace=False))]


def report(prior, clips, split, rng):
    """Print how likely the prior finds clips that it has never seen, beside poses that are none."""
    seen, single, actions = (_body_poses(clips, names, rng) for names in split)
    unseen = np.concatenate([single, actions])
    columns = np.column_stack([rng.permutation(column) for column in unseen.T])
    noise = rng.normal(seen.mean(0), seen.std(0) + EXTRA_SD, unseen.shape)
    held_out = split.held_out_clips + split.held_out_actions
    print(f'trained on {len(split.training)} clips; held out {", ".join(held_out)}')
    print('log-likelihood per frame, nats:')
    for label, poses in (('training clips', seen), ('held-out clips', single), ('held-out actions', actions),
                         ('held-out, angles shuffled between frames', columns),
                         ('noise of the training mean and variance', noise)):
        if len(poses):
            print(f'  {label:42s} {log_likelihood(prior, poses).mean():8.1f}')


def _body_poses(clips, names, rng):
    """Ten poses a second (N, 69) of the clips named."""
    return np.concatenate([np.empty((0, 69)), *(clips[name].sound(rng, FRAMES_PER_SECOND)[:, 3:] for name in names)])


def main():
    parser = argparse.ArgumentParser(description='Fit the open pose prior to a folder of motion capture.')
    parser.add_argument('mocap_dir', help='folder of .asf and .amc files and motions.npz, searched recursively')
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
    split = split_clips(clips, options.seed)
    poses = training_poses(clips, split.training, rng)
    prior = fit_mixture(poses, options.seed)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(dump_pickle(prior))
    print(f'{options.out}: {len(prior["weights"])} Gaussians from {len(poses)} poses, half of them mirror images')
    report(prior, clips, split, rng)


if __name__ == '__main__':
    main()
