"""Which files a fit uses: official SMPL files where they are, else the open ones that ship with the code."""

import os
from functools import cached_property, lru_cache

from .base.errors import InputError
from .body.body_model import load_body_model
from .capsule_body import CapsuleBody, load_regressors
from .max_mixture_prior import load_prior

GENDERS = ('male', 'female', 'neutral')
OFFICIAL_BODIES = {'neutral': 'basicModel_neutral_lbs_10_207_0_v1.0.0.pkl',
                   'female': 'basicModel_f_lbs_10_207_0_v1.0.0.pkl',
                   'male': 'basicmodel_m_lbs_10_207_0_v1.0.0.pkl'}
REGRESSORS = {gender: f'regressors_locked_normalized_{"hybrid" if gender == "neutral" else gender}.npz'
              for gender in GENDERS}
PRIOR = 'gmm_08.pkl'
#: Folder of the open files within the model folder.
OPEN = 'open'
_HERE = os.path.dirname(os.path.abspath(__file__))
#: The model folder that comes with the code: inside the installed package, beside lib/ in a checkout.
MODEL_DIR = next(filter(os.path.isdir, [os.path.join(_HERE, 'models')]), os.path.join(os.path.dirname(_HERE), 'models'))


class ModelSet:
    """The model files in ``model_dir``, read when first needed and kept.

    A body found under its official name is taken with the official capsule regressors; else the open body with
    its own. The official pose prior is preferred the same way.
    """

    def __init__(self, model_dir):
        if not os.path.isdir(model_dir):
            raise InputError(f'{model_dir}: no such model folder; give one with --model_dir')
        self.model_dir = model_dir
        self.body = lru_cache(maxsize=None)(self._body)

    def body_path(self, gender):
        """Path of the body model for ``gender``. Raises InputError where there is none."""
        return self._first(OFFICIAL_BODIES[gender], os.path.join(OPEN, f'{gender}.pkl'))

    def prior_path(self):
        """Path of the pose prior. Raises InputError where there is none."""
        return self._first(PRIOR, os.path.join(OPEN, PRIOR))

    def regressor_path(self, gender):
        """Path of the capsule regressors made for the body of ``gender``."""
        return os.path.join(os.path.dirname(self.body_path(gender)), REGRESSORS[gender])

    def check(self, genders, options):
        """Read what fitting ``genders`` under FitOptions needs. Raises InputError where a file is missing or wrong."""
        self.prior  # noqa: B018  (read now rather than in the first fit)
        for gender in genders:
            body = self.body(gender).tracked(options.n_betas)
            if options.interpenetration:
                self.capsules(gender, body)

    def files(self, genders, options):
        """Paths by what they are of the files that fitting ``genders`` under FitOptions reads."""
        out = {'pose prior': self.prior_path()}
        for gender in genders:
            out[f'{gender} body'] = self.body_path(gender)
            if options.interpenetration:
                out[f'{gender} capsules'] = self.regressor_path(gender)
        return out

    def describe(self, genders):
        """A line for each body, and one for the prior: what is used and from where."""
        lines = [f'{gender} body: {self.body(gender).name} ({self.body_path(gender)})' for gender in genders]
        return lines + [f'pose prior: {self.prior_path()}']

    def _first(self, *names):
        for name in names:
            path = os.path.join(self.model_dir, name)
            if os.path.isfile(path):
                return path
        raise InputError(f'{self.model_dir}: holds neither {" nor ".join(names)}; put the model files there or give '
                         'their folder with --model_dir')

    def _body(self, gender):
        return load_body_model(self.body_path(gender))

    def capsules(self, gender, body):
        """The CapsuleBody of ``gender`` for its TrackedBody ``body``."""
        return CapsuleBody(body, load_regressors(self.regressor_path(gender)))

    @cached_property
    def prior(self):
        """The pose prior, a MaxMixturePrior."""
        return load_prior(self.prior_path())
