"""What the detector found in images: kept in OUT as it is found, as Records to be fitted, and as COCO's JSON.

``detected.jsonl`` has a line for each image that was looked at, whoever was found. Lines of images that have changed
since, of another detector, or that a killed run left half-written, do not count.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..base.files import cannot_write, read_text, write_file
from ..detecting.detector import METHOD
from ..detecting.mediapipe_pose import LAYOUT
from ..inputs.sample import ImageSource
from ..keypoints.found import Person, Record
from .folder import DETECTED
from .lock import AtWork
from .summary_file import append

_LARGEST = 1 << 30  # bytes: the lines of some 300,000 images


@dataclass(frozen=True, eq=False)
class Seen:
    """What the detector saw in an image of ``size`` (width, height) px: the ``keypoints`` (33, 3) of a person, px and
    confidence, and the ``doubt`` about them, if any; or nobody (None), and why."""

    name: str
    size: tuple[int, int]
    keypoints: np.ndarray | None
    doubt: str = ''

    @property
    def record(self) -> Record:
        """What keypoint files are read as."""
        if self.keypoints is None:
            return Record(self.name, error=self.doubt)
        person = Person(self.keypoints, 'the photograph', LAYOUT, size=self.size, doubt=self.doubt)
        return Record(self.name, (person,))


class DetectionLog:
    """The lines in the folder of a run that tell of images of an ImageSource."""

    def __init__(self, here: AtWork, source: ImageSource) -> None:
        self._here, self._source = here, source
        self._path = os.path.join(here.out_dir, DETECTED)

    def read(self) -> dict[int, Seen]:
        """What was seen by earlier runs, by position. Raises InputError where the file cannot be read."""
        lines = read_text(self._path, _LARGEST).splitlines() if os.path.lexists(self._path) else []
        positions = {name: position for position, name in enumerate(self._source.names)}
        out: dict[int, Seen] = {}
        for line in lines:
            try:
                entry = json.loads(line)
                position = positions[entry['image']]
                if (entry['file'], entry['method']) == (self._stamp(position), METHOD):
                    out[position] = _seen(entry)
            except (ValueError, KeyError, TypeError, RecursionError, OSError):
                continue  # of another image, half-written, or spoilt: it is looked at again
        return out

    def add(self, position: int, seen: Seen) -> None:
        """Add a line. Raises CannotWrite where there is no room, InputError where the folder was removed."""
        try:
            stamp = self._stamp(position)
        except OSError:  # the image was removed meanwhile: there is nothing to go on with
            return
        keypoints = None if seen.keypoints is None else seen.keypoints.tolist()
        entry = {'image': seen.name, 'file': stamp, 'method': METHOD, 'size': seen.size,
                 'keypoints': keypoints, 'doubt': seen.doubt}
        line = json.dumps(entry).encode() + b'\n'
        self._here.check_there()
        with self._here.turn():
            try:
                if os.path.lexists(self._path):
                    append(self._path, line)
                else:
                    write_file(self._path, line)
            except OSError as error:
                raise cannot_write(self._path, error) from error

    def _stamp(self, position: int) -> str:
        """What changes when an image's file does."""
        stat = os.stat(self._source.image_path(position))
        return f'{stat.st_size} bytes, {stat.st_mtime_ns} ns'


def _seen(entry: Mapping) -> Seen:
    """What a line tells. Raises ValueError, KeyError or TypeError where it is none of ours."""
    width, height = entry['size']
    keypoints = entry['keypoints']
    if keypoints is not None:
        keypoints = np.array(keypoints, dtype=float)
        if keypoints.shape != (len(LAYOUT.joints), 3) or not np.isfinite(keypoints).all():
            raise ValueError(f'keypoints of shape {keypoints.shape}')
    return Seen(str(entry['image']), (int(width), int(height)), keypoints, str(entry['doubt']))


def coco_json(seen: Mapping[int, Seen]) -> bytes:
    """COCO's annotations, which --keypoints takes, of what was seen in images, by position."""
    people = [(position, found.keypoints) for position, found in sorted(seen.items()) if found.keypoints is not None]
    images = [{'id': position, 'file_name': found.name, 'width': found.size[0], 'height': found.size[1]}
              for position, found in sorted(seen.items())]
    annotations = [{'id': position, 'image_id': position, 'category_id': 1, 'iscrowd': 0,
                    'num_keypoints': len(LAYOUT.joints), 'keypoints': keypoints.ravel().tolist()}
                   for position, keypoints in people]
    categories = [{'id': 1, 'name': 'person', 'keypoints': LAYOUT.joints, 'skeleton': [
        [LAYOUT.joints.index(joint) + 1 for joint in edge] for edge in LAYOUT.edges]}]
    data = {'info': {'description': METHOD}, 'images': images, 'annotations': annotations, 'categories': categories}
    return (json.dumps(data) + '\n').encode()
