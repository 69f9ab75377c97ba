"""How is a body found? Problems enter, Fits leave. May import lib.base, lib.body, the terms, objective,
evidence, model_files."""

from .attempts import fit, fit_many
from .problem import Estimate, Fit, FitOptions, Problem
from .trust import Uncertainty, uncertainty
from .view import View

__all__ = ['Estimate', 'Fit', 'FitOptions', 'Problem', 'Uncertainty', 'View', 'fit', 'fit_many', 'uncertainty']
