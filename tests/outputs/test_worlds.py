"""Bodies in the frame of 3D points, stood up: the same bodies."""

import numpy as np

from lib.body.kinematics import pose_body
from lib.fitting.problem import Fit
from lib.inputs.sample import World
from lib.outputs.worlds import stood_up


def test_the_same_body_upright(models):
    """SMPL turns about its pelvis, which is not the origin."""
    body, rng = models.body('neutral').tracked(10), np.random.default_rng(0)
    betas, pose, cam_t = rng.normal(size=10), rng.normal(0., .3, 72), np.array([1., 2., 3.])
    joints = pose_body(body, betas[None], pose[None]).joints[0]
    shifted = joints + [.1, -.2, .3]  # of a model whose pelvis is there
    fit = Fit(cam_t, np.full(2, 5000.), pose, betas, '', (), 0, 0)
    world = World(np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]]), 0., 'z')
    for given in joints, shifted:
        turned, found = stood_up(fit, given, world)
        np.testing.assert_allclose(found + turned.cam_t, (given + cam_t) @ world.upright.T, atol=1e-9)
        again = pose_body(body, betas[None], turned.pose[None]).joints[0]
        np.testing.assert_allclose(again - again[0], found - found[0], atol=1e-6)
