"""Reading and writing files, with what can go wrong said in one line."""

import os

import numpy as np

from .errors import InputError


def load_npz(path, *keys):
    """The arrays ``keys`` of an npz file, as a list.

    Raises InputError, in one line with the path, when the file is missing, is no npz file, is cut short, lacks one
    of them or holds Python objects instead of numbers.
    """
    try:
        with open(path, 'rb') as file:
            if file.read(2) != b'PK':  # np.load would take it for other things, and say so
                raise InputError(f'{path}: not an npz file')
            file.seek(0)
            with np.load(file, allow_pickle=False) as data:
                missing = [key for key in keys if key not in data.files]
                if missing:
                    held = ', '.join(data.files) or 'nothing'
                    raise InputError(f'{path}: lacks {", ".join(missing)} (it holds {held})')
                return [data[key] for key in keys]
    except OSError as error:
        raise InputError(f'{path}: cannot be read ({error.strerror})') from error
    except InputError:
        raise
    except Exception as error:  # numpy and zipfile raise many kinds for a damaged file
        raise InputError(f'{path}: not a complete npz file of numbers ({in_one_line(error)})') from error


def in_one_line(error):
    return ' '.join(f'{type(error).__name__}: {error}'.split())


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
