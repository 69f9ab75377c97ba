"""More evidence than one photograph, on people of known pose and shape: joints in 3D, and a disturbed estimate.

    python -m tests.evaluation.more [--people N] [--seed N] [--poses KIND] [--model_dir DIR]

Prints tables of joint errors in mm, after Procrustes alignment and pelvis on pelvis. What was chosen, on ``--poses
training`` (NOTES.md): evidence.points3d.PER_METRE, evidence.anchor.SIGMA_RADIANS, fitting.evidenced.NEAR.
"""

import argparse
from dataclasses import replace

import numpy as np
from threadpoolctl import threadpool_limits

from lib.body.all_points import all_points
from lib.body.kinematics import pose_body
from lib.body.skeleton import LSP_NAMES, N_POINTS, POINT_NAMES
from lib.fitting import Estimate, FitOptions, Problem, fit_many
from lib.model_files import MODEL_DIR, ModelSet
from lib.outputs.metrics import joint_error
from tests.evaluation.experiments import Sight, see
from tests.evaluation.measures import Measure
from tests.evaluation.people import N_BETAS, POSE_KINDS, draw_people
from tests.evaluation.texts import table

#: Which of the points are given.
GIVEN = {"SMPL's 24 joints": [name != 'head_top' for name in POINT_NAMES],
         'shoulders to ankles (COCO)': [name in LSP_NAMES and name not in ('neck', 'head_top') for name in POINT_NAMES]}
#: Standard deviations of noise: of each coordinate of 3D joints, m; of each number of a pose, rad; of joints, px.
POINT_NOISES, POSE_NOISES, SIGHT_NOISES = (0., .01, .02, .04), (0., .02, .05, .1, .2, .3), (3., 8.)


class Everyone:
    """The people, where their points are, and how far off the fits of their problems are."""

    def __init__(self, models, people, seed):
        self.models, self.people, self.seed = models, people, seed
        self._measure = Measure(models)

    def _posed(self, person, betas, pose):
        return pose_body(self._measure.tracked(person.gender), betas[None], pose[None])

    def off(self, bodies):
        """Joint errors of bodies (betas, pose), in mm, aligned and not, as a text."""
        rows = []
        for person, body in zip(self.people, bodies):
            joints, true = (self._posed(person, *it).joints[0] for it in (body, (person.betas, person.pose)))
            rows.append([1e3 * joint_error(joints, true, aligned) for aligned in (True, False)])
        return ' / '.join(f'{error:.1f}' for error in np.mean(rows, axis=0))

    def points(self, given, noise):
        """Points (25, 4) of each, in the camera's frame."""
        rng = np.random.default_rng([self.seed, 2])
        places = [all_points(self._posed(person, person.betas, person.pose))[0] + person.translation
                  for person in self.people]
        return [np.column_stack([place + rng.normal(0., noise, (N_POINTS, 3)), given]) for place in places]

    def estimates(self, noise):
        """The truth with noise in the pose, and the mean shape."""
        rng = np.random.default_rng([self.seed, 3])
        return [Estimate(person.pose + rng.normal(0., noise, len(person.pose)), np.zeros(N_BETAS))
                for person in self.people]

    def fitted(self, problems, **options):
        """How far off fits are."""
        fits = dict(fit_many(problems, self.models, FitOptions(**options)))
        return self.off([(fits[i].betas, fits[i].pose) for i in range(len(problems))])


def points_table(models, people, seed):
    """Joints in 3D alone."""
    everyone, rows = Everyone(models, people, seed), []
    for name, given in GIVEN.items():
        rows.append([name, *(everyone.fitted([Problem.without_photograph(points, person.gender) for person, points
                                              in zip(people, everyone.points(given, noise))])
                             for noise in POINT_NOISES)])
    return table(['noise', *(f'{1e3 * noise:g} mm' for noise in POINT_NOISES)], rows)


def estimates_table(models, people, seed):
    """Photographs with another program's estimate."""
    everyone, rows = Everyone(models, people, seed), []
    for sight in SIGHT_NOISES:
        problems, _ = see(people, Sight(sight), seed)
        for noise in POSE_NOISES:
            estimates = everyone.estimates(noise)
            known = [replace(problem, estimate=estimate) for problem, estimate in zip(problems, estimates)]
            rows.append([f'{sight:g} px', f'{noise:g} rad', everyone.off([(it.betas, it.pose) for it in estimates]),
                         *(everyone.fitted(known, stay_near=near) for near in (None, 30., 0.))])
        rows.append([f'{sight:g} px', 'no estimate, restarts', '', everyone.fitted(problems, restarts='gmm'), '', ''])
    head = ['joints', 'estimate', 'before', 'by how well it explains', '`--stay_near 30`', '`--stay_near 0`']
    return table(head, rows)


def main():
    parser = argparse.ArgumentParser(description='Measure what 3D points and estimates give.')
    parser.add_argument('--people', type=int, default=300, help='how many (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=0, help='of everything random (default: %(default)s)')
    parser.add_argument('--poses', choices=POSE_KINDS, default='heldout', help='whose poses (default: %(default)s)')
    parser.add_argument('--model_dir', default=MODEL_DIR, help='folder of the models (default: models)')
    options = parser.parse_args()
    models = ModelSet(options.model_dir)
    people = draw_people(models, options.poses, options.people, options.seed)
    with threadpool_limits(1):
        for make in points_table, estimates_table:
            print(make(models, people, options.seed), flush=True)


if __name__ == '__main__':
    main()
