"""SMPLify: SMPL's pose and shape from one photograph's 2D joints (Bogo et al., ECCV 2016).

The files here are the paper: the terms of its equation 1, the objective, the renderer. The rooms around them, in
reading order: base, body, fitting, keypoints, inputs, outputs, run.
"""

from .base import compat  # noqa: F401  (lets chumpy and OpenDR import; before anything that needs them)
