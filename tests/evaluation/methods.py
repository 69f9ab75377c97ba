"""Ways of fitting that are compared: options of the program, and terms of the objective left out."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import SimpleNamespace
from unittest import mock

import numpy as np

from lib.base.errors import InputError
from lib.fitting import FitOptions, fit_many, optimizers, schedule
from lib.max_mixture_prior import N_BODY_POSE, MaxMixturePrior, load_prior

_FLAT = 1e12  # variance, radians squared, of a prior that allows every pose


def one_gaussian(prior):
    """The Gaussian with the mixture's mean and covariance, as a prior."""
    weights, covars = np.exp(log_shares(prior)), np.linalg.inv(2. * prior.information)
    mean = weights @ prior.means
    apart = prior.means - mean
    covar = np.einsum('k,kij->ij', weights, covars + apart[:, :, None] * apart[:, None, :])
    return MaxMixturePrior(mean[None], covar[None], np.ones(1))


def log_shares(prior):
    """Logarithms of a MaxMixturePrior's weights, from the rescaled ones: log_weights hold each Gaussian's height."""
    half_log_dets = -0.5 * np.linalg.slogdet(2. * prior.information)[1]
    out = prior.log_weights + half_log_dets
    return out - np.logaddexp.reduce(out)


def no_prior(_):
    """A prior that allows every pose alike, at no cost."""
    prior = MaxMixturePrior(np.zeros((1, N_BODY_POSE)), _FLAT * np.eye(N_BODY_POSE)[None], np.ones(1))
    prior.log_weights = np.zeros(1)  # a large constant would end the minimiser's stages early
    return prior


@dataclass(frozen=True)
class PriorOf:
    """A pose prior of another file, in place of a prior."""

    path: str

    def __call__(self, _):
        return load_prior(self.path)


@dataclass(frozen=True)
class Method:
    """A name and FitOptions; ``prior`` replaces the pose prior, ``angle_share`` the share of its weight for elbows
    and knees, in all stages.

    ``knows_camera``: the camera's true translation is given, as in the paper's experiment with synthetic data.
    """

    name: str
    options: FitOptions = FitOptions()
    prior: object = None
    angle_share: float | None = None
    knows_camera: bool = False

    def fit(self, models, people, problems):
        """A Fit for each of ``problems``, or None where it failed."""
        prior = models.prior if self.prior is None else self.prior(models.prior)
        models = SimpleNamespace(body=models.body, capsules=models.capsules, prior=prior)
        with ExitStack() as stack:
            if self.angle_share is not None:
                stack.enter_context(mock.patch.dict(schedule.SCHEDULES, _with_angle_share(self.angle_share)))
            if self.knows_camera:
                stack.enter_context(mock.patch.object(optimizers, 'DOGLEG', _true_camera(people, problems)))
            fits = dict(fit_many(problems, models, self.options))
        return [None if isinstance(fits[i], InputError) else fits[i] for i in range(len(problems))]


def _with_angle_share(share):
    """The schedules with this share for elbows and knees."""
    return {name: tuple(weights._replace(angle_share=share) for weights in stages)
            for name, stages in schedule.SCHEDULES.items()}


def _true_camera(people, problems):
    """An Optimizer whose camera step finds the orientation, but is told the translation."""
    camera_step = optimizers.DOGLEG.camera_step
    truth = {id(problem): person.translation for person, problem in zip(people, problems)}

    def step(problems, *rest):
        found = camera_step(problems, *rest)
        return [camera._replace(translation=truth[id(problem)]) for problem, camera in zip(problems, found)]
    return optimizers.DOGLEG._replace(camera_step=step)


PUBLISHED = Method('published schedule')
RESTARTS = Method('restarts', FitOptions(restarts='gmm'))
TUNED = Method('restarts, tuned weights', FitOptions(restarts='gmm', weights='tuned'))
PUBLISHED_TUNED = Method('published schedule, tuned weights', FitOptions(weights='tuned'))
KNOWN_CAMERA = Method('published schedule, camera known', knows_camera=True)
MAIN = PUBLISHED, RESTARTS, TUNED


def ablations(method):
    """``method`` without one term or another, by what is left out."""
    return {'all terms': method,
            'no pose prior': replace(method, name=f'{method.name}, no pose prior', prior=no_prior),
            'one Gaussian': replace(method, name=f'{method.name}, one Gaussian', prior=one_gaussian),
            'no angle term': replace(method, name=f'{method.name}, no angle term', angle_share=0.),
            'no interpenetration term': replace(method, name=f'{method.name}, no interpenetration term',
                                                options=replace(method.options, interpenetration=False))}
