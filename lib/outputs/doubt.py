"""Which fits may be wrong, and why: after the fit, an image for itself and a file as a whole.

A body that is far from its joints is wrong, or the joints are; one that is near them may be wrong all the same, where
they do not stand as a body's. Bounds are chosen on right and wrong files: tests/benchmarks/doubt.py prints how many
sound fits are called doubtful and how many wrong ones are not.
"""

from collections.abc import Iterable

import numpy as np

from ..body.projection import project
from ..body.skeleton import LSP_HIPS, LSP_NAMES, N_LSP, POINT_NAMES, TRACKED_LSP
from ..fitting.problem import Problem, possible_joints
from ..keypoints.proportions import NO_BODIES, NO_BODY, misfits

#: Error as a share of the person's extent: beyond the first an image is doubtful, beyond the second where its joints
#: have a misfit beyond the third, too. LSP's 2,000: beyond 10 % on 1.9 % of the images, beyond 5 % on 7.3 %.
_FAR, _RATHER_FAR, _ODD = .10, .05, .5
#: Median error of a file's images: LSP's is 1.6 %. The second counts where the median misfit is beyond 0, too.
_FILE_FAR, _FILE_RATHER_FAR = .04, .03
#: Images from which on a file is judged.
_FEWEST = 10
#: Metres that a person's joints span at most: arms up, with a depth that is off by half.
_TALLEST = 3.5
#: Metres of a body at rest: shorter and taller ones are shapes that make up for a pose. Of 300 people who climb, jump
#: and bend (the evaluation's held-out clips, 3 px) 8.7 % are, with twice the joint error of the rest; of its held-out
#: actions, 0.7 %. A |beta| above 3 have 33 and 9 %, most of them sound.
_STATURES = 1.3, 2.15
#: A joint that far beyond the border, share of the photograph, is outside.
_OUTSIDE = .05
#: Joints of less confidence are hardly believed.
_BELIEVED = .2
#: A joint whose distance is this share of the person, and this many times the others' mean, is wrong alone.
_ALONE, _TIMES = .15, 4.
#: Nearer to the photograph's border than this share of the person, a joint may be where a person is cut.
_BORDER = .03
#: Mean distance to 3D points as a share of what they span: 40 mm of noise in each coordinate leave 3 %.
_POINTS_FAR = .05
#: The error of an estimate before the fit, where it is put best: networks leave 3 to 9 % (0.1 rad of noise on the
#: truth, at most 15), those of other images 10 to 50.
_ESTIMATE_FAR = .20
_OTHER_ORDER = 'they may be in another order than taken for, or be those of several people'


def image_doubts(points: np.ndarray, cam_t: np.ndarray, problem: Problem, share: float) -> list[str]:
    """Why the fit of a Problem may be wrong: its tracked ``points`` (13, 3) and camera translation (3,), metres.

    ``share`` is the reprojection error as a share of the person's extent, NaN where no joint is judged.
    """
    out = _impossible_places(problem)
    if np.isnan(share):
        return [*out, 'no joint is sure enough to judge the fit by']
    extent = float(np.ptp(problem.joints[problem.confidence >= _BELIEVED], axis=0).max())
    odd = misfits(_believed([(problem.joints, problem.confidence)]), LSP_NAMES)[0]
    if share > _FAR:
        likely = _OTHER_ORDER if odd > _ODD else _likely(points, cam_t, problem, extent)
        out.append(f'the body is off its joints by {share:.0%} of the person: {likely}')
    elif odd > NO_BODY or (odd > _ODD and share > _RATHER_FAR):
        out.append(f"the joints do not stand as a body's: {_OTHER_ORDER}")
    span = extent * float(cam_t[2]) / problem.focal
    if span > _TALLEST:
        out.append(f'the person would span {span:.1f} m: the joints do not tell how far away it is')
    return out


def shape_doubts(stature: float) -> list[str]:
    """Why a body of that ``stature``, metres at rest, may be wrong."""
    shortest, tallest = _STATURES
    if shortest <= stature <= tallest:
        return []
    return [f'the body is {stature:.2f} m tall: its size may make up for a limb that is off, or foreshortened']


