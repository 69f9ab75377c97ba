"""Evaluate the fit on people of known pose and shape, as Bogo et al., section 4.1, did: EVALUATION.md and its pictures.

    python -m tests.evaluation.run [--people N] [--seed N] [--workers N] [--model_dir DIR] [--prior FILE] [--out DIR]

See experiments.py for what is fitted, people.py for who, priors.py for the comparison with the pose prior of --prior.
"""

import argparse
import sys
import time
from pathlib import Path

from threadpoolctl import threadpool_limits

from lib.model_files import ModelSet
from tests.evaluation import priors
from tests.evaluation.experiments import Draw, carry_out, plan
from tests.evaluation.measures import Measure
from tests.evaluation.more import estimates_table, points_table
from tests.evaluation.people import draw_people
from tests.evaluation.plots import draw_plots
from tests.evaluation.tables import report
from tests.evaluation.views import views_table

ROOT = Path(__file__).resolve().parents[2]


def main(arguments=None):
    parser = argparse.ArgumentParser(description='Evaluate the fit on people of known pose and shape.')
    parser.add_argument('--people', type=int, default=300, help='how many, for every point (default: %(default)s)')
    parser.add_argument('--seed', type=int, default=0, help='of everything random (default: %(default)s)')
    parser.add_argument('--workers', type=int, default=2, help='processes (default: %(default)s)')
    parser.add_argument('--model_dir', default=str(ROOT / 'models'), help='folder of the models (default: models)')
    parser.add_argument('--prior', help='another pose prior, to compare')
    parser.add_argument('--out', type=Path, default=Path('out/evaluation'),
                        help='folder for EVALUATION.md and its pictures (default: %(default)s; the tracked one is in '
                        'tests/evaluation)')
    options = parser.parse_args(arguments)
    start, compared = time.perf_counter(), priors.plan(options.prior)
    plans = {'heldout': list(dict.fromkeys([*plan(), *compared])), 'clips': compared}
    results = {kind: carry_out(options.model_dir, Draw(kind, options.people, options.seed), pairs, options.workers,
                               lambda line: print(line, file=sys.stderr)) for kind, pairs in plans.items()}
    models = ModelSet(options.model_dir)
    people = draw_people(models, 'heldout', options.people, options.seed)
    minutes = (time.perf_counter() - start) / 60.
    options.out.mkdir(parents=True, exist_ok=True)
    measure = Measure(models)
    draw_plots(options.out, results['heldout'], [measure.mean_shape_error(person) for person in people])
    beside = '' if options.prior is None else f' --prior {options.prior}'
    command = f'python -m tests.evaluation.run --people {options.people} --seed {options.seed}{beside}'
    with threadpool_limits(1):
        more = [make(models, people, options.seed) for make in (views_table, points_table, estimates_table)]
    text = report(results, people, options.seed, measure, options.prior, command, minutes, *more)
    (options.out / 'EVALUATION.md').write_text(text)
    print(options.out / 'EVALUATION.md')


if __name__ == '__main__':
    main()
