"""Fits as files, and back; ``python -m lib.results A B`` compares two folders of them."""

import argparse
import sys

import numpy as np

from .base.errors import InputError
from .body.kinematics import rotation_matrices
from .outputs.folder import indices_in, result_path
from .outputs.result_file import read_result


def difference(a, b):
    """Largest difference of two results, {name: value}.

    ``pose`` is compared as rotations, by the largest element of their difference: a rotation vector may hold the
    same rotation with another number of turns. The others by their largest absolute difference.
    """
    if a['pose'].shape != b['pose'].shape or a['betas'].shape != b['betas'].shape:
        raise InputError('they have other numbers of joints or betas')
    out = {key: float(np.abs(a[key] - b[key]).max()) for key in ('cam_t', 'f', 'betas')}
    turns = [rotation_matrices(result['pose'].reshape(-1, 3)) for result in (a, b)]
    out['pose'] = float(np.abs(turns[0] - turns[1]).max())
    return out


def compare(folder_a, folder_b, tolerance):
    """Compare two folders image by image; yields (index, what differs or None)."""
    in_a, in_b = indices_in(folder_a), indices_in(folder_b)
    for index in sorted(set(in_a) | set(in_b)):
        if index not in in_a or index not in in_b:
            yield index, f'only in {folder_a if index in in_a else folder_b}'
            continue
        try:
            found = difference(read_result(result_path(folder_a, index)), read_result(result_path(folder_b, index)))
        except InputError as error:
            yield index, str(error)
            continue
        over = [f'{key} by {value:.3g}' for key, value in found.items() if not value <= tolerance]
        yield index, ', '.join(over) or None


def main(arguments=None):
    parser = argparse.ArgumentParser(prog='python -m lib.results', description='Compare two folders of results.')
    parser.add_argument('a', help='folder of results')
    parser.add_argument('b', help='folder of results')
    parser.add_argument('--tolerance', type=float, default=1e-6,
                        help='largest difference that counts as equal, for every number (default: %(default)g)')
    options = parser.parse_args(arguments)
    differing = same = 0
    try:
        for index, what in compare(options.a, options.b, options.tolerance):
            if what is None:
                same += 1
            else:
                differing += 1
                print(f'{index:04d}: {what}')
        if not same and not differing:
            raise InputError(f'{options.a} and {options.b} hold no results')
    except InputError as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    print(f'{same} the same within {options.tolerance:g}, {differing} different')
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())
