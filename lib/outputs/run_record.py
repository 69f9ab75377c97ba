"""``run.json``: the options, versions and checksums of a run, so that its results can be understood later."""

import importlib.metadata
import json
import os
import platform
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any

from .. import __version__
from ..base.errors import InputError, in_one_line, quoted
from ..base.files import checksum, pieces_of, read_bytes, read_text, write_file
from ..fitting.problem import FitOptions
from ..fitting.schedule import SCHEDULES
from ..inputs.estimates import estimate_paths
from ..inputs.sample import DataSet
from ..keypoints.reading import keypoint_paths
from ..model_files import ModelSet
from ..objective import STAGES
from .exported.export_names import ExportNames
from .folder import FLAT, LAYOUTS, RECORD, SUMMARY, OutFolder, layout_for, remove_file
from .lock import AtWork
from .settings import Setting, renewed
from .stored_rows import Known, known_rows

#: Counts the meanings that run.json and summary.csv have had; folders of others than these are not gone on with.
_FORMATS = _WITHOUT_LAYOUT, _FORMAT = 2, 3
_PACKAGES = ('chumpy', 'opendr', 'numpy', 'scipy', 'opencv-python-headless', 'opencv-python')
#: Inputs whose names, not contents, are in the options, and those that do not enter the fit.
_NOT_RECORDED = ('images', 'ground_truth')
#: What must agree for results to belong into one folder, but for the data that are held against each image's result.
_BINDING = ('options', 'data', 'models')
_NAMES = 'names of images'
_BY_IMAGE = ('est_joints', 'genders', 'keypoints', 'joints3d', 'estimates', _NAMES)
_MIXED = 'other files for some results'  # in the place of their checksum
#: What exports are called.
_BY_NUMBER, _BY_IMAGES_NAME = 'by number', "by image's name"
_LARGEST = 1 << 20  # bytes; a record has some 2,000
_NAMED = 3  # differences told in a message


def describe_run(data: DataSet, options: FitOptions, models: ModelSet, genders: Sequence[str]) -> dict[str, Any]:
    """The record of fitting a DataSet's people, of these ``genders``, as a dict for JSON.

    Files count by their content: the same in another folder, or under another name, is the same.
    """
    files = {role: path for role, path in data.inputs.items()
             if role.partition(' of ')[0] not in _NOT_RECORDED}  # 'images of cam_01', of several cameras
    return {'format': _FORMAT, 'options': {**asdict(options), 'weights': _weights(options), **data.choices},
            'data': {**{role: checksum(_pieces(path, role)) for role, path in files.items()},
                     _NAMES: checksum(os.fsencode(name) + b'\0' for name in data.images)},
            'models': {role: checksum(pieces_of(path)) for role, path in models.files(genders, options).items()},
            'files': {role: os.path.abspath(path) for role, path in files.items()},
            'base_dir': os.path.abspath(data.base_dir), 'versions': _versions()}


def _weights(options: FitOptions) -> str:
    """Other weights than the published ones with their numbers, which versions of this program have changed."""
    name = options.weights
    last = SCHEDULES[name][-1]
    return name if last == STAGES[-1] else f'{name} ({", ".join(f"{weight:g}" for weight in last)})'


def _versions() -> dict[str, str]:
    out = {'python': platform.python_version(), 'smplify': __version__}  # of this code, not of what is installed
    for package in _PACKAGES:
        with suppress(importlib.metadata.PackageNotFoundError):
            out[package] = _version(importlib.metadata.distribution(package))
    return out


def _version(package: importlib.metadata.Distribution) -> str:
    """Of an installed package, without its licences, which ``version`` reads, too, as if they were an e-mail."""
    stated = re.search(r'^Version: *(\S+)', package.read_text('METADATA') or '', re.MULTILINE)
    return stated[1] if stated else package.version


def _pieces(path: str, role: str) -> Iterator[bytes]:
    """Of a file, or of all files of a folder of keypoints or of estimates, with their names."""
    for member in estimate_paths(path) if role == 'estimates' else keypoint_paths(path):
        if member != path:
            yield os.path.basename(member).encode('utf-8', 'surrogateescape')
        try:
            yield from pieces_of(member)
        except InputError:
            if member == path:
                raise
            yield b'unreadable'  # one image's: that image fails


@dataclass(frozen=True)
class Agreement:
    """What a run found in its folder: the OutFolder, the ``models`` of earlier runs, whether all results there are of
    the ``same_data`` as far as files tell, and else which of them ``changed``; and the ``settings`` from now on."""

    folder: OutFolder
    models: Mapping[str, str]
    settings: Mapping[str, Setting]
    same_data: bool
    changed: Sequence[str] = ()


