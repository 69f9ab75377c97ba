"""The command line: every option, its default and its check."""

import argparse
import os

from ..body.projection import FOCAL
from ..keypoints.choice import PERSONS
from ..keypoints.formats import FORMATS
from ..model_files import MODEL_DIR
from ..outputs.exports import MESH_KINDS

_HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
#: Options that only keypoints of one's own can have, by their names in the parsed arguments.
_KEYPOINTS_ONLY = ('format', 'person', 'scale', 'genders', 'fov', 'video')


def parse_arguments(arguments, description):
    """The options of the command ``arguments`` (None: sys.argv); ends the program where they are wrong."""
    parser = argparse.ArgumentParser(prog='fit_3d.py', description=description)
    parser.add_argument('base_dir', nargs='?',
                        help='folder that holds images/lsp and results/lsp (default: the sample data set); with '
                        '--keypoints an image or a folder of images')
    parser.add_argument('--out_dir', default='smpl_lsp', help='folder for the results (default: %(default)s)')
    parser.add_argument('--model_dir', default=MODEL_DIR,
                        help='folder of the model files (default: models/ beside this program)')
    _add_fit_options(parser)
    _add_photo_options(parser)
    _add_run_options(parser)
    _add_output_options(parser)
    options = parser.parse_args(arguments)
    _check(parser, options)
    options.person = 'largest' if options.person is None else options.person
    return options


def _add_fit_options(parser):
    group = parser.add_argument_group('the fit')
    group.add_argument('--no_interpenetration', action='store_true', help='leave out the interpenetration term')
    group.add_argument('--gender_neutral', action='store_true', help='use the neutral model for everyone')
    group.add_argument('--n_betas', type=int, default=10, help='shape components to fit (default: %(default)s)')
    group.add_argument('--flength', type=_focal, help='focal length, px of the enlarged image (default: '
                       f"{FOCAL:g}); with --keypoints, px of the photograph, or 'exif' to take it from there")
    group.add_argument('--side_view_thsh', type=_not_negative, default=25.,
                       help='shoulders closer than this, px in the enlarged image, mean a side view, for which both '
                       'body orientations are tried (default: %(default)g)')
    group.add_argument('--optimizer', choices=('dogleg', 'chumpy'), default='dogleg',
                       help="our own dense dogleg, or chumpy's: the same steps (default: %(default)s)")
    group.add_argument('--gradient', choices=('published', 'exact'), default='published',
                       help='count the derivative of the pose prior twice, as the published program did, or once '
                       '(default: %(default)s)')
    group.add_argument('--init', choices=('published', 'mean'), default='published',
                       help="start from the published program's T pose, or from the prior's mean pose "
                       '(default: %(default)s)')
    group.add_argument('--restarts', choices=('none', 'gmm'), default='none',
                       help='start from the mean of every Gaussian of the pose prior, too, and keep what has the lowest '
                            'energy (default: %(default)s)')
    group.add_argument('--weights', choices=('published', 'tuned'), default='published',
                       help='weights of the objective: the published ones, or those tuned for the open models '
                            '(default: %(default)s)')


def _add_photo_options(parser):
    group = parser.add_argument_group('your own photographs')
    group.add_argument('--keypoints', metavar='PATH', help="a detector's joints of the images in base_dir: a file, "
                       'or a folder of JSON files with an image each')
    group.add_argument('--format', choices=tuple(FORMATS), help='of the keypoints (default: found from the number of '
                       'joints)')
    group.add_argument('--person', type=_person, help=f'whom to fit where there are several: {", ".join(PERSONS)}, or '
                       'a number from 0 up (default: largest)')
    group.add_argument('--video', metavar='FILE', help='fit the frames of this video in place of base_dir')
    group.add_argument('--scale', type=_positive, help='enlarge the photographs this much for the fit (default: so '
                       'that a standing person is 300 px tall)')
    group.add_argument('--genders', metavar='FILE', help='lines of name,gender, or a gender for each image in order')
    group.add_argument('--fov', type=_angle, metavar='DEG', help="field of view across the photograph's longer side")


