"""A folder of images that are the frames of a clip, one after the other."""

from collections.abc import Sequence

from ..base.errors import InputError
from .image_folder import PhotoFolder, is_folder
from .names import some, stem_of
from .numbering import frame_numbers


class FrameFolder(PhotoFolder):
    """The images of a folder in the order of their numbers, or of their names where they have none of their own.

    Raises InputError where there is no such folder, or no image in it.
    """

    numbered = True

    def __init__(self, path: str) -> None:
        if not is_folder(path):
            raise InputError(f'{path}: is no folder')
        super().__init__(path)
        numbers = frame_numbers([stem_of(name) for name in self.names])
        known = [number for number in numbers if number is not None]
        if len(set(known)) == len(self.names):
            self.names = [name for _, name in sorted(zip(known, self.names))]
            self.notes = [*self.notes, *_missing(path, sorted(known))]


def _missing(path: str, numbers: Sequence[int]) -> list[str]:
    """A line, or none, about numbers that are left out; where most are, frames were left out on purpose."""
    there = set(numbers)
    span = range(numbers[0], numbers[-1] + 1)
    if len(span) == len(there) or len(span) > 2 * len(there):
        return []
    lacking = [str(number) for number in span if number not in there]
    return [f'{path}: has no frames {some(lacking)}; those around them are taken to follow each other']
