"""The text of EVALUATION.md: tables of what experiments.py measured."""

import numpy as np

from tests.evaluation.experiments import LEAST_CONFIDENCE, NOISE, Sight, see
from tests.evaluation.measures import MEASURES, OVERLAPPING
from tests.evaluation.methods import KNOWN_CAMERA, MAIN, PUBLISHED, PUBLISHED_TUNED, RESTARTS, TUNED, ablations
from tests.evaluation.people import STATURE_PX, VIEWS
from tests.evaluation.priors import comparison
from tests.evaluation.texts import mean_text, share_text, table

_COLUMN = {name: column for column, name in enumerate(MEASURES)}
_HEADLINE_NOISES = (0., NOISE, 8.)
_ERRORS = 'pa_joints', 'joints', 'vertices', 'shape', 'reprojection'
USUAL = Sight()
ALL = slice(None)


def report(by_kind, people, seed, measure, other, command, minutes, several, points, estimates):
    """EVALUATION.md for ``people`` (drawn by ``seed``) with a measures.Measure.

    ``by_kind`` are results of experiments.carry_out by kind of poses, 'heldout' those of ``people``; ``other`` the path
    of another prior that was tried, or None; ``several``, ``points`` and ``estimates``: the tables of several
    views, of 3D points and of disturbed estimates.
    """
    results = by_kind['heldout']
    guess = [measure.mean_shape_error(person) for person in people]
    return f'''# Evaluation

Everything here was made by

    {command}

in {minutes:.0f} minutes. {len(people)} people: shapes drawn from the open body's normal distribution, half of them
women, poses from motion capture of *actions* that the pose prior has not seen (soccer, directing traffic), turned at
random, seen by a camera of focal length 5000 px, 13 joints projected, Gaussian noise added to each coordinate. **Pixels
are those of the enlarged image, in which a standing person is about {STATURE_PX:.0f} tall** (LSP's photographs have
half of that: their 1.5 px are 3 px here). Every table's noise is {NOISE:g} px where it does not say otherwise. Numbers
are means over people, in mm, ± their standard error; joint errors are over 24 joints, "PA" after Procrustes alignment,
else pelvis on pelvis; "vertices" are posed, "shape" is in the rest pose. ms: processor time per image on one core, in
batches, while the other cores were at work.

What was tuned (the last stage's weights, the quantile of the bones that gives the depth) was tuned on poses of the
clips the prior was made from, by `python -m tests.evaluation.tune` and by folds (NOTES.md), never on these people.

## Restarts against the published schedule

{_headline(results)}

{_gains(results)}

The aim for the restarts was a joint error at least 15 % lower after Procrustes alignment at {NOISE:g} px, and a lower
energy on 90 % of the images. Errors differ more between clips than the intervals over people tell:

{_by_clip(results, people)}

## Pose priors

Each prior, and the single Gaussian with the moments of this one, on {len(people)} people in poses of the held-out
actions, those of all other tables, and on as many in poses of the single clips held out of the actions that the prior
knows (climbing, swinging, walking, bending). The aims for the prior: restarts at least 10 % below the published
schedule on held-out actions at {NOISE:g} px, and at most 2 mm above the other prior's on held-out clips.

{comparison(by_kind, measure.models, other)}

## By view

Frontal, side and back: the chest looks at most 45 degrees from the camera's direction, in between, or away.

{_by_view(results, people)}

## Several calibrated views

Cameras at 90 degrees about the person, each with noise of its own (`views.py`); one is fitted as a photograph is.

{several}

## Joints in 3D, and another program's estimate

Joint errors, PA / pelvis on pelvis (`more.py`). 3D joints with normal noise in each coordinate, fitted without a
photograph; and photographs with an estimate, which is the truth with normal noise on each of the 72 numbers of the
pose, and the mean shape.

{points}

{estimates}

## Shape and pose against noise, and against the number of joints

![shape error](shape_error.png)

![joint error](joint_error.png)

Left as in the paper's figure 4. Always guessing the mean shape: {mean_text(np.array(guess))} mm. With the camera known,
as in the paper's experiment, the joints do tell shape from the mean shape; where the depth has to be guessed too, a
wrong depth goes into the shape. Of the 13 joints the head is left out first, then joints of the limbs by lot, never the
torso. The error bars are standard errors.

{_shape_by_noise(results)}

{_shape_by_joints(results)}

## Confidence

The detector's confidence c is drawn from {LEAST_CONFIDENCE:g} to 1 for each joint, its noise is {NOISE:g} / c px.
People are split by their mean confidence into thirds.

{_by_confidence(results, people, seed)}

## Terms left out

{_ablations(results)}

Overlap: share of people two of whose capsules (of the pairs that are tested) go into each other by more than
{OVERLAPPING:g} mm, with standard error. The truth, which motion capture does not keep from overlapping, has
{share_text(_true_overlap(people, measure) > OVERLAPPING)}.
'''


def _values(results, method, name, sight=USUAL):
    return results[sight, method][0][:, _COLUMN[name]]


def _errors(results, method, sight=USUAL, chosen=ALL):
    return [mean_text(_values(results, method, name, sight)[chosen]) for name in _ERRORS]


_ERROR_HEAD = ['joints, PA', 'joints', 'vertices', 'shape', 'reprojection, px']


