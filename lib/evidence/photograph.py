"""Evidence: the 2D joints of one photograph, the published image term; the translation is the camera's."""

import numpy as np

from .views import Views


class Photograph(Views):
    """The tracked joints (N, 13, 2) of N problems, enlarged px, how much each counts (N, 13), and their cameras:
    ``focal`` (N,), ``centre`` (N, 2), px. They are the one view of a world that is the camera's own frame."""

    def __init__(self, joints: np.ndarray, confidence: np.ndarray, focal: np.ndarray, centre: np.ndarray) -> None:
        count = len(joints)
        super().__init__(joints[:, None], confidence[:, None], focal[:, None], centre[:, None],
                         np.broadcast_to(np.eye(3), (count, 1, 3, 3)), np.zeros((count, 1, 3)))
