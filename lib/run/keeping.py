"""Outcomes -> the output folder: files, rows, the page, and what is said of them."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from ..base.errors import printable
from ..inputs.sample import DataSet, Sample
from ..outputs.doubt import file_doubts
from ..outputs.folder import Occupied, images_with_files, remove_result, write_files
from ..outputs.gallery import write_gallery
from ..outputs.report import Report, row_line
from ..outputs.summary import FAILED, Row, Summary
from .batch import Outcomes
from .console import Console
from .stopping import Stop
from .task import Outcome, failure


def keep(work: Outcomes, data: DataSet, samples: Sequence[Sample], summary: Summary, report: Report, out_dir: str,
         console: Console, stop: Stop, single_page: bool = False) -> None:
    """Write the Outcomes that ``work`` yields of the ``samples`` of ``data``, and say what became of them, also when
    stopped. ``single_page``: with all pictures within the page."""
    by_index = {sample.index: sample for sample in samples}
    older = images_with_files(out_dir)
    with _ended(work, data, summary, report, out_dir, console, stop, single_page), console.bar(len(samples)) as bar:
        for outcome in work:
            with stop.held():
                summary.here.check_there()
                if outcome.index in older:  # refitted: nothing of before may pass for this run's
                    remove_result(out_dir, outcome.index)
                outcome = _written(outcome, by_index[outcome.index], summary, out_dir)
                report.add(outcome.row, outcome.joints)
            bar.set_postfix_str(printable(outcome.row['file']), refresh=False)
            bar.update()
            console.detail(outcome.trace + row_line(outcome.row))


def _written(outcome: Outcome, sample: Sample, summary: Summary, out_dir: str) -> Outcome:
    """An Outcome whose row and files are in the folder, or the failed one that it becomes there."""
    summary.add(outcome.row)  # before the files: a row whose pickle is missing does not count, a pickle always does
    try:
        write_files(out_dir, outcome.files)
    except Occupied as error:
        outcome = failure(sample, error)
        summary.add(outcome.row)
    return outcome


@contextlib.contextmanager
def _ended(work: Outcomes, data: DataSet, summary: Summary, report: Report, out_dir: str, console: Console,
           stop: Stop, single_page: bool) -> Iterator[None]:
    """Whatever happens: what is finished is in the summary and on the page, and is told of."""
    try:
        yield
    finally:
        with stop.held():
            work.close()
            for line in report.failures():
                console.error(line)
            summary.here.check_there()
            with summary.here.turn():  # of two runs that end at once, the page of the second has all rows
                rows = summary.finish(partial(_doubts, data))
                write_gallery(out_dir, rows, single_page)
            console.close(report.summary(rows))


def _doubts(data: DataSet, rows: Mapping[int, Row]) -> list[str]:
    """Why all of ``data`` may be wrong: from all of its people and all rows, whichever run they are of."""
    shares = [float(row['error_share'] or 'nan') for row in rows.values() if row['status'] != FAILED]
    samples = [data[index] for index in range(len(data))]
    people = ((sample.joints, sample.confidence) for sample in samples)
    one_scene = any(sample.frame is not None for sample in samples)
    return list(dict.fromkeys([*data.doubts, *file_doubts(shares, people, one_scene)]))
