"""Shape components: principal directions of T-posed people, scaled so that each beta has unit variance over them."""
import numpy as np
from scipy.sparse import csr_matrix

from models.make.joint_places import carried_heads
from models.make.rig import t_pose

FLIP_BETAS = 3.  # within which, up and down in every component at once, no triangle shall turn over
MAX_RELAXATIONS = 100


def rest_people(source, coefficients, head_rows, ids=slice(None)):
    """T-posed vertices (N, V, 3), of the vertices `ids`, and joints (N, 24, 3) of the people with these (N, K)
    coefficients.

    head_rows (104, all V): where the skin takes the bone heads (joint_places.skin_rows).
    """
    near = np.flatnonzero(head_rows.any(0))
    posed = []
    for some in np.array_split(coefficients, max(1, len(coefficients) // 100)):
        heads = carried_heads(head_rows[:, near], source.vertices(some, near), source.bone_heads(some))
        posed += [t_pose(skin, bones, source.bone_weights[ids], source.bone_labels, source.bone_parents)
                  for skin, bones in zip(source.vertices(some, ids), heads)]
    return tuple(np.array(part) for part in zip(*posed))


def shape_components(people, count=10):
    """Mean (V, 3) and components (V, 3, count) of people (N, V, 3).

    Ordered by variance. The sign is such that the largest coordinate in y or z is positive: x cannot decide, since a
    body that is the same on both sides has each x displacement twice, with both signs.
    """
    mean = people.mean(0)
    centred = (people - mean).reshape(len(people), -1)
    variances, mixtures = np.linalg.eigh(centred @ centred.T / (len(people) - 1))
    order = variances.argsort()[::-1][:count]
    components = (centred.T @ mixtures[:, order]) / np.sqrt(len(people) - 1)
    components = components.reshape(*mean.shape, count)
    upright = components[:, 1:].reshape(-1, count)
    signs = np.sign(upright[np.abs(upright).argmax(0), np.arange(count)])
    return mean, components * signs


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
    ends = faces.ravel(), np.roll(faces, 1, axis=1).ravel()
    links = csr_matrix((np.ones(faces.size), ends), shape=(len(mean),) * 2)
    links = links.multiply(1 / links.sum(1)).tocsr()
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
