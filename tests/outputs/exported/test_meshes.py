"""Meshes for other programs: normals, names, camera and origin, read again by another reader than wrote them."""

import json
import struct

import numpy as np
import pytest
import trimesh

from lib.base.errors import InputError
from lib.outputs.exported.meshes import MESH_KINDS, Lens, mesh_bytes, origin_of

PLACE = np.array([.3, -.2, -20.])
PELVIS = PLACE + (.01, .05, .02)
LENS = Lens((320, 240), np.array([500., 510.]))


@pytest.fixture(scope='module')
def ball():
    """A body whose normals are known."""
    return trimesh.creation.icosphere(subdivisions=3, radius=.5)


def glb_parts(data):
    """What a GLB file says, and its binary part (glTF 2.0, section 4.4)."""
    magic, version, length, size, kind = struct.unpack('<4sIII4s', data[:20])
    assert (magic, version, length, kind) == (b'glTF', 2, len(data), b'JSON')
    return json.loads(data[20:20 + size]), data[28 + size:]


def array_of(tree, binary, number):
    """The accessor ``number`` of a glTF file."""
    accessor = tree['accessors'][number]
    view = tree['bufferViews'][accessor['bufferView']]
    kind, width = {5125: '<u4', 5126: '<f4'}[accessor['componentType']], {'SCALAR': 1, 'VEC3': 3}[accessor['type']]
    return np.frombuffer(binary, kind, accessor['count'] * width, view.get('byteOffset', 0)).reshape(-1, width)


@pytest.mark.parametrize('kind', MESH_KINDS)
@pytest.mark.parametrize('origin', [None, PELVIS])
def test_vertices_and_normals(ball, kind, origin):
    vertices = ball.vertices + PLACE
    data = mesh_bytes(vertices, ball.faces, kind, origin=origin)
    place = np.zeros(3) if origin is None else origin
    if kind == 'glb':
        tree, binary = glb_parts(data)
        used = tree['meshes'][0]['primitives'][0]['attributes']
        got, normals = (array_of(tree, binary, used[name]) for name in ('POSITION', 'NORMAL'))
        np.testing.assert_array_equal(tree['nodes'][0]['translation'], place)
    else:
        mesh = trimesh.load_mesh(trimesh.util.wrap_as_stream(data), file_type=kind, process=False)
        assert b'nx' in data if kind == 'ply' else b'\nvn ' in data
        got, normals = mesh.vertices, mesh.vertex_normals
    np.testing.assert_allclose(got + place, vertices, atol=1e-5)
    np.testing.assert_allclose(normals, ball.vertices / .5, atol=.02)


def test_what_a_glb_says(ball):
    tree, binary = glb_parts(mesh_bytes(ball.vertices, ball.faces, 'glb', 'im0001#1', lens=LENS))
    body, camera = tree['nodes']
    assert tree['meshes'][body['mesh']]['name'] == body['name'] == 'im0001#1' and tree['scenes'][0]['nodes'] == [0, 1]
    assert tree['materials'][0]['pbrMetallicRoughness']['metallicFactor'] == 0. and len(tree['materials']) == 1
    lens = tree['cameras'][camera['camera']]['perspective']
    assert np.isclose(np.tan(lens['yfov'] / 2), 120. / 510.)
    assert np.isclose(lens['aspectRatio'], (320. / 500.) / (240. / 510.))
    primitive = tree['meshes'][0]['primitives'][0]
    np.testing.assert_array_equal(array_of(tree, binary, primitive['indices']).reshape(-1, 3), ball.faces)
    targets = {tree['bufferViews'][tree['accessors'][number]['bufferView']]['target']: number
               for number in (primitive['indices'], primitive['attributes']['POSITION'])}
    assert targets == {34963: primitive['indices'], 34962: primitive['attributes']['POSITION']}


def test_without_a_camera(ball):
    tree, _ = glb_parts(mesh_bytes(ball.vertices, ball.faces, 'glb'))
    assert 'cameras' not in tree and [node['name'] for node in tree['nodes']] == ['body']


@pytest.mark.parametrize('kind, wanted', [
    ('camera', [0., 0., 0.]), ('pelvis', PELVIS), ('feet', [PELVIS[0], PLACE[1] - .5, PELVIS[2]])])
def test_origins(ball, kind, wanted):
    np.testing.assert_allclose(origin_of(kind, ball.vertices + PLACE, PELVIS), wanted)


def test_what_is_no_kind_and_no_origin(ball):
    with pytest.raises(InputError, match='kind: .*stl.* given, wanted'):
        mesh_bytes(ball.vertices, ball.faces, 'stl')
    with pytest.raises(InputError, match='origin: .*head.* given, wanted'):
        origin_of('head', ball.vertices, PELVIS)
