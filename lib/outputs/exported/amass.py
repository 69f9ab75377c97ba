"""Motions as AMASS has them (Mahmood et al., ICCV 2019), for programs that read its files: SMPL-H's joints, z up.

SMPL-H has SMPL's first 22 joints; in place of SMPL's two of the hands it has 30 of the fingers, which are at rest here.
"""

import cv2
import numpy as np

from ...base.files import npz_bytes
from ...body.kinematics import rotation_matrices

#: Numbers of SMPL's pose that SMPL-H has, too; those of its own; AMASS's shape and soft tissue.
_SHARED, _N_POSE, _N_BETAS, _N_TISSUE = 66, 156, 16, 8
#: From y up, -z forward, as the exports have it, to z up, y forward; Blender turns glTF files the same way.
_TO_Z_UP = np.array([[1., 0., 0.], [0., 0., -1.], [0., 1., 0.]])


def amass_parameters(poses: np.ndarray, trans: np.ndarray, betas: np.ndarray, rest_pelvis: np.ndarray, gender: str,
                     frame_rate: float, body: str, body_checksum: str) -> bytes:
    """The bytes of an npz file for SMPL's ``poses`` (T, 72) rad, ``trans`` (T, 3) m and ``betas`` (n_betas,), y up.

    They pose the model called ``body``, whose pelvis is at ``rest_pelvis`` (3,) with these betas; ``frame_rate`` is in
    frames per second.
    """
    turned = [cv2.Rodrigues(_TO_Z_UP @ matrix)[0].ravel() for matrix in rotation_matrices(poses[:, :3])]
    longer = np.zeros((len(poses), _N_POSE))
    longer[:, :3], longer[:, 3:_SHARED] = turned, poses[:, 3:_SHARED]
    rate = np.array(float(frame_rate))
    return npz_bytes(
        poses=longer, trans=(rest_pelvis + trans) @ _TO_Z_UP.T - rest_pelvis,  # turned about the pelvis at rest
        betas=np.pad(betas, (0, max(0, _N_BETAS - len(betas)))), dmpls=np.zeros((len(poses), _N_TISSUE)),
        gender=np.array(gender), surface_model_type=np.array('smplh'), mocap_framerate=rate, mocap_frame_rate=rate,
        body=np.array(body), body_checksum=np.array(body_checksum))