def agree(here: AtWork, record: Mapping[str, Any], count: int, chosen: Iterable[int], overwrite: bool,
          names: ExportNames | None = None) -> Agreement:
    """Hold a run's ``record`` against that of the folder where it is at work, within a turn there; where there is none
    it is written at once: without it the folder is not one of ours.

    ``count`` is how many images there are, ``chosen`` the indices that this run is about, ``names`` what exports are
    called where not by number. Raises InputError where the
    folder's results come from other options, models or another video; with ``overwrite`` only where some of them would
    stay, or another run is at work on them, and else removes them, so that old and new never stand side by side.
    """
    path = os.path.join(here.out_dir, RECORD)
    now = record.get('settings', {})
    fresh = Agreement(OutFolder(here.out_dir, layout_for(count), names), {}, renewed({}, now, 0), True)
    if not os.path.lexists(path):
        keep_record(fresh, record, mixed=False)
        return fresh
    there, own = _read(path), json.loads(json.dumps(record))  # as it is when read again: tuples are lists
    differing = _differences(there, own)
    if differing:
        _clear(here, there, '; '.join(differing), chosen, overwrite)
        keep_record(fresh, record, mixed=False)
        return fresh
    changed = [role for role in _BY_IMAGE if there['data'].get(role) != own['data'].get(role)
               and (role != _NAMES or role in there['data'])]  # versions before this one did not note it
    return Agreement(OutFolder(here.out_dir, there['layout'], names), there['models'],
                     renewed(there['settings'], now, time.time_ns()), not changed, changed)


def keep_record(agreement: Agreement, record: Mapping[str, Any], mixed: bool) -> None:
    """Write run.json; ``mixed``: results stay there that were made of other joints or genders than this run reads."""
    sums = {role: _MIXED if mixed and role in _BY_IMAGE else value for role, value in record['data'].items()}
    folder = agreement.folder
    exports = _BY_NUMBER if folder.names is None else _BY_IMAGES_NAME
    own = {**record, 'layout': folder.layout, 'exports': exports, 'data': sums,
           'settings': {name: setting._asdict() for name, setting in agreement.settings.items()},
           'models': {**agreement.models, **record['models']}}  # with those of other genders' results
    path, data = os.path.join(folder.path, RECORD), (json.dumps(own, indent=2) + '\n').encode('utf-8')
    if os.path.islink(path) or not os.path.exists(path) or read_bytes(path) != data:
        write_file(path, data)


def _clear(here: AtWork, there: Mapping[str, Any], differing: str, chosen: Iterable[int], overwrite: bool) -> None:
    """Remove results that were made in another way, of which ``there`` is the record, or say why that cannot be."""
    folder = OutFolder(here.out_dir, there['layout'])
    if not overwrite:
        raise made_in_another_way(folder, differing)
    if not here.alone():
        raise InputError(f'{folder.path}: its results were made in another way ({differing}), and another run is at '
                         'work there; choose another --out_dir, or wait for its end')
    indices = folder.held().pickles()
    left = sorted(set(indices) - set(chosen))
    if left:
        raise would_stay(folder, differing, left[0])
    if there['exports'] == _BY_IMAGES_NAME:
        folder = replace(folder, names=names_of(known_rows(folder.path)))
    for index in indices:
        folder.remove(index)
    remove_file(os.path.join(folder.path, SUMMARY))


def names_of(known: Mapping[int, Known]) -> ExportNames:
    """What the exports of an earlier run are called, of which the rows are ``known``."""
    return ExportNames({index: row.file for index, row in known.items()})


def made_in_another_way(folder: OutFolder, how: str) -> InputError:
    """The error that results of the folder were made otherwise: ``how`` says what differs."""
    return InputError(f'{folder.path}: its results were made in another way ({how}); choose another --out_dir, or pass '
                      '--overwrite to make them anew')


def would_stay(folder: OutFolder, how: str, index: int) -> InputError:
    """The same where --overwrite would not reach the result of image ``index``."""
    return InputError(f'{folder.path}: its results were made in another way ({how}), and {folder.file(index)} would '
                      'stay as it is; choose another --out_dir')


def _read(path: str) -> dict[str, Any]:
    """The format, the layout, what exports are called, settings, and the binding parts of a record.

    Raises InputError where it is none.
    """
    try:
        there = json.loads(read_text(path, _LARGEST))
        out = {'format': there.get('format'), **{key: dict(there[key]) for key in _BINDING}}
        out['options'].pop('images', None)  # of version 1.1.0: what the images are called; now each row says it
        return {**out, 'layout': there['layout'] if there.get('layout') in LAYOUTS else FLAT,
                'exports': there.get('exports'),
                'settings': {name: Setting(setting['value'], int(setting['since']))
                             for name, setting in there.get('settings', {}).items()}}
    except InputError as error:
        raise InputError(f'{error}; choose another --out_dir') from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f'{path}: not the record of a run of this program ({in_one_line(error)}); choose another '
                         '--out_dir') from error


def _change(key: str, before: Any, now: Any) -> str:
    if None in (before, now):
        return f'{key} {quoted(before)} there only' if now is None else f'{key} {quoted(now)} here only'
    return f'{key} {quoted(before)} there, {quoted(now)} here'


def _differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """What binds results together and differs, in words."""
    if there['format'] not in _FORMATS:
        return ['by another version of this program']
    out = []
    for section in _BINDING:
        for key in sorted((set(there[section]) | set(here[section])) - set(_BY_IMAGE)):
            before, now = there[section].get(key), here[section].get(key)
            # a body that only one of the runs needed is no contradiction
            if before != now and not (section == 'models' and None in (before, now)):
                out.append(_change(key[:40], before, now) if section == 'options' else f'another {key[:40]}')
    return out if len(out) <= _NAMED else [*out[:_NAMED], f'and {len(out) - _NAMED} more']
