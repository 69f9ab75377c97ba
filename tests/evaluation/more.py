"""More evidence than one photograph, on people of known pose and shape: joints in 3D, and a disturbed estimate.

    python -m tests.evaluation.more [--people N] [--seed N] [--poses KIND] [--model_dir DIR]

Prints tables of joint errors in mm, after Procrustes alignment and pelvis on pelvis. What was chosen by it
(evidence.points3d.PER_METRE, evidence.anchor.SIGMA_RADIANS, fitting.evidenced.NEAR) was chosen with ``--poses
training``, on people that no other figure is of.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from lib.body.all_points import all_points
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_NAMES, N_POINTS, POINT_NAMES
from lib.fitting import FitOptions, Problem, fit_many
from lib.fitting.problem import Estimate
from lib.model_files import ModelSet
from lib.outputs.metrics import joint_error
from tests.evaluation.experiments import Sight, see
from tests.evaluation.people import N_BETAS, POSE_KINDS, draw_people

ROOT = Path(__file__).resolve().parents[2]
#: Which of the points are given.
GIVEN = {"SMPL's 24 joints": [name != 'head_top' for name in POINT_NAMES],
         'shoulders to ankles (COCO)': [name in LSP_NAMES and name not in ('neck', 'head_top') for name in POINT_NAMES]}
#: Standard deviations of noise: of each coordinate of 3D joints, m; of each number of a pose, rad; of joints, px.
POINT_NOISES, POSE_NOISES, SIGHT_NOISES = (0., .01, .02, .04), (0., .02, .05, .1, .2, .3), (3., 8.)


class People:
    """The people, where their points are, and how far off the fits of their problems are."""

    def __init__(self, models, kind, count, seed):
        self.models, self.seed = models, seed
        self.everyone = draw_people(models, kind, count, seed)
        self._bodies = {gender: models.body(gender).tracked(N_BETAS) for gender in ('female', 'male')}

    def posed(self, person, betas, pose):
        return pose_body(self._bodies[person.gender], betas[None], pose[None])

    def off(self, person, betas, pose):
        """Joint errors in mm, aligned and not."""
        joints, true = (self.posed(person, *body).joints[0] for body in ((betas, pose), (person.betas, person.pose)))
        return [1e3 * joint_error(joints, true, aligned) for aligned in (True, False)]

    def points(self, given, noise):
        """Points (25, 4) of each, in the camera's frame."""
        rng = np.random.default_rng([self.seed, 2])
        places = [all_points(self.posed(person, person.betas, person.pose))[0] + person.translation
                  for person in self.everyone]
        return [np.column_stack([place + rng.normal(0., noise, (N_POINTS, 3)), given]) for place in places]

    def estimates(self, noise):
        """The truth with noise in the pose, and the mean shape."""
        rng = np.random.default_rng([self.seed, 3])
        return [Estimate(person.pose + rng.normal(0., noise, len(person.pose)), np.zeros(N_BETAS))
                for person in self.everyone]

    def fitted(self, problems, **options):
        """Mean errors of the fits."""
        with threadpool_limits(1):
            fits = dict(fit_many(problems, self.models, FitOptions(**options)))
        rows = [self.off(person, fits[i].betas, fits[i].pose) for i, person in enumerate(self.everyone)]
        return np.mean(rows, axis=0)


def shown(errors):
    return ' / '.join(f'{error:.1f}' for error in errors)


def table(head, rows):
    for cells in (head, ['---'] * len(head), *rows):
        print(f'| {" | ".join(cells)} |', flush=True)
    print()


def of_points(people):
    """Joints in 3D alone."""
    rows = []
    for name, given in GIVEN.items():
        errors = [people.fitted([Problem.without_photograph(points, person.gender)
                                 for person, points in zip(people.everyone, people.points(given, noise))])
                  for noise in POINT_NOISES]
        rows.append([name, *map(shown, errors)])
    table(['noise', *(f'{1e3 * noise:g} mm' for noise in POINT_NOISES)], rows)


def of_estimates(people):
    """Photographs with another program's estimate."""
    rows = []
    for sight in SIGHT_NOISES:
        problems, _ = see(people.everyone, Sight(sight), people.seed)
        for noise in POSE_NOISES:
            estimates = people.estimates(noise)
            before = np.mean([people.off(person, estimate.betas, estimate.pose)
                              for person, estimate in zip(people.everyone, estimates)], axis=0)
            known = [replace(problem, estimate=estimate) for problem, estimate in zip(problems, estimates)]
            after = [people.fitted(known, stay_near=near) for near in (None, 30., 0.)]
            rows.append([f'{sight:g} px', f'{noise:g} rad', shown(before), *map(shown, after)])
        alone = people.fitted(problems, restarts='gmm')
        rows.append([f'{sight:g} px', 'no estimate, restarts', '', shown(alone), '', ''])
    table(['joints', 'estimate', 'before', 'by how well it explains', '`--stay_near 30`', '`--stay_near 0`'], rows)


def main():
    parser = argparse.ArgumentParser(description='Measure what more evidence gives.')
    parser.add_argument('--people', type=int, default=150, help='how many (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=0, help='of everything random (default: %(default)s)')
    parser.add_argument('--poses', choices=POSE_KINDS, default='heldout', help='whose poses (default: %(default)s)')
    parser.add_argument('--model_dir', default=str(ROOT / 'models'), help='folder of the models (default: %(default)s)')
    options = parser.parse_args()
    people = People(ModelSet(options.model_dir), options.poses, options.people, options.seed)
    of_points(people)
    of_estimates(people)


if __name__ == '__main__':
    main()
