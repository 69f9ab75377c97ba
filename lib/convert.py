"""``python -m lib.convert KEYPOINTS OUT.npz``: a detector's joints as the est_joints.npz that LSP's layout has."""

import argparse
import io
import sys

import numpy as np

from .base.errors import InputError
from .base.files import write_file
from .body.skeleton import N_LSP
from .inputs.image_folder import PhotoFolder
from .inputs.matching import match_records
from .keypoints.choice import PERSONS, choose_people, detections_of
from .keypoints.formats import FORMATS
from .keypoints.reading import read_keypoints


def convert(path, images=None, format_name=None, person='largest'):
    """est_joints (3, 14, N) of keypoints, and a line for each image that has none (its confidences are 0).

    ``images`` is a PhotoFolder, whose order is kept, or None: the order of the keypoints' names, or of the file.
    Raises InputError where the file as a whole is wrong, or its format needs the images' sizes.
    """
    records = read_keypoints(path, format_name)
    if images is not None:
        found = match_records(records, images, path).records
        entries = [(name, found.get(position), images.header(position)) for position, name in enumerate(images.names)]
    else:
        if all(record.image is not None for record in records):
            records = sorted(records, key=lambda record: (isinstance(record.image, str), record.image))
        entries = [(record.image, record, None) for record in records]
    out, missing = np.zeros((3, N_LSP, len(entries))), []
    for i, (name, record, header) in enumerate(entries):
        try:
            if record is None:
                raise InputError('no keypoints for it')
            size = None if header is None else np.array([header.width, header.height], dtype=float)
            chosen, = choose_people(detections_of(record, size), person)
        except InputError as error:
            missing.append(f'{i:04d} {"" if name is None else f"{name}: "}{error}')
            continue
        out[:2, :, i], out[2, :, i] = chosen.joints.T, chosen.confidence
    return out, missing


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='python -m lib.convert', description=__doc__)
    parser.add_argument('keypoints', help='a file, or a folder of JSON files with an image each')
    parser.add_argument('out', help='the file to write, .npz')
    parser.add_argument('--images', metavar='DIR', help='the images: the joints are put into their order, and '
                        'normalised coordinates (MediaPipe) into their pixels')
    parser.add_argument('--format', choices=tuple(FORMATS), help='default: found from the number of joints')
    parser.add_argument('--person', choices=[which for which in PERSONS if which != 'all'], default='largest',
                        help='where there are several (default: %(default)s)')
    options = parser.parse_args(arguments)
    try:
        images = None if options.images is None else PhotoFolder(options.images)
        joints, missing = convert(options.keypoints, images, options.format, options.person)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, est_joints=joints)
        write_file(options.out, buffer.getvalue())
    except InputError as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    for line in missing:
        print(f'no joints: {line}', file=sys.stderr)
    print(f'{joints.shape[2] - len(missing)} of {joints.shape[2]} images have joints; written to {options.out}')
    return 1 if missing else 0


if __name__ == '__main__':
    sys.exit(main())
