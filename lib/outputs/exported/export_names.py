"""What exports are called: after their photograph or frame, so that who takes some along knows them.

Pictures and results have numbers, as the published program's have, and so have all files of LSP's layout.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from ...inputs.names import stem_of

#: What follows the name, or the number, of an export.
EXPORTS = '.obj', '.ply', '.glb', '_joints.npz', '_joints.csv', '_params.npz', '_amass.npz', '_anny.npz', '_camera.json'
#: Bytes of a name before that: disks take 255, and of longer names the beginning and the end stay.
_LONGEST, _END = 200, 60
#: What FAT, NTFS and others do not take in a name, what is no Unicode, and names that Windows keeps for devices.
_REFUSED = re.compile('[<>:"/\\\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_DEVICE = re.compile(r'(con|prn|aux|nul|(com|lpt)[0-9\xb9\xb2\xb3])(\..*)?', re.IGNORECASE | re.DOTALL)
_PERSON = re.compile(r'(.*)(#[0-9]+)', re.DOTALL)


def title_of(name: str) -> str:
    """The name of a Sample, 'im0001.jpg' or 'im0001.jpg#1', without what kind of file it was."""
    photograph, person = _parts(name)
    return stem_of(photograph) + person


class ExportNames:
    """What the exports of each Sample are called, by index; ``images`` are the Samples' names by index.

    That is the photograph's name without its ending, unless an image before has it: im0001.png is then called
    im0001.png. So names stay what they are where images come along behind those that there are. Nor do two differ in
    capitals alone, or in how accents are encoded, which some disks do not tell.
    """

    def __init__(self, images: Mapping[int, str]) -> None:
        self._names: dict[int, str] = {}
        self._indices: dict[str, int] = {}
        taken: dict[str, int] = {}  # how often
        for index in sorted(images):
            name = next(name for name in _candidates(images[index], taken) if _key(name) not in self._indices)
            self._names[index], self._indices[_key(name)] = name, index

    def __getitem__(self, index: int) -> str:
        return self._names[index]

    def __contains__(self, index: object) -> bool:
        return index in self._names

    def find(self, file: str, capitals: bool = True) -> tuple[int, str] | None:
        """Index and suffix of the export that is called ``file``; None for other names.

        ``capitals``: one that differs in them is another.
        """
        suffix = next((suffix for suffix in EXPORTS if (file if capitals else file.lower()).endswith(suffix)), None)
        if suffix is None:
            return None
        name = file[:-len(suffix)]
        index = self._indices.get(_key(name))
        if index is None or capitals and _composed(name) != _composed(self._names[index]):
            return None
        return index, suffix


def _candidates(image: str, taken: dict[str, int]) -> Iterator[str]:
    """What the exports of an image may be called, the best first; ``taken`` counts the last resorts."""
    photograph, person = _parts(image)
    name = _writable(stem_of(photograph), person)
    yield name
    yield _writable(photograph, person)
    while True:
        taken[_key(name)] = taken.get(_key(name), 1) + 1
        yield f'{name}-{taken[_key(name)]}'


def _parts(image: str) -> tuple[str, str]:
    """The name of a Sample's photograph, and the person's number with its mark, where it has one."""
    match = _PERSON.fullmatch(image)
    return (match[1], match[2]) if match else (image, '')


def _writable(name: str, person: str) -> str:
    """``name`` and ``person`` as all disks take them, with something behind."""
    name = _REFUSED.sub('_', name)
    data = name.encode('utf-8')
    if len(data) > _LONGEST:
        name = '~'.join(part.decode('utf-8', 'ignore') for part in (data[:_LONGEST - _END], data[-_END:]))
    return f'_{name}{person}' if _DEVICE.fullmatch(name + person) else name + person


def _composed(name: str) -> str:
    return unicodedata.normalize('NFC', name)


def _key(name: str) -> str:
    return _composed(_composed(name).casefold())
