"""Exports of bodies that several calibrated cameras see: all in the world that the calibration has, metres.

Which way is up there, the calibration does not say; nothing is turned. The same files as of photographs, but for the
cameras: joints are told in the pixels of every camera's pictures, as they are, and the cameras' file can be read again.
"""

import csv
import io
import json
from collections.abc import Sequence

import numpy as np

from ..base.files import npz_bytes
from ..body.skeleton import SMPL_NAMES
from ..fitting.problem import Fit
from ..inputs.cameras.camera import Camera
from ..inputs.sample import Sample
from ..model_files import ModelSet
from .export_names import title_of
from .exports import Exports, y_up
from .folder import result_path
from .meshes import mesh_bytes, origin_of
from .page_mesh import mesh_script


def view_export_files(exports: Exports, sample: Sample, fit: Fit, models: ModelSet,
                      joints: np.ndarray) -> dict[str, bytes]:
    """The files that Exports ask for, bytes by path, as exports.export_files; joints (24, 3) without their place."""
    model, cameras = models.body(sample.gender), [view.camera for view in sample.views]
    places, files = joints + fit.cam_t, {}
    out = {}
    if exports.mesh is not None:
        own = model.vertices(fit.betas, fit.pose)
        vertices, first = own + fit.cam_t, cameras[0]
        files[f'.{exports.mesh}'] = mesh_bytes(vertices, model.faces, exports.mesh, title_of(sample.name),
                                               origin_of(exports.origin, vertices, places[0]))
        upright = y_up(own @ first.rotation.T, np.zeros(3))  # the page shows it as the first camera does
        out[result_path('', sample.index, '.js', below='gallery')] = mesh_script(sample.index, upright, model.faces)
    if exports.joints:
        seen = np.array([camera.project(places) for camera in cameras])
        names = np.array([camera.name for camera in cameras])
        files['_joints.npz'] = npz_bytes(names=np.array(SMPL_NAMES), joints3d=places, joints2d=seen, cameras=names)
        files['_joints.csv'] = _joint_table(places, seen, cameras)
    if exports.params:
        texts = {'gender': sample.gender, 'body': model.name, 'body_checksum': models.checksum(sample.gender),
                 'up_axis': "the calibration's"}
        files['_params.npz'] = npz_bytes(
            poses=fit.pose[None], betas=fit.betas, trans=fit.cam_t[None],
            **{key: np.array(text) for key, text in texts.items()},
            mocap_framerate=np.array(exports.frame_rate), mocap_frame_rate=np.array(exports.frame_rate))
    if exports.camera:
        files['_camera.json'] = _cameras_json(cameras)
    return {**{result_path('', sample.index, suffix): data for suffix, data in files.items()}, **out}


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
        'convention': 'pixel ~ K distort(R X + t), X in metres of the world as in the mesh, joints and parameters; '
                      "distortion k1, k2, p1, p2, k3 ... in OpenCV's order; whole numbers are the centres of pixels"
        }, indent=2) + '\n').encode('utf-8')
