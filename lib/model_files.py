"""Which files a fit uses: official SMPL files where they are, else the open ones that ship with the code."""

import os
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Protocol

from .base.errors import InputError, printable
from .base.files import checksum, list_folder, pieces_of
from .body.body_model import BodyModel, load_body_model
from .body.kinematics import TrackedBody
from .capsule_body import CapsuleBody, load_regressors
from .max_mixture_prior import MaxMixturePrior, load_prior

GENDERS = ('male', 'female', 'neutral')
_STEMS = {'male': 'basicmodel_m', 'female': 'basicModel_f', 'neutral': 'basicModel_neutral'}
#: Names of official bodies, the one used first: SMPLify's and SMPL's of version 1.0.0, SMPL's of 1.1.0, today's tools'.
BODIES = {gender: (f'{stem}_lbs_10_207_0_v1.0.0.pkl', f'{stem.lower()}_lbs_10_207_0_v1.1.0.pkl',
                   f'SMPL_{gender.upper()}.pkl', f'SMPL_{gender.upper()}.npz') for gender, stem in _STEMS.items()}
REGRESSORS = {gender: f'regressors_locked_normalized_{"hybrid" if gender == "neutral" else gender}.npz'
              for gender in GENDERS}
PRIOR = 'gmm_08.pkl'
#: Folders within the model folder: of the open files, and of official ones as other tools want them.
OPEN, _SMPL = 'open', 'smpl'
_KNOWN = {name.lower() for names in BODIES.values() for name in names} | {*REGRESSORS.values(), PRIOR}
_SHOWN = 5  # names in a line
_HERE = os.path.dirname(os.path.abspath(__file__))
#: The model folder that comes with the code: inside the installed package, beside lib/ in a checkout.
MODEL_DIR = next(filter(os.path.isdir, [os.path.join(_HERE, 'models')]), os.path.join(os.path.dirname(_HERE), 'models'))


class _Options(Protocol):
    """What of the fitting.FitOptions decides about files."""

    @property
    def n_betas(self) -> int: ...

    @property
    def interpenetration(self) -> bool: ...


