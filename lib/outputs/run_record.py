"""``run.json``: the options, versions and checksums of a run, so that its results can be understood later."""

import hashlib
import importlib.metadata
import json
import os
import platform
from dataclasses import asdict

from ..base.errors import InputError
from ..base.files import read_bytes, read_text, write_file
from ..keypoints.reading import keypoint_paths
from .folder import indices_in, remove_result, result_path

_PACKAGES = ('smplify', 'chumpy', 'opendr', 'numpy', 'scipy', 'opencv-python-headless', 'opencv-python')
#: Inputs whose names, not contents, are in the options, or that do not enter the fit.
_NOT_RECORDED = ('images', 'video', 'ground_truth')
#: What must agree for results to belong into one folder.
_BINDING = ('options', 'data', 'models')


def describe_run(data, settings, models, genders, **more):
    """The record of fitting an lsp.LspDataset under worker.Settings with a ModelSet, as a dict for JSON.

    ``more`` are the options that are not part of the settings.
    """
    return {'options': {**asdict(settings.options), **more},
            'data': {role: _checksum(path) for role, path in data.inputs.items() if role not in _NOT_RECORDED},
            'models': {name: _checksum(path) for name, path in models.files(genders, settings.options).items()},
            'base_dir': os.path.abspath(data.base_dir),
            'versions': {'python': platform.python_version(), **_versions()}}


def _versions():
    out = {}
    for package in _PACKAGES:
        try:
            out[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return out


def _checksum(path):
    """Of a file, or of all JSON files of a folder of keypoints."""
    digest = hashlib.sha256()
    for member in keypoint_paths(path):
        if member != path:
            digest.update(os.path.basename(member).encode('utf-8', 'surrogateescape'))
        digest.update(read_bytes(member))
    return 'sha256:' + digest.hexdigest()


def keep_record(out_dir, record, chosen, overwrite):
    """Write run.json into ``out_dir``, unless the results there were made in another way.

    ``chosen`` are the indices that this run is about. Raises InputError where the folder's results come from other
    options, data or models; with ``overwrite`` only where some of them would stay, and else removes them, so that
    old and new results never stand side by side.
    """
    path = os.path.join(out_dir, 'run.json')
    there = _read(path)
    differing = [] if there is None else _differences(there, record)
    if differing and not overwrite:
        raise InputError(f'{out_dir}: its results were made in another way ({"; ".join(differing)}); choose another '
                         '--out_dir, or pass --overwrite to make them anew')
    if differing:
        there_already = indices_in(out_dir)
        left = sorted(set(there_already) - set(chosen))
        if left:
            raise InputError(f'{out_dir}: its results were made in another way ({"; ".join(differing)}), and '
                             f'{result_path(out_dir, left[0])} would stay as it is; choose another --out_dir')
        for index in there_already:
            remove_result(out_dir, index)
    elif there is not None:
        record = {**record, 'models': {**there['models'], **record['models']}}  # those of other genders' results
    write_file(path, (json.dumps(record, indent=2) + '\n').encode('utf-8'))


def _read(path):
    if not os.path.exists(path):
        return None
    try:
        there = json.loads(read_text(path))
        return {key: dict(there[key]) for key in _BINDING}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f'{path}: not the record of an earlier run ({error}); remove it or choose another --out_dir') \
            from error


def _differences(there, here):
    out = []
    for section in _BINDING:
        for key in sorted(set(there[section]) | set(here[section])):
            before, now = there[section].get(key), here[section].get(key)
            # a body that only one of the runs needed is no contradiction
            if before != now and not (section == 'models' and None in (before, now)):
                out.append(f'{key} {before} there, {now} here' if section == 'options' else f'another {key}')
    return out
