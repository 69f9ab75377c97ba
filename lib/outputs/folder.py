"""The folder of a run's results: which file is where, and what may be removed."""

import os
import re
import tempfile

from ..base.errors import InputError
from ..base.files import cannot_write, is_temporary

#: Folders below OUT that hold files of images, too.
_FOLDERS = '', 'gallery', 'viz'


def result_path(out_dir, index, suffix='.pkl'):
    """Path of the result of image ``index``: OUT/%04d.pkl, or another suffix."""
    return os.path.join(out_dir, f'{index:04d}{suffix}')


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
            for name in filter(is_temporary, os.listdir(folder)):
                os.remove(os.path.join(folder, name))
    except OSError as error:
        raise InputError(f'{out_dir}: cannot be written to ({error.strerror}); choose another --out_dir') from error


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
