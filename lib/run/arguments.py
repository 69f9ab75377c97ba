"""The command line: every option, its default and its check."""

import os
from argparse import Namespace, _ArgumentGroup
from collections.abc import Sequence

from .. import __version__
from ..base.constraints import Interval, OneOf, read
from ..base.errors import InputError
from ..base.parser import Parser, add_option, add_path, add_switch
from ..body.projection import FOCAL
from ..fitting.problem import INITS, FitOptions
from ..fitting.trust import NOISE_RANGE
from ..fitting.values import FRAME_RATES
from ..inputs.kinds import is_clip, is_photographs
from ..inputs.photo_options import PhotoOptions
from ..inputs.sample import STILL_FRAME_RATE
from ..keypoints.choice import PERSONS
from ..keypoints.formats import FORMATS, format_named
from ..model_files import MODEL_DIR
from ..outputs.drawn.pictures import OPACITY
from ..outputs.exported.clip_files import MOTION_KINDS
from ..outputs.exported.meshes import MESH_KINDS, MESH_ORIGINS
from .conflicts import check_conflicts

_DESCRIPTION = "SMPLify: fit SMPL's pose and shape to the 2D joints of photographs (Bogo et al., ECCV 2016)."
_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_MOST_WORKERS = 1_000_000  # more than any machine has cores; how many are sensible, machine.py says


def parse_arguments(arguments: Sequence[str] | None, prog: str) -> Namespace:
    """The options of the command ``arguments`` (None: sys.argv), and whether ``lsp``'s layout is meant.

    Raises InputError where they are wrong.
    """
    options = command_parser(prog).parse(arguments)
    if options.video is None and options.base_dir is not None and is_clip(options.base_dir):
        options.video, options.base_dir = options.base_dir, None
    #: 3D points are fitted by themselves where nothing is named that they could go with.
    options.points_only = options.joints3d is not None and (
        options.base_dir is None and options.video is None and options.keypoints is None)
    options.lsp = not options.points_only and options.keypoints is None and options.video is None and (
        options.cameras is None) and (
        options.base_dir is None or not is_photographs(options.base_dir))
    options.estimates = options.init if options.init not in INITS else None
    options.init = options.init if options.init in INITS else FitOptions.init
    check_conflicts(options)
    options.motion = options.video is not None and options.optimizer == FitOptions.optimizer and not any(
        map(options.__getattribute__, ('cameras', 'joints3d', 'estimates', 'frame_by_frame', 'viz')))
    if options.motion and options.uncertainty:
        raise InputError('--uncertainty goes with --frame_by_frame where a clip is fitted: how sure a fit is, is '
                         'told of one frame alone')
    options.person = 'largest' if options.person is None else options.person
    if options.lsp:
        options.flength = options.flength or FOCAL
        options.base_dir = options.base_dir or _sample_data()
    elif options.base_dir is None and options.video is None and options.cameras is None and not options.points_only:
        raise InputError('--keypoints goes with base_dir, an image or a folder of images, or else with --video')
    return options


def command_parser(prog: str) -> Parser:
    """The Parser of the command called ``prog``."""
    parser = Parser(prog=prog, description=_DESCRIPTION)
    parser.add_argument('--version', action='version', version=f'%(prog)s {__version__}')
    _add_places(parser.add_argument_group('where'))
    _add_fit_options(parser.add_argument_group('the fit'))
    _add_photo_options(parser.add_argument_group('your own photographs'))
    _add_evidence_options(parser.add_argument_group('more evidence'))
    _add_run_options(parser.add_argument_group('the run'))
    _add_output_options(parser.add_argument_group('what is written beside the results'))
    return parser


def _sample_data() -> str:
    """Folder of the sample data set. Raises InputError where the program is installed without it."""
    folder = os.path.join(_HOME, 'data')
    if not os.path.isdir(os.path.join(folder, 'images')):
        raise InputError('no base_dir is given, and the sample data set is in the repository only; name a folder in '
                         "LSP's layout, or photographs")
    return folder


