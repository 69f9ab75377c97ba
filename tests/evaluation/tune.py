"""How the restarts' free choices were made: on people posed by clips that the evaluation never sees.

    python -m tests.evaluation.tune [--people N] [--seed N] [--model_dir DIR]

The bones' quantile that gives the camera's depth (camera_step.UNFORESHORTENED), with the published weights, and the
last weights, of the pose prior, of betas and of elbows and knees (schedule.SCHEDULES 'tuned'). Prints the means over
people at several noises.
"""

import argparse
from pathlib import Path
from unittest import mock

import numpy as np

from lib.fitting import camera_step, schedule
from lib.model_files import ModelSet
from lib.objective import STAGES, Weights
from tests.evaluation.experiments import Sight, see
from tests.evaluation.measures import Measure
from tests.evaluation.methods import PUBLISHED, RESTARTS, TUNED
from tests.evaluation.people import draw_people

ROOT = Path(__file__).resolve().parents[2]

QUANTILES = 0.5, 0.6, 0.7, 0.8, 0.9
LAST_WEIGHTS = [Weights(*pair) for pair in ((4.78, 10.), (4.78, 20.), (7., 10.), (7., 15.), (10., 15.), (10., 25.),
                                              (7., 15., .2), (7., 15., .1), (8.5, 15., .15))]
NOISES = 0., 3., 8.


class Trial:
    """The people seen under one noise, px, and what a Method makes of them, as a printed line."""

    def __init__(self, models, people, noise, seed):
        self.models, self.people, self.noise = models, people, noise
        self.problems, _ = see(people, Sight(noise), seed)
        self.measure = Measure(models)

    def say(self, method, label):
        fits = method.fit(self.models, self.people, self.problems)
        rows = [self.measure(*row) for row in zip(self.people, self.problems, fits)]
        pa, joints, _, shape, _, energy, _ = np.mean(rows, axis=0)
        print(f'{self.noise:3g}  {label:28s}  {pa:12.1f}  {joints:9.1f}  {shape:8.1f}  {energy:6.0f}', flush=True)


def main():
    parser = argparse.ArgumentParser(description='Tune the restarts on training people.')
    parser.add_argument('--people', type=int, default=150, help='how many (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=1000, help='of everything random (default: %(default)s)')
    parser.add_argument('--model_dir', default=str(ROOT / 'models'), help='folder of the models (default: %(default)s)')
    options = parser.parse_args()
    models = ModelSet(options.model_dir)
    people = draw_people(models, 'training', options.people, options.seed)
    print('noise, px                          joints PA mm  joints mm  shape mm  energy')
    for noise in NOISES:
        trial = Trial(models, people, noise, options.seed)
        trial.say(PUBLISHED, 'published schedule')
        for quantile in QUANTILES:
            with mock.patch.object(camera_step, 'UNFORESHORTENED', quantile):
                trial.say(RESTARTS, f'restarts, quantile {quantile:g}')
        for weights in LAST_WEIGHTS:
            with mock.patch.dict(schedule.SCHEDULES, tuned=(*STAGES[:-1], weights)):
                trial.say(TUNED, f'restarts, weights {weights.pose:g} {weights.betas:g} {weights.angle_share:g}')


if __name__ == '__main__':
    main()
