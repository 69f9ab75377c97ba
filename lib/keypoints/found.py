"""What keypoint files hold, whatever their kind: for each image a Record of people, joints in the detector's order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from ..base.errors import InputError, counted
from .containers import Container
from .formats import KeypointFormat, of_count

Image: TypeAlias = str | int | None


class Place(int):
    """The place of an image among those of its file, which says nothing of what the image is called."""


#: What ``json.loads`` makes: anything.
Json: TypeAlias = Any


class UnknownShape(InputError):
    """What should be keypoints is not laid out as the kind of file has them."""


@dataclass(frozen=True, eq=False)
class Person:
    """One person's ``keypoints`` (K, 3): x, y, confidence; none (0, 3) for an empty slot.

    ``place`` is where they stand in the file; ``layout`` their order, or None while it is not known; ``shares``: x
    and y are shares of the image's width and height; ``size``: what the file says that these are in px, or None;
    ``doubt``: why who found the person thinks that the joints may be wrong, or nothing.
    """

    keypoints: np.ndarray
    place: str
    layout: KeypointFormat | None = None
    shares: bool = False
    size: tuple[float, float] | None = None
    doubt: str = ''


@dataclass(frozen=True, eq=False)
class Record:
    """The people found in an image, or the ``error`` that kept them from being read.

    ``image`` is a file name with the folders that were before it, its stem, a number, a Place, or None where the file
    does not say; ``by_file_name``: it is the keypoint file's own name, which may or may not be the image's. ``file`` is
    that file's path, ``first`` the number that its tool gives to a clip's first frame. A Record with an error and no
    image is an entry that belongs to no image that is known.
    """

    image: Image
    people: tuple[Person, ...] = ()
    error: str | None = None
    by_file_name: bool = False
    file: str = ''
    container: Container | None = None
    first: int = 0

    @property
    def lost(self) -> bool:
        """Whether this is an entry that belongs to no image that is known, rather than a refused row among rows in
        order, which keeps its place."""
        return self.image is None and self.error is not None and self.container is None


#: What a reader finds, one after the other: an image and a person in it, what was wrong with the entry, or nobody.
Entry: TypeAlias = tuple[Image, Person | InputError | None]


@dataclass(eq=False)
class Found:
    """What one file holds: its ``container`` and the ``entries`` of people in its order.

    ``unnamed``: images are numbers of rows, which say nothing of the images' names.
    """

    container: Container
    entries: Iterable[Entry] = field(default_factory=tuple)
    unnamed: bool = False

    def records(self, file: str, name: str, one_image: bool = False) -> list[Record]:
        """The entries by image, images in order of their first; ``name`` is the image that the file is named after,
        ``one_image``: the only one that is in it where it names none.

        Last come those that belong to no image, where others do.
        """
        if one_image and self.unnamed:
            self.entries = [(None, entry) for _, entry in self.entries]
        people, errors = self._grouped(file)
        by_name = len(people) == 1 and (None in people or self.unnamed)
        lost: list[str] = []
        if not by_name:
            lost += errors.pop(None, [])
            lost += [f'{file}: {person.place}: no image is named for it' for person in people.pop(None, ())]
        out = []
        for key, group in people.items():
            image = name if by_name else None if self.unnamed else key
            error = errors[key][0] if key in errors else None
            out.append(Record(image=image, people=tuple(group), error=error, by_file_name=by_name, file=file,
                              container=self.container, first=self.container.first_frame))
        return out + [Record(None, error=error, file=file) for error in lost]

    def _grouped(self, file: str) -> tuple[dict[Image, list[Person]], dict[Image, list[str]]]:
        """People and errors by image. None is an image only if people, or nothing but errors, are without one."""
        people: dict[Image, list[Person]] = {}
        errors: dict[Image, list[str]] = {}
        for image, entry in self.entries:
            if isinstance(entry, InputError):
                errors.setdefault(image, []).append(f'{file}: {entry}')
            if image is not None or not isinstance(entry, InputError):
                people.setdefault(image, []).extend([entry] if isinstance(entry, Person) else [])
        if not people and errors:
            people[None] = []
        return people, errors


def attempt(place: str, read: Callable[..., Person], *arguments: Json) -> Person | InputError:
    """The Person that ``read(place, *arguments)`` gives, or the InputError that it raises, with its place."""
    try:
        return read(place, *arguments)
    except InputError as error:
        return type(error)(f'{place}: {error}')


def nobody(place: str) -> Person:
    """An empty slot: it keeps its number among the people of an image."""
    return Person(np.zeros((0, 3)), place)


def numbers(values: Json) -> np.ndarray:
    """``values`` as an array of floats, NaN for None. Raises InputError where they are no numbers."""
    try:
        return np.array(values, dtype=float)
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise UnknownShape('keypoints that are no list of numbers') from None


def rows_of(values: Json, width: int = 3) -> np.ndarray:
    """Rows (K, 2 to 4) of numbers, given flat, ``width`` to a joint, or as a list for each joint.

    Raises InputError where they are no numbers, or do not divide evenly.
    """
    array = numbers(values)
    if array.ndim == 2 and array.shape[1] in (2, 3, 4):
        return array
    if array.ndim == 1 and array.size % width and array.size % 2 == 0 and any(of_count(array.size // 2)):
        return array.reshape(-1, 2)  # x and y alone
    if array.ndim != 1 or array.size % width:
        raise UnknownShape(f'{counted(array.size, "keypoint number")}, wanted {width} for each joint')
    return array.reshape(-1, width)


def person(place: str, rows: np.ndarray, confidence: np.ndarray | None = None,
           layout: KeypointFormat | None = None) -> Person:
    """A Person of rows (K, 2 or more): x, y, ..., and their confidence (K,), by default the last of three columns,
    else 1. Raises InputError where there are more or fewer of these."""
    if confidence is None:
        confidence = rows[:, 2] if rows.shape[1] == 3 else np.ones(len(rows))
    if confidence.shape != (len(rows),):
        raise InputError(f'{counted(confidence.size, "confidence")} for {counted(len(rows), "joint")}')
    return Person(np.column_stack([rows[:, :2], confidence]), place, layout)


def single(image: Image, entries: Iterable[Person | InputError]) -> Iterator[Entry]:
    """The Entries of one image, also where nobody is in it."""
    yield image, None
    for entry in entries:
        yield image, entry
