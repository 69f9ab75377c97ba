"""What only a file as a whole tells: the order of its joints, whether places are pixels or shares, the scale of
confidences.

A folder of files with an image in each is one file here. What does not fit the rest is refused, with its place, and
only that.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ..base.errors import InputError
from ..body.skeleton import LSP_NAMES
from .containers import OPENPOSE, Container, layout_of
from .formats import KeypointFormat, format_named, same_count
from .found import Person, Record
from .proportions import NO_BODIES, better_order, misfits
from .values import Values, is_found

#: People of a file whose proportions are looked at; with fewer than so many heads prove nothing, with so many all is
#: proved.
_LOOKED_AT, _FEW, _MANY = 500, 3, 10
_LIMBS = 12  # of LSP's joints, the first
#: People are alike whose joints lie within this, of their spread: about 10 degrees of a limb.
_LIKE = .15
#: A decision about one Person: the Person as decided. Raises InputError where it is refused.
_Decision = Callable[[Person], Person]


def settle(records: list[Record], format_name: str | None) -> list[Record]:
    """Records whose people have their layout, confidences from 0 to 1 and missing joints at 0, 0 with confidence 0.

    ``format_name`` is what --format says, or None. A Record that holds somebody who is refused gets the error.
    """
    by_container: dict[Container, list[Record]] = defaultdict(list)
    for record in records:
        if record.container is not None:
            by_container[record.container].append(record)
    out: dict[Record, Record] = {}
    for container, members in by_container.items():
        members = _with_layouts(container, members, format_name)
        values = Values(container, [person for record in members for person in record.people])
        out.update(zip(by_container[container], (_decide(record, values.settled) for record in members)))
    return [out.get(record, record) for record in records]


def _with_layouts(container: Container, records: list[Record], format_name: str | None) -> list[Record]:
    """Records whose people have a layout: that of the names in the file, else the one that their number of joints
    means."""
    layouts = {count: _attempt(container, people, format_name) for count, people in _unnamed(records).items()}
    forced = None if format_name is None else format_named(format_name)

    def decided(person: Person) -> Person:
        if person.layout is not None:
            return _as_named(person, forced)
        layout = layouts.get(len(person.keypoints))
        if isinstance(layout, InputError):
            raise layout
        return replace(person, layout=layout)
    return [_decide(record, decided) for record in records]


def _unnamed(records: list[Record]) -> dict[int, list[np.ndarray]]:
    """{number of joints: keypoints of people whose joints are not named}."""
    out: dict[int, list[np.ndarray]] = defaultdict(list)
    for person in (person for record in records for person in record.people if person.layout is None):
        if len(person.keypoints):
            out[len(person.keypoints)].append(person.keypoints)
    return out


def _attempt(container: Container, people: list[np.ndarray], format_name: str | None) -> KeypointFormat | InputError:
    try:
        return _layout(container, people, format_name)
    except InputError as error:
        return error


def _layout(container: Container, people: list[np.ndarray], format_name: str | None) -> KeypointFormat:
    """The order of people with as many joints. Raises InputError where it is not clear, or their proportions
    contradict it."""
    entry = layout_of(container, len(people[0]), format_name)
    sample = _distinct(_spread(people))
    if format_name is None:
        better = _better(entry, sample)
        if better is not None and container is OPENPOSE:  # which writes BODY_25 and BODY_25B alike, and no others
            if better.tool.startswith(OPENPOSE.name.split()[0]):
                return better
        elif better is not None:
            raise InputError(f'{len(entry.joints)} joints per person, usually in the order of {entry.name}, but their '
                             f'proportions are those of {better.name}: say --format {better.name}, or --format '
                             f'{entry.name}')
    misfit = misfits(sample, entry.joints)
    if np.isfinite(misfit).sum() >= _MANY and np.nanmedian(misfit) > NO_BODIES:
        raise InputError(f'{len(entry.joints)} joints per person that do not stand as bodies do in the order of '
                         f'{entry.name}; another may be given with --format')
    return entry


def other_order(entry: KeypointFormat, people: list[np.ndarray]) -> KeypointFormat | None:
    """Another order of as many joints in which ``people``, arrays (K, 3) of a file, stand as bodies, rather than in
    ``entry``'s; None where there is none."""
    return _better(entry, _distinct(_spread(people)))


def _better(entry: KeypointFormat, sample: np.ndarray) -> KeypointFormat | None:
    """Another order of as many joints in which the people of ``sample`` (N, K, 3) stand as bodies, rather than in
    ``entry``'s.

    Where orders differ in heads only, those people are asked whose noses and other joints show where they differ; few
    of them prove nothing.
    """
    alike = [other for other in same_count(entry) if _same_limbs(entry, other)]
    better = better_order(sample, entry, [other for other in same_count(entry) if other not in alike])
    for other in alike:
        head = [i for i, joint in enumerate(entry.joints) if joint == 'nose' or joint != other.joints[i]]
        whole = sample[(sample[:, head, 2] > 0).all(axis=1)]
        if better is None and len(whole) >= _FEW:
            better = better_order(whole, entry, [other])
    return better


def _spread(people: list[np.ndarray]) -> np.ndarray:
    """Some people (N, K, 3), spread over the file; confidence 0 where a joint is missing."""
    sample = np.array([people[i] for i in np.unique(np.linspace(0, len(people) - 1, _LOOKED_AT).astype(int))])
    return np.where(is_found(sample)[..., None], sample, 0.)


def _distinct(people: np.ndarray) -> np.ndarray:
    """Those of ``people`` (N, K, 3) who do not stand as one before them: somebody who keeps still in a clip is one
    proof, not a hundred."""
    seen = people[..., 2:] > 0
    count = np.maximum(seen.sum(axis=1, keepdims=True), 1)
    with np.errstate(all='ignore'):
        places = np.where(seen, people[..., :2] - (people[..., :2] * seen).sum(axis=1, keepdims=True) / count, 0.)
        places = np.nan_to_num(places / np.sqrt(np.square(places).sum(axis=(1, 2), keepdims=True)))
    kept: list[int] = []
    for i, place in enumerate(places):
        if not kept or np.square(places[kept] - place).sum(axis=(1, 2)).min() > _LIKE ** 2:
            kept.append(i)
    return people[kept]


def _same_limbs(entry: KeypointFormat, other: KeypointFormat) -> bool:
    """Whether two orders differ in heads only, which in few people proves nothing."""
    return all(entry.joints.index(joint) == other.joints.index(joint) for joint in LSP_NAMES[:_LIMBS])


def _as_named(person: Person, forced: KeypointFormat | None) -> Person:
    """A Person whose joints have names. Raises InputError where --format has no such joints."""
    if forced is not None and person.layout is not None:
        others = [joint for joint in person.layout.joints if joint and joint not in forced.joints]
        if others:
            raise InputError(f'its joints are named, and {forced.name} has no {others[0]}; leave --format out')
    return person


def _decide(record: Record, decision: _Decision) -> Record:
    """A Record whose people are decided, or which has the error of the first that is refused."""
    if record.error is not None:
        return record
    people = []
    for person in record.people:
        try:
            people.append(decision(person) if len(person.keypoints) else person)
        except InputError as error:
            return replace(record, error=f'{record.file}: {person.place}: {error}')
    return replace(record, people=tuple(people))
