"""A fitted body with its skeleton, as glTF: SMPL's 24 joints, skin weights, and one pose or a motion.

The mesh is the shape at rest, which the skeleton poses; pose correctives, which glTF has no place for, are left out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from ...body.body_model import BodyModel
from ...body.skeleton import N_JOINTS, PARENTS, SMPL_NAMES
from .gltf import INDICES, VERTICES, Buffer
from .meshes import ROUGHNESS, SKIN, Lens

_PER_SET = 4  # joints that a set of weights holds


@dataclass(frozen=True, eq=False)
class Poses:
    """SMPL's ``poses`` (T, 72) rad and ``trans`` (T, 3) m of one shape ``betas`` (n_betas,), y up."""

    poses: np.ndarray
    trans: np.ndarray
    betas: np.ndarray

    def quaternions(self) -> np.ndarray:
        """Rotations of the joints relative to their parents (T, 24, 4), x, y, z, w, without leaps of the sign."""
        out = Rotation.from_rotvec(self.poses.reshape(-1, 3)).as_quat().reshape(-1, N_JOINTS, 4)
        turned = np.sign((out[1:] * out[:-1]).sum(axis=2, keepdims=True))
        out[1:] *= np.cumprod(np.where(turned == 0., 1., turned), axis=0)
        return out


def rest_joints(model: BodyModel, betas: np.ndarray) -> np.ndarray:
    """Joints (24, 3) of the shape ``betas`` at rest."""
    return np.asarray(model.joint_regressor @ model.rest_shape(betas))


def rigged_glb(model: BodyModel, moves: Poses, name: str, origin: np.ndarray | None = None, lens: Lens | None = None,
               frame_rate: float | None = None) -> bytes:
    """The bytes of a GLB of a body called ``name``, in the first of its Poses; all of them are an animation where there
    is a ``frame_rate``.

    The skeleton stands on a node at ``origin`` (3,); ``lens`` is the photograph's.
    """
    buffer, rest = Buffer(), rest_joints(model, moves.betas)
    place = np.zeros(3) if origin is None else origin
    pelvis = rest[0] + moves.trans - place
    turns = moves.quaternions()
    joints = [{'name': joint, 'translation': (rest[i] - rest[PARENTS[i]]).tolist(), 'rotation': turns[0, i].tolist()}
              for i, joint in enumerate(SMPL_NAMES)]
    joints[0]['translation'] = pelvis[0].tolist()
    for i in range(N_JOINTS):
        children = [2 + int(child) for child in np.flatnonzero(PARENTS == i)]
        joints[i] |= {'children': children} if children else {}
    nodes = [{'name': name, 'mesh': 0, 'skin': 0},
             {'name': f'{name}_skeleton', 'translation': place.tolist(), 'children': [2]}, *joints]
    tree: dict[str, Any] = {
        'scenes': [{'nodes': [0, 1]}], 'nodes': nodes, 'meshes': [{'name': name, 'primitives': [
            {**_surface(model, moves.betas, buffer), 'material': 0}]}],
        'materials': [{'name': 'skin', 'pbrMetallicRoughness': {
            'baseColorFactor': (np.array(SKIN) / 255.).tolist(), 'metallicFactor': 0., 'roughnessFactor': ROUGHNESS}}],
        'skins': [{'joints': list(range(2, 2 + N_JOINTS)), 'inverseBindMatrices': buffer.add(_inverse_bind(rest))}]}
    if lens is not None:
        tree['cameras'] = [lens.node()]
        tree['scenes'][0]['nodes'].append(len(nodes))
        nodes.append({'name': 'photograph', 'camera': 0})
    if frame_rate is not None:
        tree['animations'] = [_animation(turns, pelvis, frame_rate, name, buffer)]
    return buffer.file(tree)


def _surface(model: BodyModel, betas: np.ndarray, buffer: Buffer) -> dict[str, Any]:
    """The mesh at rest, with its weights: by joints in sets of four, the heaviest first."""
    import trimesh  # slow to load, and seldom asked for
    vertices = model.rest_shape(betas)
    normals = trimesh.Trimesh(vertices, model.faces, process=False).vertex_normals
    attributes = {'POSITION': buffer.add(vertices.astype('<f4'), VERTICES, bounds=True),
                  'NORMAL': buffer.add(np.ascontiguousarray(normals, '<f4'), VERTICES)}
    sets = -(-int((model.weights > 0).sum(axis=1).max()) // _PER_SET)
    order = np.argsort(-model.weights, axis=1, kind='stable')[:, :sets * _PER_SET]
    weights = np.take_along_axis(model.weights, order, axis=1)
    weights = (weights / weights.sum(axis=1, keepdims=True)).astype('<f4')
    order[weights == 0] = 0
    for i in range(sets):
        part = slice(i * _PER_SET, (i + 1) * _PER_SET)
        attributes[f'JOINTS_{i}'] = buffer.add(np.ascontiguousarray(order[:, part], '|u1'), VERTICES)
        attributes[f'WEIGHTS_{i}'] = buffer.add(np.ascontiguousarray(weights[:, part]), VERTICES)
    return {'attributes': attributes, 'indices': buffer.add(model.faces.astype('<u4').ravel(), INDICES)}


def _inverse_bind(rest: np.ndarray) -> np.ndarray:
    """From the body at rest to each joint (24, 4, 4), columns one after the other."""
    out = np.tile(np.eye(4, dtype='<f4'), (N_JOINTS, 1, 1))
    out[:, 3, :3] = -rest
    return out


def _animation(turns: np.ndarray, pelvis: np.ndarray, frame_rate: float, name: str, buffer: Buffer) -> dict[str, Any]:
    times = buffer.add((np.arange(len(turns)) / frame_rate).astype('<f4'), bounds=True)
    tracks = [(2, 'translation', pelvis), *((2 + i, 'rotation', turns[:, i]) for i in range(N_JOINTS))]
    return {'name': name,
            'samplers': [{'input': times, 'output': buffer.add(np.ascontiguousarray(values, '<f4')),
                          'interpolation': 'LINEAR'} for _, _, values in tracks],
            'channels': [{'sampler': i, 'target': {'node': node, 'path': path}}
                         for i, (node, path, _) in enumerate(tracks)]}
