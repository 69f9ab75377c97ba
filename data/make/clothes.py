"""Plain clothes, skin and hair for a body: albedo by place on the resting body, so that hems are sharp at any size."""
from dataclasses import dataclass

import numpy as np

from lib.body.skeleton import SMPL_NAMES

# Albedos, linear RGB.
SKINS = [(.62, .40, .29), (.55, .33, .23), (.42, .24, .15), (.26, .14, .09), (.14, .075, .05)]
HAIRS = [(.02, .015, .012), (.06, .032, .018), (.13, .07, .035), (.33, .21, .09), (.20, .19, .18)]
SHIRTS = [(.55, .05, .05), (.04, .10, .38), (.62, .62, .60), (.05, .26, .12), (.70, .46, .06),
          (.05, .05, .06), (.08, .36, .48), (.32, .10, .34), (.30, .31, .33), (.75, .25, .08)]
TROUSERS = [(.03, .035, .05), (.05, .08, .18), (.28, .24, .17), (.50, .50, .49), (.12, .12, .13), (.16, .10, .06)]
SHOES = [(.55, .55, .54), (.03, .03, .03), (.30, .05, .04), (.10, .06, .04)]


@dataclass
class Outfit:
    """Colours (linear RGB), how far sleeves and legs of the clothes reach (0 shoulder or hip, 1 elbow or knee, 2 wrist
    or ankle), long hair or short.
    """
    skin: tuple
    hair: tuple
    shirt: tuple
    trousers: tuple
    shoes: tuple
    sleeves: float
    legs: float
    long_hair: bool


def choose_outfit(rng, female):
    """A random Outfit."""
    skin, hair, shirt, trousers, shoes = (colours[rng.integers(len(colours))]
                                          for colours in (SKINS, HAIRS, SHIRTS, TROUSERS, SHOES))
    return Outfit(skin=skin, hair=hair, shirt=shirt, trousers=trousers, shoes=shoes, long_hair=bool(female),
                  sleeves=rng.choice([0.55, 0.65, 1.9], p=[.4, .3, .3]), legs=rng.choice([0.75, 1.92, 1.92]))


def albedo(outfit, points, regions, joints, head_box):
    """Albedo (N, 3, linear RGB) at places of the resting body.

    `points` (N, 3) on the body in its rest pose, `regions` (N,) the SMPL joint that each belongs to, `joints` (24, 3)
    of the rest pose, `head_box` (2, 3) lowest and highest corner of the head.
    """
    at = {name: joints[i] for i, name in enumerate(SMPL_NAMES)}
    x, y = np.abs(points[:, 0]), points[:, 1]
    shoulder, elbow, wrist = (abs(at['left_' + name][0]) for name in ('shoulder', 'elbow', 'wrist'))
    hip, knee, ankle = (at['left_' + name][1] for name in ('hip', 'knee', 'ankle'))
    along_arm = np.interp(x, [shoulder, elbow, wrist], [0, 1, 2], right=3)
    along_leg = np.interp(-y, [-hip, -knee, -ankle], [0, 1, 2], right=3)
    on_arm = np.isin(regions, _ids('shoulder', 'elbow', 'wrist', 'hand'))
    on_leg = np.isin(regions, _ids('hip', 'knee', 'ankle', 'foot'))
    on_foot = np.isin(regions, _ids('ankle', 'foot')) & (y < ankle + 0.03)
    on_head = np.isin(regions, [SMPL_NAMES.index('neck'), SMPL_NAMES.index('head')])
    waist = 0.75 * at['pelvis'][1] + 0.25 * at['spine2'][1]

    out = np.tile(outfit.shirt, (len(points), 1)).astype(float)
    out[(y < waist) & ~on_arm] = outfit.trousers
    out[on_leg & (along_leg > outfit.legs)] = outfit.skin
    out[on_foot] = outfit.shoes
    out[on_arm & (along_arm > outfit.sleeves)] = outfit.skin
    neckline = at['neck'][1] + 0.01 + 0.25 * (at['neck'][2] - points[:, 2])   # lower in front
    out[(on_head | (x < 0.6 * shoulder)) & (y > neckline)] = outfit.skin
    out[on_head & _hair(outfit, points, head_box)] = outfit.hair
    out[on_head & _eyes(points, head_box)] = (.04, .03, .03)
    return out


def _ids(*names):
    return [i for i, name in enumerate(SMPL_NAMES) if name.split('_')[-1] in names]


def _hair(outfit, points, head_box):
    """A line from the forehead to behind the ears and down; long hair covers the neck as well."""
    up, front = _on_head(points, head_box)
    line = np.interp(up, [0.0, 0.35, 0.55, 0.85, 0.95], [-0.25 if outfit.long_hair else -1.1, -0.35, -0.05, 0.45, 1.2])
    return (front < line) & (up > (-0.15 if outfit.long_hair else 0.15))


def _eyes(points, head_box):
    up, front = _on_head(points, head_box)
    side = np.abs(points[:, 0]) - 0.033
    return (front > 0.3) & ((up - 0.56) ** 2 / 0.018 ** 2 + side ** 2 / 0.013 ** 2 < 1)


def _on_head(points, head_box):
    """Height within the head (0 chin, 1 crown) and position from back (-1) to front (1)."""
    low, high = head_box
    up = (points[:, 1] - low[1]) / (high[1] - low[1])
    return up, 2 * (points[:, 2] - low[2]) / (high[2] - low[2]) - 1
