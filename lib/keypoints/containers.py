"""The kinds of files that are known: who writes them, what tells them, and which order a number of joints means there.

The docs' table of detectors is this one (tests/test_docs.py).
"""

from dataclasses import dataclass, replace

from ..base.errors import InputError, counted
from .belief import ALL_ALIKE, Belief
from .formats import KeypointFormat, format_named, of_count


@dataclass(frozen=True)
class Container:
    """A kind of file: ``tool`` writes it, ``files`` are what it looks like, ``told_by`` what tells it from others.

    ``orders``: the formats that a bare number of joints means in it; of others, --format must say which it is.
    ``shares``: positions are always shares of the image. ``minus_one``: shares may run from -1 to 1. ``first_frame``:
    what the tool numbers a clip's frames from. ``prefix`` and ``suffix`` are what it puts around an image's name.
    ``belief``: what confidences are worth, where the format has no entry of its own.
    """

    name: str
    tool: str
    files: str
    told_by: str
    orders: tuple[str, ...]
    shares: bool = False
    minus_one: bool = False
    first_frame: int = 0
    prefix: str = ''
    suffix: str = ''
    belief: Belief | None = None


_BODIES = ('coco17', 'mpii16', 'halpe26', 'wholebody133', 'halpe136')
#: Every format that a table may be in, of those with as many joints the one that is usual.
_TABLES = ('lsp', 'mpi15', 'coco18', 'body25', 'smpl24', 'mediapipe33', *_BODIES)

OPENPOSE = Container(
    'OpenPose JSON', 'OpenPose; AlphaPose `--format open` and `cmu`',
    'a folder of `NAME_keypoints.json`, or one; AlphaPose: one JSON, or a folder `sep-json`',
    '`people` with `pose_keypoints_2d`, or `bodies` with `joints`; BODY_25 and BODY_25B by the proportions of limbs',
    ('body25', 'coco18', 'mpi15'), minus_one=True, suffix='_keypoints')
EASYMOCAP = Container(
    'EasyMocap annotation', 'EasyMocap', 'a folder `annots` of JSON files',
    '`annots` with `keypoints`, and a `filename`', ('body25',))
COCO = Container(
    'COCO JSON', 'COCO results and annotations; AlphaPose; mmpose, Ultralytics and others in evaluation',
    'one JSON for all images',
    '`image_id` and `keypoints`; annotations: the names in `categories[].keypoints`, else the number of joints',
    _BODIES)
MMPOSE = Container(
    'mmpose predictions', 'mmpose 1.x, RTMPose',
    'a folder of JSON files with an image or a video in each, or one; `results_NAME.json` of its demos',
    '`keypoints` as pairs beside `keypoint_scores`; names in `meta_info` where there are any', _BODIES)
MMPOSE_DEMO = replace(MMPOSE, name='mmpose demo', first_frame=1, prefix='results_')
ULTRALYTICS = Container(
    'Ultralytics JSON', 'Ultralytics `to_json()`', 'a folder of JSON files with an image in each, or one',
    '`keypoints` with lists `x`, `y`, `visible`', _BODIES)
YOLO = Container(
    'YOLO labels', 'Ultralytics `save_txt`, YOLO pose labels', 'a folder of `labels/NAME.txt`, or one',
    'lines of numbers: class, box, then x y [confidence] of every joint, shares of the image', ('coco17',), shares=True,
    first_frame=1)
OPENPIFPAF = Container(
    'OpenPifPaf JSON', 'OpenPifPaf; ViTPose and other results of one image as a list of people',
    'a folder of `NAME.jpg.predictions.json`, or one; a video: JSON lines with `frame` and `predictions`',
    'a list of `keypoints` without an `image_id`', _BODIES, suffix='.predictions')
VITPOSE = Container(
    'ViTPose JSON', 'easy_ViTPose', '`NAME_result.json`',
    '`keypoints` by frame and person, y before x, beside the joints\' names in `skeleton`', _BODIES, suffix='_result')
MEDIAPIPE = Container(
    'landmarks JSON', 'MediaPipe Pose; pose-detection of TensorFlow.js (by its names)',
    "JSON: landmarks under the image's name, beside an `image`, or in a file named after it",
    'objects with `x`, `y`, `visibility`; 33 of them, or each with its `name`', ('mediapipe33',), belief=ALL_ALIKE)
CSV = Container(
    'CSV', 'anything',
    'CSV with commas, semicolons, tabs, bars or blanks: a row for each person (and image) or for each joint',
    "names of joints in the header or in a column, or numbers of them; else the first cells' number", _TABLES)
ARRAYS = Container(
    'array', "anything; LSP's `joints.mat`",
    'NPZ (`keypoints` (N, K, 2 to 4), `names` of images, `joint_names`; or `est_joints`), NPY, pickles, MATLAB',
    'the arrays\' names and shapes; `joint_names` if there', _TABLES)
CONTAINERS = (OPENPOSE, COCO, MMPOSE, MMPOSE_DEMO, ULTRALYTICS, YOLO, EASYMOCAP, OPENPIFPAF, VITPOSE, MEDIAPIPE, CSV,
              ARRAYS)


def layout_of(container: Container, count: int, name: str | None) -> KeypointFormat:
    """The format of people with ``count`` joints in a container: that called ``name``, if given, else the usual one.

    Raises InputError where no format, or not this one, has so many, or where it is not clear which is meant.
    """
    if name is not None:
        entry = format_named(name)
        if len(entry.joints) != count:
            raise InputError(f'{counted(count, "joint")} per person; {entry.name} has {len(entry.joints)}')
        return entry
    known = tuple(of_count(count))
    usual = [entry for entry in known if entry.name in container.orders]
    if len(usual) == 1:
        return usual[0]
    if known:
        names = ' or '.join(f'--format {entry.name}' for entry in known)
        raise InputError(f'{count} joints per person, whose order {container.name} does not tell: say {names}')
    counts = sorted({(len(entry.joints), entry.name) for entry in map(format_named, container.orders)})
    raise InputError(f'{counted(count, "joint")} per person; wanted '
                     + ', '.join(f'{number} ({name})' for number, name in counts))
