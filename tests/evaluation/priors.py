"""Pose priors side by side: how likely each finds poses that it has not seen, and the fits made with it."""

from dataclasses import replace

import numpy as np

from models.make.likelihood import log_likelihood
from tests.evaluation.experiments import NOISE, Sight
from tests.evaluation.methods import MAIN, PriorOf, log_shares, one_gaussian
from tests.evaluation.people import load_poses
from tests.evaluation.texts import mean_text, table

NOISES = 0., NOISE, 8.
#: Kinds of unseen poses, and what they are called.
UNSEEN = {'heldout': 'held-out actions', 'clips': 'held-out clips'}


def priors(other):
    """What replaces the models' prior, by name; ``other`` is the path of a prior to compare, or None."""
    return {'this prior': None, **({} if other is None else {'the other prior': PriorOf(other)}),
            'one Gaussian': one_gaussian}


def plan(other):
    """All (Sight, Method) of the comparison."""
    return [(Sight(noise=noise), _with(method, name, prior))
            for name, prior in priors(other).items() for noise in NOISES for method in MAIN]


def _with(method, name, prior):
    return method if prior is None else replace(method, name=f'{method.name}, {name}', prior=prior)


def comparison(results, models, other):
    """Tables of the log-likelihoods and the joint errors of all priors; ``results`` by kind of poses."""
    return f'{_likelihoods(models.prior, other)}\n\n{_errors(results, other)}'


def _likelihoods(prior, other):
    rows = []
    for name, change in priors(other).items():
        used = prior if change is None else change(prior)
        mixture = {'means': used.means, 'covars': np.linalg.inv(2. * used.information),
                   'weights': np.exp(log_shares(used))}
        rows.append([name, *(f'{log_likelihood(mixture, load_poses(kind)[0][:, 3:]).mean():.1f}'
                             for kind in (*UNSEEN, 'training'))])
    return table(['log-likelihood per frame, nats', *UNSEEN.values(), "this prior's training clips"], rows)


def _errors(results, other):
    rows = []
    for kind, label in UNSEEN.items():
        for noise in NOISES:
            for name, prior in priors(other).items():
                values = (results[kind][Sight(noise=noise), _with(method, name, prior)][0][:, 0] for method in MAIN)
                rows.append([label, f'{noise:g} px', name, *map(mean_text, values)])
    return table(['people in', 'noise', 'prior', *(f'joints, PA: {method.name}' for method in MAIN)], rows)
