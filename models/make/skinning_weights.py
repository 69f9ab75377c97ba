"""SMPL's skinning weights from MakeHuman's: smooth along the trunk, with a chest that keeps still under the arms.

MakeHuman's weights let an arm take the chest's skin along, so that swinging it makes a bulge, and change over from one
vertebra to the next within a few centimetres, so that bending the trunk makes a crease: on a man both look like
breasts. Points are a mean person's in the T pose, metres; smoothed steps are cubic.
"""
import numpy as np
from scipy.sparse import csr_matrix

from lib.body.skeleton import SMPL_NAMES
from models.make.rig import largest

# Where a joint of the trunk takes over from the one below: from so far below it to so far above. The rib cage is stiff.
SPINE_REACH = {'spine1': (.13, .07), 'spine2': (.14, .04), 'spine3': (.13, .14)}
KNEE_REACH = .07  # below and above the knee
# The upper arm moves its skin from so far beside the shoulder on, counted outwards; by SLANT further out the lower the
# skin: what is below is the armpit, what is above the shoulder's cap. The collar takes a share of what it loses.
ARM_REACH, SLANT = (-.10, .06), .5
COLLAR_SHARE = .5
SMOOTHINGS = 10  # passes, on the trunk


def _at(*names):
    return [SMPL_NAMES.index(name) for name in names]


TRUNK = _at('pelvis', 'spine1', 'spine2', 'spine3')
SMOOTHED = _at('pelvis', 'spine1', 'spine2', 'spine3', 'neck', 'left_collar', 'right_collar', 'left_shoulder',
               'right_shoulder')
BEYOND_SHOULDER = .12  # metres to which the smoothing goes on along the arm


def smooth_step(x, low, high):
    """0 up to `low`, 1 from `high` on."""
    share = np.clip((x - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def neighbour_means(faces, count):
    """(count, count) csr matrix that takes each vertex's mean over its neighbours."""
    ends = faces.ravel(), np.roll(faces, 1, axis=1).ravel()
    links = csr_matrix((np.ones(faces.size), ends), shape=(count, count))
    return links.multiply(1 / links.sum(1)).tocsr()


def refine(weights, vertices, joints, faces, mirror, mirrored_joints):
    """Weights (V, 24) made of `weights` (V, 24), for a mean person's vertices (V, 3) and joints (24, 3); rows sum to 1.

    mirror (V,) and mirrored_joints (24,): partners on the other side.
    """
    out = weights.copy()
    for side, sign in (('left', 1.), ('right', -1.)):
        free_chest(out, vertices * [sign, 1, 1], joints * [sign, 1, 1], *_at(f'{side}_shoulder', f'{side}_collar'))
        bend_knee(out, vertices, joints, *_at(f'{side}_hip', f'{side}_knee'))
    share_out_trunk(out, vertices, joints)
    out = smooth_trunk(out, weights, vertices, joints, faces)
    return largest((out + out[mirror][:, list(mirrored_joints)]) / 2)


def free_chest(weights, vertices, joints, shoulder, collar):
    """Take the upper arm's hold off the chest and the armpit, in place; the arm points along x."""
    outwards = vertices[:, 0] - joints[shoulder, 0] - SLANT * (joints[shoulder, 1] - vertices[:, 1])
    lost = weights[:, shoulder] * (1 - smooth_step(outwards, *ARM_REACH))
    weights[:, shoulder] -= lost
    weights[:, collar] += COLLAR_SHARE * lost
    weights[:, TRUNK[-1]] += (1 - COLLAR_SHARE) * lost


def bend_knee(weights, vertices, joints, hip, knee):
    """Share the leg's weight out between thigh and shank by height alone, in place."""
    leg = weights[:, hip] + weights[:, knee]
    below = smooth_step(joints[knee, 1] - vertices[:, 1], -KNEE_REACH, KNEE_REACH)
    weights[:, knee], weights[:, hip] = leg * below, leg * (1 - below)


def share_out_trunk(weights, vertices, joints):
    """Share the trunk's weight out among pelvis and spine by height alone, in place."""
    left = weights[:, TRUNK].sum(1)
    for lower, upper in zip(TRUNK, TRUNK[1:]):
        down, up = SPINE_REACH[SMPL_NAMES[upper]]
        above = left * smooth_step(vertices[:, 1] - joints[upper, 1], -down, up)
        weights[:, lower] = left - above
        left = above
    weights[:, TRUNK[-1]] = left


def smooth_trunk(weights, before, vertices, joints, faces):
    """Half way to the neighbours' mean, SMOOTHINGS times, above the pelvis; `before` says what is trunk."""
    pelvis, shoulder = _at('pelvis', 'left_shoulder')
    there = smooth_step(before[:, SMOOTHED].sum(1), .3, .9)
    there *= (vertices[:, 1] > joints[pelvis, 1] - .02) & (
        np.abs(vertices[:, 0]) < joints[shoulder, 0] + BEYOND_SHOULDER)
    means = neighbour_means(faces, len(vertices))
    for _ in range(SMOOTHINGS):
        weights = weights + .5 * there[:, None] * (means @ weights - weights)
    return weights
