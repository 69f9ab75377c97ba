"""``python -m lib.convert KEYPOINTS OUT.npz``: a detector's joints as the est_joints.npz that LSP's layout has."""

import io
import sys
from collections.abc import Iterator, Sequence

import numpy as np

from .base.constraints import Interval, OneOf
from .base.errors import InputError, counted, printable
from .base.files import write_file
from .base.parser import Parser, add_option
from .base.streams import Stream, open_streams
from .body.skeleton import N_LSP
from .inputs.image_folder import PhotoFolder
from .inputs.matching import match_records
from .keypoints.choice import PERSONS, choose_people, detections_of
from .keypoints.formats import FORMATS
from .keypoints.found import Image, Record
from .keypoints.reading import read_keypoints

_PERSONS = tuple(which for which in PERSONS if which != 'all')


def convert(path: str, images: PhotoFolder | None = None, format_name: str | None = None,
            person: str | int = 'largest') -> tuple[np.ndarray, list[str]]:
    """est_joints (3, 14, N) of keypoints, and a line for each image that has none (its confidences are 0).

    ``images`` is a PhotoFolder, whose order is kept, or None: the order of the keypoints' names, or of the file.
    ``format_name`` and ``person`` are what --format and --person say. Raises InputError where the file as a whole is
    wrong.
    """
    records = read_keypoints(path, format_name)
    lost = [record.error for record in records if record.lost and record.error is not None]
    records = [record for record in records if not record.lost]
    entries = list(_in_order(records) if images is None else _of_images(records, images, path))
    out, missing = np.zeros((3, N_LSP, len(entries))), lost
    for i, (name, record, size) in enumerate(entries):
        try:
            if isinstance(record, InputError):
                raise record
            chosen, = choose_people(detections_of(record, size), person)
        except InputError as error:
            missing.append(f'{i:04d} {"" if name is None else f"{name}: "}{error}')
            continue
        out[:2, :, i], out[2, :, i] = chosen.joints.T, chosen.confidence
    return out, missing


_Entry = tuple[Image, Record | InputError, np.ndarray | None]


def _in_order(records: Sequence[Record]) -> Iterator[_Entry]:
    """Name and Record of each image, without its size: numbers first, then names."""
    def place(record: Record) -> tuple[bool, int, str]:
        named = isinstance(record.image, str)
        return named, 0 if named else int(record.image or 0), str(record.image)
    if all(record.image is not None for record in records):
        records = sorted(records, key=place)
    return ((record.image, record, None) for record in records)


def _of_images(records: Sequence[Record], images: PhotoFolder, path: str) -> Iterator[_Entry]:
    """Name, Record and size of each image, or why there is none."""
    found = match_records(records, images, path).records
    for position, name in enumerate(images.names):
        try:
            header = images.header(position)
            record = found.get(position) or InputError('no keypoints for it')
            yield name, record, np.array([header.width, header.height], dtype=float)
        except InputError as error:
            yield name, error, None


def main(arguments: Sequence[str] | None = None) -> int:
    """Write keypoints as LSP's layout has them; returns the exit code, 1 where images have none."""
    open_streams()
    errors = Stream('stderr')
    try:
        options = _parser().parse(arguments)
        if not options.out.lower().endswith('.npz'):
            raise InputError(f'{options.out}: wanted the name of a .npz file, which is what is written')
        images = None if options.images is None else PhotoFolder(options.images)
        joints, missing = convert(options.keypoints, images, options.format, options.person)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, est_joints=joints)
        write_file(options.out, buffer.getvalue())
    except InputError as error:
        errors.write(f'error: {error}\n')
        return 2
    for line in missing:
        errors.write(f'no joints: {printable(line)}\n')
    count = int((joints[2] > 0).any(axis=0).sum())
    images_there = counted(joints.shape[2], 'image')
    Stream('stdout').write(f'joints of {count} of {images_there}; written to {printable(options.out)}\n')
    return 1 if missing else 0


def _parser() -> Parser:
    parser = Parser(prog=f'python -m {__package__}.convert', description="A detector's joints as the est_joints.npz "
                    "that LSP's layout has.")
    parser.add_argument('keypoints', help='a file, or a folder of JSON or text files with an image each')
    parser.add_argument('out', help='the file to write, .npz')
    parser.add_argument('--images', metavar='DIR', help='the images: the joints are put into their order, and '
                        'positions as shares (MediaPipe, YOLO) into their pixels')
    parser.add_argument('--format', metavar='NAME', help='the order of joints, where the file does not tell it: '
                        f'{", ".join(FORMATS)}')
    add_option(parser, '--person', [OneOf(_PERSONS), Interval(0, 9999, whole=True)], 'where there are several: '
               f'{", ".join(_PERSONS)}, or a number from 0 up (default: %(default)s)', metavar='WHO', default='largest')
    return parser


if __name__ == '__main__':
    sys.exit(main())
