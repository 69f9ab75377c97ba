"""SMPLify: SMPL's pose and shape from one photograph's 2D joints (Bogo et al., ECCV 2016).

From Python: a ``Problem`` (joints, confidences, image centre) and a ``ModelSet`` (the model files) go into ``fit``, or
many into ``fit_many``, under ``FitOptions``; a ``Fit`` (pose, shape, camera) comes out. The frames of a clip go into
``fit_motion``, a ``Motion`` comes out. What is wrong with an input is said by an ``InputError``.

The files here are the paper: the terms of its equation 1 (robustifiers, max_mixture_prior, angle_prior, capsule_body,
sphere_collisions), the objective that weighs them, model_files and render_model; chumpy_faces and chumpy_objective are
terms and objective once more, for chumpy. The rooms around them, in the order in which to read them:

    base        what knows nothing of bodies: errors, constraints, files, pickles, compat
    body        what is a body? skeleton, kinematics, body_model, projection
    drawing     how does a posed body look? mesh, canvas, drawer
    evidence    what more is known than a photograph tells? views, 3D points, an estimate to stay near
    fitting     how is it found? problem, camera_step, dogleg, schedule, restarts, tracking, attempts
    motion      how does a clip move? depth, start, smoothness, clip, motion
    keypoints   what do detectors write? formats, their readers, choice of a person
    detecting   who is in a photograph without keypoints? looks, agreement, detector
    inputs      what is asked for? LSP's layout, photographs, videos, cameras/ -> Samples
    outputs     what is written and shown? folder, summary, record, drawn/ pictures, page/, exported/
    run         who does the work? arguments, tasks, workers, batch, command

Imports go one way, from the rooms below to those above: tests/test_imports.py.
"""

from typing import TYPE_CHECKING

from .base.deferred import deferred

if TYPE_CHECKING:
    from .base.errors import InputError
    from .fitting import Estimate, Fit, FitOptions, Problem, Uncertainty, View, fit, fit_many, uncertainty
    from .model_files import ModelSet
    from .motion import Motion, fit_motion
else:  # SciPy takes a while
    __getattr__ = deferred(__name__, {
        'InputError': '.base.errors', 'ModelSet': '.model_files',
        **dict.fromkeys(('Estimate', 'Fit', 'FitOptions', 'Problem', 'Uncertainty', 'View', 'fit', 'fit_many',
                         'uncertainty'), '.fitting'),
        **dict.fromkeys(('Motion', 'fit_motion'), '.motion')})

__version__ = '1.1.0'
__all__ = ['Estimate', 'Fit', 'FitOptions', 'InputError', 'ModelSet', 'Motion', 'Problem', 'Uncertainty', 'View',
           '__version__', 'fit', 'fit_many', 'fit_motion', 'uncertainty']


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
