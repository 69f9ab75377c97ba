"""Shape components: principal directions of T-posed people, scaled so that each beta has unit variance over them."""
import numpy as np

from models.make.flat_chest import flatten
from models.make.joint_places import carried_heads
from models.make.rig import t_pose
from models.make.skinning_weights import neighbour_means

FLIP_BETAS = 3.  # within which, up and down in every component at once, no triangle shall turn over
MAX_RELAXATIONS = 100


def rest_people(source, coefficients, head_rows, ids=slice(None), twins=None, chest=()):
    """T-posed vertices (N, V, 3), of the vertices `ids`, and joints (N, 24, 3) of the people with these (N, K)
    coefficients.

    head_rows (104, all V): where the skin takes the bone heads (joint_places.skin_rows). With the coefficients (N, K)
    of `twins` people get the twins' chests, whose ids are `chest` (flat_chest).
    """
    near = np.flatnonzero(head_rows.any(0))
    posed = []
    for part in np.array_split(np.arange(len(coefficients)), max(1, len(coefficients) // 100)):
        skins = source.vertices(coefficients[part])
        if twins is not None:
            skins = flatten(skins, source.vertices(twins[part]), chest, source.faces)
        heads = carried_heads(head_rows[:, near], skins[:, near], source.bone_heads(coefficients[part]))
        posed += [t_pose(skin, bones, source.bone_weights[ids], source.bone_labels, source.bone_parents)
                  for skin, bones in zip(skins[:, ids], heads)]
    return tuple(np.array(part) for part in zip(*posed))


def shape_components(people, faces, count=10):
    """Mean (V, 3) and components (V, 3, count) of people (N, V, 3) with these faces (F, 3).

    Ordered by variance. Positive is taller for the first, stouter for the others: what makes the volume grow.
    """
    mean = people.mean(0)
    centred = (people - mean).reshape(len(people), -1)
    variances, mixtures = np.linalg.eigh(centred @ centred.T / (len(people) - 1))
    order = variances.argsort()[::-1][:count]
    components = (centred.T @ mixtures[:, order]) / np.sqrt(len(people) - 1)
    components = components.reshape(*mean.shape, count)
    outwards = normals(mean, faces)
    growth = np.einsum('fa,fak->k', outwards, components[faces].mean(1))
    growth[0] = components[mean[:, 1].argmax(), 1, 0] - components[mean[:, 1].argmin(), 1, 0]
    return mean, components * np.sign(growth)


def normals(vertices, faces):
    """(..., F, 3) normals of triangles, not of unit length."""
    a, b, c = (vertices[..., faces[:, i], :] for i in range(3))
    return np.cross(b - a, c - a)


def flips(mean, components, faces, betas):
    """(F,) how many of the shapes betas (N, count) turn a triangle over from what it is in the mean."""
    upright = normals(mean, faces)
    return sum((normals(mean + components @ beta, faces) * upright).sum(1) < 0 for beta in betas)


def relax(mean, components, faces, rng, count=200):
    """Components that turn no triangle over for betas within FLIP_BETAS, checked on each alone and on `count` random
    ones.

    Where the skin folds as people get stouter (groin, navel), the components are averaged with their neighbours' until
    it does not.
    """
    n_betas = components.shape[2]
    betas = np.vstack([np.eye(n_betas), -np.eye(n_betas), rng.uniform(-1, 1, (count, n_betas))]) * FLIP_BETAS
    betas = np.vstack([betas, np.clip(rng.standard_normal((count, n_betas)), -FLIP_BETAS, FLIP_BETAS)])
    links = neighbour_means(faces, len(mean))
    flat = components.reshape(len(mean), -1).copy()
    for _ in range(MAX_RELAXATIONS):
        turned = flips(mean, flat.reshape(components.shape), faces, betas) > 0
        if not turned.any():
            break
        corners = np.bincount(faces[turned].ravel(), minlength=len(mean)) > 0
        near = corners | (links @ corners > 0)
        flat[near] = 0.5 * (flat[near] + links[near] @ flat)
    return flat.reshape(components.shape)


def fit_betas(people, mean, components):
    """(N, count) least-squares betas of people (N, V, 3)."""
    basis = components.reshape(-1, components.shape[2])
    return np.linalg.lstsq(basis, (people - mean).reshape(len(people), -1).T, rcond=None)[0].T


def variance_explained(people, mean, components):
    """Share of the vertex variance about `mean` that the components reproduce, for people (N, V, 3)."""
    centred = (people - mean).reshape(len(people), -1)
    rebuilt = fit_betas(people, mean, components) @ components.reshape(-1, components.shape[2]).T
    return 1 - np.square(centred - rebuilt).sum() / np.square(centred).sum()
