"""Fits as files, and back; ``python -m lib.results A B`` compares two folders of them."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from .base.constraints import Interval
from .base.errors import InputError, counted, printable
from .base.parser import Parser, add_option
from .base.streams import Stream, open_streams
from .body.kinematics import rotation_matrices
from .outputs.folder import out_folder
from .outputs.result_file import read_result

#: Results that are compared at once.
_AT_ONCE = 500


def difference(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, float]:
    """Largest difference of two results, as read_result has them: cam_t, f, betas, pose.

    ``pose`` is compared as rotations, by the largest element of their difference: a rotation vector may hold the
    same rotation with another number of turns. The others by their largest absolute difference. Raises InputError
    where one has more joints or betas than the other.
    """
    for key in ('pose', 'betas'):
        if a[key].shape != b[key].shape:
            raise InputError(f'{key}: {counted(a[key].size, "number")} against {b[key].size}')
    return {key: float(values[0]) for key, values in _differences([(a, b)]).items()}


def _differences(pairs: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> dict[str, np.ndarray]:
    """The same of many pairs of results, whose arrays have the same sizes: an array (N,) for each key."""
    out = {}
    for key in ('cam_t', 'f', 'betas', 'pose'):
        these, those = (np.array([pair[side][key] for pair in pairs]) for side in (0, 1))
        if key == 'pose':
            these, those = (rotation_matrices(values.reshape(-1, 3)) for values in (these, those))
        out[key] = np.abs(these - those).reshape(len(pairs), -1).max(axis=1)
    return out


def compare(folder_a: str, folder_b: str, tolerance: float) -> Iterator[tuple[int, str | None]]:
    """Compare two folders image by image; yields (index, what differs or None).

    Each may have its files side by side or in folders of a thousand. Raises InputError where there is no such folder,
    or neither holds results.
    """
    a, b = out_folder(folder_a), out_folder(folder_b)
    in_a, in_b = set(a.pickles()), set(b.pickles())
    if not in_a and not in_b:
        raise InputError(f'{folder_a} and {folder_b} hold no results: no files such as 0000.pkl')
    indices, both = sorted(in_a | in_b), in_a & in_b
    for start in range(0, len(indices), _AT_ONCE):
        part = indices[start:start + _AT_ONCE]
        found = dict(_compared([(index, a.file(index), b.file(index)) for index in part if index in both], tolerance))
        for index in part:
            alone = None if index in both else f'only in {folder_a if index in in_a else folder_b}'
            yield index, alone or found.get(index)


def _compared(paths: Sequence[tuple[int, str, str]], tolerance: float) -> Iterator[tuple[int, str]]:
    """Of results with these indices and pickles those that differ by more than ``tolerance``, or cannot be compared,
    and in what."""
    pairs: dict[int, list[tuple[int, tuple[dict, dict]]]] = {}
    for index, path_a, path_b in paths:
        try:
            a, b = read_result(path_a), read_result(path_b)
            if a['betas'].size != b['betas'].size:
                difference(a, b)  # raises
            pairs.setdefault(a['betas'].size, []).append((index, (a, b)))
        except InputError as error:
            yield index, str(error)
    for alike in pairs.values():
        found = _differences([pair for _, pair in alike])
        for i, (index, _) in enumerate(alike):
            told = ', '.join(f'{key} by {values[i]:.3g}' for key, values in found.items() if not values[i] <= tolerance)
            if told:
                yield index, told


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two folders of results; returns the exit code."""
    open_streams()
    output = Stream('stdout')
    parser = Parser(prog=f'python -m {__package__}.results', description='Compare two folders of results. Exit code 0: '
                    'the same, 1: some differ, 2: nothing could be compared.')
    parser.add_argument('a', help='folder of results')
    parser.add_argument('b', help='folder of results')
    add_option(parser, '--tolerance', [Interval(0., sys.float_info.max)], 'largest difference that counts as equal, '
               'for every number (default: %(default)g)', default=1e-6)
    differing = same = 0
    try:
        options = parser.parse(arguments)
        for index, what in compare(options.a, options.b, options.tolerance):
            if what is None:
                same += 1
            else:
                differing += 1
                output.write(f'{index:04d}: {printable(what)}\n')
    except InputError as error:
        Stream('stderr').write(f'error: {error}\n')
        return 2
    output.write(f'{same} the same within {options.tolerance:g}, {differing} different\n')
    return 1 if differing else 0


if __name__ == '__main__':
    sys.exit(main())
