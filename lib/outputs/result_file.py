"""A fit as a pickle, and back."""

import numpy as np

from ..base.errors import InputError
from ..base.pickles import dump_pickle, load_pickle

_ARRAYS = ('cam_t', 'f', 'pose', 'betas')


def result_bytes(fit):
    """A fitting.Fit as the bytes of its pickle: cam_t, f, pose, betas as published, and the body's name."""
    arrays = {key: np.asarray(getattr(fit, key), dtype=np.float64) for key in _ARRAYS}
    return dump_pickle({**arrays, 'body': fit.body})


def read_result(path):
    """A result pickle as a dict of float64 arrays (and the body's name, where it is recorded).

    Raises InputError where the file is missing or is no result.
    """
    data = load_pickle(path)
    if not isinstance(data, dict) or any(not isinstance(data.get(key), np.ndarray) or data[key].dtype.kind not in 'biuf'
                                         for key in _ARRAYS):
        raise InputError(f'{path}: not a result (wanted {", ".join(_ARRAYS)}, arrays of numbers)')
    return {**data, **{key: np.asarray(data[key], dtype=np.float64).ravel() for key in _ARRAYS}}