def _add_places(group: _ArgumentGroup) -> None:
    add_path(group, 'base_dir', 'folder that holds images/lsp and results/lsp (default: the sample data set); or '
             'photographs: an image, a folder of images, a clip', nargs='?')
    add_path(group, '--out_dir', 'folder for the results (default: %(default)s)', metavar='OUT', default='smpl_lsp')
    add_path(group, '--model_dir', 'folder of the model files (default: models/ beside this program)', metavar='DIR',
             default=MODEL_DIR)


def _add_fit_options(group: _ArgumentGroup) -> None:
    wanted = FitOptions.CONSTRAINTS
    add_switch(group, '--no_interpenetration', what='leave out the interpenetration term')
    add_switch(group, '--gender_neutral', what='use the neutral model for everyone')
    add_option(group, '--n_betas', wanted['n_betas'], 'shape components to fit (default: %(default)s)', metavar='N',
               default=FitOptions.n_betas)
    add_option(group, '--flength', PhotoOptions.CONSTRAINTS['flength'], 'focal length, px of the enlarged image '
               f"(default: {FOCAL:g}); of photographs, px of the photograph, or 'exif' to take it from there",
               metavar='PX')
    add_option(group, '--side_view_thsh', wanted['side_view_threshold'], 'shoulders closer than this, px in the '
               'enlarged image, mean a side view, for which both body orientations are tried (default: %(default)g)',
               metavar='PX', default=FitOptions.side_view_threshold)
    add_path(group, '--init', "start from the published program's T pose ('published') or the prior's mean pose "
             "('mean'), or from SMPL parameters that another program estimated, in a .npz or .pkl file, or a folder of "
             'these (default: %(default)s)', metavar='published|mean|FILE', default=FitOptions.init)
    add_option(group, '--stay_near', wanted['stay_near'], 'what a radian away from the parameters of --init FILE '
               'counts (default: by how well they explain the joints)', metavar='W')
    for name, what in (
            ('optimizer', "our own dense dogleg, or chumpy's: the same steps"),
            ('gradient', 'count the derivative of the pose prior twice, as the published program did, or once'),
            ('restarts', 'start from the mean of every Gaussian of the pose prior, too, and keep the lowest energy'),
            ('weights', 'weights of the objective: the published ones, or those tuned for the open models')):
        default = getattr(FitOptions, name)
        add_option(group, f'--{name}', wanted[name], f'{what} (default: %(default)s)', default=default)


def _add_photo_options(group: _ArgumentGroup) -> None:
    wanted = PhotoOptions.CONSTRAINTS
    add_path(group, '--keypoints', "a detector's joints of the images in base_dir: a file, or a folder of JSON files "
             'with an image each (default: people are found by MediaPipe Pose)', metavar='PATH')
    group.add_argument('--format', type=_format, metavar='NAME', help='order of the joints, where the file does not '
                       f'tell it: {", ".join(FORMATS)}')
    add_option(group, '--person', wanted['person'], 'whom to fit where several are: '
               f'{", ".join(PERSONS)}, or a number from 0 up (default: largest)')
    add_path(group, '--video', 'fit the frames of this video, or of a folder of images, in place of base_dir',
             metavar='PATH')
    add_option(group, '--frame_rate', [FRAME_RATES], 'frames per second of a clip (default: as its file says, of a '
               f'folder of images {STILL_FRAME_RATE:g})', metavar='FPS')
    add_path(group, '--cameras', "a calibration: several cameras see the same people; --keypoints is a folder with "
             "each camera's, --video, if given, one with each camera's clip (base_dir: images)", metavar='FILE')
    add_switch(group, '--frame_by_frame', what='fit the frames of a clip one by one, each from the last, in place of '
               'one motion')
    add_option(group, '--scale', wanted['scale'], 'enlarge the photographs this much for the fit (default: so '
               'that a standing person is 300 px tall)')
    add_path(group, '--genders', 'lines of name,gender, or a gender for each image in order', metavar='FILE')
    add_option(group, '--fov', wanted['fov'], "field of view across the photograph's longer side", metavar='DEG')
    add_option(group, '--confidence', wanted['confidence'], 'confidences as the fits are best with, which differs from '
               "format to format, or as the detector gives them; LSP's stay as they are (default: %(default)s)",
               default=PhotoOptions.confidence)


