"""The people of a clip as motions: who is whom from frame to frame, and what becomes of each frame.

A motion is that of the whole clip, whichever frames are asked for and whichever are done: so a run that goes on after
another gives what that one would have given.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..base.threads import one_thread
from ..body.skeleton import N_LSP
from ..fitting.problem import Fit, Problem
from ..inputs.names import some
from ..inputs.sample import DataSet, Sample, make_problem
from ..motion.motion import fit_motion, short_gaps
from .judging import judged
from .plan import Plan
from .task import Fitted, RunOptions, Task

#: Why the row of a frame is doubtful in which nobody was seen, and before it, where more is known, why so.
_BRIDGED, _NOBODY = 'carried on from the frames around it', 'nobody was seen in it'


@dataclass(frozen=True, eq=False)
class Track:
    """One person's Samples by frame, those of short gaps without joints; ``bridged``: the frames of these.

    ``number`` is the person's, None where there is one only. Frames in which the person cannot be fitted are missing.
    """

    number: int | None
    samples: Mapping[int, Sample]
    bridged: frozenset[int]


def tracks_of(data: DataSet) -> list[Track]:
    """The Track of every person of a clip."""
    own: dict[int | None, list[Sample]] = {}
    for sample in map(data.__getitem__, range(len(data))):
        own.setdefault(sample.person, []).append(sample)
    if len(own) > 1:
        own.pop(None, None)  # frames without anybody
    return [track for number, samples in own.items() if (track := _track(number, samples, data.frame_rate)).samples]


def _track(number: int | None, samples: Iterable[Sample], frame_rate: float) -> Track:
    by_frame = {sample.frame: sample for sample in samples if sample.frame is not None}
    seen = {frame: sample for frame, sample in by_frame.items() if sample.error is None and sample.confidence.any()}
    out = dict(seen)
    for frame in sorted(short_gaps(sorted(seen), frame_rate) & by_frame.keys()):
        last, blank = out[max(known for known in out if known < frame)], by_frame[frame]
        out[frame] = replace(last, index=blank.index, name=blank.name, frame=frame, joints=np.zeros((N_LSP, 2)),
                             confidence=np.zeros(N_LSP), doubt=f'{blank.error or _NOBODY}: {_BRIDGED}')
    return Track(number, dict(sorted(out.items())), frozenset(out.keys() - seen.keys()))


class Motions:
    """The Tasks of a Plan's samples, fitted as motions; ``say`` is told what is bridged."""

    def __init__(self, plan: Plan, how: RunOptions, say: Callable[[str], None]) -> None:
        self._plan, self._how, self._say = plan, how, say
        self.tracks = tracks_of(plan.data)
        self._of = {sample.index: track for track in self.tracks for sample in track.samples.values()}
        self._fits: dict[int, tuple[Fit, Problem, float] | InputError] = {}

    def task(self, sample: Sample) -> Task:
        """What is left to be done for one of the plan's samples. Raises InputError where it cannot be read or fitted.
        """
        track = self._of.get(sample.index)
        if track is None or sample.frame is None:
            return self._plan.task(sample)
        sample = track.samples[sample.frame]
        task = self._plan.task(sample)
        return task if task.fitted is not None else replace(task, fitted=self._fitted(sample, track))

    def _fitted(self, sample: Sample, track: Track) -> Fitted:
        if sample.index not in self._fits:
            with one_thread():
                self._solve(track)
        found = self._fits[sample.index]
        if isinstance(found, InputError):
            raise found
        fit, problem, seconds = found
        models = self._how.models
        return judged(sample, problem, fit, models.body(sample.gender),
                      models.body(sample.gender).tracked(self._how.fit.n_betas), seconds)

    def _solve(self, track: Track) -> None:
        """Fit the motion of a ``track``."""
        start = time.perf_counter()
        problems: dict[int, Problem] = {}
        for frame, sample in track.samples.items():
            try:
                problems[frame] = make_problem(sample, _shape(sample))
            except InputError as error:
                self._fits[sample.index] = error
        last = max(problems, default=-1)
        seen = [None if frame in track.bridged else problems.get(frame) for frame in range(last + 1)]
        try:
            fits = fit_motion(seen, self._how.models, self._how.fit, self._plan.data.frame_rate).fits
        except InputError as error:
            self._fits.update({sample.index: error for sample in track.samples.values()})
            return
        seconds = (time.perf_counter() - start) / len(fits)
        for frame in fits.keys() & problems.keys():  # one of several people has no sample in a gap
            self._fits[track.samples[frame].index] = fits[frame], problems[frame], seconds
        if track.bridged:
            person = '' if track.number is None else f'person {track.number}: '
            self._say(f'{person}frames in which nobody was seen, carried on from those around them: '
                      + some([str(frame) for frame in sorted(track.bridged)]))


def _shape(sample: Sample) -> tuple[int, int]:
    """Height and width of a Sample's frame, which the clip's header tells."""
    assert sample.size is not None
    return sample.size[1], sample.size[0]
