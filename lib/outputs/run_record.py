"""``run.json``: the options, versions and checksums of a run, so that its results can be understood later."""

import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from .. import __version__
from ..base.errors import InputError, in_one_line, quoted
from ..base.files import checksum, pieces_of, read_text, write_file
from ..fitting.problem import FitOptions
from ..inputs.sample import DataSet
from ..keypoints.reading import keypoint_paths
from ..model_files import ModelSet
from .folder import RECORD, SUMMARY, indices_in, remove_file, remove_result, result_path
from .lock import AtWork

#: Counts the meanings that run.json and summary.csv have had; folders of others are not gone on with.
_FORMAT = 2
_PACKAGES = ('chumpy', 'opendr', 'numpy', 'scipy', 'opencv-python-headless', 'opencv-python')
#: Inputs whose names, not contents, are in the options, and those that do not enter the fit.
_NOT_RECORDED = ('images', 'ground_truth')
#: What must agree for results to belong into one folder.
_BINDING = ('options', 'data', 'models')
_LARGEST = 1 << 20  # bytes; a record has some 2,000
_NAMED = 3  # differences told in a message


def describe_run(data: DataSet, options: FitOptions, models: ModelSet, genders: Sequence[str]) -> dict[str, Any]:
    """The record of fitting a DataSet's people, of these ``genders``, as a dict for JSON.

    Files count by their content: the same in another folder, or under another name, is the same.
    """
    files = {role: path for role, path in data.inputs.items() if role not in _NOT_RECORDED}
    return {'format': _FORMAT, 'options': {**asdict(options), **data.choices},
            'data': {role: checksum(_pieces(path)) for role, path in files.items()},
            'models': {role: checksum(_pieces(path)) for role, path in models.files(genders, options).items()},
            'files': {role: os.path.abspath(path) for role, path in files.items()},
            'base_dir': os.path.abspath(data.base_dir), 'versions': _versions()}


def _versions() -> dict[str, str]:
    out = {'python': platform.python_version(), 'smplify': __version__}  # of this code, not of what is installed
    for package in _PACKAGES:
        try:
            out[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return out


def _pieces(path: str) -> Iterator[bytes]:
    """Of a file, or of all files of a folder of keypoints, with their names."""
    for member in keypoint_paths(path):
        if member != path:
            yield os.path.basename(member).encode('utf-8', 'surrogateescape')
        try:
            yield from pieces_of(member)
        except InputError:
            if member == path:
                raise
            yield b'unreadable'  # one image's: that image fails


def keep_record(here: AtWork, record: Mapping[str, Any], chosen: Iterable[int], overwrite: bool) -> None:
    """Write run.json into the folder where a run is at work, unless the results there were made in another way.

    ``chosen`` are the indices that this run is about. Raises InputError where the folder's results come from other
    options, data or models; with ``overwrite`` only where some of them would stay, or another run is at work on them,
    and else removes them, so that old and new results never stand side by side.
    """
    own = json.loads(json.dumps(record))  # as it is when read again: tuples are lists
    with here.turn():
        path = os.path.join(here.out_dir, RECORD)
        there = _read(path) if os.path.lexists(path) else None
        differing = [] if there is None else _differences(there, own)
        if differing:
            _clear(here, '; '.join(differing), chosen, overwrite)
        elif there is not None:
            own['models'] = {**there['models'], **own['models']}  # those of other genders' results
        write_file(path, (json.dumps(own, indent=2) + '\n').encode('utf-8'))


def _clear(here: AtWork, differing: str, chosen: Iterable[int], overwrite: bool) -> None:
    """Remove results that were made in another way, or say why that cannot be."""
    if not overwrite:
        raise InputError(f'{here.out_dir}: its results were made in another way ({differing}); choose another '
                         '--out_dir, or pass --overwrite to make them anew')
    told = f'{here.out_dir}: its results were made in another way ({differing})'
    if not here.alone():
        raise InputError(f'{told}, and another run is at work there; choose another --out_dir, or wait for its end')
    indices = indices_in(here.out_dir)
    left = sorted(set(indices) - set(chosen))
    if left:
        raise InputError(f'{told}, and {result_path(here.out_dir, left[0])} would stay as it is; choose another '
                         '--out_dir')
    for index in indices:
        remove_result(here.out_dir, index)
    remove_file(os.path.join(here.out_dir, SUMMARY))


def _read(path: str) -> dict[str, Any]:
    """The format and the binding parts of a record. Raises InputError where it is none."""
    try:
        there = json.loads(read_text(path, _LARGEST))
        return {'format': there.get('format'), **{key: dict(there[key]) for key in _BINDING}}
    except InputError as error:
        raise InputError(f'{error}; choose another --out_dir') from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError(f'{path}: not the record of a run of this program ({in_one_line(error)}); choose another '
                         '--out_dir') from error


def _differences(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    """What binds results together and differs, in words."""
    if there['format'] != here['format']:
        return ['by another version of this program']
    out = []
    for section in _BINDING:
        for key in sorted(set(there[section]) | set(here[section])):
            before, now = there[section].get(key), here[section].get(key)
            # a body that only one of the runs needed is no contradiction
            if before != now and not (section == 'models' and None in (before, now)):
                change = f'{key[:40]} {quoted(before)} there, {quoted(now)} here'
                out.append(change if section == 'options' else f'another {key[:40]}')
    return out if len(out) <= _NAMED else [*out[:_NAMED], f'and {len(out) - _NAMED} more']
