"""Is --uncertainty true? The share of true joint coordinates within one and two of the standard deviations it tells.

    python -m tests.evaluation.calibration [--count N] [--seed S] [--model_dir DIR] 
                                           [--recording CALIBRATION KEYPOINTS [--noise PX]]

Of synthetic people whose poses the pose prior has not seen, by the noise of their joints, and with joints missing; or
of a calibrated recording, each camera by itself as a photograph, against the joints triangulated from all, of which
the pelvis is the middle of the hips. A perfect one has 68 and 95 %.
"""

import argparse

import numpy as np
from threadpoolctl import threadpool_limits

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_HIPS, TRACKED_LSP, TRACKED_SMPL
from lib.fitting import FitOptions, Problem, fit_many
from lib.fitting.triangulation import triangulate
from lib.fitting.trust import NOISE, Trust
from lib.fitting.view_starts import rays_of
from lib.model_files import MODEL_DIR, ModelSet
from tests.benchmarks.views import Recording
from tests.evaluation.experiments import Sight, see
from tests.evaluation.people import draw_people

SIGHTS = *(Sight(noise=noise) for noise in (0., 3., 8.)), Sight(noise=3., joints=10), Sight(noise=3., joints=8)
_LIMBS = np.flatnonzero(~np.isin(TRACKED_LSP[:-1], LSP_HIPS))
LEAST = 1.  # px; with less noise than that, told so, nothing is sure but how the detector's joints differ from SMPL's


def places(models, gender, betas, pose, translation):
    """Joints (24, 3): the pelvis before the camera, the others from it."""
    body = models.body(gender).tracked(len(betas))
    joints = pose_body(body, betas[None], pose[None]).joints[0]
    joints[1:] -= joints[0]
    joints[0] += translation
    return joints


def errors_and_sigmas(models, people, sight, seed, options=None):
    """Errors (N, 24, 3), m, of fits of ``people`` under a Sight, and the standard deviations that are told of them."""
    options = options or FitOptions()
    problems, _ = see(people, sight, seed)
    fits = dict(fit_many(problems, models, options))
    kept = [i for i in range(len(problems)) if not isinstance(fits[i], InputError)]
    told = Trust(models, options).of([problems[i] for i in kept], [fits[i] for i in kept],
                                     [max(sight.noise, LEAST)] * len(kept))
    errors = [places(models, people[i].gender, fits[i].betas, fits[i].pose, fits[i].cam_t)
              - places(models, people[i].gender, people[i].betas, people[i].pose, people[i].translation) for i in kept]
    return np.array(errors), np.array([one.sigma for one in told])


def within(errors, sigmas):
    """The shares of ``errors`` within one and two ``sigmas``."""
    return [float((np.abs(errors) < times * sigmas).mean()) for times in (1, 2)]


def line(name, errors, sigmas):
    """A row of the table."""
    cells = [*within(errors[:, 1:], sigmas[:, 1:]), *within(errors[:, 1:, 2], sigmas[:, 1:, 2]),
             *within(errors[:, 0, 2], sigmas[:, 0, 2])]
    rms = (1e3 * np.sqrt(np.square(values[:, 1:]).mean()) for values in (errors, sigmas))
    return f'| {name} | ' + ' | '.join(f'{100 * one:.0f}, {100 * two:.0f}' for one, two in zip(
        cells[::2], cells[1::2])) + ' | ' + ' | '.join(f'{value:.0f}' for value in rms) + ' |'


def of_recording(models, calibration, keypoints, frames, noise):
    """Errors (N, 10, 3), m, of limbs' joints as seen from the pelvis, and what is told of them; NaN where unknown."""
    recording = Recording(calibration, keypoints, frames, 'neutral', 'given')
    views = [(view, triangulate(rays_of(views))) for views in recording.views for view in views]
    problems = [Problem(view.joints, view.confidence, view.centre, 'neutral', view.focal) for view, _ in views]
    fits = dict(fit_many(problems, models))
    kept = [i for i in range(len(problems)) if not isinstance(fits[i], InputError)]
    told = Trust(models, FitOptions()).of([problems[i] for i in kept], [fits[i] for i in kept], [noise] * len(kept))
    errors = []
    for i in kept:
        true = views[i][1] @ views[i][0].rotation.T
        true -= true[LSP_HIPS].mean(axis=0)
        found = places(models, 'neutral', fits[i].betas, fits[i].pose, fits[i].cam_t)
        errors.append(found[TRACKED_SMPL[_LIMBS]] - true[TRACKED_LSP[_LIMBS]])
    return np.array(errors), np.array([one.sigma[TRACKED_SMPL[_LIMBS]] for one in told])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--count', type=int, default=300, help='people (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=20)
    parser.add_argument('--model_dir', default=MODEL_DIR)
    parser.add_argument('--recording', nargs=2, metavar=('CALIBRATION', 'KEYPOINTS'), help='of several cameras')
    parser.add_argument('--noise', type=float, default=NOISE, help='of it, px of 300 (default: %(default)s)')
    options = parser.parse_args()
    models = ModelSet(options.model_dir)
    if options.recording:
        with threadpool_limits(1):
            errors, sigmas = of_recording(models, *options.recording, options.count, options.noise)
        known = np.isfinite(errors)
        one, two = within(errors[known], sigmas[known])
        rms = [1e3 * np.sqrt(np.square(values[known]).mean()) for values in (errors, sigmas)]
        print(f'{len(errors)} pictures: {one:.0%} and {two:.0%}; errors {rms[0]:.0f} mm, told {rms[1]:.0f} mm')
        one, two = within(errors[known[..., 2], 2], sigmas[known[..., 2], 2])
        print(f'their depth alone: {one:.0%} and {two:.0%}')
        return
    people = draw_people(models, 'heldout', options.count, options.seed)
    print('| | joints from the pelvis | their depth alone | the distance | error, mm | told, mm |\n' + 6 * '|---' + '|')
    with threadpool_limits(1):
        for sight in SIGHTS:
            name = f'{sight.noise:g} px, {sight.joints} joints'
            print(line(name, *errors_and_sigmas(models, people, sight, options.seed)), flush=True)


if __name__ == '__main__':
    main()
