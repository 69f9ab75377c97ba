"""Which files a run writes for an image beside the pickle, known before any of them is made."""

from collections.abc import Sequence

from .exports import Exports
from .folder import Held, Kind, view_suffix


def kinds(render: bool, views: Sequence[int], overlay: str, exports: Exports) -> list[tuple[Kind, ...]]:
    """The kinds of files that these options, as RunOptions have them, ask for; of some one or the other is made."""
    out: list[tuple[Kind, ...]] = []
    if render:
        overlays = ('_overlay.png', ''), ('_overlay.jpg', '')
        out += [(('.png', ''),), overlays if overlay == 'auto' else overlays[:1], (('.jpg', 'gallery'),)]
        out += [((view_suffix(angle), ''),) for angle in views]
    out += [(('.js', 'gallery'),)] * (exports.mesh is not None)
    suffixes = [f'.{exports.mesh}'] * (exports.mesh is not None) + ['_joints.npz', '_joints.csv'] * exports.joints
    suffixes += ['_params.npz'] * exports.params + ['_amass.npz'] * exports.amass + ['_camera.json'] * exports.camera
    return [*out, *(((suffix, ''),) for suffix in suffixes)]


def missing(wanted: Sequence[tuple[Kind, ...]], held: Held, index: int) -> list[Kind]:
    """The ``wanted`` kinds of which image ``index`` has no file; of two that would do both, where there is neither."""
    return [kind for either in wanted if not any(held.has(index, *kind) for kind in either) for kind in either]


def is_picture(name: str) -> bool:
    """Whether a file of this name shows the photograph or the body."""
    return name.endswith(('.png', '.jpg'))