class ModelSet:
    """The model files in ``model_dir``, read when first needed and kept.

    Official files are known by their names (BODIES), in any capitals, there or in its folder ``smpl``. An official
    body is taken with the official capsule regressors; where there is none, the open body with its own. The official
    pose prior is preferred the same way. Raises InputError where there is no such folder.
    """

    def __init__(self, model_dir: str) -> None:
        if not os.path.isdir(model_dir):
            raise InputError(f'{model_dir}: no such model folder; give one with --model_dir')
        self.model_dir = model_dir
        self._official = _files_by_name(model_dir)
        self._bodies: dict[str, BodyModel] = {}
        self._checksums: dict[str, str] = {}

    def body_path(self, gender: str) -> str:
        """Path of the body model for ``gender``. Raises InputError where there is none."""
        there = self._official_bodies(gender)
        if there:
            return there[0]
        path = os.path.join(self.model_dir, OPEN, f'{gender}.pkl')
        if os.path.isfile(path):
            return path
        others = self._unknown()
        raise InputError(f'{self.model_dir}: holds no {gender} body model; put {" or ".join(BODIES[gender])} there, or '
                         f'give the folder with --model_dir{f" (not known by name: {others})" if others else ""}')

    def prior_path(self) -> str:
        """Path of the pose prior. Raises InputError where there is none."""
        if PRIOR in self._official:
            return self._official[PRIOR][0]
        path = os.path.join(self.model_dir, OPEN, PRIOR)
        if os.path.isfile(path):
            return path
        raise InputError(f'{self.model_dir}: holds neither {PRIOR}, the pose prior, nor {OPEN}/{PRIOR}; put one there, '
                         'or give the folder with --model_dir')

    def regressor_path(self, gender: str) -> str:
        """Path of the capsule regressors made for the body of ``gender``, whether or not it is there."""
        name = REGRESSORS[gender]
        if self._official_bodies(gender):
            return self._official.get(name, [os.path.join(self.model_dir, name)])[0]
        return os.path.join(self.model_dir, OPEN, name)

    def check(self, genders: Collection[str], options: _Options) -> None:
        """Read what fitting ``genders`` under FitOptions needs. Raises InputError where a file is missing or wrong."""
        self.prior  # noqa: B018  (read now rather than in the first fit)
        bodies = {gender: self.body(gender).tracked(options.n_betas) for gender in genders}
        if not options.interpenetration:
            return
        missing = [path for path in map(self.regressor_path, genders) if not os.path.exists(path)]
        if missing:
            raise InputError(f'{", ".join(missing)}: no such file; put the capsule regressors beside the body models '
                             '(they come with SMPLify), or pass --no_interpenetration')
        for gender, body in bodies.items():
            self.capsules(gender, body)

    def files(self, genders: Iterable[str], options: _Options) -> dict[str, str]:
        """Paths by what they are of the files that fitting ``genders`` under FitOptions reads."""
        out = {'pose prior': self.prior_path()}
        for gender in genders:
            out[f'{gender} body'] = self.body_path(gender)
            if options.interpenetration:
                out[f'{gender} capsules'] = self.regressor_path(gender)
        return out

    def describe(self, genders: Collection[str]) -> list[str]:
        """Lines that say what is used for each gender, from where, and what of the folder was passed over."""
        lines = []
        for gender in genders:
            body, path = self.body(gender), self.body_path(gender)
            lines.append(f'{gender} body: {body.name} ({path})')
            if body.anchor_regressor is body.joint_regressor:
                lines.append(f'{gender} body: without J_regressor_prior; capsules start from the joints of J_regressor')
            lines += [f'{gender} body: passed over: {other}' for other in self._official_bodies(gender)[1:]]
        lines.append(f'pose prior: {self.prior_path()}')
        without = [gender for gender in genders if not self._official_bodies(gender)]
        official = [gender for gender in GENDERS if self._official_bodies(gender)]
        if without and official:
            lines.append(f'{self.model_dir}: has an official body for {" and ".join(official)} only; the open body is '
                         f'used for {" and ".join(without)}, where official ones would be {BODIES[without[0]][0]} or '
                         f'{BODIES[without[0]][2]}')
        if self._unknown():
            lines.append(f'{self.model_dir}: passed over, not known by name: {self._unknown()}')
        return [printable(line) for line in lines]

    def body(self, gender: str) -> BodyModel:
        """The body model of ``gender``. Raises InputError where it is missing or wrong."""
        if gender not in self._bodies:
            self._bodies[gender] = load_body_model(self.body_path(gender))
        return self._bodies[gender]

    def checksum(self, gender: str) -> str:
        """What tells the body model of ``gender`` from others, as run.json has it. Raises InputError as body_path."""
        if gender not in self._checksums:
            self._checksums[gender] = checksum(pieces_of(self.body_path(gender)))
        return self._checksums[gender]

    def capsules(self, gender: str, body: TrackedBody) -> CapsuleBody:
        """The CapsuleBody of ``gender`` for its TrackedBody ``body``."""
        return CapsuleBody(body, load_regressors(self.regressor_path(gender)))

    @cached_property
    def prior(self) -> MaxMixturePrior:
        """The pose prior."""
        return load_prior(self.prior_path())

    def _official_bodies(self, gender: str) -> list[str]:
        """Paths of the official bodies of ``gender``, the one used first."""
        names = [name.lower() for name in BODIES[gender]]
        return [path for name in names for path in self._official.get(name, [])]

    def _unknown(self) -> str:
        """Names of files that may be bodies, but are not known."""
        paths = [path for name, paths in self._official.items() if name not in _KNOWN for path in paths]
        names = [os.path.relpath(path, self.model_dir) for path in paths]
        return ', '.join(names[:_SHOWN]) + (f' and {len(names) - _SHOWN} more' if len(names) > _SHOWN else '')


def _files_by_name(model_dir: str) -> dict[str, list[str]]:
    """Paths of the pickles and npz files in a model folder, and in its folder ``smpl``, by name without capitals."""
    out: dict[str, list[str]] = {}
    for folder in (model_dir, *(os.path.join(model_dir, name) for name in (_SMPL, _SMPL.upper()))):
        for name in list_folder(folder) if os.path.isdir(folder) else ():
            if name.lower().endswith(('.pkl', '.npz')) and os.path.isfile(os.path.join(folder, name)):
                out.setdefault(name.lower(), []).append(os.path.join(folder, name))
    return out
