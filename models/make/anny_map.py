"""What lib/outputs/exported/anny.py needs to say a fitted body in Anny's own parameters: models/open/anny.npz.

    python -m models.make.anny_map [--models DIR]

after models.make.body, whose people it draws. Adults of Anny differ, in the pose in which they stand there, by few
numbers: the principal components of their skin. Everything else is linear in these, or nearly: the heads of the bones,
the matrices whose rotations are the bones' directions, and the motions that bring the bones into SMPL's T pose. The
numbers themselves are multilinear in Anny's phenotypes.
"""
import argparse
from itertools import product
from pathlib import Path

import numpy as np
import torch

from lib.base.pickles import load_pickle
from lib.outputs.exported.anny import GRID
from models.make import body, body_sources, flat_chest, joint_places, rig, shape_space

HERE = Path(__file__).resolve().parent

N_NUMBERS = 40
RIDGE = 1e-9  # on linear maps, share of the numbers' variance


def corners(source):
    """Coefficients (2, 2, 3, 3, 2, 2, 3, K) of the people at the corners of GRID."""
    at = torch.tensor(list(product(*GRID.values())), dtype=source.model.dtype)
    coefficients = source.model.get_phenotype_blendshape_coefficients(**dict(zip(GRID, at.T))).numpy()
    return coefficients.reshape(*map(len, GRID.values()), -1)


def linear_map(numbers, values):
    """(1 + N, M) that takes [1, numbers] (P, N) to values (P, M) in least squares."""
    rows = np.hstack([np.ones((len(numbers), 1)), numbers])
    ridge = RIDGE * len(rows) * np.diag(np.square(rows).mean(0))
    return np.linalg.solve(rows.T @ rows + ridge, rows.T @ values)


def carried_heads(source, head_rows, coefficients):
    """(P, 104, 3) bone heads where the skin takes them, SMPL's axes."""
    near = np.flatnonzero(head_rows.any(0))
    return joint_places.carried_heads(head_rows[:, near], source.vertices(coefficients, near),
                                      source.bone_heads(coefficients))


def flattened(source, women, twins, kept):
    """(P, V * 3) what is added to women's skins to give them the neutral body's chests; coefficients (P, K) of the
    `women` and of their `twins`.
    """
    chest, out = flat_chest.chest(source, women), []
    for part in np.array_split(np.arange(len(women)), len(women) // 100):
        skins = source.vertices(women[part])
        flat = flat_chest.flatten(skins, source.vertices(twins[part]), chest, source.faces)
        out.append((flat - skins)[:, kept].reshape(len(part), -1))
    return np.vstack(out)


def learn(source, head_rows, drawn, people, bodies):
    """The arrays of anny.npz. `drawn` {gender: coefficients (P, K)} of the T-posed `people` {gender: (P, V, 3)}, and
    those of women with the least `cupsize` and of women's `twins`; `bodies` {gender: the body's file}.
    """
    kept = np.searchsorted(source.ids, bodies['male']['anny_vertices'])
    everyone = np.concatenate([drawn[some] for some in ('male', 'female', 'male', 'cupsize')])  # as many of each gender
    mean = everyone.mean(0)
    skins = source.blendshapes[:, kept].reshape(len(mean), -1)
    # Principal components of the skins without the skins: the coefficients' covariance and the blend shapes are enough.
    root = np.linalg.cholesky(np.cov(everyone.T) + 1e-9 * np.eye(len(mean)))
    left, _, _ = np.linalg.svd(skins.T @ root, full_matrices=False)
    to_numbers = skins @ left[:, :N_NUMBERS]
    numbers = {gender: (drawn[gender] - mean) @ to_numbers for gender in body.GENDERS}
    flat = flattened(source, drawn['female'], drawn['twins'], kept) @ left[:, :N_NUMBERS]
    numbers['neutral'] = np.concatenate([numbers['male'], numbers['female'] + flat])
    model, seen = source.model, (everyone - mean) @ to_numbers
    heads = (model.template_bone_heads.numpy()
             + np.tensordot(everyone, model.bone_heads_blendshapes.numpy(), 1)).reshape(len(everyone), -1)
    directions = (model.bone_template_orientation_matrices.numpy()
                  + np.tensordot(everyone, model.bone_orientation_blendshapes.numpy(), 1)).reshape(len(everyone), -1)
    out = {'grid': (corners(source) - mean) @ to_numbers,
           'carried': linear_map(seen, carried_heads(source, head_rows, everyone).reshape(len(everyone), -1)),
           'heads': linear_map(seen, heads), 'directions': linear_map(seen, directions)}
    for gender, file in bodies.items():
        betas = shape_space.fit_betas(people[gender], file['v_template'].astype(float), file['shapedirs'].astype(float))
        out[gender] = linear_map(betas, numbers[gender])
    out = {key: value.astype(np.float32) for key, value in out.items()}
    return {**out, 'reference': model.reference_bone_orientations.numpy(), 'parents': np.array(source.bone_parents),
            'joints': np.array([rig.joint_of(label) for label in source.bone_labels]),
            'bones': np.array(source.bone_labels), 'vertices': bodies['male']['anny_vertices']}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument('--models', type=Path, default=HERE.parent / 'open')
    options = options.parse_args()
    source = body_sources.load_source(phenotypes='all')
    bodies = {gender: load_pickle(options.models / f'{gender}.pkl') for gender in (*body.GENDERS, 'neutral')}
    drawn = {gender: body_sources.sample_people(source, gender, body.N_TRAINING, seed)
             for seed, gender in enumerate(body.GENDERS)}
    head_rows = joint_places.skin_rows(source, drawn['female'].mean(0))
    kept = np.searchsorted(source.ids, bodies['male']['anny_vertices'])
    people = body.sampled_people(source, head_rows, kept, bodies['male']['f'].astype(int), body.N_TRAINING, 0)
    for name, twins in (('cupsize', {'cupsize': GRID['cupsize'][0]}),
                        ('twins', {'gender': body_sources.GENDER_SLIDER['male']})):
        drawn[name] = body_sources.sample_people(
            source, 'female', body.N_TRAINING, body.GENDERS.index('female'), **twins)
    arrays = learn(source, head_rows, drawn, {gender: vertices for gender, (vertices, _) in people.items()}, bodies)
    np.savez_compressed(options.models / 'anny.npz', **arrays)


if __name__ == '__main__':
    main()
