"""A mesh whose faces stay while its vertices move: normals, light on it, and its outline's edges.

The sums run in the order in which OpenDR's geometry, lighting and topology modules have them (M. Loper, MIT licence): a
colour, or the side that a face shows, must not turn on the last bit. Arrays hold x, y, z in rows: NumPy is quicker so.
"""

import numpy as np
import scipy.sparse as sp

from .scene import ALBEDO, LIGHTS

_NO_LENGTH = 1e-10  # stands for the squared length of a vector without any, as in OpenDR


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _unit(vectors: np.ndarray) -> np.ndarray:
    squared = _dot(vectors, vectors)
    squared[squared == 0.] = _NO_LENGTH
    return vectors / np.sqrt(squared)


class Mesh:
    """The topology of ``faces`` (F, 3) on ``n_vertices`` vertices.

    ``faces`` (F, 3) and ``edges`` (E, 2) are uint32, as OpenGL wants them.
    """

    def __init__(self, faces: np.ndarray, n_vertices: int) -> None:
        self.faces = np.ascontiguousarray(faces, dtype=np.uint32)
        self._corners = tuple(np.ascontiguousarray(column, dtype=np.intp) for column in self.faces.T)
        n_faces = len(faces)
        ones, of_faces = np.ones(3 * n_faces), np.repeat(np.arange(n_faces), 3)
        self._faces_at_vertex = sp.csr_matrix((ones, (self.faces.ravel(), of_faces)), shape=(n_vertices, n_faces))
        self.edges, self._faces_at_edge = _edges(self.faces, self._faces_at_vertex)
        self._closed = _is_closed(self.faces, n_vertices)

    def at_corners(self, values: np.ndarray) -> tuple[np.ndarray, ...]:
        """What the faces' three corners have of ``values`` (V,) or (C, V): three arrays (F,) or (C, F)."""
        return tuple(values.take(corner, axis=-1) for corner in self._corners)

    def face_normals(self, vertices: np.ndarray) -> np.ndarray:
        """Normals (3, F) as long as twice the faces' areas; ``vertices`` (3, V)."""
        first, second, third = self.at_corners(vertices)
        a, b = second - first, third - first
        return np.stack([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])

    def colours(self, vertices: np.ndarray, face_normals: np.ndarray) -> np.ndarray:
        """Colours (V, 3), blue first, of the skin at ``vertices`` (3, V), by Lambert's law."""
        normals = _unit((self._faces_at_vertex @ face_normals.T).T)
        colours = np.zeros(vertices.shape)
        for place, strength in LIGHTS:
            to_light = place[:, None] - vertices
            cosine = _dot(to_light / np.sqrt(_dot(to_light, to_light)), normals)
            colours += np.maximum(cosine * strength * ALBEDO[:, None], 0.)
        return np.ascontiguousarray(colours.T)

    def facing(self, positions: np.ndarray, face_normals: np.ndarray) -> np.ndarray:
        """Numbers (F,), below 0 where the camera sees a face from outside; ``positions`` (3, V) of the vertices from
        the camera."""
        first, second, third = self.at_corners(positions)
        return _dot(first + second + third, _unit(face_normals))

    def outline(self, facing: np.ndarray) -> np.ndarray:
        """Edges (N, 2) between a face that the camera sees from outside and one that it does not; facing's numbers."""
        return self.edges[facing[self._faces_at_edge[:, 0]] * facing[self._faces_at_edge[:, 1]] <= 0.]

    def outside(self, facing: np.ndarray) -> np.ndarray:
        """The faces (N, 3) that can be seen: of a closed mesh those from outside, before all others."""
        return self.faces[facing <= 0.] if self._closed else self.faces


def _edges(faces: np.ndarray, at_vertex: sp.csr_matrix) -> tuple[np.ndarray, np.ndarray]:
    """Edges (E, 2) of a mesh, and two faces (E, 2) at each.

    An edge with one face has the mesh's last face as its second, and of three or more Python's sets choose two: as in
    OpenDR. ``at_vertex`` (V, F) is not 0 where a face has a vertex.
    """
    pairs = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    size = at_vertex.shape[0], at_vertex.shape[0], len(faces)
    rows = np.ravel_multi_index((*pairs.T, np.tile(np.arange(len(faces)), 3)), size)  # numbers sort sooner
    rows = np.unique(rows[pairs[:, 0] < pairs[:, 1]])  # a face that has a vertex twice has that edge twice
    lower, upper, face = np.unravel_index(rows, size)
    first = np.flatnonzero(np.append(True, (np.diff(lower) != 0) | (np.diff(upper) != 0)))
    count = np.diff(np.append(first, len(rows)))
    edges = np.column_stack([lower, upper])[first].astype(np.uint32)
    two_faces = np.column_stack([face[first], face[first + (count > 1)]])
    two_faces[count == 1, 1] = len(faces) - 1
    for crowded in np.flatnonzero(count > 2):
        ends = [set(at_vertex.indices[slice(*at_vertex.indptr[end:end + 2])].tolist()) for end in edges[crowded]]
        two_faces[crowded] = list(ends[0].intersection(ends[1]))[:2]
    return np.ascontiguousarray(edges), two_faces


def _is_closed(faces: np.ndarray, n_vertices: int) -> bool:
    """Whether each side of a face is that of just one other, which goes along it the other way."""
    starts, ends = faces.astype(np.int64).ravel(), np.roll(faces, -1, axis=1).astype(np.int64).ravel()
    there, back = np.sort(starts * n_vertices + ends), np.sort(ends * n_vertices + starts)
    return bool((np.diff(there) > 0).all() and np.array_equal(there, back))
