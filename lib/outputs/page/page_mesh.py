"""A body as a script: a page that is opened from the file system may load nothing else."""

import base64
import zlib

import numpy as np

_STEPS = 32767  # of a number of 16 bits, on either side of 0
_QUICKLY = 1  # as zlib counts


def mesh_script(index: int, vertices: np.ndarray, faces: np.ndarray) -> bytes:
    """The mesh of image ``index``, ``vertices`` (V, 3) with y up and ``faces`` (F, 3), as JavaScript.

    It calls ``bodyOf`` of gallery.body.js with the index, V, and what deflate makes of the vertices, as shares of half
    the body's extent in 16 bits each, and of the faces, 32 bits each: some 100 kB.
    """
    middle = (vertices.min(axis=0) + vertices.max(axis=0)) / 2.
    shares = (vertices - middle) / np.abs(vertices - middle).max()
    packed = zlib.compress(np.rint(_STEPS * shares).astype('<i2').tobytes() + faces.astype('<u4').tobytes(), _QUICKLY)
    return f'bodyOf({index}, {len(vertices)}, "{base64.b64encode(packed).decode("ascii")}");\n'.encode('ascii')
