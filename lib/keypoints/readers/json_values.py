"""What stands in JSON: lists, objects, and the images that entries say they are about."""

from collections.abc import Iterable

from ...base.errors import InputError
from ..found import Image, Json

_LONGEST_NAME = 4096  # characters, of a path


def as_list(value: Json) -> list:
    """``value`` itself. Raises InputError where it is no list."""
    if not isinstance(value, list):
        raise InputError(f'a list was wanted where {_kind(value)} stands')
    return value


def as_dict(value: Json) -> dict:
    """``value`` itself. Raises InputError where it is no object."""
    if not isinstance(value, dict):
        raise InputError(f'an object was wanted where {_kind(value)} stands')
    return value


def _kind(value: Json) -> str:
    return {type(None): 'null', str: 'text', bool: 'true or false', list: 'a list', dict: 'an object'}.get(
        type(value), 'a number')


def first_of(data: dict, keys: Iterable[str]) -> Json:
    """The value of the first of ``keys`` that is there, or None."""
    return next((data[key] for key in keys if key in data), None)


_IMAGE = ('image_id', 'image', 'file_name', 'filename', 'image_name', 'imgname', 'img_name', 'image_path', 'img_path',
          'image_file', 'img', 'path', 'frame_id', 'frame')


def names_image(entry: dict) -> bool:
    """Whether an entry says which image it is about."""
    return any(_says(entry.get(key)) for key in _IMAGE)


def _says(value: Json) -> bool:
    """Whether this may be meant for an image's name: not what an object tells about it."""
    return value is not None and not isinstance(value, dict)


def image_of(entry: dict) -> Image:
    """The image that an entry is about. Raises InputError where it says none, or something that cannot be one."""
    key = next((key for key in _IMAGE if _says(entry.get(key))), None)
    if key is None:
        raise InputError(f'an entry without {_IMAGE[0]}')
    return image_named(key, entry[key])


def image_named(key: str, value: Json) -> Image:
    """``value`` of ``key`` as an image's name or number. Raises InputError where it can be neither."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, str)) or value == '' or len(str(value)) > _LONGEST_NAME:
        raise InputError(f'{key} is {_kind(value)}, wanted the name or number of an image')
    return value


def size_in(entry: dict) -> tuple[float, float] | None:
    """The ``width`` and ``height`` that an entry gives, or None where they are none."""
    size: tuple[Json, Json] = (entry.get('width'), entry.get('height'))
    return size if all(type(value) in (int, float) and 0 < value < 1e6 for value in size) else None
