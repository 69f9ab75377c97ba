"""Joint names, parents and the ids that tie LSP's joints to SMPL's. Every joint number of the project stands here."""

import numpy as np

SMPL_NAMES = ('pelvis', 'left_hip', 'right_hip', 'spine1', 'left_knee', 'right_knee', 'spine2', 'left_ankle',
              'right_ankle', 'spine3', 'left_foot', 'right_foot', 'neck', 'left_collar', 'right_collar', 'head',
              'left_shoulder', 'right_shoulder', 'left_elbow', 'right_elbow', 'left_wrist', 'right_wrist',
              'left_hand', 'right_hand')
N_JOINTS = len(SMPL_NAMES)
N_POSE = 3 * N_JOINTS
#: What evidence in 3D may name: SMPL's joints and the head top.
POINT_NAMES = (*SMPL_NAMES, 'head_top')
N_POINTS = len(POINT_NAMES)
PARENTS = np.array([-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21])


def _ancestors() -> np.ndarray:
    table = np.eye(N_JOINTS, dtype=bool)
    for joint in range(1, N_JOINTS):
        table[joint] |= table[PARENTS[joint]]
    return table


#: (24, 24): ANCESTORS[i, k] is True where joint k moves joint i's bone (k is i or above it).
ANCESTORS = _ancestors()
#: Joints at equal depth below the pelvis, nearest first, with their parents: one forward pass walks these. SMPL
#: numbers equally deep joints in a row, so that slices do where parents are in a row too.
LEVELS = ((slice(1, 4), [0, 0, 0]), (slice(4, 7), slice(1, 4)), (slice(7, 10), slice(4, 7)),
          (slice(10, 15), [7, 8, 9, 9, 9]), (slice(15, 18), slice(12, 15)), (slice(18, 20), slice(16, 18)),
          (slice(20, 22), slice(18, 20)), (slice(22, 24), slice(20, 22)))

LSP_NAMES = ('right_ankle', 'right_knee', 'right_hip', 'left_hip', 'left_knee', 'left_ankle', 'right_wrist',
             'right_elbow', 'right_shoulder', 'left_shoulder', 'left_elbow', 'left_wrist', 'neck', 'head_top')
N_LSP = len(LSP_NAMES)
LSP_HIPS = np.array([2, 3])
LSP_HEAD_TOP = 13
#: The LSP joints that the fit follows: all but the neck. The first twelve are SMPL joints, the last a vertex.
TRACKED_LSP = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13])
TRACKED_SMPL = np.array([8, 5, 2, 1, 4, 7, 21, 19, 17, 16, 18, 20])
#: SMPL's mesh vertex at LSP's head top.
SMPL_HEAD_TOP_VERTEX = 411

#: Torso joints of the camera step, in LSP's and in SMPL's numbering.
TORSO_LSP = np.array([2, 3, 8, 9])
TORSO_SMPL = np.array([2, 1, 17, 16])
#: The torso's two sides as (shoulder, hip) positions within TORSO_*: left, right.
TORSO_SIDES = np.array([[3, 1], [2, 0]])
#: Upper and lower limbs, and the shoulder girdle, as pairs of LSP joints.
LSP_BONES = np.array([(0, 1), (1, 2), (5, 4), (4, 3), (6, 7), (7, 8), (11, 10), (10, 9), (8, 9)])
LSP_SHOULDERS = np.array([8, 9])
#: What is drawn as lines between LSP joints: these bones, the hips, and the torso's sides.
LSP_LINES = (*map(tuple, LSP_BONES.tolist()), (2, 3), (2, 8), (3, 9))

#: Elements of pose that bend left elbow, right elbow, left knee, right knee, and the sign that unbends them.
BEND_POSE_IDS = np.array([55, 58, 12, 15])
BEND_SIGNS = np.array([1., -1., -1., -1.])
