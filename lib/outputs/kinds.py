"""Which files a run writes for an image beside the pickle, known before any of them is made."""

from collections.abc import Sequence

from .exported.exports import Exports
from .folder import Held, Kind, camera_overlay, view_suffix


def kinds(render: bool, views: Sequence[int], overlay: str, exports: Exports,
          cameras: int = 0, photographs: bool = True) -> list[tuple[Kind, ...]]:
    """The kinds of files that these options, as RunOptions have them, ask for; of some one or the other is made.
    ``photographs``: there are some, to lay bodies over."""
    out: list[tuple[Kind, ...]] = []
    if render:
        overlays = [_either('_overlay.png', '_overlay.jpg', overlay)] * photographs
        if cameras:
            overlays = [_either(camera_overlay(number, 'png'), camera_overlay(number, 'jpg'), overlay)
                        for number in range(1, cameras + 1)]
        out += [*[(('.png', ''),)] * (not cameras), *overlays, (('.jpg', 'gallery'),)]
        out += [((view_suffix(angle), ''),) for angle in views]
    out += [(('.js', 'gallery'),)] * (exports.mesh is not None)
    suffixes = [f'.{exports.mesh}'] * (exports.mesh is not None) + ['_joints.npz', '_joints.csv'] * exports.joints
    suffixes += ['_params.npz'] * exports.params + ['_amass.npz'] * exports.amass
    suffixes += ['_anny.npz'] * exports.anny + ['_camera.json'] * exports.camera
    return [*out, *(((suffix, ''),) for suffix in suffixes)]


def _either(png: str, jpeg: str, overlay: str) -> tuple[Kind, ...]:
    return ((png, ''), (jpeg, '')) if overlay == 'auto' else ((png, ''),)


def missing(wanted: Sequence[tuple[Kind, ...]], held: Held, index: int) -> list[Kind]:
    """The ``wanted`` kinds of which image ``index`` has no file; of two that would do both, where there is neither."""
    return [kind for either in wanted if not any(held.has(index, *kind) for kind in either) for kind in either]


def is_picture(name: str) -> bool:
    """Whether a file of this name shows the photograph or the body."""
    return name.endswith(('.png', '.jpg'))
