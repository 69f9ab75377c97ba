"""lib.drawing against lib.render_model, which asks OpenDR: how many pictures have the same pixels?

    python -m tests.drawing.compare [BASE_DIR ...] [--random N] [--seed S]

Of the fits of data sets in LSP's layout (the sample where none is given), and of N random bodies: poses, shapes, sizes
and cameras, also bodies partly or wholly outside the picture, behind the camera, tiny and huge ones.
"""

import argparse
from collections import Counter
from typing import NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer
from lib.fitting import FitOptions, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import make_problem
from lib.model_files import ModelSet
from lib.render_model import BodyRenderer
from tests.helpers import whole_picture
from tests.program import ROOT, SAMPLE

KINDS = 'usual', 'partly outside', 'outside', 'near the camera', 'behind the camera', 'tiny', 'huge', 'far away'
GENDERS = 'female', 'male', 'neutral'
STATURE = 1.7  # metres


class Body(NamedTuple):
    """A body and its picture: as Drawer.front wants them."""

    vertices: np.ndarray
    translation: np.ndarray
    focal: float
    centre: np.ndarray
    width: int
    height: int


class Pair:
    """A Drawer and OpenDR for each gender; the Drawers share their canvas."""

    def __init__(self, models):
        canvas, bodies = Canvas(), {gender: models.body(gender) for gender in GENDERS}
        sizes = {gender: (body.faces, len(body.v_template)) for gender, body in bodies.items()}
        self.drawers = {gender: Drawer(*size, canvas) for gender, size in sizes.items()}
        self.references = {gender: BodyRenderer(*size) for gender, size in sizes.items()}

    def differing(self, gender, body, degrees):
        """Pixels that differ from OpenDR's: of the ``body``'s picture, and seen from ``degrees`` further round."""
        drawer, reference = self.drawers[gender], self.references[gender]
        pairs = ((drawer.front(*body, published=True), reference.render(*body)),
                 (drawer.turned(body.vertices, degrees), reference.turned_view(body.vertices, degrees)))
        return sum(int((whole_picture(ours) != theirs).any(axis=2).sum()) for ours, theirs in pairs)


def random_body(models, rng):
    """A kind of KINDS, a gender, and a Body of that kind."""
    kind, gender = rng.choice(KINDS), rng.choice(GENDERS)
    pose = rng.normal(0., rng.choice([.05, .3, .8]), 72)
    pose[:3] = rng.normal(0., 1.5, 3)
    vertices = models.body(gender).vertices(rng.normal(0., rng.choice([.5, 2., 5.]), 10), pose)
    width, height = rng.integers(16, rng.choice([60, 400, 700]), 2)
    focal = float(np.exp(rng.uniform(np.log(200.), np.log(8000.))))
    stature = rng.uniform(.3, 1.) * max(width, height)  # pixels
    stature = {'tiny': rng.uniform(1., 8.), 'huge': rng.uniform(3., 30.) * stature, 'far away': .05 * stature}.get(
        kind, stature)
    depth = {'near the camera': rng.uniform(.2, 1.5), 'behind the camera': -rng.uniform(0., 5.)}.get(
        kind, focal * STATURE / stature)
    aside = {'partly outside': 1., 'outside': 4.}.get(kind, .3) * max(width, height) * abs(depth) / focal
    translation = np.array([*rng.normal(0., .5 * aside, 2), depth])
    return kind, gender, Body(vertices, translation, focal, np.array([width, height]) / 2., int(width), int(height))


def fitted_bodies(models, base_dir):
    """Fits of a data set: gender and Body."""
    data = LspDataset(base_dir)
    samples = [data[index] for index in range(len(data))]
    problems = [make_problem(sample, decode_image(data.read(sample), sample.name).shape) for sample in samples]
    for position, fit in fit_many(problems, models, FitOptions()):
        problem, model = problems[position], models.body(problems[position].gender)
        width, height = (2. * problem.centre).astype(int)
        yield problem.gender, Body(model.vertices(fit.betas, fit.pose), fit.cam_t, problem.focal, problem.centre,
                                   int(width), int(height))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('base_dirs', nargs='*', default=[str(SAMPLE)])
    parser.add_argument('--random', type=int, default=300)
    parser.add_argument('--seed', type=int, default=0)
    options = parser.parse_args()
    models = ModelSet(str(ROOT / 'models'))
    pair, rng = Pair(models), np.random.default_rng(options.seed)
    tried, different = Counter(), Counter()
    with threadpool_limits(1):
        cases = [(base_dir, *case) for base_dir in options.base_dirs for case in fitted_bodies(models, base_dir)]
        cases += [random_body(models, rng) for _ in range(options.random)]
        for kind, gender, body in cases:
            tried[kind] += 2
            different[kind] += pair.differing(gender, body, rng.uniform(0., 360.)) > 0
    for kind, count in tried.items():
        print(f'{kind:30} {count:5} pictures, {different[kind]} of them different')


if __name__ == '__main__':
    main()