def _add_run_options(parser):
    group = parser.add_argument_group('the run')
    group.add_argument('--subset', metavar='LIST', help='fit these images only: indices, ranges and names, for '
                       'example 0-99,250,im0317; results keep the names of a full run')
    group.add_argument('--gender', choices=('male', 'female'), help='fit people of this gender only; with --keypoints, '
                       'the gender of everyone')
    group.add_argument('--failed', metavar='OUT', help='fit only the images that failed in the run whose results '
                       'are in OUT')
    group.add_argument('--workers', type=_count, default=os.cpu_count(),
                       help="processes to spread the work over (default: the machine's cores, %(default)s); a video "
                       'is fitted by one')
    group.add_argument('--scheduler', metavar='ADDRESS', help='spread the work over the Dask cluster with this '
                       'scheduler, for example tcp://host:8786')
    group.add_argument('--overwrite', action='store_true', help='fit images anew that have results')
    loud = group.add_mutually_exclusive_group()
    loud.add_argument('-q', '--quiet', action='store_true', help='print errors only')
    loud.add_argument('-v', '--verbose', action='store_true', help='print a line per image')


def _add_output_options(parser):
    group = parser.add_argument_group('what is written beside the results')
    group.add_argument('--viz', action='store_true',
                       help='show every step in a window; without a display, keep the frames in OUT/viz')
    group.add_argument('--no_render', action='store_true', help='write no pictures')
    group.add_argument('--views', type=_angles, default=(), metavar='DEG,...',
                       help='write pictures of the body from these sides, for example 0,90,180')
    group.add_argument('--save_mesh', choices=MESH_KINDS, help='write the meshes')
    group.add_argument('--save_joints', action='store_true', help='write the joints in 3D, as .npz and .csv')
    group.add_argument('--save_params', action='store_true', help="write SMPL's parameters as AMASS has them, .npz")
    group.add_argument('--save_camera', action='store_true', help='write the camera, K and [R|t], as .json')


def _check(parser, options):
    if options.keypoints is None:
        given = [name for name in _KEYPOINTS_ONLY if getattr(options, name) is not None]
        if given:
            parser.error(f'--{given[0]} goes with --keypoints')
        if options.flength == 'exif':
            parser.error('--flength exif goes with --keypoints')
        options.flength = options.flength or FOCAL
        options.base_dir = options.base_dir or os.path.join(_HOME, 'data')
    elif (options.base_dir is None) == (options.video is None):
        parser.error('--keypoints goes with base_dir, an image or a folder of images, or else with --video')
    elif options.flength is not None and options.fov is not None:
        parser.error('--flength and --fov say the same thing: give one of them')
    if options.gender is not None and options.genders is not None:
        parser.error('--gender and --genders say the same thing: give one of them')
    if options.views and options.no_render:
        parser.error('--views are pictures, and --no_render wants none')
    if options.video is not None and options.scheduler is not None:
        parser.error('--scheduler: the frames of a video are fitted in order, by one process')
    if options.video is not None and options.flength == 'exif':
        parser.error('--flength exif: a video has no EXIF; give --flength in px or --fov')


def _positive(text):
    value = float(text)
    if not 0 < value < float('inf'):
        raise argparse.ArgumentTypeError(f'{text} is not a positive number')
    return value


def _focal(text):
    return text if text == 'exif' else _positive(text)


def _angle(text):
    value = _positive(text)
    if value >= 180:
        raise argparse.ArgumentTypeError(f'{text} is not an angle below 180 degrees')
    return value


def _angles(text):
    angles = tuple(int(part) for part in text.split(','))
    if not all(0 <= angle < 360 for angle in angles):
        raise argparse.ArgumentTypeError(f'{text}: wanted angles from 0 to 359 degrees')
    return angles


def _person(text):
    if text in PERSONS:
        return text
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f'{text}: wanted {", ".join(PERSONS)}, or a number from 0 up')
    return int(text)


def _count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f'{text} is not a number from 1 up')
    return value


def _not_negative(text):
    value = float(text)
    if not 0 <= value < float('inf'):
        raise argparse.ArgumentTypeError(f'{text} is not a number from 0 up')
    return value