def _add_evidence_options(group: _ArgumentGroup) -> None:
    add_path(group, '--joints3d', 'joints in 3D, in a .trc, .c3d, .csv, .npz or .npy file: alone, or of the images in '
             'base_dir or the frames of --video, in order', metavar='FILE')


def _add_run_options(group: _ArgumentGroup) -> None:
    group.add_argument('--subset', metavar='LIST', help='fit these images only: indices, ranges and names, for example '
                       '0-99,250,im0317; results keep the names of a full run')
    add_option(group, '--gender', [OneOf(('male', 'female'))], 'fit people of this gender only; of photographs, the '
               'gender of everyone')
    add_path(group, '--failed', 'fit only the images that failed in the run whose results are in OUT', metavar='OUT')
    add_option(group, '--workers', [Interval(1, _MOST_WORKERS, whole=True)], 'processes to spread the work over at '
               'most (default: as many as cores and memory suffice for); of a video they make pictures', metavar='N')
    add_path(group, '--scheduler', 'spread the work over the Dask cluster with this scheduler, for example '
             'tcp://host:8786', metavar='ADDRESS')
    add_switch(group, '--overwrite', what='fit images anew that have results')
    add_switch(group, '-q', '--quiet', what='print errors only')
    add_switch(group, '-v', '--verbose', what='print a line per image, and where unexpected errors come from')


def _add_output_options(group: _ArgumentGroup) -> None:
    add_switch(group, '--viz', what='show every step in a window; without a display, keep the frames in OUT/viz')
    add_switch(group, '--no_render', what='write no pictures')
    group.add_argument('--views', type=_views, default=(), metavar='DEG,...', help='write pictures of the body from '
                       'these sides, for example 0,90,180')
    add_option(group, '--overlay', [OneOf(('auto', 'png'))], 'files of the body over the photograph: png, or auto for '
               'PNG up to 640 px and JPEG above, in a fraction of the time (default: %(default)s)', default='auto')
    add_option(group, '--overlay_opacity', [Interval(0., 1.)], 'how much the body hides of the photograph, from 0 to 1 '
               f'(default: {OPACITY:g})', metavar='SHARE')
    add_switch(group, '--single_page', what='write the pictures into index.html, too: one file to send')
    add_option(group, '--save_mesh', [OneOf(tuple(MESH_KINDS))], 'write the meshes')
    add_switch(group, '--rig', what='write GLB meshes with a skeleton that poses them')
    add_option(group, '--save_motion', [OneOf(MOTION_KINDS)], 'write the motion of a clip: an animated body with its '
               'skeleton, or the skeleton')
    add_option(group, '--mesh_origin', [OneOf(MESH_ORIGINS)], "the meshes' origin: the camera, the body's pelvis, or "
               'the ground between its feet (default: %(default)s)', default='camera')
    add_switch(group, '--save_joints', what='write the joints in 3D, as .npz and .csv')
    add_switch(group, '--save_params', what="write SMPL's own parameters, .npz")
    add_switch(group, '--save_amass', what='write the same as AMASS has it, .npz')
    add_switch(group, '--save_anny', what="write what gives Anny's model the open body's shape and pose, .npz")
    add_switch(group, '--save_camera', what='write the camera, K and [R|t], as .json')
    add_switch(group, '--uncertainty', what='tell how sure each fit is: in summary.csv, on the page, in --save_joints')
    add_option(group, '--noise', [NOISE_RANGE], 'with --uncertainty: how far detected joints are off, px of the '
               'photograph in each direction (default: 5 px of a person 300 px tall)', metavar='PX')
    add_switch(group, '--save_keypoints', what='write the joints that were found in photographs, keypoints.json, for '
               '--keypoints')


def _format(text: str) -> str:
    """The name of a format, however it is spelled."""
    try:
        return format_named(text).name
    except InputError as error:
        raise InputError(f'--format: {error}') from None


def _views(text: str) -> tuple[int, ...]:
    """Angles in degrees, as --views has them."""
    angles = tuple(read('--views', part, [Interval(0, 359, whole=True)]) for part in text.split(','))
    twice = [angle for angle in angles if angles.count(angle) > 1]
    if twice:
        raise InputError(f'--views: {twice[0]} is given twice')
    return angles
