"""Markers -> points of the body in metres: which joints they are, in which unit, and whether they can be a body's."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ..base.errors import InputError, quoted
from ..body.skeleton import N_POINTS, POINT_NAMES
from .formats import KeypointFormat, format_named, of_count
from .markers import Markers, read_markers
from .names import joint_named, layout_of_names

#: How many units make a metre.
_UNITS = {'m': 1., 'cm': 100., 'mm': 1000.}
_SPELLED = {'meter': 'm', 'meters': 'm', 'metre': 'm', 'metres': 'm', 'millimeters': 'mm', 'millimetres': 'mm',
            'millimeter': 'mm', 'centimeters': 'cm', 'centimetres': 'cm'}
#: Metres that a person's points span, the largest of height, width and depth; the median of all frames.
_SPANS = .3, 3.
#: Joints that only SMPL has: with them all names mean SMPL's joints.
_OF_SMPL = {'spine3', 'left_collar', 'right_collar'}
#: Markers on the skin as Vicon's Plug-in Gait calls them, without their side; beside any of the first, the others are
#: such markers, too, and not the joints that they are called after.
_SKIN = {'ASI', 'PSI', 'FHD', 'BHD', 'WRA', 'WRB', 'THI', 'TIB'}
_BESIDE_JOINTS = {'SHO', 'ELB', 'KNE', 'ANK'}
_LIMBS = ('shoulder', 'elbow', 'wrist', 'hip', 'knee', 'ankle')
#: The joints that all programs mean by these names.
_COMMON = {*(f'{side}_{part}' for side in ('left', 'right') for part in _LIMBS), 'head_top'}
#: Detectors' hips are in the skin's middle, not in the joint: in the photograph they do not count, here a little.
_HIPS, _HIP_WEIGHT = [POINT_NAMES.index(f'{side}_hip') for side in ('left', 'right')], .2
_FEWEST = 4
#: Left and right limbs may differ by that share of their length, and another order must be so much worse.
_UNEQUAL, _WORSE = .15, 1.5
#: Metres that a knee is off the straight line to count as bent; share of these that bend to the back, and how many.
_BENT, _BACKWARDS, _FEWEST_BENT = .03, .8, 3
_SHOWN = 6


@dataclass(eq=False)
class Points3d:
    """``points`` (N, 25, 4): in the order of skeleton.POINT_NAMES, metres, and how much each counts, 0 where missing.

    ``images`` (N,) and ``rate`` as Markers have them; ``notes``: lines to be said once; ``doubts``: why all may be
    wrong.
    """

    points: np.ndarray
    images: Sequence[str] | None
    rate: float | None
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def read_points3d(path: str, format_name: str | None = None) -> Points3d:
    """The Points3d of a file; ``format_name``: what --format says of the order of points without names.

    Raises InputError where the points are not known, or not in a unit in which they can be a person's.
    """
    markers = read_markers(path)
    try:
        notes: list[str] = []
        positions = markers.positions / _UNITS[_unit(markers, notes)]
        joints = _joints_of(markers, format_name)
    except InputError as error:
        raise InputError(f'{path}: {error}') from None
    points = np.zeros((len(positions), N_POINTS, 4))
    smpl = _OF_SMPL <= set(joints)
    for column, joint in enumerate(joints):
        point = _point_of(joint, smpl)
        if point is not None:
            weight = markers.weight[:, column]
            points[:, point] = np.where(weight[:, None] > 0, np.column_stack([positions[:, column], weight]), 0.)
    if not smpl:
        points[:, _HIPS, 3] *= _HIP_WEIGHT
    return Points3d(points, markers.images, markers.rate, [f'{path}: {note}' for note in notes], _mirrored(points))


def _point_of(joint: str, smpl: bool) -> int | None:
    """The position among POINT_NAMES of a joint; None for what is no joint of SMPL, or another one in its place."""
    if smpl:
        joint = 'pelvis' if joint == 'mid_hip' else joint
        return POINT_NAMES.index(joint) if joint in POINT_NAMES else None
    return POINT_NAMES.index(joint) if joint in _COMMON else None


def _joints_of(markers: Markers, format_name: str | None) -> Sequence[str]:
    """The joint that each point is, '' for none that is known."""
    count = markers.positions.shape[1]
    if format_name is not None:
        layout = format_named(format_name)
        if len(layout.joints) != count and markers.names is None:
            raise InputError(f'--format {layout.name} has {len(layout.joints)} joints, and it has {count} points')
        if len(layout.joints) == count:
            return layout.joints
    if markers.names is None:
        return _of_order(markers.positions, count)
    joints = _of_names(_without_skin(markers.names))
    if sum(_point_of(joint, _OF_SMPL <= set(joints)) is not None for joint in joints) < _FEWEST:
        raise InputError(f'its points are called {quoted(list(markers.names[:_SHOWN]))}, and fewer than {_FEWEST} of '
                         'them are joints that are known, markers on the skin being none; call them left_shoulder and '
                         'so on')
    return joints


def _without_skin(names: Sequence[str]) -> Sequence[str]:
    """``names``, with '' for the markers on the skin that are called after joints: Plug-in Gait's LKNE is beside it."""
    sided = [name[1:].upper() if name[:1].upper() in ('L', 'R') else '' for name in names]
    on_skin = not _SKIN.isdisjoint(sided)
    return ['' if on_skin and part in _BESIDE_JOINTS else name for name, part in zip(names, sided)]


