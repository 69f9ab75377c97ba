"""A fitted body as a file for Blender and other programs: glTF (GLB), Wavefront OBJ, PLY; trimesh writes them.

All have normals at the vertices, so that the body looks smooth. The GLB also has a material and the photograph's
camera, and is named after its image and person.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...base.constraints import OneOf, check

MESH_KINDS = ('obj', 'ply', 'glb')
#: Where a mesh has its origin: in the camera, the pelvis, or on the ground below it, between the feet.
MESH_ORIGINS = ('camera', 'pelvis', 'feet')
#: Linear red, green, blue, alpha, 0 to 255, and roughness 0 to 1; no metal.
SKIN, ROUGHNESS = (200, 160, 140, 255), .7
#: OpenGL's names of what a buffer is for, as glTF has them.
_VERTICES, _INDICES = 34962, 34963
_NEAR = .01  # metres; nearer to the camera nothing is drawn


@dataclass(frozen=True, eq=False)
class Lens:
    """What of a photograph's camera a glTF file can hold: its size (width, height) and focal lengths (2,), both px.

    The camera stands at the origin and looks along -z; glTF has no place for a principal point.
    """

    size: tuple[int, int]
    focal: np.ndarray

    def node(self) -> dict[str, Any]:
        """The camera of a glTF file."""
        width, height = (size / float(focal) for size, focal in zip(self.size, self.focal))
        return {'name': 'photograph', 'type': 'perspective',
                'perspective': {'aspectRatio': width / height, 'yfov': 2. * math.atan(height / 2.), 'znear': _NEAR}}


def origin_of(kind: str, vertices: np.ndarray, pelvis: np.ndarray) -> np.ndarray:
    """The place (3,) that one of MESH_ORIGINS is for ``vertices`` (V, 3) with y up, of a body with its ``pelvis`` (3,).

    Raises InputError for another name.
    """
    check('origin', kind, [OneOf(MESH_ORIGINS)])
    if kind == 'camera':
        return np.zeros(3)
    return pelvis if kind == 'pelvis' else np.array([pelvis[0], vertices[:, 1].min(), pelvis[2]])


def mesh_bytes(vertices: np.ndarray, faces: np.ndarray, kind: str, name: str = 'body', origin: np.ndarray | None = None,
               lens: Lens | None = None) -> bytes:
    """A mesh, vertices (V, 3) and faces (F, 3), as the bytes of a file of one of MESH_KINDS.

    ``origin`` (3,) becomes the mesh's own, None: stays where it is. A GLB says where that is, so that the body stands
    in its place and turns about ``origin``; it is called ``name`` there, and has the camera of ``lens``. Raises
    InputError for another kind.
    """
    import trimesh  # slow to load, and seldom asked for
    from trimesh.exchange.obj import export_obj
    from trimesh.exchange.ply import export_ply
    check('kind', kind, [OneOf(MESH_KINDS)])
    place = np.zeros(3) if origin is None else origin
    mesh = trimesh.Trimesh(vertices - place, faces, process=False)
    if kind == 'glb':
        return _glb(mesh, name, place, lens)
    if kind == 'ply':
        return bytes(export_ply(mesh, vertex_normal=True))
    return str(export_obj(mesh, include_normals=True)).encode('utf-8')


def _glb(mesh: Any, name: str, place: np.ndarray, lens: Lens | None) -> bytes:
    """A trimesh.Trimesh as a glTF file in one piece."""
    from trimesh.exchange.gltf import export_glb
    from trimesh.scene import Scene
    from trimesh.visual import TextureVisuals
    from trimesh.visual.material import PBRMaterial
    mesh.visual = TextureVisuals(material=PBRMaterial(
        name='skin', baseColorFactor=SKIN, metallicFactor=0., roughnessFactor=ROUGHNESS))

    def complete(tree: dict[str, Any]) -> None:
        """Add what trimesh leaves out, or puts less exactly."""
        tree['nodes'] = [{'name': name, 'mesh': 0, 'translation': place.tolist()}]
        tree['scenes'][0]['nodes'] = [0]
        if lens is not None:
            tree['cameras'] = [lens.node()]
            tree['nodes'].append({'name': 'photograph', 'camera': 0})
            tree['scenes'][0]['nodes'].append(1)
        for primitive in tree['meshes'][0]['primitives']:
            used = {primitive['indices']: _INDICES, **dict.fromkeys(primitive['attributes'].values(), _VERTICES)}
            for accessor, target in used.items():
                tree['bufferViews'][tree['accessors'][accessor]['bufferView']]['target'] = target
    scene = Scene()
    scene.add_geometry(mesh, geom_name=name)
    return export_glb(scene, include_normals=True, tree_postprocessor=complete)
