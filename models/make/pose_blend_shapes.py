"""Pose blend shapes: the rest-pose offsets that bring linear blend skinning close to a skinning that keeps volume.

Aim: dual quaternion skinning without its bulges (skin outside a bend is kept as far from the bones as at rest: Kim,
Han, Bulging-Free Dual Quaternion Skinning, Computer Animation and Virtual Worlds 2014), the forearm sharing the hand's
turn about its length as radius and ulna do: neither bends nor twists make the surface collapse; and raised arms with
taut armpits. For each vertex the offsets are a linear function of vec(R(theta_j) - I) of the few joints that matter to
it: those on the paths between the joints that move it. Ridge regression over poses.
"""
import numpy as np
from scipy.spatial.transform import Rotation

from lib.body.kinematics import pose_features, posed_joint_basis, rotation_matrices, world_rotations
from lib.body.skeleton import ANCESTORS, N_JOINTS, PARENTS
from models.make import dual_quaternions
from models.make.armpits import armpits

RIDGE = 2e-3  # added to the mean square of each feature: bounds the offsets in poses nobody was trained on
MIN_WEIGHT = 5e-3  # a joint with less influence on a vertex does not count
# Singular values of the blended transforms are taken no smaller when offsets are carried to the rest pose.
MIN_STRETCH = 0.5
FOREARMS = ((18, 20), (19, 21))  # elbow, wrist
TWIST_STEPS = (0.5, 1.)  # shares of the hand's twist that extra forearm bones take


class Skeleton:
    """A template's joints (24, 3) posed: transforms of the 24 bones, and of the extra ones of the forearms."""

    def __init__(self, joints, poses):
        """poses (P, 72). `local`, `world` (P, 24, 3, 3); `translations` (P, 24, 3): x -> world x + translation."""
        self.joints = joints
        self.local = rotation_matrices(poses.reshape(len(poses), N_JOINTS, 3))
        self.world = world_rotations(self.local)
        posed = posed_joint_basis(self.world, joints[..., None])[..., 0]
        self.translations = posed - np.einsum('pjab,jb->pja', self.world, joints)

    def twisting_bones(self):
        """World rotations (P, 28, 3, 3), translations (P, 28, 3), parents: forearms with half and all of the hand's
        twist added.
        """
        rotations, translations, parents = [self.world], [self.translations], list(PARENTS)
        for elbow, wrist in FOREARMS:
            axis = self.joints[wrist] - self.joints[elbow]
            axis = axis / np.linalg.norm(axis)
            for share in TWIST_STEPS:
                twist = np.array([share * twist_about(local, axis) for local in self.local[:, wrist]])
                turned = self.world[:, elbow] @ Rotation.from_rotvec(twist[:, None] * axis).as_matrix()
                pivot = self.world[:, elbow] @ self.joints[elbow] + self.translations[:, elbow]
                rotations.append(turned[:, None])
                translations.append((pivot - turned @ self.joints[elbow])[:, None])
                parents.append(elbow)
        return np.concatenate(rotations, 1), np.concatenate(translations, 1), parents


def twist_about(rotation, axis):
    """Angle of the part of a rotation (3, 3) that turns about a unit axis (3,)."""
    x, y, z, w = Rotation.from_matrix(rotation).as_quat()
    angle = 2 * np.arctan2(np.dot((x, y, z), axis), w)
    return (angle + np.pi) % (2 * np.pi) - np.pi


def twisting_weights(template, weights, joints):
    """(V, 28): the forearms' weights shared out among their bones by the place along the forearm."""
    extended = np.hstack([weights, np.zeros((len(weights), len(FOREARMS) * len(TWIST_STEPS)))])
    for i, (elbow, wrist) in enumerate(FOREARMS):
        axis = joints[wrist] - joints[elbow]
        along = np.clip((template - joints[elbow]) @ axis / (axis @ axis), 0, 1)
        half, full = N_JOINTS + 2 * i, N_JOINTS + 2 * i + 1
        extended[:, full] = weights[:, elbow] * np.maximum(2 * along - 1, 0)
        extended[:, half] = weights[:, elbow] * (1 - np.abs(2 * along - 1))
        extended[:, elbow] -= extended[:, full] + extended[:, half]
    return extended


BONES = np.array([(parent, child) for child, parent in enumerate(PARENTS) if parent >= 0])  # (23, 2) segments


