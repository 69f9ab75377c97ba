"""Fewer vertices, chosen among the given ones, for a body that changes its shape.

Half-edge collapses ordered by quadric error (Garland, Heckbert: Surface Simplification Using Quadric Error Metrics,
SIGGRAPH 1997), with the quadrics of several shapes of one mesh added up, so that a triangulation good for one person is
good for all. Vertices are only removed, never moved: whatever belongs to a vertex (weights, blend shapes) stays valid.
Left and right collapse together.
"""
import heapq

import numpy as np

LENGTH_PENALTY = 2e-3  # share of (edge length)^2 x area added to the quadric error: long thin triangles bend badly
MIN_NORMAL_COSINE = 0.5  # a collapse may not turn a triangle's normal further, in any shape
MIN_AGREEMENT = 0.2  # cosine that a triangle's normal keeps, in every shape, with its own in the first, if it had it
MIN_QUALITY = 0.12  # 4 sqrt(3) area / sum of squared edges, 1 for equilateral triangles; or no worse than before


def decimate(shapes, faces, mirror, importance, target, protected=()):
    """Ids of the vertices kept and the faces among them, in terms of the new numbering.

    shapes (K, V, 3): the same mesh in K shapes, the first an ordinary one;
    mirror (V,): each vertex's partner on the other side (itself on the midline); importance (V,): factor on the error;
    target: number of vertices to keep; protected: vertices that must stay.
    """
    mesh = _Mesh(shapes, faces, mirror, importance.copy(), set(protected))
    heap, stamp = [], np.zeros(len(mirror), dtype=int)
    for v in np.flatnonzero(mesh.canonical):
        mesh.push(heap, v, stamp)
    alive = len(mirror)
    while alive > target and heap:
        _, v, u, pushed = heapq.heappop(heap)
        if pushed != stamp[v] or not mesh.may_collapse(v, u):
            continue
        pairs = {(v, u), (mirror[v], mirror[u])}
        touched = set()
        for a, b in pairs:
            touched |= mesh.collapse(a, b)
        alive -= len(pairs)
        for w in {t if mesh.canonical[t] else mirror[t] for t in touched}:
            if mesh.faces_of[w]:
                mesh.push(heap, w, stamp)
    left = np.array(sorted(mesh.faces.values()))
    kept = np.unique(left)
    return kept, np.searchsorted(kept, left)


def turned_vertices(shapes, faces):
    """(V,) bool: vertices of triangles that turn over from the first of the shapes (K, V, 3) to another: creases that
    had better go.
    """
    normals = np.cross(*(shapes[:, faces[:, i]] - shapes[:, faces[:, 0]] for i in (1, 2)))
    turned = ((normals * normals[0]).sum(-1) < 0).any(0)
    return np.bincount(faces[turned].ravel(), minlength=shapes.shape[1]) > 0


