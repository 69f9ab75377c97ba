"""How does a clip move? Problems of its frames enter, a Motion leaves. May import what is below, up to fitting."""

from .motion import WAY, Motion, fit_motion

__all__ = ['WAY', 'Motion', 'fit_motion']
