"""What a run finds in its folder: which results are there, whole, and of the joints and genders that it reads."""

import os
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..base.errors import InputError, quoted
from ..inputs.fingerprint import input_checksums
from ..inputs.sample import DataSet
from ..outputs.exported.export_names import ExportNames
from ..outputs.folder import Held, OutFolder
from ..outputs.lock import AtWork
from ..outputs.result_file import is_result
from ..outputs.run_record import Agreement, agree, keep_record, made_in_another_way, names_of, would_stay
from ..outputs.settings import Setting
from ..outputs.stored_rows import Known, known_rows
from ..outputs.summary_file import Summary

#: Results of other joints or genders that are made anew without a question, however many of all they are.
_FEW = 10


@dataclass(frozen=True)
class Found:
    """The output folder as a run finds it.

    ``held``: which files are there; ``settings``: how they look; ``known``: what rows of earlier runs tell, by index;
    ``summary``: for this run's; ``checksums``: by index, of what each image's fit is made from now; ``whole``: the
    indices of whole results, of which those that are ``stale`` were made from something else.
    """

    folder: OutFolder
    held: Held
    settings: Mapping[str, Setting]
    known: Mapping[int, Known]
    summary: Summary
    checksums: Sequence[str]
    whole: frozenset[int]
    stale: frozenset[int]

    @property
    def done(self) -> frozenset[int]:
        """Indices of results that are whole, and of today's data."""
        return self.whole - self.stale

    @property
    def lost(self) -> list[int]:
        """Indices of whole results whose rows are missing."""
        return sorted(index for index in self.whole
                      if index < len(self.checksums) and not _tells_of_result(self.known.get(index)))


def begin(here: AtWork, record: Mapping[str, Any], data: DataSet, chosen: Collection[int], overwrite: bool) -> None:
    """Leave a run's ``record`` in a new folder, or in one all of whose results are made anew, before anything else.

    Raises InputError where the folder's results were made with other options or models.
    """
    with here.turn():
        agree(here, record, len(data), chosen, overwrite, export_names(data))


def find(here: AtWork, data: DataSet, record: Mapping[str, Any], chosen: Collection[int], overwrite: bool) -> Found:
    """Look into the folder where a run is at work, and leave its ``record`` there.

    ``chosen`` are the indices that the run is about. Raises InputError where results there do not go with it; with
    ``overwrite`` only where some of them would stay.
    """
    with here.turn():
        agreement = agree(here, record, len(data), chosen, overwrite, export_names(data))
        folder, checksums = agreement.folder, input_checksums(data, 'motion' in record['options'])
        held, known = folder.held(), known_rows(folder.path)
        whole = frozenset(index for index in held.pickles() if _is_whole(folder, index, known.get(index)))
        stale = _stale(_judged(whole, data, chosen), known, data, checksums, agreement, overwrite)
        _check_stale(stale, whole, agreement, chosen, overwrite)
        if overwrite:
            _remove_others(stale, known, data, folder)
        keep_record(agreement, record, mixed=bool(stale))
        summary = Summary(here, folder)
        summary.leave_out({index for index, row in known.items() if not row.failed and index not in whole})
    return Found(folder, held, agreement.settings, known, summary, checksums, whole, frozenset(stale))


def export_names(data: DataSet) -> ExportNames | None:
    """What the exports of a DataSet are called, None: by number."""
    return ExportNames(dict(enumerate(data.images))) if data.names_exports else None


def _remove_others(stale: Collection[int], known: Mapping[int, Known], data: DataSet, folder: OutFolder) -> None:
    """Remove what a run that makes them anew would leave of ``stale`` results: the exports of other images."""
    if folder.names is None:
        return
    before = replace(folder, names=names_of(known))
    for index in stale:
        if index in known and known[index].file != data.images[index]:
            before.remove(index)


def written_then(moment: int, size: int) -> str:
    """The summary's column ``written`` of a file of ``size`` bytes that gets the time ``moment``, ns since 1970."""
    return f'{moment}/{size}'


def written(path: str) -> str:
    """When, ns, and how large a file was written, as the summary's column of that name has it; '' for none."""
    try:
        found = os.stat(path)
    except OSError:
        return ''
    return f'{found.st_mtime_ns}/{found.st_size}' if stat.S_ISREG(found.st_mode) else ''


def _is_whole(folder: OutFolder, index: int, row: Known | None) -> bool:
    """Whether a pickle holds a whole result. It is read unless it has the time and size that its row says: a file of
    this program has its name only when it is whole and on the disk, and one that changed later has another time."""
    path = folder.file(index)
    trusted = row is not None and not row.failed and row.written == written(path) != ''
    return trusted or is_result(path)


def _tells_of_result(row: Known | None) -> bool:
    return row is not None and not row.failed


def _judged(whole: Collection[int], data: DataSet, chosen: Collection[int]) -> list[int]:
    """The results of which today's input is known: not those of images that are no more, or without joints as nobody
    asks for them and no detector looked."""
    asked = set(chosen)
    return [index for index in sorted(whole)
            if index < len(data) and (index in asked or data[index].error is None)]


def _stale(whole: Collection[int], known: Mapping[int, Known], data: DataSet, checksums: Sequence[str],
           agreement: Agreement, overwrite: bool) -> list[int]:
    """Indices of the results that are of other joints, genders and the like than those of today.

    Where no row tells, files as a whole must be the same. Raises InputError where a result is of another image, and is
    not to be overwritten.
    """
    out = []
    for index in whole:
        row = known.get(index)
        told = row.input if row is not None and not row.failed else ''
        if told == checksums[index]:
            continue
        if row is not None and row.file != data.images[index] and not overwrite:
            raise InputError(f'{agreement.folder.path}: its results are of other images: {index:04d} was '
                             f'{quoted(row.file)}, and here it is {quoted(data.images[index])}; choose another '
                             '--out_dir, or pass --overwrite to make them anew')
        if told or not agreement.same_data:
            out.append(index)
    return out


def _check_stale(stale: Sequence[int], whole: Collection[int], agreement: Agreement, chosen: Collection[int],
                 overwrite: bool) -> None:
    """Raises InputError where too many results are of other data, or some would stay that are to be made anew."""
    how = ', '.join(f'another {role}' for role in agreement.changed) or 'other joints'
    if overwrite:
        left = sorted(set(stale) - set(chosen))
        if left:
            raise would_stay(agreement.folder, how, left[0])
    elif len(stale) > _FEW and 2 * len(stale) > len(whole):
        raise made_in_another_way(agreement.folder, f'{how}: {len(stale)} of {len(whole)} are of other joints, genders '
                                                    'or sizes')
