"""The place a sample person stands in: soft ground, soft background, made of smooth noise. Colours are linear RGB."""
from dataclasses import dataclass

import cv2
import numpy as np


@dataclass(frozen=True)
class Place:
    """Colours of the ground and, bottom to top at 0, 1 and 2.6 m, of what stands behind; `grain` of the ground,
    `mottle` (foliage, people) and `seams` (posts, panels) of the background, relative to its light; a `built` place has
    a straight edge between the two."""
    ground: tuple
    behind: tuple
    grain: float
    mottle: float
    seams: float
    built: bool


PLACES = (
    # meadow, trees, sky
    Place((.10, .20, .045), ((.025, .055, .018), (.05, .10, .03), (.45, .60, .80)), .22, .30, 0., False),
    # pitch, people in a stand
    Place((.13, .22, .06), ((.20, .21, .24), (.14, .13, .14), (.10, .10, .12)), .16, .28, .15, True),
    # sand, hedge
    Place((.38, .25, .15), ((.10, .19, .05), (.05, .10, .03), (.03, .06, .02)), .12, .30, 0., False),
    # hall, wall
    Place((.36, .24, .13), ((.42, .40, .36), (.52, .51, .48), (.55, .54, .52)), .06, .05, .12, True),
    # asphalt, brick
    Place((.30, .30, .31), ((.25, .12, .08), (.30, .15, .10), (.32, .17, .12)), .14, .10, .10, True),
    # court, banner
    Place((.07, .18, .16), ((.06, .10, .22), (.08, .12, .25), (.30, .34, .40)), .07, .06, .15, True),
)


def smooth_noise(rng, height, width, cell_height, cell_width):
    """Noise (height, width) of unit variance, about, with features of the given size in pixels."""
    rows, columns = int(np.ceil(height / cell_height)) + 3, int(np.ceil(width / cell_width)) + 3
    coarse = rng.normal(size=(rows, columns)).astype(np.float32)
    size = int(columns * cell_width), int(rows * cell_height)
    top, left = int(rng.integers(0, max(1, size[1] - height))), int(rng.integers(0, max(1, size[0] - width)))
    return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)[top:top + height, left:left + width]


def backdrop(rng, height, width, horizon, metre):
    """Picture (height, width, 3) and mask (height, width) of its ground.

    `horizon`: the row where ground meets background; `metre`: pixels per metre at the person.
    """
    place = PLACES[rng.integers(len(PLACES))]
    tint = rng.uniform(0.94, 1.06, 3) * rng.uniform(0.85, 1.2)
    ground = _ground(rng, height, width, metre, place) * tint
    behind = _behind(rng, height, width, horizon, metre, place)
    edge = horizon + (0.003 if place.built else 0.04) * metre * smooth_noise(rng, 1, width, 1, 0.5 * metre)
    rows = np.arange(height)[:, None]
    mask = 1 / (1 + np.exp(-np.clip((rows - edge) / (0.02 * metre), -30, 30)))
    return mask[..., None] * ground + (1 - mask[..., None]) * behind, mask


def _ground(rng, height, width, metre, place):
    speckle = (0.6 * smooth_noise(rng, height, width, 0.012 * metre + 1, 0.03 * metre + 1)
               + 0.5 * smooth_noise(rng, height, width, 0.08 * metre, 0.5 * metre))
    light = 1 + place.grain * speckle + 0.1 * np.linspace(-1, 1, height)[:, None]
    return np.clip(light, 0.2, None)[..., None] * np.array(place.ground)


def _behind(rng, height, width, horizon, metre, place):
    """Colours from the horizon upwards, mottled and blurred as a telephoto lens leaves them."""
    def noise(across, along):
        return smooth_noise(rng, height, width, across * metre, along * metre)
    above = (horizon - np.arange(height)[:, None]) / metre + place.mottle * noise(0.4, 0.4)  # metres
    colours = np.stack([np.interp(above, [0.0, 1.0, 2.6], [colour[i] for colour in place.behind]) for i in range(3)],
                       axis=2)
    colours *= 1 + place.mottle * noise(0.1, 0.1)[..., None] * rng.uniform(0.6, 1.4, 3)
    light = 1 + 0.5 * place.mottle * noise(0.5, 0.6) + 0.06 * noise(1., 1.)
    light *= 1 + place.seams * smooth_noise(rng, 1, width, 1, 0.12 * metre)
    picture = colours * np.clip(light, 0.25, 2.0)[..., None]
    return cv2.GaussianBlur(np.clip(picture, 0, None), (0, 0), 0.035 * metre)
