"""What earlier runs into the same folder fitted: rows that are lost are made again, a video's frames go on from it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from ..base.errors import InputError
from ..fitting.problem import FitOptions, Problem
from ..inputs.decoding import decode_photograph
from ..inputs.sample import DataSet, Sample, make_problem
from ..model_files import ModelSet
from ..outputs.folder import result_path
from ..outputs.restore import restored_rows
from ..outputs.result_file import read_result
from ..outputs.summary import Summary

#: By a frame's number: its Samples that an earlier run fitted, with their results.
Earlier = Callable[[int], Iterable[tuple[Sample, Mapping[str, Any]]]]


def nothing(frame: int) -> tuple[()]:
    """An Earlier for what has no frames, or no earlier run."""
    return ()


def earlier_fits(data: DataSet, indices: Iterable[int], out_dir: str) -> Earlier:
    """The fits with these ``indices``, whose results are in ``out_dir``, and are read as they are asked for."""
    by_frame = defaultdict(list)
    for sample in map(data.__getitem__, sorted(indices)):
        by_frame[sample.frame].append(sample)

    def fits(frame: int) -> Iterator[tuple[Sample, Mapping[str, Any]]]:
        for sample in by_frame.get(frame, ()):
            yield sample, read_result(result_path(out_dir, sample.index))
    return fits


def restore_rows(data: DataSet, finished: Collection[int], summary: Summary, models: ModelSet, options: FitOptions,
                 out_dir: str) -> None:
    """Add to ``summary`` the rows that it lacks of images that are ``finished``, as their results tell them."""
    lost = sorted(set(finished) - summary.rows.keys())
    stored = ((data[index], _problem(data, data[index]), read_result(result_path(out_dir, index))) for index in lost)
    for row in restored_rows(stored, models, options):
        summary.add(row)


def _problem(data: DataSet, sample: Sample) -> Problem | None:
    try:
        return make_problem(sample, decode_photograph(data.read(sample), sample.name, least=1.).shape)
    except InputError:
        return None  # the photograph is not there any more; the result is
