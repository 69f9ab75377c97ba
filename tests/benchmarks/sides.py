"""Can left for right be told from joints without eyes? What a fit to joints whose sides are exchanged costs.

    python -m tests.benchmarks.sides [--lsp BASE_DIR] [--people N]

From far away, a body and the same one mirrored in depth look alike; with its sides exchanged that is a body, too, with
knees and elbows that bend as they should, seen from behind where it was seen from its front. So only perspective and
the prior can tell. Each image is fitted both ways: of the sample data set, of a data set in LSP's layout where one is
given, and of people of the evaluation at several distances, the focal length known or the published 5000 px. Files have
forty images, drawn from all; one is judged where four in five of its images, or more, are explained better one way.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from lib.base.errors import InputError
from lib.body.kinematics import pose_body
from lib.body.projection import FOCAL, project
from lib.body.skeleton import LSP_NAMES, TRACKED_LSP
from lib.fitting import Problem, fit_many
from lib.model_files import ModelSet
from tests.benchmarks.doubt import ROOT, SIDES, data_set
from tests.evaluation.experiments import Sight, see
from tests.evaluation.people import HEIGHT, N_BETAS, STATURE_PX, WIDTH, Person, draw_people

NOISES = (3., 8.)
#: Metres between camera and person; at the published focal length it is 27.
DISTANCES = (27., 7., 3.5)
FILE, JUDGED, FILES = 40, .8, 10_000
_STATURE = 1.62  # of the evaluation's people, ankle joints to head joint


def energies(models: ModelSet, problems: Sequence[Problem], exchanged: bool) -> np.ndarray:
    """The final energy (N,) of each fit, with its sides ``exchanged`` or not; NaN where it fails."""
    order = SIDES if exchanged else list(range(len(LSP_NAMES)))
    asked = [Problem(problem.joints[order], problem.confidence[order], problem.centre, problem.gender, problem.focal)
             for problem in problems]
    out = np.full(len(asked), np.nan)
    for i, fit in fit_many(asked, models):
        if not isinstance(fit, InputError):
            out[i] = sum(fit.final.energies.values())
    return out


def nearer(models: ModelSet, person: Person, distance: float, focal: float) -> Person:
    """The Person as a camera sees it whose focal length ``focal`` shows it as large from ``distance`` metres."""
    body = models.body(person.gender).tracked(N_BETAS)
    points = pose_body(body, person.betas[None], person.pose[None]).points[0]
    depth = person.translation[2] + .5 * (points[:, 2].min() + points[:, 2].max())
    place = person.translation - [0., 0., depth - distance]
    joints = person.joints.copy()
    joints[TRACKED_LSP] = project(points[None], place[None], np.array([focal]),
                                  np.array([[WIDTH / 2., HEIGHT / 2.]]))[0]
    return replace(person, translation=place, joints=joints)


def scenes(models: ModelSet, people: int, lsp: str | None) -> Iterator[tuple[str, list[Problem]]]:
    """What is fitted, and what it is called."""
    if lsp is not None:
        yield lsp, data_set(lsp)
    yield 'the sample data set', data_set(str(ROOT / 'data'))
    for kind in ('heldout', 'clips'):
        drawn = draw_people(models, kind, people, 0)
        for distance in DISTANCES:
            focal = distance * STATURE_PX / _STATURE
            moved = [nearer(models, person, distance, focal) for person in drawn]
            for noise in NOISES:
                problems = see(moved, Sight(noise=noise), 0)[0]
                for told in ((FOCAL,) if distance == DISTANCES[0] else (focal, FOCAL)):
                    yield f'{kind}, {distance:g} m, {noise:g} px, focal length {"known" if told == focal else FOCAL}', [
                        replace(problem, focal=told) for problem in problems]


def report(models: ModelSet, title: str, problems: list[Problem], rng: np.random.Generator) -> None:
    """Print how many images, and files of them, are explained better as they are than with their sides exchanged."""
    costs = np.array([energies(models, problems, exchanged) for exchanged in (False, True)])
    better = np.diff(costs[:, np.isfinite(costs).all(axis=0)], axis=0)[0] > 0
    votes = rng.choice(better, (FILES, FILE)).mean(axis=1)
    print(f'{title:58} {better.mean():6.1%} of {len(better):<4} {(votes >= JUDGED).mean():8.1%} '
          f'{(votes <= 1. - JUDGED).mean():8.1%}')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--lsp', help='a data set in LSP\'s layout')
    parser.add_argument('--people', type=int, default=300, help='of the evaluation (default: %(default)s)')
    options = parser.parse_args()
    models, rng = ModelSet(str(ROOT / 'models')), np.random.default_rng(0)
    print(f'{"better as they are than exchanged:":58} images         files rightly  wrongly judged')
    for title, problems in scenes(models, options.people, options.lsp):
        report(models, title, problems, rng)


if __name__ == '__main__':
    main()
