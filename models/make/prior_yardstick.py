"""Judge a pose prior by the fits made with it: people from held-out motion capture, whose truth is known, and
photographs.

    python -m models.make.prior_yardstick MOCAP_DIR [--lsp BASE_DIR] [--prior FILE] [--split N] [--people N]

The people are bodies of random shape in poses of the clips held out by `mocap.split_clips`, turned at random, seen from
slightly above, their joints found with an error of 2 pixels. A looser prior always brings the joints nearer to the
detections; it is too loose once the people's 3D error grows. BASE_DIR is a data set that fit_3d.py reads; LSP's
photographs are no part of this project.
"""
import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.projection import FOCAL, project
from lib.body.skeleton import LSP_HIPS, LSP_NAMES, N_LSP, TRACKED_LSP
from lib.fitting import Problem, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import SCALE, make_problem
from lib.max_mixture_prior import load_prior
from lib.model_files import ModelSet
from lib.outputs.metrics import joint_error
from models.make.mocap import CMU_FRAME_RATE, load_clips, repair, split_clips

ROOT = Path(__file__).resolve().parents[2]

NOISE = 2.0                                # pixels of the picture, standard deviation
TRANSLATION = np.array([0., 0.2, 28.])     # metres: a standing person is about 300 enlarged pixels tall
CENTRE = np.array([200., 230.])            # enlarged pixels
POSES_PER_CLIP = 40
JUDGED = ~np.isin(TRACKED_LSP, np.append(LSP_HIPS, LSP_NAMES.index('head_top')))   # ten joints: LSP's 0, 1, 4 to 11


def synthetic_people(models, clips, names, count, rng):
    """Up to `count` Problems, and the true joints (24, 3) of each."""
    poses = []
    for name in names:
        sound = repair(clips[name], rng)[::CMU_FRAME_RATE // 10]
        poses.append(sound[rng.permutation(len(sound))[:POSES_PER_CLIP]])
    poses = rng.permutation(np.concatenate(poses))[:count]
    problems, truth = [], []
    for pose in poses:
        gender, betas = ('male', 'female')[rng.integers(2)], rng.normal(size=10)
        pitch, turn = np.pi + rng.uniform(0.05, 0.25), rng.uniform(0, 2 * np.pi)
        view = Rotation.from_euler('x', pitch) * Rotation.from_euler('y', turn)
        pose[:3] = (view * Rotation.from_rotvec(pose[:3])).as_rotvec()
        posed, pixels = _seen(models, gender, betas, pose, TRANSLATION)
        joints = np.zeros((N_LSP, 2))
        joints[TRACKED_LSP] = pixels + SCALE * rng.normal(0, NOISE, pixels.shape)
        problems.append(Problem(joints, np.ones(N_LSP), CENTRE, gender))
        truth.append(posed)
    return problems, truth


def _seen(models, gender, betas, pose, translation, centre=CENTRE, focal=FOCAL):
    """Joints (24, 3) of a body, and its tracked points in the picture (13, 2)."""
    posed = pose_body(models.body(gender).tracked(len(betas)), betas[None], pose[None])
    return posed.joints[0], project(posed.points, translation[None], np.array([focal]), centre[None])[0]


def photographs(base_dir):
    """The Problems of a data set."""
    samples = LspDataset(base_dir)
    return [make_problem(sample, decode_image(samples.read(sample), sample.name))
            for sample in (samples[i] for i in range(len(samples)))]


def fit_all(problems, models):
    """Joints (24, 3) of each fit, and the mean distance of the ten judged joints to their detections, pixels of the
    picture (not enlarged).
    """
    joints, errors = [None] * len(problems), np.zeros(len(problems))
    for i, fit in fit_many(problems, models):
        if isinstance(fit, InputError):
            raise fit
        joints[i], pixels = _seen(models, problems[i].gender, fit.betas, fit.pose, fit.cam_t, problems[i].centre,
                                  problems[i].focal)
        errors[i] = np.linalg.norm(pixels - problems[i].joints[TRACKED_LSP], axis=1)[JUDGED].mean() / SCALE
    return joints, errors


def main():
    parser = argparse.ArgumentParser(description='Judge a pose prior by the fits made with it.')
    parser.add_argument('mocap_dir', help='folder of .asf and .amc files, the one that the prior was made from')
    parser.add_argument('--lsp', help='a data set that fit_3d.py reads')
    parser.add_argument('--prior', type=Path, default=ROOT / 'models' / 'open' / 'gmm_08.pkl',
                        help='default: %(default)s')
    parser.add_argument('--split', type=int, default=0, help="seed of the held-out clips: the prior's (default: 0)")
    parser.add_argument('--people', type=int, default=200, help='how many synthetic people (default: 200)')
    options = parser.parse_args()
    try:
        models = ModelSet(str(ROOT / 'models'))
        models.prior = load_prior(str(options.prior))
        clips = load_clips(options.mocap_dir)
        held_out = split_clips(clips, options.split)[1]
        problems, truth = synthetic_people(models, clips, held_out, options.people, np.random.default_rng(1))
        joints, errors = fit_all(problems, models)
        aligned = 1000 * np.array([joint_error(a, b, aligned=True) for a, b in zip(joints, truth)])
        print(f'{len(problems)} synthetic people: Procrustes-aligned joint error mean {aligned.mean():.1f} mm, '
              f'median {np.median(aligned):.1f} mm; '
              f'reprojection error {errors.mean():.2f} px')
        if options.lsp:
            _, errors = fit_all(photographs(options.lsp), models)
            each = ' '.join(f'{error:.1f}' for error in errors)
            print(f'{len(errors)} photographs: reprojection error mean {errors.mean():.2f} px; each {each}')
    except (InputError, OSError) as error:
        sys.exit(f'prior_yardstick.py: {error}')


if __name__ == '__main__':
    main()
