"""How files look that options change: run.json says how and since when, and what is older is made anew if asked for."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..inputs.cameras.camera import MOST
from .exported.exports import Exports
from .exported.meshes import MESH_KINDS
from .folder import Held, Kind, OutFolder, camera_overlay

#: The kinds of files that a setting changes; a strip holds an overlay.
_CHANGED: dict[str, set[Kind]] = {
    'noise': {('_joints.npz', ''), ('.jpg', 'gallery')},
    'mesh_origin': {(f'.{kind}', '') for kind in MESH_KINDS}, 'rig': {('.glb', '')},
    'overlay_opacity': {('_overlay.png', ''), ('_overlay.jpg', ''), ('.jpg', 'gallery'),
                        *((camera_overlay(i, kind), '') for i in range(1, MOST + 1) for kind in ('png', 'jpg'))}}


_ADDS = 'noise',


class Setting(NamedTuple):
    """The ``value`` of an option in the last run that made such files, and ``since`` when, ns; 0: always."""

    value: Any
    since: int


def settings(render: bool, opacity: float, exports: Exports, noise: float | str | None = None) -> dict[str, Any]:
    """The values of such options, as RunOptions have them, in a run that makes files with them; ``noise`` is None
    where nobody asks how sure fits are."""
    out: dict[str, Any] = {} if exports.mesh is None else {'mesh_origin': exports.origin}
    if exports.mesh == 'glb':
        out['rig'] = exports.rig
    if render:
        out['overlay_opacity'] = opacity
    return out if noise is None else {**out, 'noise': noise}


def renewed(there: Mapping[str, Setting], now: Mapping[str, Any], moment: int) -> dict[str, Setting]:
    """The Settings of a folder with those that are ``there``, in which a run with others begins at a ``moment``, ns.

    Where none is there nobody knows how files look: they stay, unless it adds something to them.
    """
    out = dict(there)
    for name, value in now.items():
        if name not in there:
            out[name] = Setting(value, moment if name in _ADDS else 0)
        elif there[name].value != value:
            out[name] = Setting(value, moment)
    return out


def outdated(wanted: Sequence[tuple[Kind, ...]], there: Mapping[str, Setting], folder: OutFolder, held: Held,
             index: int) -> Iterator[Kind]:
    """The ``wanted`` kinds of which image ``index`` has a file from before a Setting changed."""
    for either in wanted:
        depends = (setting.since for name, setting in there.items() if either[0] in _CHANGED.get(name, ()))
        since = max(depends, default=0)
        if since and any(held.has(index, *kind) and _older(folder.file(index, *kind), since) for kind in either):
            yield from either


def _older(path: str, moment: int) -> bool:
    """Whether a file was written before a ``moment``, ns."""
    try:
        return os.stat(path).st_mtime_ns < moment
    except OSError:
        return False  # it is gone meanwhile
