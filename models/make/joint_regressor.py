"""Sparse joint regressors: each joint a convex combination of a few vertices near it."""
import numpy as np
from scipy.optimize import nnls
from scipy.sparse import csc_matrix

N_CANDIDATES = 150  # vertices nearest to a joint in the mean shape
SUM_WEIGHT = 10.  # of the row "coefficients sum to 1" against the root mean square of the coordinates in metres
RIDGE = 1e-6  # on the coefficients, which many people with few ways to differ would leave undetermined


def joint_regressor(people, joints, mirror, mirrored_joints):
    """(24, V) csc matrix, non-negative, rows sum to 1, from people (N, V, 3) and their joints (N, 24, 3).

    mirror (V,) and mirrored_joints (24,) name the partner on the other side; right rows mirror left ones, and rows of
    joints on the midline use partners alike.
    """
    regressor = np.zeros((joints.shape[1], people.shape[1]))
    mean, mean_joints = people.mean(0), joints.mean(0)
    for joint, partner in enumerate(mirrored_joints):
        if partner < joint:
            regressor[joint, mirror] = regressor[partner]
            continue
        near = np.linalg.norm(mean - mean_joints[joint], axis=1).argsort(kind='stable')
        if joint == partner:
            near = near[mean[near, 0] >= 0]
        near = near[:N_CANDIDATES]
        columns = people[:, near]
        if joint == partner:
            columns = (columns + people[:, mirror[near]]) / 2
        shares = convex_shares(columns.transpose(0, 2, 1).reshape(-1, len(near)), joints[:, joint].ravel())
        shares[shares < 1e-3] = 0
        shares /= shares.sum()
        if joint == partner:
            np.add.at(regressor[joint], near, shares / 2)
            np.add.at(regressor[joint], mirror[near], shares / 2)
        else:
            regressor[joint, near] = shares
    return csc_matrix(regressor)


def convex_shares(system, wanted):
    """Non-negative x with sum 1 and `system` x close to `wanted`."""
    rows = len(wanted)
    system = np.vstack([system / np.sqrt(rows), np.full(system.shape[1], SUM_WEIGHT), RIDGE * np.eye(system.shape[1])])
    wanted = np.concatenate([wanted / np.sqrt(rows), [SUM_WEIGHT], np.zeros(system.shape[1])])
    q, r = np.linalg.qr(system)
    shares, _ = nnls(r, q.T @ wanted, maxiter=100 * len(r))
    return shares


def regressor_errors(regressor, people, joints):
    """(N, 24) distances in metres between regressed and true joints."""
    regressed = np.array([regressor @ vertices for vertices in people])
    return np.linalg.norm(regressed - joints, axis=2)
