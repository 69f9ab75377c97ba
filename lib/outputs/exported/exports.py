"""Fits as files for other programs: mesh, joints, SMPL parameters, camera.

All of them are in one frame: the camera's, turned so that y points up, as OpenGL, glTF and Blender's cameras have it.
The camera stands at the origin and looks along -z, x points right; metres. With D = diag(1, -1, -1) a point X is seen
at K D X (homogeneous), in pixels of the photograph itself, whose principal point is its centre.
"""

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from ...base.constraints import Alternatives, Interval, OneOf, check_fields
from ...base.files import npz_bytes
from ...body.body_model import BodyModel
from ...body.kinematics import rotation_matrices
from ...body.skeleton import SMPL_NAMES
from ...fitting.problem import Fit
from ...fitting.trust import Uncertainty
from ...inputs.sample import STILL_FRAME_RATE, Sample
from ...model_files import ModelSet
from ..folder import result_path
from ..page.page_mesh import mesh_script
from ..worlds import stood_up
from .amass import amass_parameters
from .anny import anny_parameters
from .export_names import title_of
from .meshes import MESH_KINDS, MESH_ORIGINS, Lens, mesh_bytes, origin_of

#: From y up, z towards the viewer, to OpenCV's y down, z away: the camera's rotation; its own inverse.
_CAMERA_ROTATION = np.diag([1., -1., -1.])


@dataclass(frozen=True)
class Exports:
    """What to write for each person: ``mesh`` (one of MESH_KINDS or None), ``joints``, ``params``, ``amass``,
    ``anny`` and ``camera``.

    ``origin`` is the mesh's, one of MESH_ORIGINS, ``rig``: a GLB has its skeleton; ``frame_rate``: the video's, frames
    per second.
    Raises InputError where a value is none of those wanted.
    """

    mesh: str | None = None
    joints: bool = False
    params: bool = False
    amass: bool = False
    anny: bool = False
    camera: bool = False
    origin: str = 'camera'
    rig: bool = False
    frame_rate: float = STILL_FRAME_RATE

    CONSTRAINTS: ClassVar[Mapping[str, Alternatives]] = {
        'mesh': [OneOf((None, *MESH_KINDS))], 'joints': [OneOf((True, False))], 'params': [OneOf((True, False))],
        'amass': [OneOf((True, False))], 'anny': [OneOf((True, False))], 'camera': [OneOf((True, False))],
        'origin': [OneOf(MESH_ORIGINS)], 'rig': [OneOf((True, False))], 'frame_rate': [Interval(0., 1e6, above=True)]}

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, eq=False)
class PhotoCamera:
    """The camera of a photograph (width, height): matrix K (3, 3) px, and [R|t] from the exports' frame."""

    width: int
    height: int
    matrix: np.ndarray
    rotation: ClassVar[np.ndarray] = _CAMERA_ROTATION
    translation: ClassVar[np.ndarray] = np.zeros(3)

    @property
    def lens(self) -> Lens:
        """What a glTF file can hold of it."""
        return Lens((self.width, self.height), np.diag(self.matrix)[:2])

    def project(self, points: np.ndarray) -> np.ndarray:
        """Pixels (P, 2) of the photograph where ``points`` (P, 3) of the exports' frame are seen."""
        seen = (points @ self.rotation.T + self.translation) @ self.matrix.T
        return seen[:, :2] / seen[:, 2:]


def photo_camera(sample: Sample, fit: Fit, shape: tuple[int, ...]) -> PhotoCamera:
    """The PhotoCamera of a Sample and its Fit in a picture of ``shape`` (H, W, 3)."""
    height, width = shape[:2]
    focal = fit.f / sample.scale
    return PhotoCamera(width, height, np.array([[focal[0], 0., width / 2.], [0., focal[1], height / 2.], [0., 0., 1.]]))


def y_up(points: np.ndarray, cam_t: np.ndarray) -> np.ndarray:
    """``points`` (P, 3) of a fitted body in the exports' frame; ``cam_t`` (3,) is the fit's camera translation."""
    return (points + cam_t) @ _CAMERA_ROTATION


def smpl_parameters(fit: Fit, rest_pelvis: np.ndarray) -> dict[str, np.ndarray]:
    """poses (1, 72), betas (n_betas,), trans (1, 3) with which SMPL itself gives the body in the exports' frame.

    SMPL turns the body about its pelvis at rest, ``rest_pelvis`` (3,), and adds trans; so trans makes up for a pelvis
    that turning the frame moved.
    """
    pose, trans = turned_up(fit.pose, fit.cam_t, rest_pelvis)
    return {'poses': pose[None], 'betas': fit.betas, 'trans': trans[None]}


