"""Keypoints that do not say which image they are of: taken in the order of the sorted names, one for each."""

from collections.abc import Collection, Sequence

from ..base.errors import InputError, counted
from ..keypoints.found import Place, Record
from .names import some, stem_of
from .numbering import frame_numbers


def says_no_image(record: Record) -> bool:
    """Whether a Record's image is none, or a place among others."""
    return record.image is None or isinstance(record.image, Place)


def in_order(records: Sequence[Record], names: Sequence[str], path: str) -> dict[int, Record]:
    """{position among the images' ``names``: Record} of as many Records of the file ``path``.

    Raises InputError where there are more or fewer.
    """
    nameless = sum(map(says_no_image, records))
    if nameless != len(names) or len(records) != len(names):
        entries, images = counted(nameless, 'entry', 'entries'), counted(len(names), 'image')
        raise InputError(f'{path}: holds {entries} without the name of an image, for {images}')
    return dict(enumerate(records))


def counts_images(numbers: Collection[int | None], count: int) -> bool:
    """Whether the ``numbers`` of images are 0, 1, 2 ... or 1, 2, 3 ... of just ``count`` images: places, not names."""
    known = {number for number in numbers if number is not None}
    return len(numbers) == len(known) == count and any(known == set(range(a, a + count)) for a in (0, 1))


def order_doubts(names: Sequence[str]) -> list[str]:
    """What is odd about an order of ``names``: their numbers have another."""
    numbers = frame_numbers([stem_of(name) for name in names])
    known = [number for number in numbers if number is not None]
    if len(set(known)) < len(names) or known == sorted(known):
        return []
    return [f'keypoints do not name their images, and are taken in the order of names ({some(names)}): by their '
            'numbers these have another; give names, or numbers of as many digits']
