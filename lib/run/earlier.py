"""What earlier runs into the same folder fitted: rows that are lost are made again, a video's frames go on from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ..base.errors import InputError
from ..fitting.problem import FitOptions, Problem
from ..inputs.decoding import decode_photograph
from ..inputs.sample import NO_PHOTOGRAPH, DataSet, Sample, make_problem
from ..model_files import ModelSet
from ..outputs.folder import OutFolder
from ..outputs.restore import restored_rows
from ..outputs.result_file import read_result
from .resuming import Found, written

#: By a frame's number: its Samples that an earlier run fitted, with their results.
Earlier = Callable[[int], Iterable[tuple[Sample, Mapping[str, Any]]]]


def nothing(frame: int) -> tuple[()]:
    """An Earlier for what has no frames, or no earlier run."""
    return ()


def earlier_fits(data: DataSet, indices: Iterable[int], folder: OutFolder) -> Earlier:
    """The fits with these ``indices``, whose results are in ``folder``, and are read as they are asked for."""
    @cache
    def by_frame() -> Mapping[int, list[int]]:
        out = defaultdict(list)
        for index in sorted(indices):
            frame = data[index].frame
            if frame is not None:
                out[frame].append(index)
        return out

    def fits(frame: int) -> Iterator[tuple[Sample, Mapping[str, Any]]]:
        for index in by_frame().get(frame, ()):
            yield data[index], read_result(folder.file(index))
    return fits


def restore_rows(data: DataSet, found: Found, models: ModelSet, options: FitOptions) -> None:
    """Add to the summary the rows that it lacks of whole results, as these tell them."""
    paths = {index: found.folder.file(index) for index in found.lost}
    stored = ((data[index], _problem(data, data[index]), read_result(path)) for index, path in paths.items())
    for row, (index, path) in zip(restored_rows(stored, models, options), paths.items()):
        told = '' if index in found.stale else found.checksums[index]
        found.summary.add({**row, 'input': told, 'written': written(path)})


def _problem(data: DataSet, sample: Sample) -> Problem | None:
    try:
        if not sample.photographed:
            return make_problem(sample, NO_PHOTOGRAPH)
        image = data.read(sample)
        if isinstance(image, tuple):
            return None  # what a body in several views costs is told as it is fitted
        return make_problem(sample, decode_photograph(image, sample.name, least=1.).shape)
    except InputError:
        return None  # the photograph is not there any more; the result is
