"""Edges, normals and light as OpenDR works them out."""

import numpy as np
import pytest

from lib.base.compat import import_opendr
from lib.drawing.mesh import Mesh
from lib.drawing.scene import ALBEDO, LIGHTS


def random_mesh(rng):
    """Faces and vertices (V, 3) in disorder: edges of any number of faces, faces with a vertex twice, lone vertices."""
    n_vertices = rng.integers(3, 40)
    return rng.integers(0, n_vertices, (rng.integers(1, 80), 3)), rng.normal(size=(n_vertices, 3))


@pytest.fixture(params=range(20))
def mesh(request):
    faces, vertices = random_mesh(np.random.default_rng(request.param))
    return Mesh(faces, len(vertices)), faces.astype(np.uint32), vertices


def test_edges_and_the_outline(mesh):
    import_opendr()
    from opendr.renderer import compute_vpe_boundary_idxs
    from opendr.topology import get_faces_per_edge, get_vertices_per_edge
    mesh, faces, vertices = mesh
    edges = get_vertices_per_edge(vertices, faces)
    assert sorted(map(tuple, mesh.edges)) == sorted(map(tuple, edges))
    camera = _Camera(np.array([.3, -.2, 5.]))
    chosen, _ = compute_vpe_boundary_idxs(vertices, faces, camera, get_faces_per_edge(vertices, faces, edges))
    columns = np.ascontiguousarray(vertices.T)
    outline = mesh.outline(mesh.facing(columns + camera.t.r[:, None], mesh.face_normals(columns)))
    assert sorted(map(tuple, outline)) == sorted(map(tuple, edges[chosen]))


def test_colours_to_the_last_bit(mesh):
    _, light, _, normals = import_opendr()
    mesh, faces, vertices = mesh
    albedo = np.tile(ALBEDO, (len(vertices), 1))
    of_vertices = normals(f=faces, v=vertices)
    wanted = sum(light(f=faces, v=vertices, vn=of_vertices, num_verts=len(vertices), vc=albedo, light_pos=place,
                       light_color=np.full(3, strength)).r for place, strength in LIGHTS)
    columns = np.ascontiguousarray(vertices.T)
    np.testing.assert_array_equal(mesh.colours(columns, mesh.face_normals(columns)), wanted)
    assert (wanted > 0.).any()


def test_what_is_closed():
    """Sees no faces from behind; all of them can be seen of what has a hole, or is put together otherwise."""
    block = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]])
    facing = np.array([-1., 1., 0., 2.])
    assert Mesh(block, 4).outside(facing).tolist() == block[[0, 2]].tolist()
    for faces in block[1:], block[[0, 1, 2, 3, 3]], np.vstack([block[:3], block[3:, ::-1]]), np.vstack([block, block]):
        assert len(Mesh(faces, 4).outside(np.resize(facing, len(faces)))) == len(faces)


class _Camera:
    """What compute_vpe_boundary_idxs reads of a chumpy camera."""

    class _Array:
        def __init__(self, r):
            self.r = r

    def __init__(self, translation):
        self.rt, self.t = self._Array(np.zeros(3)), self._Array(translation)
