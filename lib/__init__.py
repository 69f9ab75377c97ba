"""SMPLify: SMPL's pose and shape from one photograph's 2D joints (Bogo et al., ECCV 2016)."""

from . import compat  # noqa: F401  (lets chumpy and OpenDR import; before anything that needs them)
