"""Calibrated cameras of our own making: where they stand, what they see of a body, and their files in every layout."""

import json
from pathlib import Path

import cv2
import numpy as np

from lib.body.kinematics import pose_body, rotation_matrices
from lib.body.skeleton import LSP_NAMES, N_LSP, TRACKED_LSP
from lib.inputs.cameras.camera import Camera
from lib.keypoints.choice import Detection
from tests.detector_files import in_format, named_joints

SIZE = (480, 640)
DISTORTION = (-.08, .05, .001, -.002)
#: From SMPL's y up to a world with z up.
_UPRIGHT = np.array([np.pi / 2., 0., 0.])


def camera(name, degrees, distance=4., size=SIZE, distortion=DISTORTION):
    """A Camera at 1.2 m above the ground, ``degrees`` about the vertical, that looks at where a person's middle is."""
    angle = np.radians(degrees)
    place = np.array([distance * np.sin(angle), -distance * np.cos(angle), 1.2])
    ahead = np.array([0., 0., 1.]) - place
    ahead /= np.linalg.norm(ahead)
    right = np.cross(ahead, [0., 0., 1.])
    right /= np.linalg.norm(right)
    rotation = np.array([right, np.cross(ahead, right), ahead])
    matrix = np.array([[700., 0., size[0] / 2. - 7.], [0., 702., size[1] / 2. + 11.], [0., 0., 1.]])
    return Camera(name, size, matrix, np.array(distortion), rotation, -rotation @ place)


def rig(count=4, **changed):
    """So many Cameras around a person, called cam_01 and so on."""
    return [camera(f'cam_{number + 1:02d}', 360. * number / count + 20., **changed) for number in range(count)]


def standing(turn=.4, bend=.5):
    """A pose (72,) that stands in a world with z up, turned by ``turn`` rad, elbows and knees bent."""
    pose = np.zeros(72)
    matrix = rotation_matrices(np.array([0., 0., turn])) @ rotation_matrices(_UPRIGHT)
    pose[:3] = cv2.Rodrigues(matrix)[0].ravel()
    pose[[50, 53]] = -1., 1.  # arms down
    pose[[55, 58]] = -bend, bend
    pose[[12, 15]] = bend
    pose[[5, 8]] = .1, -.1
    return pose


def points_of(body, pose, place=(0., 0., 1.), betas=None):
    """The tracked points (13, 3) of a TrackedBody in the world."""
    betas = np.zeros(body.n_betas) if betas is None else betas
    return pose_body(body, betas[None], pose[None]).points[0] + place


def joints_seen(own, points):
    """LSP's joints (14, 3) as a Camera sees ``points`` (13, 3): x, y, and confidence 1, but for the neck."""
    out = np.zeros((N_LSP, 3))
    out[TRACKED_LSP, :2], out[TRACKED_LSP, 2] = own.project(points), 1.
    shoulders = [LSP_NAMES.index(f'{side}_shoulder') for side in ('left', 'right')]
    out[LSP_NAMES.index('neck')] = out[shoulders].mean(axis=0)
    return out


def detection(own, points, number=0):
    """The Detection of a Camera, in its pictures as they are."""
    seen = joints_seen(own, points)
    return Detection(seen[:, :2], seen[:, 2], number)


def write_openpose(folder, frames):
    """OpenPose's files of one camera: ``frames`` of people, each LSP joints (14, 3)."""
    folder.mkdir(parents=True, exist_ok=True)
    for frame, people in enumerate(frames):
        told = [{'pose_keypoints_2d': in_format(named_joints(person), 'body25b').ravel().tolist()} for person in people]
        path = folder / f'{folder.name}_{frame:012d}_keypoints.json'
        path.write_text(json.dumps({'version': 1.3, 'people': told}))
    return folder


def write_json(path, cameras, unit=1.):
    entries = [{'name': own.name, 'size': own.size, 'K': own.matrix.tolist(), 'distortion': own.distortion.tolist(),
                'R': own.rotation.tolist(), 't': (own.translation / unit).tolist()} for own in cameras]
    path.write_text(json.dumps({'cameras': entries}))
    return path


