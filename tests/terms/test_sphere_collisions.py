"""Overlap of spheres: which pairs meet, and what it is where a shape has no countable spheres."""

import numpy as np
import pytest

from lib.body.kinematics import joint_axes, pose_body
from lib.capsule_body import CAPSULE_NAMES, N_CAPSULES
from lib.sphere_collisions import CAPSULE_PAIRS, Overlap, SphereCollisions, sphere_pairs


def test_pairs_are_every_sphere_with_every_sphere():
    counts = np.ones((2, N_CAPSULES), dtype=np.int64)
    counts[1, [0, 16]] = 2, 3
    first, second, owner = sphere_pairs(counts)
    assert np.bincount(owner, minlength=46).tolist() == [1] * 23 + [
        int(counts[1, a] * counts[1, b]) for a, b in CAPSULE_PAIRS]
    of_the_first = owner == 23  # the second problem's pelvis and left forearm
    start, forearm = N_CAPSULES, N_CAPSULES + 1 + 16
    assert list(zip(first[of_the_first], second[of_the_first])) == [
        (start + a, forearm + b) for a in range(2) for b in range(3)]


@pytest.mark.parametrize('pair', [('pelvis', 'left forearm'), ('left calf', 'right calf'), ('left hand', 'right hand'),
                                  ('left shoulder', 'left forearm'), ('right foot', 'left foot')])
def test_parts_that_must_not_meet(pair):
    assert tuple(map(CAPSULE_NAMES.index, pair)) in {tuple(row) for row in CAPSULE_PAIRS}


@pytest.fixture
def bodies(body):
    """Two bodies of which the second has its arms through its chest."""
    pose, betas = np.zeros((2, 72)), np.zeros((2, 10))
    pose[1, 49], pose[1, 52] = -1.7, 1.7  # the shoulders, inwards
    return betas, pose


def test_overlap_of_a_batch_is_that_of_each(models, body, bodies):
    betas, pose = bodies
    capsules = models.capsules('neutral', body)
    together = Overlap(capsules, body, pose_body(body, betas, pose), betas)
    alone = [SphereCollisions(betas=b, pose=p, body=body, capsules=capsules).r for b, p in zip(betas, pose)]
    np.testing.assert_array_equal(together.residual, np.ravel(alone))
    assert together.residual[1] > together.residual[0]


@pytest.mark.filterwarnings('error')
def test_a_shape_of_countless_spheres_is_infinitely_bad(models, body, bodies):
    betas, pose = bodies
    capsules = models.capsules('neutral', body)
    wanted = Overlap(capsules, body, pose_body(body, betas, pose), betas)
    axes = joint_axes(pose_body(body, betas, pose))[1]
    spoilt = betas.copy()
    spoilt[0, 0] = np.nan
    got = Overlap(capsules, body, pose_body(body, spoilt, pose), spoilt)
    assert got.residual[0] == np.inf and got.residual[1] == wanted.residual[1]
    np.testing.assert_array_equal(got.by_pose(axes[1:], np.array([1])), wanted.by_pose(axes[1:], np.array([1])))
