"""Several calibrated views of people of known pose and shape: how much a second camera, and four, tell.

    python -m tests.evaluation.views [--people N] [--seed N] [--model_dir DIR]

The first camera is the evaluation's; the others stand on a circle about the person, at 90, 180 and 270 degrees. All see
the same joints, each with noise of its own.
"""

import argparse
import time

import numpy as np
from threadpoolctl import threadpool_limits

from lib.base.errors import InputError
from lib.body.kinematics import pose_body, rotation_matrices
from lib.body.projection import FOCAL, project
from lib.body.skeleton import N_LSP, TRACKED_LSP
from lib.fitting import Problem, View, fit_many
from lib.model_files import MODEL_DIR, ModelSet
from tests.evaluation.measures import MEASURES, Measure
from tests.evaluation.people import HEIGHT, WIDTH, draw_people
from tests.evaluation.texts import mean_text, table

COUNTS, NOISES = (1, 2, 4), (0., 3., 8.)
_CENTRE = np.array([WIDTH / 2., HEIGHT / 2.])
_SHOWN = 'pa_joints', 'joints', 'shape'


def views_of(person, body, count, noise, rng):
    """What ``count`` cameras see of a Person on a TrackedBody, noise in px; the world is the first camera's."""
    points = pose_body(body, person.betas[None], person.pose[None]).points[0] + person.translation
    middle = points.mean(axis=0)
    out = []
    for turn in range(count):
        rotation = rotation_matrices(np.array([0., turn * np.pi / 2., 0.]))
        shift = middle - rotation @ middle  # about the person
        joints = np.zeros((N_LSP, 2))
        seen = project((points @ rotation.T)[None], shift[None], np.array([FOCAL]), _CENTRE[None])[0]
        joints[TRACKED_LSP] = seen + rng.normal(size=seen.shape) * noise
        confidence = np.isin(np.arange(N_LSP), TRACKED_LSP).astype(float)
        out.append(View(joints, confidence, _CENTRE, FOCAL, rotation, shift))
    return out


def measured(models, people, count, noise, seed):
    """MEASURES (N, 7) of fits to ``count`` views of everyone, and the processor time of one, ms."""
    rng, measure = np.random.default_rng([seed, count]), Measure(models)
    problems = [Problem.of_views(views_of(person, measure.tracked(person.gender), count, noise, rng), person.gender)
                for person in people]
    start = time.process_time()
    fits = dict(fit_many(problems, models))
    seconds = time.process_time() - start
    rows = [np.full(len(MEASURES), np.nan) if isinstance(fits[i], InputError) else
            measure(person, problems[i], fits[i]) for i, person in enumerate(people)]
    return np.array(rows), 1e3 * seconds / len(people)


def views_table(models, people, seed):
    """The table of all COUNTS and NOISES."""
    rows = []
    for noise in NOISES:
        for count in COUNTS:
            values, ms = measured(models, people, count, noise, seed)
            rows.append([f'{noise:g} px', f'{count}', *(mean_text(values[:, MEASURES.index(name)]) for name in _SHOWN),
                         f'{ms:.0f}'])
    return table(['noise', 'views', 'joints, PA', 'joints', 'shape', 'ms'], rows)


def main(arguments=None):
    parser = argparse.ArgumentParser(description='Fit people of known pose and shape to 1, 2 and 4 calibrated views.')
    parser.add_argument('--people', type=int, default=300, help='how many (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=0, help='of everything random (default: %(default)s)')
    parser.add_argument('--model_dir', default=MODEL_DIR, help='folder of the models (default: models)')
    options = parser.parse_args(arguments)
    models = ModelSet(options.model_dir)
    with threadpool_limits(1):
        print(views_table(models, draw_people(models, 'heldout', options.people, options.seed), options.seed))


if __name__ == '__main__':
    main()
