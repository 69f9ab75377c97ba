"""How many sound fits are called doubtful, and how many wrong ones are not? The figures behind lib/outputs/doubt.py.

    python -m tests.benchmarks.doubt [--lsp BASE_DIR] [--people N]

The sample data set, people of the evaluation at several noises and, where it is given, a data set in LSP's layout are
fitted from their joints as they are, and from the same joints taken wrongly: in every known order of as many joints, in
an order by lot, with sides or x and y swapped, mirrored, upside down, with missing joints at 0,0, or of the next image.
Of the last nothing can tell where they are a body's: joints are all that is looked at. Files have ten images each.
"""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from lib.base.errors import InputError
from lib.body.skeleton import LSP_NAMES
from lib.fitting import Problem, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import make_problem
from lib.keypoints.formats import FORMATS, same_count
from lib.keypoints.postures import posture_doubts
from lib.keypoints.proportions import order_doubts
from lib.model_files import ModelSet
from lib.outputs.doubt import file_doubts
from lib.outputs.metrics import judge, posed_points, shape_of
from tests.evaluation.experiments import Sight, see
from tests.evaluation.people import draw_people

ROOT = Path(__file__).resolve().parents[2]
FILE = 10
NOISES = (0., 3., 8.)
LSP = FORMATS['lsp']
SIDES = [LSP_NAMES.index({'left': 'right', 'right': 'left'}.get(side, side) + rest) for side, rest in (
    (name.partition('_')[0], ''.join(name.partition('_')[1:])) for name in LSP_NAMES)]

Joints = np.ndarray  # (N, 14, 3): x, y, confidence
Edit = Callable[[Joints], Joints]


def wrong_ways(rng: np.random.Generator) -> Iterator[tuple[str, Edit]]:
    """What can be done to LSP joints, and what it is called."""
    yield 'as they are', lambda joints: joints
    for entry in same_count(LSP):
        order = [LSP_NAMES.index(joint) for joint in entry.joints]
        yield f'{entry.name} taken for lsp', lambda joints, order=order: joints[:, order]
    for number in range(3):
        order = rng.permutation(14)
        yield f'an order by lot, {number + 1}', lambda joints, order=order: joints[:, order]
    yield 'left and right swapped', lambda joints: joints[:, SIDES]
    yield 'x and y swapped', lambda joints: joints[..., [1, 0, 2]]
    yield 'mirrored', lambda joints: joints * [-1, 1, 1] + [400, 0, 0]
    yield 'upside down', lambda joints: joints * [1, -1, 1] + [0, 440, 0]
    for count in (1, 2, 4):
        yield f'{count} missing at 0,0', lambda joints, count=count: _at_corner(joints, count, rng)
    yield "the next image's", lambda joints: np.roll(joints, 1, axis=0)


def _at_corner(joints: Joints, count: int, rng: np.random.Generator) -> Joints:
    out = joints.copy()
    for person in out:
        person[rng.permutation(14)[:count]] = [0., 0., 1.]
    return out


def doubts_of(models: ModelSet, problems: list[Problem], joints: Joints) -> tuple[np.ndarray, list[list[str]], int]:
    """error_share (N,) and doubts of each image that is fitted from ``joints``, and how many cannot be."""
    changed = [Problem(row[:, :2], row[:, 2], problem.centre, problem.gender, problem.focal)
               for row, problem in zip(joints, problems)]
    shares, doubts, failed = np.full(len(problems), np.nan), [['failed']] * len(problems), 0
    for i, fit in fit_many(changed, models):
        if isinstance(fit, InputError):
            failed += 1
            continue
        model = models.body(changed[i].gender)
        points = posed_points(model.tracked(10), vars(fit))[1]
        judged = judge(points, fit.cam_t, changed[i], 1., shape_of(model, fit.betas))
        shares[i], doubts[i] = judged.share, list(judged.doubts)
    return shares, doubts, failed


def report(models: ModelSet, title: str, problems: list[Problem]) -> None:
    """Print a line for each way to take the joints of ``problems``."""
    print(f'\n{title}, {len(problems)} images{"":14} doubtful images   files named   median share   failed')
    joints = np.array([np.column_stack([np.nan_to_num(problem.joints), problem.confidence]) for problem in problems])
    for name, edit in wrong_ways(np.random.default_rng(0)):
        changed = edit(joints)
        shares, doubts, failed = doubts_of(models, problems, changed)
        files = [slice(start, start + FILE) for start in range(0, len(problems) - FILE + 1, FILE)]
        named = [bool(order_doubts(changed[part], LSP, same_count(LSP))
                      or posture_doubts(changed[part], LSP.joints)
                      or file_doubts(shares[part], [(row[:, :2], row[:, 2]) for row in changed[part]]))
                 for part in files]
        print(f'  {name:28} {100 * np.mean([bool(own) for own in doubts]):20.1f} % {sum(named):9} of {len(files):<3} '
              f'{100 * np.nanmedian(shares):10.1f} % {failed:8}')


def data_set(base_dir: str) -> list[Problem]:
    data = LspDataset(base_dir)
    return [make_problem(data[i], decode_image(data.read(data[i]), data[i].name).shape) for i in range(len(data))]


def people_at(models: ModelSet, count: int, noise: float) -> list[Problem]:
    """People of the evaluation; the neck, which no fit uses, is put where a detector has it."""
    problems = see(draw_people(models, 'heldout', count, 0), Sight(noise=noise), 0)[0]
    for problem in problems:
        shoulders = problem.joints[8:10].mean(axis=0)
        problem.joints[12] = shoulders + .15 * (problem.joints[13] - shoulders)
    return problems


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--lsp', help='a data set in LSP\'s layout')
    parser.add_argument('--people', type=int, default=300, help='of the evaluation (default: %(default)s)')
    options = parser.parse_args()
    models = ModelSet(str(ROOT / 'models'))
    if options.lsp is not None:
        report(models, options.lsp, data_set(options.lsp))
    report(models, 'the sample data set', data_set(str(ROOT / 'data')))
    for noise in NOISES:
        report(models, f'the evaluation, {noise:g} px', people_at(models, options.people, noise))


if __name__ == '__main__':
    main()
