"""Elbows and knees: the penalty grows the wrong way round only, for each joint by its own element of pose."""

import numpy as np
import pytest

from lib.angle_prior import bending, bending_slopes

#: left elbow, right elbow, left knee, right knee: the element of pose, and which way it bends unnaturally.
ELEMENTS = ((55, 1.), (58, -1.), (12, -1.), (15, -1.))


@pytest.mark.parametrize('joint', range(4))
def test_each_joint_by_its_element(joint):
    element, sign = ELEMENTS[joint]
    pose = np.zeros((1, 72))
    pose[0, element] = .7 * sign
    wanted = np.full(4, 10.)
    wanted[joint] = 10. * np.exp(.7)
    np.testing.assert_allclose(bending(pose)[0], wanted)
    pose[0, element] = -.7 * sign
    assert bending(pose)[0, joint] == pytest.approx(10. * np.exp(-.7))


def test_slopes():
    pose = np.random.default_rng(0).normal(size=(2, 72))
    for joint, (element, _) in enumerate(ELEMENTS):
        step = np.zeros(72)
        step[element] = 1e-5
        numeric = (bending(pose + step) - bending(pose - step))[:, joint] / 2e-5
        np.testing.assert_allclose(bending_slopes(bending(pose))[:, joint], numeric, rtol=1e-8)
