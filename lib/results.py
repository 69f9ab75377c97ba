"""Fits as files, and back; ``python -m lib.results A B`` compares two folders of them."""

import argparse
import os
import re
import sys
import tempfile

import numpy as np

from .compat import dump_pickle, load_pickle
from .errors import InputError
from .kinematics import rotation_matrices

_ARRAYS = ('cam_t', 'f', 'pose', 'betas')
#: Folders below OUT that hold files of images, too.
_FOLDERS = '', 'gallery', 'viz'
_TEMPORARY = re.compile(r'.+\.(\d+)\.tmp')  # as write_file names them


def result_path(out_dir, index, suffix='.pkl'):
    """Path of the result of image ``index``: OUT/%04d.pkl, or another suffix."""
    return os.path.join(out_dir, f'{index:04d}{suffix}')


def result_bytes(fit):
    """A fitting.Fit as the bytes of its pickle: cam_t, f, pose, betas as published, and the body's name."""
    arrays = {key: np.asarray(getattr(fit, key), dtype=np.float64) for key in _ARRAYS}
    return dump_pickle({**arrays, 'body': fit.body})


def read_result(path):
    """A result pickle as a dict of float64 arrays (and the body's name, where it is recorded).

    Raises InputError where the file is missing or is no result.
    """
    data = load_pickle(path)
    if not isinstance(data, dict) or any(key not in data for key in _ARRAYS):
        raise InputError(f'{path}: not a result (wanted {", ".join(_ARRAYS)})')
    return {**data, **{key: np.asarray(data[key], dtype=np.float64).ravel() for key in _ARRAYS}}


def write_file(path, data):
    """Write bytes, or pieces of them, under a temporary name, then rename: the file is there whole or not at all.

    Raises InputError where the folder cannot be written or the disk is full.
    """
    temporary = f'{path}.{os.getpid()}.tmp'
    try:
        try:
            with open(temporary, 'wb') as file:
                file.writelines([data] if isinstance(data, bytes) else data)
            os.replace(temporary, path)
        finally:
            if os.path.exists(temporary):
                os.remove(temporary)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path, error):
    """The InputError for an OSError on writing ``path``."""
    return InputError(f'{path}: cannot be written ({error.strerror}); make room or choose another --out_dir, then run '
                      'the same command again: it goes on where it stopped')


def make_out_dir(out_dir, *below):
    """Make the output folder, and one ``below`` it, and see that they can be written to, before any work is done.

    What a killed run left half-written there is removed.
    """
    try:
        os.makedirs(os.path.join(out_dir, *below), exist_ok=True)
    except OSError as error:
        raise InputError(f'{out_dir}: cannot be made ({error.strerror}); choose another --out_dir') from error
    try:
        with tempfile.TemporaryFile(dir=out_dir):
            pass
        for folder in {out_dir, os.path.join(out_dir, *below)}:
            for name in filter(_is_left_over, os.listdir(folder)):
                os.remove(os.path.join(folder, name))
    except OSError as error:
        raise InputError(f'{out_dir}: cannot be written to ({error.strerror}); choose another --out_dir') from error


def _is_left_over(name):
    """Whether a file is the half-written one of a process that is no more."""
    match = _TEMPORARY.fullmatch(name)
    if match:
        try:
            os.kill(int(match.group(1)), 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass
    return False


def remove_result(out_dir, index):
    """Remove every file of image ``index``, the pickle first: without it the image counts as not done."""
    of_image = re.compile(rf'{index:04d}[._].*')
    paths = [os.path.join(out_dir, folder, name) for folder in _FOLDERS
             if os.path.isdir(os.path.join(out_dir, folder))
             for name in filter(of_image.fullmatch, os.listdir(os.path.join(out_dir, folder)))]
    for path in sorted(paths, key=lambda path: path != result_path(out_dir, index)):
        try:
            os.remove(path)
        except OSError as error:
            raise cannot_write(path, error) from error


def indices_in(folder):
    """Indices of the results in a folder, sorted. Raises InputError where there is no such folder."""
    if not os.path.isdir(folder):
        raise InputError(f'{folder}: no such folder')
    stems = (os.path.splitext(name) for name in os.listdir(folder))
    return sorted(int(stem) for stem, suffix in stems if suffix == '.pkl' and stem.isdigit())


def difference(a, b):
    """Largest difference of two results, {name: value}.

    ``pose`` is compared as rotations, by the largest element of their difference: a rotation vector may hold the
    same rotation with another number of turns. The others by their largest absolute difference.
    """
    if a['pose'].shape != b['pose'].shape or a['betas'].shape != b['betas'].shape:
        raise InputError('they have other numbers of joints or betas')
    out = {key: float(np.abs(a[key] - b[key]).max()) for key in ('cam_t', 'f', 'betas')}
    turns = [rotation_matrices(result['pose'].reshape(-1, 3)) for result in (a, b)]
    out['pose'] = float(np.abs(turns[0] - turns[1]).max())
    return out


def compare(folder_a, folder_b, tolerance):
    """Compare two folders image by image; yields (index, what differs or None)."""
    in_a, in_b = indices_in(folder_a), indices_in(folder_b)
    for index in sorted(set(in_a) | set(in_b)):
        if index not in in_a or index not in in_b:
            yield index, f'only in {folder_a if index in in_a else folder_b}'
            continue
        try:
            found = difference(read_result(result_path(folder_a, index)), read_result(result_path(folder_b, index)))
        except InputError as error:
            yield index, str(error)
            continue
        over = [f'{key} by {value:.3g}' for key, value in found.items() if not value <= tolerance]
        yield index, ', '.join(over) or None


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='python -m lib.results', description='Compare two folders of results.')
    parser.add_argument('a', help='folder of results')
    parser.add_argument('b', help='folder of results')
    parser.add_argument('--tolerance', type=float, default=1e-6,
                        help='largest difference that counts as equal, for every number (default: %(default)g)')
    options = parser.parse_args(arguments)
    differing = same = 0
    try:
        for index, what in compare(options.a, options.b, options.tolerance):
            if what is None:
                same += 1
            else:
                differing += 1
                print(f'{index:04d}: {what}')
        if not same and not differing:
            raise InputError(f'{options.a} and {options.b} hold no results')
    except InputError as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    print(f'{same} the same within {options.tolerance:g}, {differing} different')
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())
