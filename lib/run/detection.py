"""Photographs without keypoints: people are looked for in all images that are asked for, before the first is fitted.

What was found is kept as it is found, so that a run that is stopped looks at no image twice.
"""

import os
from argparse import Namespace
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import replace

from ..base.files import write_file
from ..detecting.mediapipe_pose import OTHER_SIDES
from ..detecting.sides import other_way_round
from ..inputs.names import some
from ..inputs.photos import PhotoDataset
from ..inputs.sample import DataSet, Sample
from ..inputs.with_evidence import WithEvidence
from ..keypoints.found import Record
from ..outputs.detections import DetectionLog, Seen, coco_json
from ..outputs.folder import KEYPOINTS
from ..outputs.lock import AtWork
from . import pool
from .chunks import read_chunks
from .console import Console
from .finder import Finder
from .machine import worker_count
from .stopping import Stop
from .task import Outcome, Sighting, Task
from .worker_process import look

#: Images in a chunk: a worker has seconds of work, and what a killed one must do again is little.
_CHUNK = 16


def with_people(data: DataSet, chosen: Sequence[int], here: AtWork, options: Namespace, console: Console,
                stop: Stop) -> DataSet:
    """``data`` with the people in the images ``chosen``, of a clip in all, where they are for the detector to find."""
    if isinstance(data, WithEvidence):
        return data.around(with_people(data.data, chosen, here, options, console, stop))
    if isinstance(data, PhotoDataset) and data.detects:
        return _with_found(data, chosen, here, options, console, stop)
    return data


def _with_found(data: PhotoDataset, chosen: Sequence[int], here: AtWork, options: Namespace, console: Console,
                stop: Stop) -> PhotoDataset:
    """``data`` with the people whom the detector finds."""
    log = DetectionLog(here, data.source)
    seen = log.read()
    missing = sorted(set(range(len(data)) if data.source.numbered else chosen) - seen.keys())
    failed = _look(data, missing, log, seen, options, console, stop)
    if data.source.numbered:
        seen, changed = _steadied(seen)
        if changed:
            console.say(f'{data.base_dir}: left and right change places, as in the frames around them, in frames '
                        + some([str(frame) for frame in changed]))
    if options.save_keypoints:
        write_file(os.path.join(here.out_dir, KEYPOINTS), coco_json(seen))
    complete = data.with_found({**{position: found.record for position, found in seen.items()}, **failed})
    for line in complete.notes:
        if line not in data.notes:
            console.say(line)
    return complete


def _steadied(seen: dict[int, Seen]) -> tuple[dict[int, Seen], list[int]]:
    """What was seen in a clip, and the frames in which left and right change places for it."""
    people = [(frame, found.keypoints) for frame, found in sorted(seen.items()) if found.keypoints is not None]
    changed = [people[position] for position in other_way_round([keypoints for _, keypoints in people])]
    mended = {frame: replace(seen[frame], keypoints=keypoints[OTHER_SIDES]) for frame, keypoints in changed}
    return {**seen, **mended}, list(mended)


def _look(data: PhotoDataset, missing: Sequence[int], log: DetectionLog, seen: dict[int, Seen], options: Namespace,
          console: Console, stop: Stop) -> dict[int, Record]:
    """Add to the ``log``, and to ``seen``, what is in the images ``missing``; returns what kept others from being
    looked at."""
    failed = {}
    samples = [data[position] for position in missing]
    with closing(_answers(data, samples, options, console, stop)) as answers, \
            console.bar(len(samples), 'looking for people') as bar:
        for answer in answers:
            with stop.held():
                if isinstance(answer, Sighting):
                    log.add(answer.index, answer.seen)
                    seen[answer.index] = answer.seen
                else:
                    failed[answer.index] = Record(data.images[answer.index], error=answer.row['message'])
                    console.detail(answer.trace)
            bar.update()
    return failed


def _answers(data: PhotoDataset, samples: Sequence[Sample], options: Namespace, console: Console,
             stop: Stop) -> Generator[Sighting | Outcome, None, None]:
    """A Sighting of each of ``samples``, or an Outcome that says why there is none, in no certain order."""
    count = worker_count(options.workers, -(-len(samples) // _CHUNK))
    chunks = read_chunks(lambda sample: Task(sample, data.read(sample)), samples, [_CHUNK])
    if count > 1:
        try:
            yield from pool.outcomes(None, chunks, count, stop.held, look)
            return
        except pool.NoProcesses as error:
            console.say(f'{error}; this process does all the work')
    finder = Finder()
    for chunk in chunks:
        yield from chunk.failed
        yield from finder.run(chunk.tasks)