def _of_names(names: Sequence[str]) -> Sequence[str]:
    """The joint that each name means. Raises InputError where two mean the same."""
    try:
        return layout_of_names(names).joints
    except InputError:
        joints = [joint_named(name) or '' for name in names]
    for position, joint in enumerate(joints):
        first = joints.index(joint)
        if joint in _COMMON and first != position:
            raise InputError(f'{quoted(names[first])} and {quoted(names[position])} both mean {joint}; leave one of '
                             'them')
    return joints


def _of_order(positions: np.ndarray, count: int) -> Sequence[str]:
    """The order of ``count`` points without names: of all known ones that under which left and right limbs are as
    long. Raises InputError where there is none, or several."""
    layouts: list[tuple[float, KeypointFormat]] = sorted(
        ((_inequality(positions, layout), layout) for layout in of_count(count)), key=lambda pair: pair[0])
    if not layouts:
        raise InputError(f'its {count} points have no names, and no order of as many joints is known; name them, as '
                         'joint_names of an npz file, or in a CSV file')
    best, layout = layouts[0]
    others = [worse for worse, other in layouts if _limbs_of(other) != _limbs_of(layout)]
    if best > _UNEQUAL or any(worse <= _WORSE * best for worse in others):
        names = ' or '.join(layout.name for _, layout in layouts)
        raise InputError(f'the order of its {count} points is not clear; say it with --format {names}')
    return layout.joints


def _limbs_of(layout: KeypointFormat) -> list[int]:
    """Where the limbs' joints stand in a format."""
    return [layout.joints.index(f'{side}_{part}') if f'{side}_{part}' in layout.joints else -1
            for part in _LIMBS for side in ('left', 'right')]


def _inequality(positions: np.ndarray, layout: KeypointFormat) -> float:
    """By how much left and right limbs differ in length, as a share; infinite where the format lacks them."""
    out = []
    for first, second in (('shoulder', 'elbow'), ('elbow', 'wrist'), ('hip', 'knee'), ('knee', 'ankle')):
        ends = [[f'{side}_{part}' for part in (first, second)] for side in ('left', 'right')]
        if not {name for pair in ends for name in pair} <= set(layout.joints):
            return np.inf
        left, right = (np.linalg.norm(np.diff(positions[:, [layout.joints.index(name) for name in pair]], axis=1)[:, 0],
                                      axis=1) for pair in ends)
        with np.errstate(all='ignore'):
            out.append(np.abs(left - right) / (left + right))
    found = np.concatenate(out)
    found = found[np.isfinite(found)]
    return 2. * float(np.median(found)) if len(found) else np.inf


def _unit(markers: Markers, notes: list[str]) -> str:
    """The unit that the file names, or in which a person has a person's size; with a line to be said where guessed."""
    known = np.where((markers.weight > 0)[..., None], markers.positions, np.nan)
    known = known[np.isfinite(known[..., 0]).sum(axis=1) >= _FEWEST]
    if not len(known):
        raise InputError(f'no frame has {_FEWEST} points')
    span = float(np.median((np.nanmax(known, axis=1) - np.nanmin(known, axis=1)).max(axis=1)))
    told = None if markers.unit is None else markers.unit.strip().lower()
    told = _SPELLED.get(told or '', told)
    fitting = [unit for unit, per_metre in _UNITS.items() if _SPANS[0] * per_metre <= span <= _SPANS[1] * per_metre]
    if told in _UNITS:
        if told not in fitting:
            likely = f'; are they {fitting[0]}?' if fitting else ''
            raise InputError(f'says that it is in {told}, and people would span {span / _UNITS[told]:.3g} m{likely}')
        return told
    if not fitting:
        raise InputError(f'does not tell its unit, and people span {span:.3g}, which is no size in m, cm or mm')
    if told:
        notes.append(f'says that it is in {quoted(told)}, and known are m, cm and mm: people span {span:.3g}, taken '
                     f'for {fitting[0]}')
    elif fitting[0] != 'm':
        notes.append(f'does not tell its unit: people span {span:.0f}, taken for {fitting[0]}')
    return fitting[0]


def facing(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where bodies (N, 25, 4) look, and where up is to them, as vectors (N, 3), NaN where the torso is not known."""
    places = np.where(points[..., 3:] > 0, points[..., :3], np.nan)
    left_hip, right_hip, left_shoulder, right_shoulder = (places[:, POINT_NAMES.index(name)] for name in (
        'left_hip', 'right_hip', 'left_shoulder', 'right_shoulder'))
    up = left_shoulder + right_shoulder - left_hip - right_hip
    return np.cross(left_hip - right_hip + left_shoulder - right_shoulder, up), up


def _mirrored(points: np.ndarray) -> list[str]:
    """What to say where knees bend the wrong way: left and right are swapped, or an axis is."""
    places = np.where(points[..., 3:] > 0, points[..., :3], np.nan)
    ahead = facing(points)[0]
    with np.errstate(all='ignore'):
        ahead = ahead / np.linalg.norm(ahead, axis=1, keepdims=True)
    forward = []
    for side in ('left', 'right'):
        hip, knee, ankle = (places[:, POINT_NAMES.index(f'{side}_{part}')] for part in ('hip', 'knee', 'ankle'))
        forward.append(((knee - .5 * (hip + ankle)) * ahead).sum(axis=1))
    bent = np.concatenate(forward)
    bent = bent[np.abs(bent) > _BENT]
    if len(bent) < _FEWEST_BENT or (bent < 0).mean() < _BACKWARDS:
        return []
    return ['the knees of the 3D points bend backwards: they may be mirrored (a left-handed frame), or left and right '
            'swapped']