def write_toml(path, cameras, unit=1., fisheye='fisheye = false\n'):
    """Pose2Sim's, or with another ``unit`` and without ``fisheye`` Anipose's."""
    tables = [f'[{own.name}]\nname = "{own.name}"\nsize = {[float(side) for side in own.size]}\n'
              f'matrix = {own.matrix.tolist()}\ndistortions = {own.distortion.tolist()}\n'
              f'rotation = {cv2.Rodrigues(own.rotation)[0].ravel().tolist()}\n'
              f'translation = {(own.translation / unit).tolist()}\n{fisheye}' for own in cameras]
    path.write_text('\n'.join([*tables, '[metadata]\nadjusted = false\nerror = 0.0\n']))
    return path


def write_qca(path, cameras, unit=1.):
    """Qualisys'; a camera that sees markers only is among them."""
    def node(own, model):
        k1, k2, p1, p2 = own.distortion[:4]
        axes = np.diag([1., -1., -1.]) @ own.rotation
        turn = ' '.join(f'r{i + 1}{j + 1}="{axes[i, j]!r}"' for i in range(3) for j in range(3))
        place = ' '.join(f'{axis}="{value / unit * 1000.!r}"' for axis, value in zip('xyz', own.place.tolist()))
        left, top = 8, 4
        return f'''<camera active="1" model="{model}" serial="{own.name}" viewrotation="0">
<fov_video bottom="{top + own.size[1] - 1}" left="{left}" right="{left + own.size[0] - 1}" top="{top}"/>
<transform {turn} {place}/>
<intrinsic focalLengthU="{own.matrix[0, 0] * 64}" focalLengthV="{own.matrix[1, 1] * 64}"
 centerPointU="{(own.matrix[0, 2] + left) * 64}" centerPointV="{(own.matrix[1, 2] + top) * 64}"
 radialDistortion1="{k1}" radialDistortion2="{k2}" radialDistortion3="0" tangentalDistortion1="{p1}"
 tangentalDistortion2="{p2}" skew="0"/></camera>'''
    nodes = [node(own, 'Miqus Video') for own in cameras]
    marker = node(cameras[0], 'Oqus').replace(cameras[0].name, 'marker')
    path.write_text('<?xml version="1.0"?>\n<calibration source="own"><cameras>\n'
                    + '\n'.join([*nodes, marker]).replace('np.float64(', '').replace(')', '')
                    + '\n</cameras></calibration>\n')
    return path


def write_easymocap(folder, cameras):
    """intri.yml and extri.yml."""
    folder.mkdir(exist_ok=True)
    files = [_Storage(folder / name) for name in ('intri.yml', 'extri.yml')]
    for file in files:
        file.strings('names', [own.name for own in cameras])
    for own in cameras:
        files[0].write(f'K_{own.name}', own.matrix)
        files[0].write(f'dist_{own.name}', own.distortion[None])
        files[0].write(f'H_{own.name}', own.size[1])
        files[0].write(f'W_{own.name}', own.size[0])
        files[1].write(f'R_{own.name}', cv2.Rodrigues(own.rotation)[0])
        files[1].write(f'Rot_{own.name}', own.rotation)
        files[1].write(f'T_{own.name}', own.translation[:, None])
    for file in files:
        file.close()
    return folder


def write_opencv(folder, cameras, unit=1.):
    """A file for each camera, as OpenCV's samples call what they write."""
    folder.mkdir(exist_ok=True)
    for own in cameras:
        file = _Storage(folder / f'{own.name}.yml')
        for name, value in (('image_width', own.size[0]), ('image_height', own.size[1]), ('camera_matrix', own.matrix),
                            ('distortion_coefficients', own.distortion[:, None]), ('R', own.rotation),
                            ('T', (own.translation / unit)[:, None])):
            file.write(name, value)
        file.close()
    return folder


class _Storage:
    """OpenCV's FileStorage, of which versions call the end differently."""

    def __init__(self, path: Path):
        self._file = cv2.FileStorage(str(path), cv2.FILE_STORAGE_WRITE)

    def write(self, name, value):
        self._file.write(name, value)

    def strings(self, name, values):
        self._file.startWriteStruct(name, cv2.FILE_NODE_SEQ)
        for value in values:
            self._file.write('', value)
        self._file.endWriteStruct()

    def close(self):
        self._file.release()
