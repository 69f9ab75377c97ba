"""What several test files share: the published program's results as objects, and comparisons."""

from pathlib import Path

import numpy as np

from lib.fitting import FitOptions, Problem
from lib.fitting.camera_step import CameraObjective, Torso
from lib.objective import EnergyModel
from lib.outputs.stored_rows import StoredRows, known_rows

REFERENCE = Path(__file__).parent / 'reference'
GENDERS = {'f': 'female', 'm': 'male', 'n': 'neutral'}
CASES = ('frontal', 'side', 'collide', 'lowconf', 'neutral', 'nointerp', 'nbetas4', 'flength', 'back', 'noisy')


class Case:
    """One fit of the published program: its inputs, and what came of them.

    ``case['run1/stage2/steps']`` reads golden_fits.npz below the case's name.
    """

    def __init__(self, golden, name):
        self._golden, self.name = golden, name
        self.gender = GENDERS[self['gender']]

    def __getitem__(self, key):
        value = self._golden[f'{self.name}/{key}']
        return value.item() if value.ndim == 0 else value

    def keys(self, prefix):
        """Keys of this case that begin with ``prefix``."""
        start = f'{self.name}/'
        return [key[len(start):] for key in self._golden if key.startswith(start + prefix)]

    @property
    def problem(self):
        """The fitting.Problem, enlarged twice as the program does."""
        centre = np.array([self['width'], self['height']], dtype=float)
        return Problem(2. * self['j2d'], self['conf'], centre, self.gender, self['flength'])

    def options(self, **changed):
        """The case's FitOptions, but for ``changed``."""
        return FitOptions(**{'n_betas': self['n_betas'],
                             'side_view_threshold': self['side_view_thsh'],
                             'interpenetration': self['interpenetration'], **changed})

    def energy_model(self, models, **changed):
        """The EnergyModel of the case's objective, with the options ``changed``."""
        options = self.options(**changed)
        body = models.body(self.gender).tracked(options.n_betas)
        capsules = models.capsules(self.gender, body) if options.interpenetration else None
        return EnergyModel(body, models.prior, capsules, options.gradient)

    def torso(self, models):
        """The Torso of the case's body."""
        return Torso(models.body(self.gender).tracked(self['n_betas']), models.prior.weighted_mean)

    def camera_step(self, models):
        """The camera step's CameraObjective and the first guess (1, 3) of the translation."""
        torso = self.torso(models)
        joints, centre = self.problem.joints[None], self.problem.centre[None]
        focal = np.array([self['flength']])
        guess = torso.guess_translation(joints, focal)
        return CameraObjective(torso, joints, focal, centre, guess), guess

    def stages(self):
        """Run (from 0), stage (from 0) and prefix of the keys of every stage of every run."""
        return [(run, stage, f'run{run + 1}/stage{stage + 1}') for run in range(self['runs']) for stage in range(4)]


def relative_error(got, wanted):
    """Largest difference as a share of the largest magnitude wanted."""
    got, wanted = np.asarray(got), np.asarray(wanted)
    assert got.shape == wanted.shape
    scale = np.abs(wanted).max()
    return np.abs(got - wanted).max() / (scale if scale > 0 else 1.)


def central_differences(function, x, step):
    """Jacobian (outputs, len(x)) of ``function`` (n,) -> array at ``x`` by central differences of fourth order."""
    def at(i, steps):
        moved = x.copy()
        moved[i] += steps * step
        return np.array(function(moved), dtype=float).ravel()
    columns = [(8. * (at(i, 1) - at(i, -1)) - (at(i, 2) - at(i, -2))) / (12. * step) for i in range(len(x))]
    return np.stack(columns, axis=1)


def whole_picture(drawing):
    """The picture (height, width, 4) of a Drawing: transparent white where it has nothing."""
    picture = np.full((drawing.height, drawing.width, 4), (255, 255, 255, 0), dtype=np.uint8)
    picture[drawing.box.slices] = drawing.patch
    return picture


def read_summary(path):
    """The rows of a summary.csv by index, in the file's order."""
    rows = StoredRows(str(path))
    return {index: rows[index] for index in known_rows(str(Path(path).parent))}
