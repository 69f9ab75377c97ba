"""JSON of COCO: results [{"image_id": ..., "keypoints": [x, y, c, ...]}, ...], which AlphaPose and others write, too,
and annotations {"images": [...], "annotations": [...], "categories": [...]}, whose joints are read by the categories'
names.
"""

from collections.abc import Iterator
from dataclasses import replace

from ...base.errors import InputError, counted, quoted
from ..formats import KeypointFormat
from ..found import Entry, Image, Json, Person, attempt, nobody, person, rows_of
from ..names import layout_of_names
from .json_values import as_dict, as_list, image_named, image_of, size_in

_Layouts = dict[Json, KeypointFormat | InputError]
_Names = dict[Image, Image | InputError]


def is_results(data: Json) -> bool:
    """Whether this is a list of people, some of which say in which image they are."""
    return isinstance(data, list) and any(isinstance(entry, dict) and 'keypoints' in entry and 'image_id' in entry
                                          for entry in data)


def results(data: list) -> Iterator[Entry]:
    """The Entries of a list of results."""
    for number, entry in enumerate(data):
        place = f'entry {number}'
        try:
            image = image_of(as_dict(entry))
        except InputError as error:
            yield None, InputError(f'{place}: {error}')
            continue
        yield image, attempt(place, _person, entry, {})


def annotations(data: dict, format_name: str | None) -> Iterator[Entry]:
    """The Entries of an annotation file; crowds, and annotations without keypoints, are no people.

    Raises InputError where no annotation has keypoints, or a list is none.
    """
    entries = as_list(data['annotations'])
    if entries and not any(isinstance(entry, dict) and 'keypoints' in entry for entry in entries):
        raise InputError('none of its annotations has keypoints; wanted those of COCO (person_keypoints_*.json)')
    names: _Names = {}
    sizes: dict[Image, tuple[float, float] | None] = {}
    for number, image in enumerate(as_list(data.get('images', []))):
        name, wrong = _image(names, f'images[{number}]', image)
        if wrong is None:
            sizes[name] = size_in(image)
        yield name, wrong
    layouts = _layouts(data.get('categories', []), format_name is not None)
    for number, entry in enumerate(entries):
        if isinstance(entry, dict) and ('keypoints' not in entry or entry.get('iscrowd') in (1, True)):
            continue
        name, found = _annotation(names, layouts, f'annotations[{number}]', entry)
        yield name, replace(found, size=sizes.get(name)) if isinstance(found, Person) else found


def _image(names: _Names, place: str, image: Json) -> Entry:
    """Enter an image's name under its id; an Entry of it, so that it is known though nobody may be in it."""
    number: Image = None
    try:
        number = image_named('id', as_dict(image).get('id'))
        name = image_named('file_name', image.get('file_name'))
        if not isinstance(name, str):
            raise InputError('file_name is a number, wanted the name of an image')
    except InputError as error:
        wrong = InputError(f'{place}: {error}')
        if number is not None:
            names[number] = wrong
        return number, wrong
    if name in names.values():
        return name, InputError(f'{place}: another image has the file_name {quoted(name)}, too')
    names[number] = name
    return name, None


def _annotation(names: _Names, layouts: _Layouts, place: str, entry: Json) -> Entry:
    try:
        number = image_of(as_dict(entry))
    except InputError as error:
        return None, InputError(f'{place}: {error}')
    image = names.get(number, number)
    return (number, image) if isinstance(image, InputError) else (image, attempt(place, _person, entry, layouts))


def _person(place: str, entry: dict, layouts: _Layouts) -> Person:
    category = entry.get('category_id')
    layout = layouts.get(category) if isinstance(category, (int, str)) else None
    if isinstance(layout, InputError):
        raise layout
    if 'keypoints' not in entry:
        raise InputError('an entry without keypoints')
    if not entry['keypoints'] or entry.get('num_keypoints') == 0:
        return nobody(place)
    found = person(place, rows_of(entry['keypoints']), layout=layout)
    if layout is not None and len(layout.joints) != len(found.keypoints):
        raise InputError(f'{counted(len(found.keypoints), "joint")}, where its category names {len(layout.joints)}')
    return found


def _layouts(categories: Json, forced: bool) -> _Layouts:
    """{category id: the order that its names give, or why they give none}; ``forced``: only those that give one."""
    out: _Layouts = {}
    for number, category in enumerate(as_list(categories)):
        names = category.get('keypoints') if isinstance(category, dict) else None
        if not names or not isinstance(category.get('id'), (int, str)):
            continue
        try:
            if not all(isinstance(name, str) for name in as_list(names)):
                raise InputError(f'its joints are called {quoted(names[:6])}, wanted text')
            out[category['id']] = layout_of_names(names)
        except InputError as error:
            if not forced:
                out[category['id']] = InputError(f'categories[{number}]: {error}')
    return out