class _Mesh:
    """Faces, neighbours and quadrics under collapse."""

    def __init__(self, shapes, faces, mirror, importance, protected):
        self.shapes, self.mirror, self.importance, self.protected = shapes, mirror, importance, protected
        self.canonical = shapes[0, :, 0] >= shapes[0, mirror, 0] - 1e-9
        self.faces = {i: tuple(f) for i, f in enumerate(faces.tolist())}
        self.faces_of = [set() for _ in mirror]
        for i, face in self.faces.items():
            for v in face:
                self.faces_of[v].add(i)
        corners = shapes[:, faces]  # (K, F, 3 corners, 3)
        normals = np.cross(corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0])
        areas = np.linalg.norm(normals, axis=-1) / 2
        normals = normals / np.maximum(2 * areas, 1e-12)[..., None]
        planes = np.concatenate([normals, -(normals * corners[:, :, 0]).sum(-1, keepdims=True)], -1)
        quadrics = areas[..., None, None] * planes[..., :, None] * planes[..., None, :]
        self.quadrics = np.zeros((len(mirror), len(shapes), 4, 4))
        self.areas = np.zeros(len(mirror))
        for corner in faces.T:
            np.add.at(self.quadrics, corner, np.moveaxis(quadrics, 0, 1))
            np.add.at(self.areas, corner, areas.mean(0) / 3)
        self.homogeneous = np.concatenate([shapes, np.ones((*shapes.shape[:2], 1))], -1)

    def neighbours(self, v):
        return {w for i in self.faces_of[v] for w in self.faces[i]} - {v}

    def push(self, heap, v, stamp):
        """Queue the collapses of v onto its neighbours, cheapest first; older entries of v become void."""
        stamp[v] += 1
        if v in self.protected:
            return
        on_midline = self.mirror[v] == v
        targets = [u for u in self.neighbours(v) if u != self.mirror[v] and (not on_midline or self.mirror[u] == u)]
        if not targets:
            return
        at = self.homogeneous[:, targets]  # (K, n, 4)
        quadrics = self.quadrics[v][:, None] + np.moveaxis(self.quadrics[targets], 0, 1)
        errors = np.einsum('kni,knij,knj->n', at, quadrics, at) / len(at)
        squares = ((self.shapes[:, targets] - self.shapes[:, [v]]) ** 2).sum(-1).mean(0)
        costs = self.importance[v] * (errors + LENGTH_PENALTY * squares * (self.areas[v] + self.areas[targets]))
        for cost, u in zip(costs, targets):
            heapq.heappush(heap, (float(cost), int(v), int(u), int(stamp[v])))

    def may_collapse(self, v, u):
        """Does the surface stay a manifold, mirrored partner included, and does no triangle flip or become a sliver?"""
        around_v, around_u = self.neighbours(v), self.neighbours(u)
        if u not in around_v or len(around_v & around_u) != 2:
            return False
        w = self.mirror[v]
        if w != v:
            if w in around_v or self.mirror[u] in around_v and self.mirror[u] != u:
                return False
            if self.mirror[u] == u and len(self.neighbours(w) & ((around_u | around_v) - {u, v})) != 2:
                return False
        before = np.array([self.faces[i] for i in self.faces_of[v] if u not in self.faces[i]])
        after = np.where(before == v, u, before)
        old_normals, old_quality = self._normals(before)
        new_normals, new_quality = self._normals(after)
        if (new_quality < np.minimum(MIN_QUALITY, 0.9 * old_quality)).any():
            return False
        agreement = (new_normals * new_normals[0]).sum(-1).min(0)
        if (agreement < np.minimum(MIN_AGREEMENT, (old_normals * old_normals[0]).sum(-1).min(0))).any():
            return False
        return bool(((old_normals * new_normals).sum(-1) > MIN_NORMAL_COSINE).all())

    def _normals(self, faces):
        a, b, c = (self.shapes[:, faces[:, i]] for i in range(3))
        normals = np.cross(b - a, c - a)
        doubled = np.linalg.norm(normals, axis=-1)
        squares = ((b - a) ** 2).sum(-1) + ((c - b) ** 2).sum(-1) + ((a - c) ** 2).sum(-1)
        return normals / np.maximum(doubled, 1e-12)[..., None], 2 * np.sqrt(3) * doubled / squares

    def collapse(self, v, u):
        """Remove v, handing its faces to u; returns the vertices whose collapses must be queued again."""
        for i in list(self.faces_of[v]):
            face = self.faces[i]
            for w in face:
                self.faces_of[w].discard(i)
            if u in face:
                del self.faces[i]
                continue
            self.faces[i] = tuple(u if w == v else w for w in face)
            for w in self.faces[i]:
                self.faces_of[w].add(i)
        self.quadrics[u] += self.quadrics[v]
        self.areas[u] += self.areas[v]
        self.importance[u] = max(self.importance[u], self.importance[v])
        return self.neighbours(u) | {u}
