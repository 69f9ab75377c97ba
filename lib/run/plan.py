"""What is left to do: whom to fit, and for whom only to make files, from a result that is there."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from ..base.errors import InputError
from ..fitting.problem import Fit
from ..inputs.sample import DataSet, Sample
from ..outputs.folder import result_path
from ..outputs.kinds import kinds, missing
from ..outputs.result_file import read_result
from ..outputs.settings import outdated
from ..outputs.stored_rows import StoredRows
from ..outputs.summary import SURE, Row, files_row, summary_path
from .resuming import Found
from .task import Fitted, Outcome, RunOptions, Task


class Samples(Sequence[Sample]):
    """The Samples of some ``indices``, made as they are asked for."""

    def __init__(self, data: DataSet, indices: Sequence[int]) -> None:
        self._data, self._indices = data, indices

    def __len__(self) -> int:
        return len(self._indices)

    @overload
    def __getitem__(self, position: int) -> Sample: ...

    @overload
    def __getitem__(self, position: slice) -> 'Samples': ...

    def __getitem__(self, position: int | slice) -> 'Sample | Samples':
        if isinstance(position, slice):
            return Samples(self._data, self._indices[position])
        return self._data[self._indices[position]]


class Plan:
    """What a run does for the ``chosen`` indices of a DataSet, of which some were Found done.

    ``fit``: whom to fit; ``files``: the names, in the flat layout, of the files that results lack, or that look as
    other options had them, none where only the row lacks something; ``skipped``: who lacks nothing. All by index.
    """

    def __init__(self, data: DataSet, chosen: Sequence[int], found: Found, how: RunOptions, overwrite: bool) -> None:
        self.data, self.found = data, found
        done = frozenset() if overwrite else found.done
        self.fit = [index for index in chosen if index not in done]
        self.files: dict[int, frozenset[str]] = {}
        photographs = len(data) == 0 or data[0].photographed
        wanted = kinds(how.render, how.views, how.overlay, how.exports, how.cameras, photographs)
        for index in chosen:
            if index not in done:
                continue
            lacking = [*missing(wanted, found.held, index),
                       *outdated(wanted, found.settings, found.folder, found.held, index)]
            if lacking or how.uncertainty and not (index in found.known and found.known[index].sure):
                self.files[index] = frozenset(result_path('', index, *kind) for kind in lacking)
        self.skipped = [index for index in chosen if index in done and index not in self.files]
        #: Of all who are to be fitted or get files, in order.
        self.samples = Samples(data, sorted([*self.fit, *self.files]))

    def task(self, sample: Sample) -> Task:
        """What is to be done for one of ``samples``. Raises InputError where its photograph cannot be read."""
        image, names = self.data.read(sample), self.files.get(sample.index)
        if names is not None:
            try:
                fit = stored_fit(self.found.folder.file(sample.index))
                return Task(sample, image, Fitted(fit, Outcome(files_row(sample))), names)
            except InputError:  # damaged without a trace in its time and size
                del self.files[sample.index]
        return Task(sample, image)

    def add_what_is_new(self, row: Row) -> None:
        """Put what the ``row`` of an image that got files tells of how sure its fit is into the summary's row."""
        new = {key: row[key] for key in SURE if row[key]}
        if new:
            index = int(row['index'])
            self.found.summary.add({**self._rows[index], **new})

    @cached_property
    def _rows(self) -> StoredRows:
        return StoredRows(summary_path(self.found.folder.path))

    def said(self) -> Iterator[str]:
        """Lines about results that were made of something else."""
        stale = self.found.stale
        if stale:
            again = len(stale.intersection(self.fit))
            yield (f'of other joints, genders or sizes than are given now: {len(stale)} of {len(self.found.whole)} '
                   f'results; made anew: {again}, not among the images asked for: {len(stale) - again}')


def stored_fit(path: str) -> Fit:
    """The Fit of a result pickle, without the way to it. Raises InputError where it holds none."""
    result = read_result(path)
    body = result.pop('body', '')
    return Fit(**result, body=body, runs=(), chosen=0, camera_steps=0)
