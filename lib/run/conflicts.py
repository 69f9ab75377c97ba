"""Which options cannot stand together, or not without another."""

from argparse import Namespace

from ..base.errors import InputError

#: Options, or certain values of them (name=value), that say nothing without another one.
NEEDED = (
    *((name, 'video') for name in ('frame_by_frame', 'frame_rate', 'save_motion')), ('person', 'keypoints'),
    ('cameras', 'keypoints'), ('mesh_origin=pelvis', 'save_mesh'), ('mesh_origin=feet', 'save_mesh'),
    ('rig', 'save_mesh=glb'), ('noise', 'uncertainty'))
#: Those that say nothing of data in LSP's layout.
OF_PHOTOGRAPHS = 'scale', 'genders', 'fov', 'flength=exif', 'confidence=given', 'save_keypoints'
#: Pairs of them that contradict each other, and what to say.
CONFLICTS = (
    ('flength', 'fov', 'both say the focal length: give one of them'),
    *((name, 'cameras', 'the calibration tells the focal length') for name in ('flength', 'fov')),
    ('scale', 'cameras', 'each view is enlarged for the person in it'),
    ('genders', 'cameras', 'one gender goes for all: give --gender'),
    ('viz', 'cameras', 'only the fit to one photograph can be watched'),
    ('joints3d', 'cameras', 'views are triangulated by themselves: give one of them'),
    ('estimates', 'cameras', 'several views need no estimates: give one of them'),
    *((name, 'optimizer=chumpy', 'views, 3D points and estimates are fitted by our own minimiser')
      for name in ('cameras', 'joints3d', 'estimates')),
    *(('uncertainty', name, 'how sure a fit is, is told without views, 3D points and estimates')
      for name in ('cameras', 'joints3d', 'estimates')),
    ('flength=exif', 'video', 'a video has no EXIF: give --flength in px, or --fov'),
    ('save_keypoints', 'keypoints', 'nothing is detected where the joints are given'),
    ('video', 'base_dir', 'frames are fitted in place of images: give one of them'),
    ('gender', 'genders', 'both say the gender: give one of them'),
    ('gender_neutral', 'gender', 'everyone is neutral, or has a gender: give one of them'),
    ('gender_neutral', 'genders', 'everyone is neutral, or has a gender: give one of them'),
    ('no_render', 'views', 'views are pictures, and no pictures are wanted'),
    ('no_render', 'overlay=png', 'an overlay is a picture, and no pictures are wanted'),
    ('no_render', 'overlay_opacity', 'an overlay is a picture, and no pictures are wanted'),
    ('no_render', 'single_page', 'the page is to hold pictures, and no pictures are wanted'),
    ('save_motion', 'frame_by_frame', 'frames one by one are no motion'),
    ('save_motion', 'viz', 'what is watched is fitted frame by frame'),
    *(('save_motion', other, 'where more than joints is known, frames are fitted one by one')
      for other in ('cameras', 'joints3d', 'estimates')),
    ('scheduler', 'video', 'frames are fitted in order, by one process'),
    ('scheduler', 'viz', 'only what this process fits can be watched'),
    ('scheduler', 'workers', "the cluster's workers do the work"),
    ('quiet', 'verbose', 'give one of them'))


#: Those that say nothing where 3D points are fitted by themselves.
WITH_IMAGES = (*OF_PHOTOGRAPHS, 'flength', 'viz', 'save_camera', 'overlay=png', 'overlay_opacity')


def check_conflicts(options: Namespace) -> None:
    """Raises InputError where ``options`` contradict each other, or miss one that others need."""
    _check_points(options)
    for name, other in NEEDED:
        if _given(options, name) and not _given(options, other):
            raise InputError(f'--{name.replace("=", " ")} goes with --{other.replace("=", " ")}')
    for name in OF_PHOTOGRAPHS:
        if options.lsp and _given(options, name):
            raise InputError(f'{_shown(name)} goes with photographs or a clip of your own, and not with data in LSP\'s '
                             'layout')
    for name, other, why in CONFLICTS:
        if _given(options, name) and _given(options, other):
            raise InputError(f'{_shown(name)} and {_shown(other)}: {why}')


def _check_points(options: Namespace) -> None:
    """The same of what is said of 3D points."""
    if _given(options, 'format') and not (_given(options, 'keypoints') or _given(options, 'joints3d')):
        raise InputError('--format goes with --keypoints or --joints3d')
    if _given(options, 'stay_near') and not _given(options, 'estimates'):
        raise InputError('--stay_near goes with --init FILE, the parameters to stay near')
    without = [name for name in WITH_IMAGES if options.points_only and _given(options, name)]
    if without:
        raise InputError(f'{_shown(without[0])} goes with images, and --joints3d alone has none')


def _given(options: Namespace, name: str) -> bool:
    """Whether an option was given; none of those here has a default but None, False and ()."""
    name, _, value = name.partition('=')
    found = getattr(options, name)
    return found == value if value else found is not None and found is not False and found != ()


def _shown(name: str) -> str:
    spelled = {'base_dir': 'base_dir', 'estimates': '--init FILE'}
    return spelled.get(name, f'--{name.replace("=", " ")}')
