"""Pickles and MATLAB's files -> what they hold: arrays, or lists and dictionaries as JSON has them."""

from typing import Any

import numpy as np

from ...base.errors import InputError, in_one_line
from ...base.files import read_bytes
from ...base.pickles import load_pickle
from ...body.skeleton import N_LSP
from ..found import Found, Json
from .arrays import of_object
from .json_files import of_data

_HDF5 = b'\x89HDF\r\n\x1a\n'
_DEEPEST = 20


def read_pickle(path: str, format_name: str | None = None) -> Found:
    """What a pickle holds, of any Python. Raises InputError where it is none, or holds something else."""
    data = load_pickle(path)
    return of_object(data, format_name) or of_data(_as_json(data), format_name)


def _as_json(value: Any, depth: int = 0) -> Json:
    """``value`` with lists for arrays and tuples, and text for bytes."""
    if depth > _DEEPEST:
        raise InputError(f'lists or dictionaries in each other more than {_DEEPEST} deep')
    if isinstance(value, dict):
        return {str(_as_json(key)): _as_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(item, depth + 1) for item in value]
    if isinstance(value, bytes):
        return value.decode('utf-8', 'replace')
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def read_mat(path: str, format_name: str | None = None) -> Found:
    """What a file of MATLAB's versions 5 to 7 holds; LSP's joints.mat, and arrays as an NPZ file's.

    Raises InputError where it is none, or holds other things.
    """
    data = read_bytes(path)
    if _HDF5 in data[:1024]:
        raise InputError("a file of MATLAB's version 7.3, which is HDF5; save it by save(..., '-v7')")
    import io

    from scipy.io import loadmat  # which nobody else needs
    try:
        held = loadmat(io.BytesIO(data))
    except Exception as error:  # SciPy raises many kinds for a damaged file
        raise InputError(f'not a complete MATLAB file ({in_one_line(error)})') from None
    arrays = {key: _plain(value) for key, value in held.items() if isinstance(value, np.ndarray)}
    joints = arrays.get('joints')
    if joints is not None and joints.ndim == 3 and joints.shape[:2] == (3, N_LSP):
        arrays['joints'] = joints[:2]  # LSP's third row says which are hidden; their places are known, too
    found = of_object(arrays, format_name)
    if found is None:
        raise InputError(f'lacks keypoints (it holds {", ".join(arrays) or "nothing"})')
    return found


def _plain(value: np.ndarray) -> np.ndarray:
    """An array, or for a cell array of texts these."""
    if value.dtype.kind != 'O':
        return np.char.strip(value) if value.dtype.kind == 'U' else value
    texts = [item.item() for item in value.ravel() if isinstance(item, np.ndarray) and item.size == 1]
    return np.array(texts) if len(texts) == value.size and set(map(type, texts)) == {str} else value
