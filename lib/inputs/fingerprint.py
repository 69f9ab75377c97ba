"""What tells whether an image's fit would be another: a checksum of all that a Sample says for it."""

import hashlib

import numpy as np

from .sample import DataSet, Sample

_SIZE = 8  # bytes; two of a hundred thousand images agree by chance once in three thousand million data sets
_MARK = 'x'  # spreadsheet programs take 12e345 for a number


def input_checksums(data: DataSet, one_motion: bool = False) -> list[str]:
    """A checksum for each Sample, in order, of what its fit is made from but for options, models and photograph.

    A video frame's fit starts from the last frame's, so its checksum is also of all the frames before; where the clip
    is ``one_motion``, of all frames.
    """
    out, before = [], b''
    for index in range(len(data)):
        sample = data[index]
        follows = sample.frame is not None and sample.world is None
        digest = _digest(sample, before if follows else b'')
        before = digest
        out.append(_MARK + digest.hex())
    if one_motion:
        out = [_MARK + _hash(own.encode() + before).hex() for own in out]
    return out


def _digest(sample: Sample, before: bytes) -> bytes:
    size = sample.size and tuple(map(int, sample.size))
    told = sample.gender, float(sample.focal), float(sample.scale), size, sample.frame, sample.error is None
    parts = [before, sample.joints.tobytes(), sample.confidence.tobytes(), repr(told).encode()]
    if sample.points3d is not None:
        parts.append(sample.points3d.tobytes())
    if sample.estimate is not None:
        parts += [sample.estimate.pose.tobytes(), sample.estimate.betas.tobytes()]
    for view in sample.views:
        camera = view.camera
        parts += [array.tobytes() for array in (view.joints, view.confidence, camera.matrix, camera.distortion,
                                                camera.rotation, camera.translation, np.array(view.scale))]
    return _hash(b''.join(parts))


def _hash(told: bytes) -> bytes:
    return hashlib.blake2b(told, digest_size=_SIZE).digest()
