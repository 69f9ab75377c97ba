"""Rigged bodies and motions, read back from their files and posed as the formats say."""

import json
import struct
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lib.body.kinematics import pose_body
from lib.body.skeleton import PARENTS, SMPL_NAMES
from lib.outputs.exported.bvh import bvh_bytes
from lib.outputs.exported.meshes import Lens
from lib.outputs.exported.rig import Poses, rest_joints, rigged_glb

COUNT, RATE, ORIGIN = 4, 25., np.array([.2, -.5, -3.])


@pytest.fixture(scope='module')
def model(models):
    return models.body('male')


@pytest.fixture(scope='module')
def moves():
    rng = np.random.default_rng(0)
    poses = np.cumsum(rng.normal(size=(COUNT, 72)) * .2, axis=0)
    poses[:, 1] += [3., 3.1, 3.2 - 2. * np.pi, 3.3 - 2. * np.pi]  # where quaternions change their sign
    return Poses(poses, rng.normal(size=(COUNT, 3)), rng.normal(size=10))


@pytest.fixture(scope='module')
def wanted(model, moves):
    """Vertices (T, V, 3) without pose correctives, and joints (T, 24, 3)."""
    plain = replace(model, posedirs=np.zeros_like(model.posedirs))
    vertices = np.array([plain.vertices(moves.betas, pose) for pose in moves.poses])
    joints = pose_body(model.tracked(10), np.tile(moves.betas, (COUNT, 1)), moves.poses).joints
    return vertices + moves.trans[:, None], joints + moves.trans[:, None]


class Glb:
    """A GLB file: its tree, and the arrays of its accessors."""

    kinds = {'SCALAR': (), 'VEC2': (2,), 'VEC3': (3,), 'VEC4': (4,), 'MAT4': (4, 4)}

    def __init__(self, data):
        magic, version, length, size, kind = struct.unpack_from('<4sIIII', data)
        assert (magic, version, length, kind) == (b'glTF', 2, len(data), 0x4E4F534A) and size % 4 == 0
        self.tree, self._binary = json.loads(data[20:20 + size]), data[28 + size:]
        assert struct.unpack_from('<I', data, 20 + size)[0] == len(self._binary)

    def array(self, number):
        accessor = self.tree['accessors'][number]
        view, shape = self.tree['bufferViews'][accessor['bufferView']], self.kinds[accessor['type']]
        kind = {5126: '<f4', 5121: '|u1', 5125: '<u4'}[accessor['componentType']]
        flat = np.frombuffer(self._binary, kind, accessor['count'] * int(np.prod(shape)), view['byteOffset'])
        return flat.reshape(-1, *shape)

    def placed(self, nodes):
        """World matrices of all nodes."""
        out = {}

        def walk(number, above):
            node = nodes[number]
            own = np.eye(4)
            own[:3, :3] = Rotation.from_quat(node.get('rotation', [0., 0., 0., 1.])).as_matrix()
            own[:3, 3] = node.get('translation', [0., 0., 0.])
            out[number] = above @ own
            for child in node.get('children', ()):
                walk(child, out[number])
        for root in self.tree['scenes'][0]['nodes']:
            walk(root, np.eye(4))
        return out

    def posed(self, nodes):
        """The skin's vertices and its joints' places, by their names."""
        skin, attributes = self.tree['skins'][0], self.tree['meshes'][0]['primitives'][0]['attributes']
        world = self.placed(nodes)
        bind = self.array(skin['inverseBindMatrices']).transpose(0, 2, 1)
        matrices = np.array([world[joint] for joint in skin['joints']]) @ bind
        points, out = np.c_[self.array(attributes['POSITION']), np.ones(420)], 0.
        for i in range(sum(name.startswith('JOINTS') for name in attributes)):
            weights, joints = self.array(attributes[f'WEIGHTS_{i}']), self.array(attributes[f'JOINTS_{i}'])
            out = out + np.einsum('vk,vkij,vj->vi', weights, matrices[joints], points)
        return out[:, :3], {nodes[joint]['name']: world[joint][:3, 3] for joint in skin['joints']}

    def at(self, frame):
        """The nodes at a frame of the animation."""
        nodes, animation = json.loads(json.dumps(self.tree['nodes'])), self.tree['animations'][0]
        for channel in animation['channels']:
            values = self.array(animation['samplers'][channel['sampler']]['output'])
            nodes[channel['target']['node']][channel['target']['path']] = values[frame].tolist()
        return nodes


