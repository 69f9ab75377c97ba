"""Joint centres that stay in place under the skin.

The bone heads of MakeHuman's rig hang on helper cubes that slide by 1 to 5 cm against the skin as a person gets taller
or stouter, and that put a man's spine 5 cm further back than a woman's. So the heads are taken from one reference
person, and carried to everybody else by the skin around them: by the affine map that takes the reference's skin near
the joint to theirs, in weighted least squares.
"""
import numpy as np
from scipy.spatial.distance import cdist

from lib.outputs.exported.anny_t_pose import joint_places_among_heads
from models.make import rig

NEAREST = 0.02  # metres: skin is weighted by a Gaussian of its distance from the joint, of this width at least,
WIDTH = 0.7  # or of this share of the distance to the 10 % nearest skin of the limb, if larger


def skin_rows(source, reference):
    """(104, V) rows that carry bone heads along, for the bones nearest to a joint; zero rows for the others.

    `reference` (K,): coefficients of the reference person. Each row r has sum(r) = 1 and r @ reference skin = reference
    head.
    """
    vertices = source.vertices(reference[None])[0]
    heads = source.bone_heads(reference[None])[0]
    weights = rig.merged_weights(source.bone_weights, source.bone_labels)
    rows = np.zeros((len(heads), len(vertices)))
    for joint, place in enumerate(joint_places_among_heads(source.bone_labels)):
        limb = np.flatnonzero(weights[:, rig.neighbours(joint)].sum(1) > 0.5)
        for bone in np.flatnonzero(place >= 0.5):
            away = cdist(heads[[bone]], vertices[limb])[0]
            width = max(NEAREST, WIDTH * np.quantile(away, 0.1))
            share = np.exp(-0.5 * np.square((away - away.min()) / width))
            offsets = np.hstack([vertices[limb] - heads[bone], np.ones((len(limb), 1))])
            rows[bone, limb] = np.linalg.solve(offsets.T @ (share[:, None] * offsets), (share[:, None] * offsets).T)[3]
    return rows


def carried_heads(rows, vertices, heads):
    """(N, 104, 3) bone heads: those with a row from the skin (N, V, 3), the others as the rig has them (N, 104, 3)."""
    carried = np.tensordot(vertices, rows, (1, 1)).transpose(0, 2, 1)
    return np.where(rows.any(1)[:, None], carried, heads)
