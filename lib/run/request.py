"""What the options of a command ask for, as objects."""

import os
from argparse import Namespace

from ..base.errors import InputError
from ..detecting.mediapipe_pose import check_installed
from ..fitting.problem import FitOptions
from ..inputs.frame_folder import FrameFolder
from ..inputs.image_folder import PhotoFolder
from ..inputs.lsp import LspDataset
from ..inputs.photo_options import PhotoOptions
from ..inputs.photos import PhotoDataset
from ..inputs.points_only import PointsOnly
from ..inputs.sample import DataSet
from ..inputs.video import VideoFrames
from ..inputs.with_evidence import Given, WithEvidence
from ..outputs.drawn.pictures import OPACITY
from ..outputs.exported.clip_files import ClipExports, clip_name, file_names
from ..outputs.exported.export_names import ExportNames
from ..outputs.exported.exports import Exports
from .task import RunOptions

#: Frames per second of most cameras; headers of others are more often wrong than right.
_SLOWEST, _FASTEST = 5., 240.


def open_data_set(options: Namespace) -> DataSet:
    """The LspDataset, the PhotoDataset, or 3D points alone.

    Raises InputError where files are missing or wrong, or photographs are without keypoints and there is no detector.
    """
    data: DataSet
    given = Given(options.joints3d, None if options.keypoints else options.format, options.estimates)
    if options.points_only:
        data = PointsOnly(options.joints3d, options.format, options.gender or 'neutral')
        given = Given(estimates=options.estimates)
    else:
        data = _images(options)
    return data if given.nothing else WithEvidence(data, given)


def _images(options: Namespace) -> DataSet:
    """The people in images, as joints in 2D tell them."""
    if options.lsp:
        return LspDataset(options.base_dir, options.gender_neutral, options.flength)
    if options.cameras is not None:
        return _open_views(options)
    source = PhotoFolder(options.base_dir) if options.video is None else _clip(options)
    if options.keypoints is None:
        check_installed()
    photo_options = PhotoOptions(
        keypoints=options.keypoints, format=options.format, person=options.person, scale=options.scale,
        gender=options.gender, genders=options.genders, flength=options.flength, fov=options.fov,
        confidence=options.confidence)
    return PhotoDataset(source, photo_options, options.gender_neutral)


def _open_views(options: Namespace) -> DataSet:
    """The ViewDataset of calibrated cameras, whose readers are loaded where there are some."""
    from ..inputs.cameras.reading import read_rig
    from ..inputs.cameras.sources import Frames
    from ..inputs.views import ViewDataset

    photo_options = PhotoOptions(keypoints=options.keypoints, format=options.format, person=options.person,
                                 gender=options.gender, confidence=options.confidence)
    rig = read_rig(options.cameras)
    images = options.base_dir if options.video is None else options.video
    frames = Frames(rig, options.keypoints, images, options.format)
    return ViewDataset(rig, frames, photo_options, options.gender_neutral, pictures=not options.no_render)


def _clip(options: Namespace) -> FrameFolder | VideoFrames:
    """The frames of a clip, in a file or as images."""
    source = FrameFolder(options.video) if os.path.isdir(options.video) else VideoFrames(options.video)
    if options.frame_rate is not None:
        source.frame_rate = options.frame_rate
    elif not _SLOWEST <= source.frame_rate <= _FASTEST:
        source.notes.append(f'{options.video}: says that it has {source.frame_rate:g} frames per second; where that is '
                            'wrong, too much or too little is smoothed: --frame_rate has the right number')
    return source


def run_options(options: Namespace, data: DataSet) -> RunOptions:
    """How every image of ``data`` is fitted, and what is written."""
    fit = FitOptions(
        n_betas=options.n_betas, side_view_threshold=options.side_view_thsh,
        interpenetration=not options.no_interpenetration, gradient=options.gradient, init=options.init,
        optimizer=options.optimizer, restarts=options.restarts, weights=options.weights, stay_near=options.stay_near)
    single = not options.motion  # parameters of a motion are one file
    exports = Exports(mesh=options.save_mesh, joints=options.save_joints, params=options.save_params and single,
                      amass=options.save_amass and single, anny=options.save_anny, camera=options.save_camera,
                      origin=options.mesh_origin, rig=options.rig, frame_rate=data.frame_rate)
    return RunOptions(model_dir=options.model_dir, fit=fit, render=not options.no_render, views=options.views,
                      overlay=options.overlay, published=options.lsp, exports=exports, cameras=data.cameras,
                      opacity=OPACITY if options.overlay_opacity is None else options.overlay_opacity,
                      uncertainty=options.uncertainty, noise=options.noise)


def clip_files_of(options: Namespace, data: DataSet) -> list[str]:
    """The names of the files that are written of a clip as a whole. Raises InputError where a frame's mesh has one."""
    if not options.motion or not isinstance(data, PhotoDataset):
        return []
    people = {data[index].person for index in range(len(data))}
    names = (clip_name(data.source.place[-1], person) for person in people)
    files = [file for name in names for file in file_names(name, clip_exports(options)).values()]
    if options.save_mesh is not None and options.save_mesh == options.save_motion:
        frames = ExportNames(dict(enumerate(data.images)))
        for file in files:
            if file.endswith(f'.{options.save_mesh}') and frames.find(file, capitals=False):
                raise InputError(f"{options.video}: {file} would be a frame's mesh and the clip's motion; call the "
                                 'folder, or the frame, something else')
    return files


def clip_exports(options: Namespace) -> ClipExports:
    """What is written of a clip that is a motion."""
    return ClipExports(film=not options.no_render, motion=options.save_motion, amass=options.save_amass)
