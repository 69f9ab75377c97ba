"""Are the cameras' places in metres? The people between them tell."""

from collections.abc import Iterable, Sequence

import numpy as np

from ...base.errors import InputError
from ...body.skeleton import TORSO_LSP, TORSO_SIDES
from ...fitting.triangulation import triangulate
from .camera import Camera
from .gathering import Gathered, rays_of
from .reading import Rig

#: Metres from shoulder to hip, and how many times larger or smaller a person's may be.
_TRUNK, _TIMES = .5, 2.5
#: What boards are measured in, metres.
_UNITS = {'m': 1., 'dm': .1, 'cm': .01, 'mm': .001}
#: People that are asked, of all frames.
_ASKED = 200


def unit_of(rig: Rig, people: Sequence[Gathered]) -> tuple[float, str]:
    """The unit of a Rig's places in metres, and a line to be said about it or nothing: by the size of ``people``.

    Raises InputError where people would be giants or dwarfs, and the file is known to be in metres, or no unit helps.
    """
    seen = [person for person in people if len(person.seen) > 1]
    trunk = _median_trunk(seen[::max(1, len(seen) // _ASKED)], rig.cameras)
    if np.isnan(trunk) or _is_trunk(trunk):
        return 1., ''
    fitting = [name for name, unit in _UNITS.items() if _is_trunk(unit * trunk)]
    if rig.metric or not fitting:
        guess = f': its lengths seem to be in {fitting[0]}' if fitting else ''
        raise InputError(f'{rig.path}: by it people are {trunk / _TRUNK * 1.7:.4g} m tall{guess}; wanted a calibration '
                         'in metres')
    return _UNITS[fitting[0]], f'{rig.path}: does not say its unit; by the size of people it is {fitting[0]}: taken so'


def _is_trunk(metres: float) -> bool:
    return _TRUNK / _TIMES <= metres <= _TRUNK * _TIMES


def _median_trunk(people: Iterable[Gathered], cameras: Sequence[Camera]) -> float:
    """The median length from shoulder to hip, in the unit of the cameras; NaN where nobody's is seen by two."""
    lengths = []
    for person in people:
        torso = triangulate(rays_of(list(person.seen.items()), cameras))[TORSO_LSP]
        ends = torso[TORSO_SIDES]
        lengths += np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1).tolist()
    known = [length for length in lengths if np.isfinite(length)]
    return float(np.median(known)) if known else np.nan