def turned_up(pose: np.ndarray, cam_t: np.ndarray, rest_pelvis: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pose (72,) and trans (3,) of the exports' frame for a fit's, as smpl_parameters has them."""
    turned = cv2.Rodrigues(_CAMERA_ROTATION @ rotation_matrices(pose[:3]))[0].ravel()
    return np.concatenate([turned, pose[3:]]), y_up(rest_pelvis[None], cam_t)[0] - rest_pelvis


def export_files(exports: Exports, sample: Sample, fit: Fit, models: ModelSet, joints: np.ndarray,
                 shape: tuple[int, ...], uncertainty: Uncertainty | None = None) -> dict[str, bytes]:
    """The files that Exports ask for, bytes by path: for a Sample, its Fit and joints (24, 3), of a body of ``models``.

    ``shape`` is that of the photograph (H, W, 3). Without one, joints stay in the frame of the 3D points, and all else
    is stood up. Joints' ``uncertainty`` goes with them where it is known.
    """
    model, given = models.body(sample.gender), joints + fit.cam_t
    if sample.world is not None:
        fit, joints = stood_up(fit, joints, sample.world)
    camera = photo_camera(sample, fit, shape)
    places = y_up(joints, fit.cam_t)
    files = {}
    if exports.mesh is not None:
        vertices = y_up(model.vertices(fit.betas, fit.pose), fit.cam_t)
        lens = camera.lens if sample.photographed else None
        files[f'.{exports.mesh}'] = _mesh(exports, sample, fit, model, vertices, places[0], lens)
    if exports.joints:
        seen = camera.project(places) if sample.photographed else np.full((len(places), 2), np.nan)
        stood = places if sample.world is None else given
        sure = {} if uncertainty is None else {
            'sigma': uncertainty.sigma, 'covariance': _CAMERA_ROTATION @ uncertainty.covariance @ _CAMERA_ROTATION}
        files['_joints.npz'] = npz_bytes(names=np.array(SMPL_NAMES), joints3d=stood, joints2d=seen, **sure)
        files['_joints.csv'] = _joint_table(stood, seen)
    if exports.params or exports.amass or exports.anny:
        files |= _parameter_files(exports, sample, fit, models)
    if exports.camera:
        files['_camera.json'] = _camera_json(sample, camera)
    out = {result_path('', sample.index, suffix): data for suffix, data in files.items()}
    if exports.mesh is not None:
        out[result_path('', sample.index, '.js', below='gallery')] = mesh_script(sample.index, vertices, model.faces)
    return out


def _mesh(exports: Exports, sample: Sample, fit: Fit, model: BodyModel, vertices: np.ndarray, pelvis: np.ndarray,
          lens: Lens | None) -> bytes:
    """The file of a mesh, ``vertices`` (V, 3) in the exports' frame, or of the same with a skeleton."""
    assert exports.mesh is not None
    name, origin = title_of(sample.name), origin_of(exports.origin, vertices, pelvis)
    if not exports.rig:
        return mesh_bytes(vertices, model.faces, exports.mesh, name, origin, lens)
    from .rig import Poses, rest_joints, rigged_glb  # SciPy's rotations take a while to load
    parameters = smpl_parameters(fit, rest_joints(model, fit.betas)[0])
    return rigged_glb(model, Poses(**parameters), name, origin, lens)


def _parameter_files(exports: Exports, sample: Sample, fit: Fit, models: ModelSet) -> dict[str, bytes]:
    """SMPL's own parameters, AMASS's and Anny's, by what follows the image's number."""
    model, files = models.body(sample.gender), {}
    rest_pelvis = np.ravel(model.joint_regressor[0] @ model.rest_shape(fit.betas))
    parameters, checksum = smpl_parameters(fit, rest_pelvis), models.checksum(sample.gender)
    if exports.params:
        texts = {'gender': sample.gender, 'body': model.name, 'body_checksum': checksum, 'up_axis': 'y'}
        files['_params.npz'] = npz_bytes(
            **parameters, **{key: np.array(text) for key, text in texts.items()},
            mocap_framerate=np.array(exports.frame_rate), mocap_frame_rate=np.array(exports.frame_rate))
    if exports.amass:
        files['_amass.npz'] = amass_parameters(
            parameters['poses'], parameters['trans'], parameters['betas'], rest_pelvis, sample.gender,
            exports.frame_rate, model.name, checksum)
    if exports.anny:
        folder = os.path.dirname(models.body_path(sample.gender))
        files['_anny.npz'] = anny_parameters(model, sample.gender, fit.betas, fit.pose, fit.cam_t, folder)
    return files


def _joint_table(places: np.ndarray, seen: np.ndarray) -> bytes:
    out = io.StringIO(newline='')
    writer = csv.writer(out)
    writer.writerow(['name', 'x_m', 'y_m', 'z_m', 'u_px', 'v_px'])
    writer.writerows([name, *('' if np.isnan(number) else float(number) for number in (*place, *pixel))]
                     for name, place, pixel in zip(SMPL_NAMES, places, seen))
    return out.getvalue().encode('utf-8')


def _camera_json(sample: Sample, camera: PhotoCamera) -> bytes:
    return (json.dumps({
        'image': sample.name, 'width': camera.width, 'height': camera.height, 'K': camera.matrix.tolist(),
        'R': camera.rotation.tolist(), 't': camera.translation.tolist(), 'fit_scale': float(sample.scale),
        'convention': 'pixel ~ K (R X + t), X in metres as in the mesh, joints and parameters: y up, the camera at the '
                      'origin looking along -z',
        'pixels': 'of the photograph itself (pictures may be larger); whole numbers are the centres of pixels, so that '
                  'OpenGL and Blender, whose pixels begin there, have half a pixel more: (u + 0.5, v + 0.5)'
        }, indent=2) + '\n').encode('utf-8')
