"""What is a path that stands alone: a data set in LSP's layout, photographs, or a clip?"""

import os

from ..base.files import list_folder
from .names import CLIPS, NOT_READ, READ


def is_clip(path: str) -> bool:
    """Whether a file, by its ending, is a clip."""
    return path.lower().endswith(CLIPS) and not os.path.isdir(path)


def is_photographs(path: str) -> bool:
    """Whether ``path`` is an image, or a folder that holds images itself, and neither images/lsp nor results/lsp.

    Raises InputError where the folder cannot be read.
    """
    if not os.path.isdir(path):
        return path.lower().endswith(READ + NOT_READ)
    if any(os.path.isdir(os.path.join(path, part, 'lsp')) for part in ('images', 'results')):
        return False
    return any(name.lower().endswith(READ + NOT_READ) for name in list_folder(path))
