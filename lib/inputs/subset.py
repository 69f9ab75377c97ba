"""Which images of a data set are asked for: ``--subset 0-99,250,im0317``, ``--gender``, ``--failed OUT``."""

import os

from ..base.errors import InputError


def parse_subset(text, names):
    """Indices, sorted, that ``text`` names among ``names`` (file names of all images, in order).

    Parts are separated by commas: an index, a range of indices (both ends included), or a file's stem.
    Raises InputError where a part names no image.
    """
    stems = {}
    for index, name in enumerate(names):  # several, where an image shows several people
        stems.setdefault(os.path.splitext(name)[0], []).append(index)
    wanted = set()
    for part in filter(None, (part.strip() for part in text.split(','))):
        if part in stems:
            wanted.update(stems[part])
            continue
        first, dash, last = part.partition('-')
        if not first.isdigit() or (dash and not last.isdigit()):
            raise InputError(f'--subset {part}: neither an index, nor a range such as 0-99, nor the name of an image')
        first, last = int(first), int(last or first)
        if first > last or last >= len(names):
            raise InputError(f'--subset {part}: the images have the indices 0 to {len(names) - 1}')
        wanted.update(range(first, last + 1))
    return sorted(wanted)


def choose(data, subset=None, gender=None, failed=None):
    """Indices of an LspDataset that meet all conditions given (None: no condition), sorted.

    ``gender`` is that of the gender file, ``failed`` the indices of the images that failed in an earlier run.
    Raises InputError where a condition is wrong or no image meets them.
    """
    names = [os.path.basename(path) for path in data.images]
    indices = range(len(data)) if subset is None else parse_subset(subset, names)
    if gender is not None:
        indices = [index for index in indices if data.genders[index] == gender]
    if failed is not None:
        indices = [index for index in indices if index in failed]
    indices = list(indices)
    if not indices:
        raise InputError('no image meets the conditions given (--subset, --gender, --failed)')
    return indices
