"""Pickled parameters of one person each, in a list or by image -> the same as one set of arrays."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..base.errors import InputError


class Entries(NamedTuple):
    """What ``how_many`` entries have: an array, or a list of texts, for each key."""

    arrays: dict[str, Any]
    how_many: int


def people_of(data: Any, needed: Sequence[str]) -> Entries | None:
    """The Entries of a list of dicts, or a dict of them by image; None where ``data`` is neither.

    Each dict has one of the keys ``needed``. Raises InputError where they are not alike.
    """
    if isinstance(data, dict):
        names, entries = [str(key) for key in data], list(data.values())
    else:
        names, entries = [], list(data) if isinstance(data, (list, tuple)) else []
    entries = [entry[0] if isinstance(entry, (list, tuple)) and len(entry) == 1 else entry for entry in entries]
    if not entries or not all(isinstance(entry, dict) and any(key in entry for key in needed) for entry in entries):
        return None
    out = {key: _together(key, entries) for key in entries[0]}
    out = {key: value for key, value in out.items() if value is not None}
    return Entries({'image_names': names, **out} if names else out, len(entries))


def _together(key: str, entries: Sequence[Mapping[str, Any]]) -> np.ndarray | list[str] | None:
    """What all ``entries`` have under a ``key``, numbers or texts; None where one has nothing, or other things."""
    values = [entry.get(key) for entry in entries]
    if all(isinstance(value, str) for value in values):
        return [str(value) for value in values]
    try:
        arrays = [np.asarray(value, dtype=float) for value in values]
    except (TypeError, ValueError):
        return None
    if len({array.shape for array in arrays}) > 1:
        raise InputError(f'{key} has another shape for some images: wanted one person for each')
    return np.stack(arrays)