def point_doubts(apart: np.ndarray, known: np.ndarray, span: float) -> list[str]:
    """Why a fit to 3D points may be wrong, of which those ``known`` (25,) are ``apart`` (K,) from it, metres.

    ``span``: how far they are from each other at most.
    """
    if apart.mean() <= _POINTS_FAR * span:
        return []
    worst = POINT_NAMES[int(np.flatnonzero(known)[np.argmax(apart)])].replace('_', ' ')
    return [f'the body is off its 3D points by {apart.mean() / span:.0%} of the person, the {worst} by '
            f'{apart.max() / span:.0%}: they may be in another order than taken for, or wrong']


def estimate_doubts(share: float) -> list[str]:
    """Why an estimate may be none of this person: it is off the joints by that ``share`` of the person."""
    if not share > _ESTIMATE_FAR:
        return []
    return [f'the estimate of --init is off the joints by {share:.0%} of the person: it may be that of another image '
            'or person']


def file_doubts(shares: Iterable[float], people: Iterable[tuple[np.ndarray, np.ndarray]],
                one_scene: bool = False) -> list[str]:
    """Why a file as a whole may be wrong: the error_share of every image that was fitted, and all ``people`` of it.

    These are pairs of LSP joints (14, 2) and their confidence (14,), fitted or not. ``one_scene``: they are frames of a
    clip, which may all be in one poor minimum, so that their errors alone prove nothing.
    """
    believed = _believed(people)
    odd = misfits(believed, LSP_NAMES)
    odd, judged = odd[np.isfinite(odd)], np.array([share for share in shares if np.isfinite(share)])
    out = []
    misfit = float(np.median(odd)) if len(odd) >= _FEWEST else -np.inf
    share = float(np.median(judged)) if len(judged) >= _FEWEST else 0.
    if misfit > NO_BODIES:
        out.append(f"the joints of most images do not stand as a body's: {_OTHER_ORDER}")
    elif (share > _FILE_FAR and not one_scene) or (share > _FILE_RATHER_FAR and misfit > 0):
        out.append(f'half of the bodies are off their joints by {share:.1%} of the person or more, where 1 to 2 % is '
                   f'usual: {_OTHER_ORDER}, or not in px')
    return out


def _believed(people: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """People (N, 14, 3) without the joints that are hardly believed, or nowhere: NaN, or beyond all pictures."""
    rows = np.array([np.column_stack(person) for person in people]).reshape(-1, N_LSP, 3)
    return possible_joints(np.where(rows[:, :, 2:] < _BELIEVED, 0., rows))


def _impossible_places(problem: Problem) -> list[str]:
    """What is wrong about the places of the joints, whatever the fit."""
    out, believed = [], problem.confidence >= _BELIEVED
    at_corner = [_name(int(joint)) for joint in np.flatnonzero(believed & (problem.joints == 0.).all(axis=1))]
    if at_corner:
        out.append(f'{", ".join(at_corner)} at 0,0 counts as found: a joint that was not has confidence 0')
    size = 2. * problem.centre
    outside = believed & ((problem.joints < -_OUTSIDE * size) | (problem.joints > (1. + _OUTSIDE) * size)).any(axis=1)
    if 3 * outside.sum() > believed.sum():
        out.append(f'{outside.sum()} of {believed.sum()} joints are outside the photograph: they may be those of '
                   'another, or x and y swapped')
    return out


def _likely(points: np.ndarray, cam_t: np.ndarray, problem: Problem, extent: float) -> str:
    """What may have led a body of ``points`` (13, 3) astray whose joints look like one's; ``extent`` in px."""
    projected = project(points[None], cam_t[None], np.array([problem.focal]), problem.centre[None])[0]
    counts = ~np.isin(TRACKED_LSP, LSP_HIPS) & (problem.confidence[TRACKED_LSP] >= _BELIEVED)
    distances = np.where(counts, np.linalg.norm(projected - problem.joints[TRACKED_LSP], axis=1), 0.)
    worst = int(np.argmax(distances))
    others = (distances.sum() - distances[worst]) / max(1, counts.sum() - 1)
    if distances[worst] > max(_ALONE * extent, _TIMES * others):
        return f'the {_name(TRACKED_LSP[worst])} is off by {distances[worst] / extent:.0%}, its detection may be wrong'
    joints = problem.joints[problem.confidence >= _BELIEVED]
    if min(joints.min(), (2. * problem.centre - joints).min()) < _BORDER * extent:
        return 'the person may be cut by the border of the photograph'
    return 'a detection may be wrong, or the pose is one that the fit does not find'


def _name(joint: int) -> str:
    return LSP_NAMES[joint].replace('_', ' ')