def test_a_rigged_body_is_posed_by_its_skeleton(model, moves, wanted):
    one = Poses(moves.poses[:1], moves.trans[:1], moves.betas)
    glb = Glb(rigged_glb(model, one, 'somebody', ORIGIN, Lens((640, 480), np.array([900., 900.]))))
    vertices, joints = glb.posed(glb.tree['nodes'])
    np.testing.assert_allclose(vertices, wanted[0][0], atol=1e-5)
    np.testing.assert_allclose([joints[name] for name in SMPL_NAMES], wanted[1][0], atol=1e-5)
    skeleton = glb.tree['nodes'][1]
    assert skeleton['name'] == 'somebody_skeleton' and skeleton['translation'] == ORIGIN.tolist()
    assert glb.tree['cameras'][0]['name'] == 'photograph' and 'animations' not in glb.tree
    assert (glb.array(glb.tree['meshes'][0]['primitives'][0]['indices']) == model.faces.ravel()).all()
    names = {node['name']: node for node in glb.tree['nodes']}
    children = {glb.tree['nodes'][child]['name'] for child in names['spine3']['children']}
    assert children == {SMPL_NAMES[i] for i in np.flatnonzero(PARENTS == 9)}


def test_a_motion_moves_as_it_was_fitted(model, moves, wanted):
    glb = Glb(rigged_glb(model, moves, 'clip', frame_rate=RATE))
    for frame in range(COUNT):
        vertices, joints = glb.posed(glb.at(frame))
        np.testing.assert_allclose(vertices, wanted[0][frame], atol=1e-5)
        np.testing.assert_allclose([joints[name] for name in SMPL_NAMES], wanted[1][frame], atol=1e-5)
    sampler = glb.tree['animations'][0]['samplers'][0]
    np.testing.assert_allclose(glb.array(sampler['input']), np.arange(COUNT) / RATE, rtol=1e-6)
    times = glb.tree['accessors'][sampler['input']]
    np.testing.assert_allclose([*times['min'], *times['max']], [0., (COUNT - 1) / RATE], rtol=1e-6)


def test_rotations_between_frames_go_the_short_way(moves):
    turns = moves.quaternions()
    assert ((turns[1:] * turns[:-1]).sum(axis=2) > 0).all()


def parsed(text):
    """Joint names, parents, offsets and channels of a BVH file, and its frames."""
    names, parents, offsets, channels, above = [], [], [], [], []
    head, _, tail = text.partition('MOTION\n')
    for words in map(str.split, head.splitlines()[1:]):
        if words[0] in ('ROOT', 'JOINT', 'End'):
            above.append(len(names))
            names.append(words[1])
            parents.append(above[-2] if len(above) > 1 else -1)
            channels.append([])
        elif words[0] == 'OFFSET':
            offsets.append([float(word) for word in words[1:]])
        elif words[0] == 'CHANNELS':
            channels[-1] = words[2:]
        elif words[0] == '}':
            above.pop()
    count, time, *rows = tail.splitlines()
    assert count == f'Frames: {len(rows)}'
    return names, parents, np.array(offsets), channels, float(time.split()[-1]), [[*map(float, row.split())]
                                                                                for row in rows]


def test_bvh_moves_as_it_was_fitted(model, moves, wanted):
    rest = rest_joints(model, moves.betas)
    names, parents, offsets, channels, time, rows = parsed(bvh_bytes(rest, moves, RATE).decode())
    assert time == pytest.approx(1. / RATE) and len(rows) == COUNT
    assert [name for name in names if name != 'Site'] != list(SMPL_NAMES), 'depth first'
    for row, joints in zip(rows, wanted[1]):
        values, world, places = iter(row), [], []
        for i, own in enumerate(channels):
            numbers = [next(values) for _ in own]
            place = numbers[:3] if len(own) == 6 else offsets[i]
            turn = (Rotation.from_euler(''.join(name[0] for name in own[-3:]), numbers[-3:], degrees=True).as_matrix()
                    if own else np.eye(3))
            above = (np.eye(3), np.zeros(3)) if parents[i] < 0 else (world[parents[i]], places[parents[i]])
            world.append(above[0] @ turn)
            places.append(above[1] + above[0] @ place)
        found = np.array([places[names.index(name)] for name in SMPL_NAMES])
        np.testing.assert_allclose(found, joints, atol=1e-5)
