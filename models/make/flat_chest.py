"""Chests that nobody takes for breasts.

The neutral body has none: nobody should be given breasts because nobody said who they are. Among its people a woman
gets the chest of her twin, a man of her age, build and weight: what she differs by around it is continued across it,
smoothly in value and slope (a biharmonic function with what is outside given).

Its chests and men's are smoothed: of the muscle's lower edge the published light, which comes from the side and from
above, makes a shadow as below breasts.
"""
import numpy as np
from scipy.sparse import identity
from scipy.sparse.linalg import splu

from models.make.skinning_weights import neighbour_means, smooth_step

# The chest, metres: an ellipse of half such width and height, so far below the shoulders, in front of BEHIND.
WIDTH, HEIGHT, BELOW, BEHIND = .20, .17, .16, 0.
# Where it is smoothed, in the T pose: half width and height, so far below the shoulders; from such shares of them in
# to out; half way to the neighbours' mean, so many times.
SMOOTH_WIDTH, SMOOTH_HEIGHT, SMOOTH_BELOW, FADE, SMOOTHINGS = .19, .14, .18, (.7, 1.1), 8


def chest(source, women):
    """Ids of the skin of women's chests, by the mean of those with coefficients (N, K)."""
    mean = women.mean(0, keepdims=True)
    vertices = source.vertices(mean)[0]
    shoulders = source.bone_heads(mean)[0, source.bone_labels.index('upperarm01.L'), 1]
    away = np.hypot(vertices[:, 0] / WIDTH, (vertices[:, 1] - shoulders + BELOW) / HEIGHT)
    return np.flatnonzero((away < 1) & (vertices[:, 2] > BEHIND))


def flatten(women, twins, inside, faces):
    """Vertices (N, V, 3) of `women` with their `twins`' chests, whose ids are `inside`."""
    count = women.shape[1]
    bend = identity(count, format='csr') - neighbour_means(faces, count)
    bend = (bend @ bend)[inside]
    edge = np.setdiff1d(bend.indices, inside)
    known = (women[:, edge] - twins[:, edge]).transpose(1, 0, 2).reshape(len(edge), -1)
    continued = splu(bend[:, inside].tocsc()).solve(-(bend[:, edge] @ known))
    out = women.copy()
    out[:, inside] = twins[:, inside] + continued.reshape(len(inside), -1, 3).transpose(1, 0, 2)
    return out


def smooth(people, shoulders, faces):
    """Vertices (N, V, 3) of T-posed people with a smooth chest; `shoulders` is their mean height."""
    mean = people.mean(0)
    away = np.hypot(mean[:, 0] / SMOOTH_WIDTH, (mean[:, 1] - shoulders + SMOOTH_BELOW) / SMOOTH_HEIGHT)
    share = np.where(mean[:, 2] > 0, 1 - smooth_step(away, *FADE), 0)
    inside = np.flatnonzero(share)
    share = share[inside, None] / 2
    means = neighbour_means(faces, len(mean))[inside]
    out = people.transpose(1, 0, 2).reshape(len(mean), -1).copy()
    for _ in range(SMOOTHINGS):
        out[inside] += share * (means @ out - out[inside])
    return out.reshape(len(mean), len(people), 3).transpose(1, 0, 2)
