"""The two ways to minimise: this program's dogleg, and chumpy's, which is imported when it is asked for."""

from typing import TYPE_CHECKING, NamedTuple

from ..base.deferred import deferred
from .camera_step import CameraStep, camera_dogleg
from .schedule import Schedule, run_dogleg

if TYPE_CHECKING:
    from .chumpy_minimiser import CHUMPY as CHUMPY
else:
    __getattr__ = deferred(__name__, {'CHUMPY': '.chumpy_minimiser'})


class Optimizer(NamedTuple):
    """What finds cameras, and what takes starts through their stages."""

    camera_step: CameraStep
    schedule: Schedule


DOGLEG = Optimizer(camera_dogleg, run_dogleg)
