"""glTF 2.0 files in one piece (GLB): arrays and a tree of JSON.

trimesh, which writes the other meshes, knows neither skins nor animations.
"""

import json
import struct
from typing import Any

import numpy as np

_MAGIC, _VERSION, _JSON, _BIN = b'glTF', 2, 0x4E4F534A, 0x004E4942
#: OpenGL's names of the types, and of what a buffer is for, as glTF has them.
_COMPONENTS = {'<f4': 5126, '|u1': 5121, '<u4': 5125}
VERTICES, INDICES = 34962, 34963
_KINDS = {(): 'SCALAR', (2,): 'VEC2', (3,): 'VEC3', (4,): 'VEC4', (4, 4): 'MAT4'}


class Buffer:
    """The arrays of a file, each in an accessor of its own."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def add(self, values: np.ndarray, target: int | None = None, bounds: bool = False) -> int:
        """The number of an accessor for ``values`` (N, ...) float32, uint8 or uint32; ``target``: VERTICES or INDICES;
        ``bounds``: with the least and the largest of them."""
        view: dict[str, Any] = {'buffer': 0, 'byteOffset': len(self._data), 'byteLength': values.nbytes}
        if target is not None:
            view['target'] = target
        accessor: dict[str, Any] = {
            'bufferView': len(self._views), 'componentType': _COMPONENTS[values.dtype.str], 'count': len(values),
            'type': _KINDS[values.shape[1:]]}
        if bounds:
            flat = values.reshape(len(values), -1)
            accessor |= {'min': flat.min(axis=0).tolist(), 'max': flat.max(axis=0).tolist()}
        self._views.append(view)
        self._accessors.append(accessor)
        self._data += values.tobytes() + b'\0' * (-values.nbytes % 4)
        return len(self._accessors) - 1

    def file(self, tree: dict[str, Any]) -> bytes:
        """The bytes of a file with these arrays and a ``tree`` of nodes, meshes and the like."""
        whole = {'asset': {'version': '2.0', 'generator': 'smplify'}, 'scene': 0, **tree, 'accessors': self._accessors,
                 'bufferViews': self._views, 'buffers': [{'byteLength': len(self._data)}]}
        text = json.dumps(whole, separators=(',', ':')).encode('utf-8')
        text += b' ' * (-len(text) % 4)
        chunks = b''.join(struct.pack('<II', len(data), kind) + data
                          for data, kind in ((text, _JSON), (bytes(self._data), _BIN)))
        return _MAGIC + struct.pack('<II', _VERSION, 12 + len(chunks)) + chunks
