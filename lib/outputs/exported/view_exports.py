"""Exports of bodies that several calibrated cameras see: joints, parameters and cameras in the calibration's world.

Meshes and AMASS's parameters are stood up, as their readers want it: y up, or z; what has z up in the world has the
same places in Blender. Joints are told in the pixels of every camera's pictures, as they are, and the cameras' file can
be read again.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...base.files import npz_bytes
from ...body.skeleton import SMPL_NAMES
from ...fitting.problem import Fit
from ...inputs.cameras.camera import Camera
from ...inputs.sample import NO_PHOTOGRAPH, Sample
from ...model_files import ModelSet
from ..folder import result_path
from .exports import Exports, export_files


def view_export_files(exports: Exports, sample: Sample, fit: Fit, models: ModelSet,
                      joints: np.ndarray) -> dict[str, bytes]:
    """The files that Exports ask for, bytes by path, as exports.export_files; joints (24, 3) without their place."""
    model, cameras = models.body(sample.gender), [view.camera for view in sample.views]
    stood = replace(exports, joints=False, params=False, camera=False)
    out = export_files(stood, replace(sample, views=()), fit, models, joints, NO_PHOTOGRAPH)
    places, files = joints + fit.cam_t, {}
    if exports.joints:
        seen = np.array([camera.project(places) for camera in cameras])
        names = np.array([camera.name for camera in cameras])
        files['_joints.npz'] = npz_bytes(names=np.array(SMPL_NAMES), joints3d=places, joints2d=seen, cameras=names)
        files['_joints.csv'] = _joint_table(places, seen, cameras)
    if exports.params:
        texts = {'gender': sample.gender, 'body': model.name, 'body_checksum': models.checksum(sample.gender),
                 'up_axis': '' if sample.world is None else sample.world.up}
        files['_params.npz'] = npz_bytes(
            poses=fit.pose[None], betas=fit.betas, trans=fit.cam_t[None],
            **{key: np.array(text) for key, text in texts.items()},
            mocap_framerate=np.array(exports.frame_rate), mocap_frame_rate=np.array(exports.frame_rate))
    if exports.camera:
        files['_camera.json'] = _cameras_json(cameras)
    return {**out, **{result_path('', sample.index, suffix): data for suffix, data in files.items()}}


def _joint_table(places: np.ndarray, seen: np.ndarray, cameras: Sequence[Camera]) -> bytes:
    """Rows of a joint's place (24, 3) and where each camera sees it (V, 24, 2)."""
    out = io.StringIO(newline='')
    writer = csv.writer(out)
    columns = [f'{axis}_px {camera.name}' for camera in cameras for axis in 'uv']
    writer.writerow(['name', 'x_m', 'y_m', 'z_m', *columns])
    writer.writerows([name, *map(float, place), *map(float, pixels)] for name, place, pixels in
                     zip(SMPL_NAMES, places, seen.swapaxes(0, 1).reshape(len(places), -1)))
    return out.getvalue().encode('utf-8')


def _cameras_json(cameras: Sequence[Camera]) -> bytes:
    entries = [{'name': camera.name, 'size': camera.size, 'K': camera.matrix.tolist(),
                'distortion': camera.distortion.tolist(), 'R': camera.rotation.tolist(),
                't': camera.translation.tolist()} for camera in cameras]
    return (json.dumps({
        'cameras': entries,
        'convention': 'pixel ~ K distort(R X + t), X in metres of the world as in the joints and parameters; '
                      "distortion k1, k2, p1, p2, k3 ... in OpenCV's order; whole numbers are the centres of pixels"
        }, indent=2) + '\n').encode('utf-8')
