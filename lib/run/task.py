"""What goes to a worker, and what comes back."""

from dataclasses import dataclass, field, fields

import numpy as np

from ..fitting.problem import FitOptions
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


@dataclass(frozen=True)
class Task:
    """One person to fit: an lsp.Sample with its photograph file's bytes in place of the path."""

    index: int
    name: str
    image: bytes
    joints: np.ndarray
    confidence: np.ndarray
    gender: str
    focal: float
    scale: float
    shown: float
    frame: int

    @classmethod
    def of(cls, sample):
        """The Task of an lsp.Sample. Raises InputError where its photograph cannot be read."""
        shared = {field.name: getattr(sample, field.name) for field in fields(cls) if field.name != 'image'}
        return cls(image=sample.read(), **shared)


@dataclass
class Outcome:
    """What became of a Task: its summary row, and where it was fitted the rest."""

    row: dict
    files: dict = field(default_factory=dict)  # bytes by path in the output folder, the pickle last
    joints: np.ndarray = None  # (24, 3) of the fitted body, metres

    @property
    def failed(self):
        return self.row['status'] == 'failed'
