"""Make data/evaluation_poses.npz: the poses that tests/evaluation/ draws its people from, so that a clone needs no
motion capture.

    python -m data.make.evaluation_poses MOCAP_DIR [--out FILE] [--seed N]

``heldout`` are from the actions that models/make/prior.py holds out as a whole, ``clips`` from the single clips that it
holds out, ``training`` from the others: what is tuned is tuned on these. Of each action as many, the frames five a
second, so that neighbours differ; every second pose is mirrored. Keys: ``heldout``, ``clips``, ``training`` (N, 72)
float32, rotation vectors in radians with y up; ``heldout_clip`` and so on (N,) the clip that each is from.
"""
import argparse
import sys
from pathlib import Path

import numpy as np

from lib.base.errors import InputError
from models.make.clips import HELD_OUT_ACTIONS, load_clips, split_clips
from models.make.mocap import mirror

ROOT = Path(__file__).resolve().parents[2]

KINDS = 'training', 'clips', 'heldout'   # as split_clips gives them
COUNT = 400             # of each kind
FRAMES_PER_SECOND = 5


def choose(rng, clips, names, count=COUNT):
    """Up to ``count`` different poses (N, 72) of the clips named, in random order, and the clip of each.

    Every action gives as many as another, or all it has.
    """
    poses = [clips[name].sound(rng, FRAMES_PER_SECOND) for name in names]
    owners = np.repeat(names, [len(frames) for frames in poses])
    poses = np.concatenate(poses)
    actions = np.array([clips[name].action for name in owners])
    kinds = sorted(set(actions))
    chosen = np.concatenate([rng.permutation(np.flatnonzero(actions == kind))[:count // len(kinds)] for kind in kinds])
    chosen = rng.permutation(chosen)
    out = poses[chosen]
    out[::2] = mirror(out[::2])
    return out.astype(np.float32), owners[chosen]


def main():
    parser = argparse.ArgumentParser(description='Keep poses of motion capture for the evaluation.')
    parser.add_argument('mocap_dir', help='folder of motion capture, the one that the prior was made from')
    parser.add_argument('--out', type=Path, default=ROOT / 'data' / 'evaluation_poses.npz',
                        help='the file to write (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=0, help='of the choice (default: 0)')
    options = parser.parse_args()
    try:
        clips = load_clips(options.mocap_dir)
    except (InputError, OSError) as error:
        sys.exit(f'evaluation_poses.py: {error}')
    rng, split = np.random.default_rng(options.seed), split_clips(clips)
    if not all(split):
        sys.exit(f'evaluation_poses.py: {options.mocap_dir}: wanted are single clips (ASF/AMC), and clips of '
                 f'{" and ".join(HELD_OUT_ACTIONS)} (an archive of rotations)')
    arrays = {}
    for kind, names in zip(KINDS, split):
        arrays[kind], arrays[f'{kind}_clip'] = choose(rng, clips, names)
        print(f'{kind}: {len(arrays[kind])} poses of {len(set(arrays[f"{kind}_clip"]))} clips')
    np.savez_compressed(options.out, **arrays)
    print(options.out)


if __name__ == '__main__':
    main()
