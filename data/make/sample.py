"""Make the sample data set: data/images/lsp/*.jpg, data/results/lsp/{est_joints.npz, lsp_gender.csv, ground_truth.npz}.

    python -m data.make.sample MOCAP_DIR [--models DIR] [--out DIR] [--seed N]

24 people of the open body, in poses from the clips that models/make/prior.py holds out (same folder, same seed of its
own), photographed in OpenDR, with joints as a detector would find them. See ../README.md for what the files hold.
"""
import argparse
import sys
from pathlib import Path

import cv2
import numpy as np

from data.make.clothes import choose_outfit
from data.make.detector import detect
from data.make.people import choose_poses, choose_turns, see
from data.make.photograph import Scene, photograph
from data.make.surface import visible_surface
from lib.base.errors import InputError
from lib.body.body_model import load_body_model
from lib.body.kinematics import pose_body
from lib.body.projection import FOCAL
from lib.body.skeleton import LSP_NAMES, LSP_SHOULDERS, N_LSP, SMPL_NAMES, TRACKED_LSP
from models.make.clips import load_clips, split_clips

ROOT = Path(__file__).resolve().parents[2]

PEOPLE = 24
SEED = 3  # of 0 to 3 the one of whose people no fit is doubtful
ENLARGED = 2
JPEG_QUALITY = 90
HIDDEN_BEHIND = 0.16   # metres between a joint and the surface before it, from which the joint counts as hidden
GENDERS = 'male', 'female'   # by their numbers in lsp_gender.csv


def lsp_joints(body, betas, pose):
    """SMPL's joints (24, 3) and LSP's (14, 3) of a body model in a pose; LSP's neck is SMPL's, its head top a vertex.
    """
    posed = pose_body(body.tracked(len(betas)), betas[None], pose[None])
    joints = posed.joints[0]
    lsp = np.empty((N_LSP, 3))
    lsp[TRACKED_LSP] = posed.points[0]
    lsp[LSP_NAMES.index('neck')] = joints[SMPL_NAMES.index('neck')]
    return joints, lsp


def hidden_joints(joints, vertices, faces, focal, view):
    """Which of `joints` (14, 3) lie behind another part of the body; all in camera coordinates."""
    surface = visible_surface(vertices, faces, focal, view.width, view.height)
    depth = np.full((view.height, view.width), np.inf)
    depth[tuple(surface.pixels.T)] = surface.interpolate(vertices[:, 2])
    columns, rows = (focal * joints[:, :2] / joints[:, 2:] + np.array([view.width, view.height]) / 2).astype(int).T
    return joints[:, 2] - depth[rows.clip(0, view.height - 1), columns.clip(0, view.width - 1)] > HIDDEN_BEHIND


def make_people(rng, clips, names, bodies):
    """Pictures, a list of (height, width, 3) uint8 BGR, and a dict of the ground truth of all of them."""
    focal = FOCAL / ENLARGED
    genders = rng.permutation(np.arange(PEOPLE) % 2)
    poses, sources = choose_poses(rng, clips, names, bodies[0].tracked(10), PEOPLE)
    turns = choose_turns(rng, PEOPLE)
    pictures, truth = [], {key: [] for key in ('pose', 'betas', 'cam_t', 'joints3d', 'joints2d', 'hidden', 'size')}
    for gender, pose, turn in zip(genders, poses, turns):
        body = bodies[gender]
        betas = rng.normal(size=10).clip(-2, 2)
        view = see(rng, body, betas, pose, turn, focal)
        vertices = body.vertices(betas, view.pose) + view.translation
        rest = body.rest_shape(betas)
        scene = Scene(rng, vertices, view.pitch)
        pictures.append(photograph(rng, body, rest, vertices, scene, choose_outfit(rng, gender == 1), focal,
                                   view.width, view.height))
        joints, lsp = lsp_joints(body, betas, view.pose)
        seen = lsp + view.translation
        truth['pose'].append(view.pose)
        truth['betas'].append(betas)
        truth['cam_t'].append(view.translation)
        truth['joints3d'].append(joints)
        truth['joints2d'].append(focal * seen[:, :2] / seen[:, 2:] + np.array([view.width, view.height]) / 2)
        truth['hidden'].append(hidden_joints(seen, vertices, body.faces, focal, view))
        truth['size'].append((view.width, view.height))
    truth = {key: np.array(values) for key, values in truth.items()}
    truth.update(gender=genders, focal_length=np.array(FOCAL), clip=np.array([name for name, _ in sources]),
                 frame=np.array([frame for _, frame in sources]))
    return pictures, truth


def write(out, pictures, truth, detections):
    """The data set's files below the folder `out`."""
    images, results = out / 'images' / 'lsp', out / 'results' / 'lsp'
    for folder in (images, results):
        folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures, 1):
        _, jpeg = cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        (images / f'im{number:04d}.jpg').write_bytes(jpeg.tobytes())
    np.savez_compressed(results / 'est_joints.npz', est_joints=detections)
    np.savez_compressed(results / 'ground_truth.npz', **truth)
    (results / 'lsp_gender.csv').write_text(''.join(f'{gender}\n' for gender in truth['gender']))


def main():
    parser = argparse.ArgumentParser(description='Make the sample data set from motion capture and the open body.')
    parser.add_argument('mocap_dir', help='folder of motion capture, the one that the prior was made from')
    parser.add_argument('--models', type=Path, default=ROOT / 'models' / 'open',
                        help='folder of the open body (default: %(default)s)')
    parser.add_argument('--out', type=Path, default=ROOT / 'data', help='folder to write to (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=SEED, help='of everything random (default: %(default)s)')
    options = parser.parse_args()
    try:
        bodies = [load_body_model(options.models / f'{gender}.pkl') for gender in GENDERS]
        clips = load_clips(options.mocap_dir)
    except (InputError, OSError) as error:
        sys.exit(f'sample.py: {error}')
    rng = np.random.default_rng(options.seed)
    held_out = split_clips(clips).held_out_clips
    if not held_out:
        sys.exit(f'sample.py: {options.mocap_dir}: no ASF/AMC clips that the prior holds out')
    pictures, truth = make_people(rng, clips, held_out, bodies)
    detections = detect(rng, truth['joints2d'], truth['hidden'], truth['size'])
    write(options.out, pictures, truth, detections)
    error = np.linalg.norm(detections[:2].T - truth['joints2d'], axis=2)
    shoulders = ENLARGED * np.linalg.norm(np.subtract(*detections[:2, LSP_SHOULDERS].transpose(1, 0, 2)), axis=0)
    print(f'{len(pictures)} people from {", ".join(sorted(set(truth["clip"])))}; '
          f'detections off by {np.median(error):.1f} px (median), '
          f'{truth["hidden"].sum()} joints hidden, {np.count_nonzero(shoulders < 25)} side views')


if __name__ == '__main__':
    main()
