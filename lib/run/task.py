"""What goes to a worker, and what comes back."""

from dataclasses import dataclass, field

import numpy as np

from ..fitting.problem import FitOptions
from ..inputs.sample import Sample
from ..outputs.exports import Exports


@dataclass(frozen=True)
class Settings:
    """What every image of a run shares.

    ``render``: make pictures; ``views``: and more of them, seen from these angles in degrees; ``exports``: and these
    exports.Exports.
    """

    model_dir: str
    options: FitOptions
    render: bool = True
    views: tuple = ()
    exports: Exports = Exports()


@dataclass(frozen=True, eq=False)
class Task:
    """One person to fit: a Sample and its photograph file's bytes."""

    sample: Sample
    image: bytes


@dataclass
class Outcome:
    """What became of a Task: its summary row, and where it was fitted the rest."""

    row: dict
    files: dict = field(default_factory=dict)  # bytes by path in the output folder, the pickle last
    joints: np.ndarray = None  # (24, 3) of the fitted body, metres

    @property
    def failed(self):
        return self.row['status'] == 'failed'
