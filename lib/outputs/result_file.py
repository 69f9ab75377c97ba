"""A fit as a pickle, and back."""

import itertools
import struct
from functools import lru_cache
from typing import Any

import numpy as np

from ..base.errors import InputError
from ..base.files import read_bytes
from ..base.pickles import dump_pickle, load_pickle
from ..body.skeleton import N_POSE
from ..fitting.problem import Fit

#: The arrays of a result, and how many numbers each has; betas: as many as were fitted.
_ARRAYS = {'cam_t': 3, 'f': 2, 'pose': N_POSE, 'betas': None}

_LENGTH = struct.Struct('<I')  # of a text, before it
_COUNT_AT = 28  # bytes from the name of the betas to their number
_NO_BODY = 'no body'  # any name

_LARGEST = 1e12  # metres, px, radians: no fit ends there, and squares of it can still be counted with


def result_bytes(fit: Fit) -> bytes:
    """A Fit as the bytes of its pickle: cam_t, f, pose, betas as published, and the body's name."""
    arrays = {key: np.asarray(getattr(fit, key), dtype=np.float64) for key in _ARRAYS}
    return dump_pickle({**arrays, 'body': fit.body})


def read_result(path: str) -> dict[str, Any]:
    """A result pickle: cam_t (3,), f (2,), pose (72,), betas (n_betas,) float64, and 'body', a text, where it is told.

    Raises InputError where the file is missing, is no result, or holds other shapes, NaN, or absurd numbers.
    """
    own = _own_result(read_bytes(path))
    if own is not None:
        return own
    data = load_pickle(path)
    if not isinstance(data, dict) or any(key not in data for key in _ARRAYS):
        raise InputError(f'{path}: not a result (wanted {", ".join(_ARRAYS)})')
    out: dict[str, Any] = {key: _numbers(path, key, data[key]) for key in _ARRAYS}
    return {**out, 'body': data['body']} if isinstance(data.get('body'), str) else out


def is_result(path: str) -> bool:
    """Whether a whole result is there."""
    try:
        read_result(path)
    except InputError:
        return False
    return True


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


# Results of this program, to the byte: the pickle machine takes 0.5 ms for one, a look at what must stand where 0.02


def _own_result(data: bytes) -> dict[str, Any] | None:
    """What ``data`` hold if ``result_bytes`` wrote them, whole and sound; None where that is not sure."""
    try:
        count = data[data.rfind(b'betas') + _COUNT_AT]
        *texts, name = _between(data, _frame(count))
        pieces = [text.decode('utf-8').encode('latin-1') for text in texts]
        body = name.decode('utf-8')
    except (IndexError, ValueError):  # ValueError: also no UTF-8
        return None
    if any(len(piece) != 8 * (size or count) for piece, size in zip(pieces, _ARRAYS.values())):
        return None
    numbers = np.frombuffer(bytearray().join(pieces))
    if not (np.abs(numbers) <= _LARGEST).all():
        return None
    ends = itertools.accumulate(len(piece) // 8 for piece in pieces)
    return {**{key: numbers[end - len(piece) // 8:end] for key, piece, end in zip(_ARRAYS, pieces, ends)}, 'body': body}


@lru_cache(maxsize=8)
def _frame(count: int) -> list[bytes]:
    """What stands before, between and behind the texts (the arrays' bytes, the body) of a result of ``count`` betas."""
    arrays = {key: np.zeros(size or count) for key, size in _ARRAYS.items()}
    data = dump_pickle({**arrays, 'body': _NO_BODY})
    pieces, begin = [], 0
    for text in [*(array.tobytes() for array in arrays.values()), _NO_BODY.encode()]:
        marked = _LENGTH.pack(len(text)) + text
        end = data.index(marked, begin)
        pieces.append(data[begin:end])
        begin = end + len(marked)
    return [*pieces, data[begin:]]


def _between(data: bytes, frame: list[bytes]) -> list[bytes]:
    """The texts between the pieces of a ``frame``. Raises ValueError where ``data`` are built in another way."""
    texts, at = [], 0
    for piece in frame[:-1]:
        begin = at + len(piece) + _LENGTH.size
        length, = _LENGTH.unpack(data[begin - _LENGTH.size:begin].ljust(_LENGTH.size, b'\xff'))
        if data[at:at + len(piece)] != piece:
            raise ValueError('built in another way')
        texts.append(data[begin:begin + length])
        at = begin + length
    if data[at:] != frame[-1]:
        raise ValueError('built in another way')
    return texts
