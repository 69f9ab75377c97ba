"""What goes to a worker, and what comes back."""

import traceback
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np

from ..base.errors import InputError, in_one_line, printable
from ..fitting.problem import Fit, FitOptions
from ..inputs.decoding import Image
from ..inputs.sample import Images, Sample
from ..model_files import ModelSet
from ..outputs.detections import Seen
from ..outputs.drawn.pictures import OPACITY
from ..outputs.exported.exports import Exports
from ..outputs.summary import FAILED, Row, failed_row


@dataclass(frozen=True)
class RunOptions:
    """What every image of a run shares.

    ``fit``: how to fit; ``render``: make pictures; ``views``: and more of them, seen from these angles in degrees;
    ``overlay``: 'auto' or 'png', with the body's ``opacity``; ``published``: draw pixels as the published program does,
    which is for LSP's layout; ``exports``: and these exports.Exports; ``cameras``: of
    how many calibrated cameras there are pictures of each person, 0 for photographs; ``uncertainty``: tell how sure
    fits are, of joints that are off by ``noise`` px of the photograph, None: by what is usual.
    """

    model_dir: str
    fit: FitOptions
    render: bool = True
    views: tuple[int, ...] = ()
    overlay: str = 'auto'
    opacity: float = OPACITY
    published: bool = False
    uncertainty: bool = False
    noise: float | None = None
    exports: Exports = Exports()
    cameras: int = 0

    @property
    def told_noise(self) -> float | str | None:
        """What run.json says of ``noise``, None where nobody asks how sure fits are."""
        return None if not self.uncertainty else 'usual' if self.noise is None else self.noise

    @cached_property
    def models(self) -> ModelSet:
        """The model files, which all who have these very RunOptions share; other processes read them themselves."""
        return ModelSet(self.model_dir)

    def __getstate__(self) -> dict[str, Any]:
        return {option.name: getattr(self, option.name) for option in fields(self)}


@dataclass(frozen=True, eq=False)
class Fitted:
    """A ``fit`` whose pictures and exports are still to be made, and the ``outcome`` that gets them.

    Its row and joints stay as they are but for the seconds; files that it has already stay the last.
    """

    fit: Fit
    outcome: 'Outcome'


@dataclass(frozen=True, eq=False)
class Task:
    """One person to fit: a Sample, and its photograph, or those of its views. Where it is ``fitted``, there are only
    pictures and exports to be made; ``names``: those of the files that are wanted of these, None for all."""

    sample: Sample
    image: Image | Images
    fitted: Fitted | None = None
    names: Collection[str] | None = None


@dataclass(frozen=True, eq=False)
class Chunk:
    """Tasks that go to one worker, and the Outcomes of Samples that could not become Tasks."""

    tasks: list[Task]
    failed: list['Outcome']


@dataclass(frozen=True, eq=False)
class Sighting:
    """What the detector saw in the photograph of the Sample with this ``index``."""

    index: int
    seen: Seen


@dataclass(eq=False)
class Outcome:
    """What became of a Sample: its summary row, and where it was fitted the rest.

    ``files`` are bytes by path in the output folder, the pickle last; ``joints`` (24, 3) those of the fitted body in
    metres; ``trace`` is where an error of ours came from.
    """

    row: Row
    files: dict[str, bytes] = field(default_factory=dict)
    joints: np.ndarray | None = None
    trace: str = ''

    @property
    def index(self) -> int:
        """Of the image in its data set."""
        return int(self.row['index'])

    @property
    def failed(self) -> bool:
        """Whether there is no result."""
        return self.row['status'] == FAILED


def failure(sample: Sample, error: Exception) -> Outcome:
    """The Outcome of a Sample that ``error`` kept from being fitted.

    An InputError says itself what is wrong. Anything but that, and lack of memory, is a mistake of the program: the row
    says so, and ``trace`` tells where, but the batch goes on.
    """
    trace = ''
    if isinstance(error, InputError):
        text = str(error)
    elif isinstance(error, MemoryError):
        text = 'there is not enough memory for it'
    else:
        text = f'unexpected {in_one_line(error)}'
        trace = ''.join(traceback.format_exception(error))
    message = text if printable(sample.name) in text else f'{sample.name}: {text}'
    return Outcome(failed_row(sample, message), trace=trace)
