"""Armpits of raised arms, taut between ribs and upper arm.

At rest, in the T pose, the arm's root is deep: its skin lies 10 cm below the shoulder. Any skinning that turns this
skin with the arm, or keeps it as far from the bones, carries it out beside the shoulder, and an arm that points upwards
grows a wing. There the muscles behind the armpit are drawn thin, and from the ribs to the back of the upper arm the
skin runs almost straight: so it is drawn towards its neighbours' mean, the more the higher the arm.
"""
import numpy as np

from lib.body.skeleton import SMPL_NAMES
from models.make.skinning_weights import neighbour_means, smooth_step

# The skin concerned, in the T pose: an ellipsoid about a point this far outwards, above and in front of the shoulder,
# its half axes, metres; from such shares of them in to out. Of the shoulder's cap only what is lower than this.
CENTRE, HALF_AXES, FADE = (.06, -.09, -.01), (.17, .20, .14), (.5, 1.)
CAP = (-.03, .03)
PASSES = 32  # half way to the neighbours' mean


def _at(*names):
    return [SMPL_NAMES.index(name) for name in names]


SPINE = SMPL_NAMES.index('spine3')  # carries the chest, against which an arm is raised
ARMS = (1., *_at('left_collar', 'left_shoulder', 'left_elbow')), (
    -1., *_at('right_collar', 'right_shoulder', 'right_elbow'))  # side, joints


class Armpit:
    """One side's, of a template (V, 3) in the T pose with these joints (24, 3) and faces (F, 3).

    `skin` (N,): ids of its vertices; `moved_by`: the joints on whose rotations they depend.
    """

    def __init__(self, template, joints, faces, arm):
        side, collar, self.shoulder, elbow = arm
        self.moved_by = [collar, self.shoulder]
        away = (template - joints[self.shoulder]) * [side, 1, 1]
        share = 1 - smooth_step(np.linalg.norm((away - CENTRE) / HALF_AXES, axis=1), *FADE)
        share *= 1 - smooth_step(away[:, 1], *CAP)
        self.skin = np.flatnonzero(share)
        self.arm = joints[elbow] - joints[self.shoulder]
        self.arm /= np.linalg.norm(self.arm)
        step = neighbour_means(faces, len(template))[self.skin]
        self.near = np.unique(np.append(step.indices, self.skin))
        self.taut = self._repeated(step[:, self.near].toarray(), share[self.skin, None])

    def _repeated(self, means, share):
        """Where all steps together take the skin, (N, near), from what is near before; the rest stays."""
        inside = np.searchsorted(self.near, self.skin)
        whole = np.eye(len(self.near))
        for _ in range(PASSES):
            whole[inside] += .5 * share * (means @ whole - whole[inside])
        return whole[inside]

    def raised(self, world):
        """How far the arm points up in the chest, 0 (level or below) to 1, of joints' rotations (24, 3, 3)."""
        return max(0., (world[SPINE].T @ world[self.shoulder] @ self.arm)[1])

    def draw(self, posed, world):
        """Draw the skin of posed vertices (V, 3) taut, in place."""
        posed[self.skin] += self.raised(world) * (self.taut @ posed[self.near] - posed[self.skin])


def armpits(template, joints, faces):
    return [Armpit(template, joints, faces, arm) for arm in ARMS]
