"""A fit as a pickle, and back."""

from typing import Any

import numpy as np

from ..base.errors import InputError
from ..base.pickles import dump_pickle, load_pickle
from ..body.skeleton import N_POSE
from ..fitting.problem import Fit

#: The arrays of a result, and how many numbers each has; betas: as many as were fitted.
_ARRAYS = {'cam_t': 3, 'f': 2, 'pose': N_POSE, 'betas': None}

_LARGEST = 1e12  # metres, px, radians: no fit ends there, and squares of it can still be counted with


def result_bytes(fit: Fit) -> bytes:
    """A Fit as the bytes of its pickle: cam_t, f, pose, betas as published, and the body's name."""
    arrays = {key: np.asarray(getattr(fit, key), dtype=np.float64) for key in _ARRAYS}
    return dump_pickle({**arrays, 'body': fit.body})


def read_result(path: str) -> dict[str, Any]:
    """A result pickle: cam_t (3,), f (2,), pose (72,), betas (n_betas,) float64, and 'body', a text, where it is told.

    Raises InputError where the file is missing, is no result, or holds other shapes, NaN, or absurd numbers.
    """
    data = load_pickle(path)
    if not isinstance(data, dict) or any(key not in data for key in _ARRAYS):
        raise InputError(f'{path}: not a result (wanted {", ".join(_ARRAYS)})')
    out: dict[str, Any] = {key: _numbers(path, key, data[key]) for key in _ARRAYS}
    return {**out, 'body': data['body']} if isinstance(data.get('body'), str) else out


def _numbers(path: str, key: str, value: Any) -> np.ndarray:
    """A vector of as many finite numbers as ``key`` has."""
    if not isinstance(value, np.ndarray) or value.dtype.kind not in 'biuf':
        raise InputError(f'{path}: not a result ({key} is not an array of numbers)')
    array, wanted = value.astype(np.float64).ravel(), _ARRAYS[key]
    if len(array) != wanted if wanted else len(array) == 0:
        raise InputError(f'{path}: not a result ({key} has {len(array)} numbers, wanted {wanted or "some"})')
    if not (np.abs(array) <= _LARGEST).all():
        raise InputError(f'{path}: not a result ({key} holds NaN, or numbers beyond {_LARGEST:g})')
    return array