class VolumeKeeping:
    """The skinning that the blend shapes should reproduce, for one template (V, 3) with these faces (F, 3)."""

    def __init__(self, template, faces, weights, joints):
        self.template, self.joints = template, joints
        self.armpits = armpits(template, joints, faces)
        self.weights = twisting_weights(template, weights, joints)
        self.near = weights[:, BONES[:, 0]] > MIN_WEIGHT  # (V, 23): bones that carry the vertex
        self.depth, _ = self._closest(template, joints)

    def _closest(self, points, joints):
        """Distance (V,) of each point from the bones that carry it, and the nearest place on them (V, 3)."""
        start, along = joints[BONES[:, 0]], joints[BONES[:, 1]] - joints[BONES[:, 0]]
        share = np.clip((points @ along.T - (start * along).sum(1)) / (along * along).sum(1), 0, 1)
        away = np.linalg.norm(points[:, None] - start - share[..., None] * along, axis=2)
        best = np.where(self.near, away, np.inf).argmin(1)
        rows = np.arange(len(points))
        return np.where(self.near.any(1), away[rows, best], 0), start[best] + share[rows, best, None] * along[best]

    def __call__(self, poses):
        """(P, V, 3) posed vertices of poses (P, 72)."""
        skeleton = Skeleton(self.joints, poses)
        posed_joints = np.einsum('pjab,jb->pja', skeleton.world, self.joints) + skeleton.translations
        rotations, translations, parents = skeleton.twisting_bones()
        out = np.empty((len(poses), *self.template.shape))
        for i, joints in enumerate(posed_joints):
            out[i] = dual_quaternions.skin(self.template, self.weights, rotations[i], translations[i], parents)
            depth, place = self._closest(out[i], joints)
            bulge = self.near.any(1) & (depth > self.depth)
            shrink = (self.depth / np.maximum(depth, 1e-9))[bulge, None]
            out[i, bulge] = place[bulge] + (out[i, bulge] - place[bulge]) * shrink
            for armpit in self.armpits:
                armpit.draw(out[i], skeleton.world[i])
        return out


def blended(weights, skeleton):
    """Matrices (P, V, 3, 3) and translations (P, V, 3) of linear blend skinning."""
    return (np.einsum('vj,pjab->pvab', weights, skeleton.world, optimize=True),
            np.einsum('vj,pja->pva', weights, skeleton.translations, optimize=True))


def joints_that_matter(weights):
    """(V, 24) bool: joints on the path between any two joints that move the vertex; the hand's twist for the whole
    forearm.
    """
    moving = weights > MIN_WEIGHT
    above_some = (moving[:, :, None] & ANCESTORS).any(1)
    above_all = (~moving[:, :, None] | ANCESTORS).all(1)
    matter = above_some & ~above_all
    for elbow, wrist in FOREARMS:
        matter[:, wrist] |= moving[:, elbow]
    return matter


def to_rest_pose(matrices, offsets):
    """Offsets (..., 3) carried back through the blended transforms (..., 3, 3), whose singular values may be too small
    to divide by.
    """
    u, s, vt = np.linalg.svd(matrices)
    turned = np.swapaxes(u, -1, -2) @ offsets[..., None] / np.maximum(s, MIN_STRETCH)[..., None]
    return (np.swapaxes(vt, -1, -2) @ turned)[..., 0]


def learn(template, faces, weights, joints, poses, chunk=200):
    """posedirs (V, 3, 207) in metres, from training poses (P, 72)."""
    aim = VolumeKeeping(template, faces, weights, joints)
    matter = joints_that_matter(weights)
    for armpit in aim.armpits:
        matter[armpit.skin[:, None], armpit.moved_by] = True
    some = np.flatnonzero(matter.any(1))
    features = np.empty((len(poses), 9 * (N_JOINTS - 1)))
    offsets = np.empty((len(poses), len(template), 3), dtype=np.float32)
    for start in range(0, len(poses), chunk):
        part = slice(start, start + chunk)
        skeleton = Skeleton(joints, poses[part])
        features[part] = pose_features(skeleton.local)
        matrices, translations = blended(weights, skeleton)
        plain = (matrices @ template[..., None])[..., 0] + translations
        missing = aim(poses[part]) - plain
        offsets[part] = 0
        offsets[part, some] = to_rest_pose(matrices[:, some], missing[:, some])
    posedirs = np.zeros((len(template), 3, features.shape[1]))
    for pattern in np.unique(matter, axis=0):
        if not pattern.any():
            continue
        vertices = np.flatnonzero((matter == pattern).all(1))
        columns = (9 * (np.flatnonzero(pattern) - 1)[:, None] + np.arange(9)).ravel()
        x = features[:, columns]
        normal = x.T @ x + RIDGE * len(poses) * np.eye(len(columns))
        solved = np.linalg.solve(normal, x.T @ offsets[:, vertices].reshape(len(poses), -1))
        posedirs[vertices[:, None], :, columns] = solved.reshape(len(columns), len(vertices), 3).transpose(1, 0, 2)
    return posedirs


def residuals(template, faces, weights, joints, poses, posedirs):
    """Distances (P, V) in metres from volume-keeping skinning: of plain blend skinning, and of it with `posedirs`."""
    without, with_shapes = [], []
    volume_keeping = VolumeKeeping(template, faces, weights, joints)
    for pose in poses:
        skeleton = Skeleton(joints, pose[None])
        matrices, translations = (x[0] for x in blended(weights, skeleton))
        aim = volume_keeping(pose[None])[0]
        for store, rest in ((without, template), (with_shapes, template + posedirs @ pose_features(skeleton.local)[0])):
            posed = (matrices @ rest[..., None])[..., 0] + translations
            store.append(np.linalg.norm(posed - aim, axis=1))
    return np.array(without), np.array(with_shapes)
