"""Outcomes -> the output folder: files, rows, the page, and what is said of them."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from functools import partial

from ..base.errors import printable
from ..inputs.sample import DataSet
from ..outputs.doubt import file_doubts
from ..outputs.exported.clip_files import FILM, clip_paths
from ..outputs.folder import Occupied, remove_file, result_path
from ..outputs.page.gallery import write_gallery
from ..outputs.report import Report, row_line
from ..outputs.summary import FAILED, Row
from .batch import Outcomes
from .console import Console
from .plan import Plan
from .resuming import written_then
from .stopping import Stop
from .task import Outcome, failure


def remove_outdated(plan: Plan, clip: str, film: bool) -> None:
    """Remove what there is of a ``clip`` as a whole and holds no longer: all where frames are fitted, which another run
    may end, and where frames get files its film, if a ``film`` is asked for."""
    fitted = any(plan.data[index].error is None for index in plan.fit)
    for path in clip_paths(plan.found.folder.path, clip):
        if fitted or film and plan.files and path.endswith(FILM):
            remove_file(path)


def keep(work: Outcomes, plan: Plan, report: Report, console: Console, stop: Stop, single_page: bool = False) -> None:
    """Write the Outcomes that ``work`` yields of a Plan's samples, and say what became of them, also when stopped.
    ``single_page``: with all pictures within the page."""
    with _ended(work, plan, report, console, stop, single_page), console.bar(len(plan.samples)) as bar:
        for outcome in work:
            with stop.held():
                plan.found.summary.here.check_there()
                if outcome.index in plan.files:
                    line = _add_files(outcome, plan, report)
                else:
                    line = _replace(outcome, plan, report)
            bar.set_postfix_str(printable(outcome.row['file']), refresh=False)
            bar.update()
            console.detail(outcome.trace + line)


def _replace(outcome: Outcome, plan: Plan, report: Report) -> str:
    """Put an Outcome in the place of whatever there is of its image; a line about it."""
    folder, summary, index = plan.found.folder, plan.found.summary, outcome.index
    if index in plan.found.held:  # refitted: nothing of before may pass for this run's
        folder.remove(index)
    moment = time.time_ns()
    row = {**outcome.row, 'input': plan.found.checksums[index]}
    pickle = outcome.files.get(result_path('', index))
    if pickle is not None:
        row['written'] = written_then(moment, len(pickle))
    summary.add(row)  # before the files: a row whose pickle is missing does not count, a pickle always does
    try:
        folder.write(outcome.files, moment)
    except Occupied as error:
        row = {**failure(plan.data[index], error).row, 'input': row['input']}
        summary.add(row)
    report.add(row, outcome.joints)
    return row_line(row)


def _add_files(outcome: Outcome, plan: Plan, report: Report) -> str:
    """Put files beside a result, which stays as it is whatever becomes of them; a line about it."""
    error = outcome.row['message'] if outcome.failed else None
    folder, made = plan.found.folder, {} if outcome.failed else outcome.files
    try:
        folder.write(made, time.time_ns())  # its clock is finer than the disk's, and settings are of a moment
        for name in plan.files[outcome.index].difference(made) if made else ():
            remove_file(folder.place(name))  # an overlay of the other kind, made in another way
        plan.add_what_is_new(outcome.row)
    except Occupied as occupied:
        error = str(occupied)
    report.add_files(outcome.index, error)
    what = 'files only' if error is None else f'files failed: {printable(error)}'
    return f"{outcome.index:04d} {printable(outcome.row['file'])}: {what}"


@contextlib.contextmanager
def _ended(work: Outcomes, plan: Plan, report: Report, console: Console, stop: Stop,
           single_page: bool) -> Iterator[None]:
    """Whatever happens: what is finished is in the summary and on the page, and is told of."""
    summary, folder = plan.found.summary, plan.found.folder
    try:
        yield
    finally:
        with stop.held():
            work.close()
            for line in report.failures():
                console.error(line)
            summary.here.check_there()
            with summary.here.turn():  # of two runs that end at once, the page of the second has all rows
                rows = summary.finish(partial(_doubts, plan.data))
                write_gallery(folder, rows, single_page)
            console.close(report.summary(rows))


def _doubts(data: DataSet, rows: Mapping[int, Row]) -> list[str]:
    """Why all of ``data`` may be wrong: from all of its people and all rows, whichever run they are of."""
    shares = [float(row['error_share'] or 'nan') for row in rows.values() if row['status'] != FAILED]
    people = ((sample.joints, sample.confidence) for sample in map(data.__getitem__, range(len(data))))
    one_scene = len(data) > 0 and data[0].frame is not None
    return list(dict.fromkeys([*data.doubts, *file_doubts(shares, people, one_scene)]))
