"""The body as 20 capsules, each approximated by a row of spheres (Bogo et al., section 3.2, E_sp; figure 4).

Capsule lengths and radii are linear in betas; the number of spheres in a row follows them.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from .base.errors import InputError, MissingFile
from .base.files import load_npz
from .body.kinematics import TrackedBody, at_shape, rotation_matrices

_QUARTER, _HALF = np.pi / 2, np.pi
# name, SMPL joint, rotation vector that turns +y into the capsule's axis, centred on its anchor
_TABLE = (
    ('pelvis', 0, (0, 0, _QUARTER), True),
    ('left thigh', 1, (0, 0, _HALF), False), ('right thigh', 2, (0, 0, _HALF), False),
    ('spine', 3, (0, 0, _QUARTER), True),
    ('left calf', 4, (0, 0, _HALF), False), ('right calf', 5, (0, 0, _HALF), False),
    ('spine1', 6, (0, 0, _QUARTER), True),
    ('left foot', 7, (_QUARTER, 0, 0), False), ('right foot', 8, (_QUARTER, 0, 0), False),
    ('spine2', 9, (0, 0, _QUARTER), True),
    ('neck', 12, (0, 0, 0), False),
    ('left shoulder', 13, (0, 0, -_QUARTER), False), ('right shoulder', 14, (0, 0, _QUARTER), False),
    ('head', 15, (0, 0, 0), False),
    ('left upper arm', 16, (0, 0, -_QUARTER), False), ('right upper arm', 17, (0, 0, _QUARTER), False),
    ('left forearm', 18, (0, 0, -_QUARTER), False), ('right forearm', 19, (0, 0, _QUARTER), False),
    ('left hand', 20, (0, 0, -_QUARTER), False), ('right hand', 21, (0, 0, _QUARTER), False))

CAPSULE_NAMES = tuple(row[0] for row in _TABLE)
CAPSULE_JOINTS = np.array([row[1] for row in _TABLE])
N_CAPSULES = len(_TABLE)
_AXES = rotation_matrices(np.array([row[2] for row in _TABLE], dtype=float))[..., 1]  # (20, 3)
_CENTRED = np.array([row[3] for row in _TABLE])
_THIGHS, _UPPER_ARMS = np.array([1, 2]), np.array([14, 15])
_N_BETAS = 10
_KEYS = 'betas2lens', 'betas2rads'
#: Spheres of one body at most. A body has about 55, a shape that a step tries some dozens more; where a radius comes
#: near zero there would be millions.
MOST_SPHERES = 500


def _capsule_anchors(joints: np.ndarray) -> np.ndarray:
    """Where capsules start, from joints of J_regressor_prior (24, 3, ...); linear, so it maps a basis too."""
    out = joints.copy()
    out[0, 1] = 0.6 * joints[0, 1] + 0.2 * joints[1, 1] + 0.2 * joints[2, 1]
    out[0, 2] = joints[9, 2]
    out[7, 1] = 1.1 * joints[7, 1] - 0.1 * joints[4, 1]
    out[8, 1] = 1.1 * joints[8, 1] - 0.1 * joints[5, 1]
    out[9, 2] = 0.2 * joints[9, 2] + 0.8 * joints[12, 2]
    return out[CAPSULE_JOINTS]


def load_regressors(path: str | os.PathLike[str]) -> tuple[np.ndarray, np.ndarray]:
    """Read ``betas2lens`` and ``betas2rads``, each (11, 20), from an npz file.

    Raises InputError, naming the file, when it is missing or wrong.
    """
    wanted = _N_BETAS + 1, N_CAPSULES
    try:
        regressors = load_npz(path, *_KEYS)
    except MissingFile as error:
        raise InputError(f'{error}; put the capsule regressors beside the body model, or pass '
                         '--no_interpenetration') from None
    for key, array in zip(_KEYS, regressors):
        if array.shape != wanted or array.dtype.kind not in 'fiu':
            raise InputError(f'{path}: {key} has shape {array.shape} of {array.dtype}, wanted {wanted} numbers')
        if not np.isfinite(array).all():
            raise InputError(f'{path}: {key} holds NaN or infinite numbers')
    lengths, radii = (array.astype(np.float64) for array in regressors)
    return lengths, radii


@dataclass(frozen=True, eq=False)
class SphereRows:
    """How the spheres of a batch are laid out, one problem, one capsule after the other: S in all."""

    counts: np.ndarray  # (B, 20) spheres of each capsule
    owner: np.ndarray  # (S,) problem * 20 + capsule
    problem: np.ndarray  # (S,)
    capsule: np.ndarray  # (S,)
    fraction: np.ndarray  # (S,) of the capsule's length, from its start


class Spheres(NamedTuple):
    """The spheres of a batch at rest."""

    rows: SphereRows
    centres: np.ndarray  # (S, 3) metres
    radii: np.ndarray  # (B, 20) of each capsule's spheres
    countless: np.ndarray  # (B,): more than MOST_SPHERES, or no numbers, in place of which only the ends stand here


def sphere_rows(interior: np.ndarray) -> SphereRows:
    """The SphereRows for ``interior`` points per capsule (B, 20): the ends first (start, far end), then they."""
    return _sphere_rows(interior.astype(np.int64).tobytes(), len(interior))


@lru_cache(maxsize=32)  # most steps change no count
def _sphere_rows(counts_of_interior: bytes, batch: int) -> SphereRows:
    interior = np.frombuffer(counts_of_interior, dtype=np.int64).reshape(batch, N_CAPSULES)
    ends = np.full(interior.shape, 2)
    ends[:, _THIGHS] = 1
    ends[:, _UPPER_ARMS] = interior[:, _UPPER_ARMS] < 1
    counts = ends + interior
    flat = counts.ravel()
    owner = np.repeat(np.arange(flat.size), flat)
    position = np.arange(len(owner)) - np.repeat(np.cumsum(flat) - flat, flat)
    inside = position - ends.ravel()[owner]  # negative for ends; a lone end is the far one
    fraction = np.where(inside >= 0, (inside + 1.) / (interior.ravel()[owner] + 1.), inside == -1)
    problem, capsule = np.divmod(owner, N_CAPSULES)
    return SphereRows(counts, owner, problem, capsule, fraction)


class CapsuleBody:
    """Capsules of a TrackedBody: ``regressors`` are betas2lens and betas2rads, each (11, 20)."""

    def __init__(self, body: TrackedBody, regressors: tuple[np.ndarray, np.ndarray]) -> None:
        if body.n_betas > _N_BETAS:
            raise InputError(f'--n_betas {body.n_betas}: the capsule regressors know {_N_BETAS}; '
                             'take fewer or pass --no_interpenetration')
        basis = [np.vstack([array[-1:], array[:body.n_betas]]) for array in regressors]
        self._lengths, self._radii = basis  # (1 + n_betas, 20)
        self._anchors = _capsule_anchors(body.anchors)  # (20, 3, 1 + n_betas)

    def measures(self, betas: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lengths and radii (B, 20) in metres of the shapes ``betas`` (B, n_betas)."""
        lengths, radii = (array[0] + (betas[:, None, :] @ array[1:])[:, 0] for array in (self._lengths, self._radii))
        return lengths, radii

    def starts(self, betas: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Starting points (B, 20, 3): the anchors, or half a length before them for centred capsules."""
        anchors = at_shape(self._anchors[None], betas)
        return anchors - np.where(_CENTRED, 0.5 * np.abs(lengths), 0.)[..., None] * _AXES

    def axes(self, betas: np.ndarray) -> np.ndarray:
        """Start and end (B, 20, 2, 3) of every capsule."""
        lengths, _ = self.measures(betas)
        starts = self.starts(betas, lengths)
        return np.stack([starts, starts + np.abs(lengths)[..., None] * _AXES], axis=2)

    def spheres(self, betas: np.ndarray) -> Spheres:
        """The Spheres of the shapes ``betas`` (B, n_betas)."""
        lengths, radii = self.measures(betas)
        with np.errstate(all='ignore'):  # a radius may be 0, and betas need not be finite
            interior = np.maximum(np.floor(lengths / (2. * radii) - 1.), 0.)
            countless = ~(interior.sum(axis=1) <= MOST_SPHERES - 2 * N_CAPSULES)
        rows = sphere_rows(np.where(countless[:, None], 0., interior))
        along = rows.fraction * np.abs(lengths).ravel().take(rows.owner)
        starts, axes = self.starts(betas, lengths).reshape(-1, 3), _AXES.take(rows.capsule, axis=0)
        centres = starts.take(rows.owner, axis=0) + along[:, None] * axes
        return Spheres(rows, centres, radii, countless)