def _headline(results):
    rows = []
    for noise in _HEADLINE_NOISES:
        for method in MAIN + (() if noise != NOISE else (PUBLISHED_TUNED, KNOWN_CAMERA)):
            sight = Sight(noise=noise)
            rows.append([f'{noise:g} px', method.name, *_errors(results, method, sight),
                         mean_text(_values(results, method, 'energy', sight), 0), f'{results[sight, method][1]:.0f}'])
    return table(['noise', 'method', *_ERROR_HEAD, 'energy', 'ms'], rows)


def _gains(results):
    rows = []
    for noise in _HEADLINE_NOISES:
        sight = Sight(noise=noise)
        for method in (RESTARTS, TUNED):
            changes = []
            for name in ('pa_joints', 'joints', 'shape'):
                before, after = _values(results, PUBLISHED, name, sight), _values(results, method, name, sight)
                changes.append(f'{_change(before, after)}')
            pa = _values(results, method, 'pa_joints', sight) < _values(results, PUBLISHED, 'pa_joints', sight)
            energies = [_values(results, it, 'energy', sight) for it in (PUBLISHED, method)]
            lower, higher = energies[1] < energies[0], energies[1] > energies[0]
            shares = [share_text(lower), share_text(higher)] if method is RESTARTS else ['other weights'] * 2
            rows.append([f'{noise:g} px', method.name, *changes, share_text(pa), *shares])
    head = ['noise', 'method', 'joints, PA', 'joints', 'shape', 'PA lower', 'energy lower', 'energy higher']
    return ('Change of the mean against the published schedule (95 % interval over people), and the share of people '
            'who gain.\n\n' + table(head, rows))


def _change(before, after, draws=2000):
    """Relative change of the mean, with a bootstrap interval over people."""
    known = np.isfinite(before) & np.isfinite(after)
    before, after = before[known], after[known]
    picks = np.random.default_rng(0).integers(len(before), size=(draws, len(before)))
    low, high = np.percentile(after[picks].mean(axis=1) / before[picks].mean(axis=1) - 1., (2.5, 97.5))
    return f'{100 * (after.mean() / before.mean() - 1):+.0f} % ({100 * low:+.0f} to {100 * high:+.0f})'


def _by_view(results, people):
    return _split(results, 'view', np.array([person.view for person in people]), VIEWS)


def _by_clip(results, people):
    clips = np.array([person.clip for person in people])
    return _split(results, 'clip', clips, sorted(set(clips)))


def _split(results, name, labels, order):
    """Errors of the people of each label."""
    rows = []
    for label in order:
        for method in MAIN:
            rows.append([f'{label} ({np.count_nonzero(labels == label)})', method.name,
                         *_errors(results, method, chosen=labels == label)])
    return table([f'{name} (people)', 'method', *_ERROR_HEAD], rows)


def _shape_by_noise(results):
    sights = sorted({sight for sight, method in results if method is KNOWN_CAMERA and sight.joints == 13},
                    key=lambda sight: sight.noise)
    return _curve_table(results, 'noise, px', [(f'{sight.noise:g}', sight) for sight in sights])


def _shape_by_joints(results):
    sights = sorted({sight for sight, method in results if method is KNOWN_CAMERA and sight.noise == NOISE},
                    key=lambda sight: -sight.joints)
    return _curve_table(results, 'joints given', [(sight.joints, sight) for sight in sights])


def _curve_table(results, name, sights):
    methods = [method for method in (*MAIN, KNOWN_CAMERA) if all((sight, method) in results for _, sight in sights)]
    rows = [[label] + [mean_text(_values(results, method, measure, sight)) for measure in ('shape', 'pa_joints')
                       for method in methods] for label, sight in sights]
    heads = [f'{measure}: {method.name}' for measure in ('shape', 'joints, PA') for method in methods]
    return table([name, *heads], rows)


def _by_confidence(results, people, seed):
    # the confidence that the noise followed is drawn as see() drew it
    confidence = see(people, Sight(unsure=True), seed)[1].mean(axis=1)
    edges = np.quantile(confidence, (0., 1 / 3, 2 / 3, 1.))
    rows = []
    for low, high in zip(edges, edges[1:]):
        chosen = (confidence >= low) & ((confidence < high) | (high == edges[-1]))
        for method in (PUBLISHED, RESTARTS):
            for believed in (True, False):
                rows.append([f'{low:.2f} to {high:.2f}', method.name, 'yes' if believed else 'no, all 1',
                             *_errors(results, method, Sight(unsure=True, believed=believed), chosen)])
    return table(['mean confidence', 'method', 'fit is told', *_ERROR_HEAD], rows)


def _ablations(results):
    rows = []
    for method in (PUBLISHED, RESTARTS):
        for left_out, variant in ablations(method).items():
            overlap = share_text(_values(results, variant, 'overlap') > OVERLAPPING)
            rows.append([method.name, left_out, *_errors(results, variant), overlap,
                         f'{results[USUAL, variant][1]:.0f}'])
    return table(['method', '', *_ERROR_HEAD, 'overlap', 'ms'], rows)


def _true_overlap(people, measure):
    return np.array([1e3 * measure.overlap(person.gender, person.betas, person.pose) for person in people])
