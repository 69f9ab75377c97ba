"""The work of one worker: photographs in, result files out.

A worker gets photograph bytes and returns file bytes; only the driver (command.py) touches the output folder. So
workers need no shared disk.
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import InputError
from ..base.memory import keep_freed_memory
from ..base.threads import one_thread
from ..body.body_model import BodyModel
from ..body.kinematics import TrackedBody
from ..fitting.attempts import fit_many
from ..fitting.problem import Fit, Problem
from ..fitting.tracking import Tracker
from ..fitting.trust import NOISE, Trust, Uncertainty
from ..inputs.decoding import decode_photograph, photograph_shape
from ..inputs.sample import NO_PHOTOGRAPH, Sample, longest_shown, make_problem, shown_scale
from ..outputs.drawn.film import Film
from ..outputs.drawn.pictures import PictureMaker, failed_files
from ..outputs.drawn.resizing import resized
from ..outputs.drawn.view_pictures import straight_pictures
from ..outputs.exported.exports import export_files
from ..outputs.exported.view_exports import view_export_files
from ..outputs.folder import result_path
from ..outputs.kinds import is_picture
from ..outputs.metrics import posed_points
from ..outputs.summary import sure_row, taken_longer
from .judging import judged
from .task import Fitted, Outcome, RunOptions, Task, failure

#: What makes the Film of a fit: of its BodyModel, n_betas, Problem, photograph (H, W, 3) and how much that is enlarged.
Watch = Callable[[BodyModel, int, Problem, np.ndarray, float], Film]


@dataclass(eq=False)
class _Person:
    """Whom a Task is about, ready to be fitted, or ``fitted``: the Problem, the photograph's shape (H, W, 3), and the
    ``photograph`` itself, perhaps smaller, where it was decoded before the fit and is drawn on after it."""

    task: Task
    problem: Problem
    shape: tuple[int, ...]
    photograph: np.ndarray | None
    film: Film | None
    fitted: Fitted | None

    @property
    def sample(self) -> Sample:
        return self.task.sample

    @property
    def shown(self) -> float:
        """How much the photograph is enlarged for the pictures."""
        return shown_scale(self.sample, self.shape)

    def picture(self) -> np.ndarray | tuple[np.ndarray, ...] | None:
        """The photograph as it is drawn on, (h, w, 3), or those of several views; None where none is given.

        Most are decoded only here, when the fits of all are done: of many that are fitted side by side one is held, and
        one after the other lies in the same memory, which costs half of what new memory does.
        """
        sample, image = self.sample, self.task.image
        if sample.views:
            return straight_pictures(sample, image) if isinstance(image, tuple) else None
        if not sample.photographed:
            return None
        assert not isinstance(image, tuple)
        photograph = self.photograph
        if photograph is None:
            photograph = decode_photograph(image, sample.name, longest_shown(sample)).picture
        height, width = (max(1, round(self.shown * side)) for side in self.shape[:2])
        return resized(photograph, width, height)


class Fitter:
    """Fits Tasks and makes their files, with models and renderers loaded once. ``watch`` follows every step."""

    def __init__(self, options: RunOptions, watch: Watch | None = None) -> None:
        self._options, self._watch = options, watch
        self._models = options.models
        self._tracker = Tracker()
        self._bodies: dict[str, TrackedBody] = {}
        self._trust = Trust(self._models, options.fit)
        self._pictures = PictureMaker(self._models, options.views, options.overlay, options.opacity,
                                      options.published)
        if options.render:
            keep_freed_memory()

    def run(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Fit ``tasks`` side by side, watched ones one by one, those that are ``fitted`` not again, and make their
        files; yields an Outcome for each, whatever happens to it."""
        with one_thread():
            for person in self._fitted(tasks, self._options.render):
                yield self._outcome(person) if isinstance(person, _Person) else person

    def fit(self, task: Task) -> Task | Outcome:
        """The ``task`` when it is fitted: another Fitter may make its pictures and exports; else the failed Outcome."""
        with one_thread():
            person, = self._fitted([task], pictures=False)
        return replace(task, fitted=person.fitted) if isinstance(person, _Person) else person

    def recall(self, sample: Sample, result: Mapping[str, np.ndarray]) -> None:
        """Have later frames start from the ``result`` of a video's Sample, a stored one or this run's."""
        points = posed_points(self._body(sample.gender), result)[1]
        self._tracker.remember(sample, points, result['cam_t'], result['betas'], result['pose'])

    def _body(self, gender: str) -> TrackedBody:
        if gender not in self._bodies:
            self._bodies[gender] = self._models.body(gender).tracked(self._options.fit.n_betas)
        return self._bodies[gender]

    def _fitted(self, tasks: Iterable[Task], pictures: bool) -> Iterator[_Person | Outcome]:
        """A _Person who is fitted for each Task, or its failed Outcome; ``pictures``: what they are drawn on is
        needed."""
        people: list[_Person] = []
        for task in tasks:
            try:
                person = self._prepare(task, pictures)
            except Exception as error:
                yield self._failure(task, error)
                continue
            people.append(person)
            if person.film is not None:
                yield from self._finish(people)
                people = []
        yield from self._finish(people)

    def _prepare(self, task: Task, pictures: bool) -> _Person:
        """Whom a Task is about. A photograph is decoded before the fit where it is watched; where no ``pictures`` are
        made of it, to be sure that it can be; and of a clip's frame, as the next one starts from its fit."""
        sample, pictures = task.sample, pictures and _wants_pictures(task)
        if sample.error is not None:  # before others, which may follow from it
            raise InputError(sample.error)
        if not sample.photographed or sample.views:
            shape: tuple[int, ...] = () if sample.photographed else NO_PHOTOGRAPH
            return _Person(task, make_problem(sample, shape), shape, None, None, task.fitted)
        assert not isinstance(task.image, tuple)
        photograph, film = None, None
        if pictures and self._watch is None and (sample.frame is None or task.fitted):
            shape = photograph_shape(task.image, sample.name)
        else:
            least = math.inf if self._watch else longest_shown(sample) if pictures else 1.
            photograph, shape = decode_photograph(task.image, sample.name, least)
        problem = make_problem(sample, shape)
        problem = problem if task.fitted else self._tracker.start(sample, problem)
        if self._watch is not None and photograph is not None and not task.fitted:
            film = self._watch(self._models.body(sample.gender), self._options.fit.n_betas, problem, photograph,
                               sample.scale)
        return _Person(task, problem, shape, photograph if pictures else None, film, task.fitted)

    def _finish(self, people: list[_Person]) -> Iterator[_Person | Outcome]:
        """``people`` when they are fitted, or their failed Outcomes."""
        new = [person for person in people if person.fitted is None]
        yield from (person for person in people if person.fitted is not None)
        start = time.perf_counter()
        fits = self._fit(new)
        share = (time.perf_counter() - start) / max(1, len(new))
        for i, fit in fits:
            try:
                if isinstance(fit, Exception):
                    raise fit
                new[i].fitted = self._judged(new[i], fit, share)
            except Exception as error:
                yield self._failure(new[i].task, error)
            else:
                yield new[i]

    def _fit(self, people: list[_Person]) -> list[tuple[int, Fit | Exception]]:
        """The fit of each, or what kept it from being fitted; alone where they cannot be fitted together."""
        on_moment = people[0].film.step if people and people[0].film is not None else None
        try:
            return list(fit_many([person.problem for person in people], self._models, self._options.fit, on_moment))
        except Exception as error:
            if len(people) == 1:
                return [(0, error)]
        return [(i, fit) for i, person in enumerate(people) for _, fit in self._fit([person])]

    def _judged(self, person: _Person, fit: Fit, seconds: float) -> Fitted:
        """A Fit with its row and its pickle."""
        sample = person.sample
        done = judged(sample, person.problem, fit, self._models.body(sample.gender), self._body(sample.gender), seconds)
        if sample.frame is not None:
            self.recall(sample, vars(fit))
        return done

    def _uncertainty(self, person: _Person, fit: Fit) -> Uncertainty | None:
        """How sure a Fit is, where that is asked for."""
        if not self._options.uncertainty:
            return None
        noise = NOISE if self._options.noise is None else self._options.noise * person.sample.scale
        return self._trust.of([person.problem], [fit], [noise])[0]

    def _outcome(self, person: _Person) -> Outcome:
        """The Outcome of a _Person who is fitted, with pictures and exports, or the failed one."""
        start = time.perf_counter()
        try:
            assert person.fitted is not None
            done, sure = person.fitted.outcome, self._uncertainty(person, person.fitted.fit)
            files, row = self._files(person, person.fitted, sure), sure_row(done.row, sure)
            return replace(done, row=taken_longer(row, time.perf_counter() - start), files={**files, **done.files})
        except Exception as error:
            return self._failure(person.task, error)

    def _failure(self, task: Task, error: Exception) -> Outcome:
        """The Outcome of a Task that ``error`` kept from being fitted, with what can be shown of it."""
        outcome = failure(task.sample, error)
        if self._options.render and task.sample.photographed:
            with suppress(InputError, MemoryError):
                outcome.files = failed_files(task.sample, task.image)
        return outcome

    def _files(self, person: _Person, fitted: Fitted, sure: Uncertainty | None) -> dict[str, bytes]:
        """Pictures, exports, and what was watched, by path in the output folder."""
        files: dict[str, bytes] = {}
        body, sample, fit, joints = None, person.sample, fitted.fit, fitted.outcome.joints
        drawn = self._options.render and _wants_pictures(person.task)
        picture = person.picture() if drawn else None
        if isinstance(picture, tuple):
            files = self._pictures.view_files(sample, picture, fit)
        elif picture is not None:
            files, body = self._pictures.files(sample, picture, person.shown / sample.scale, person.problem, fit, sure)
        elif drawn and not sample.photographed:
            files = self._pictures.files_without_photograph(sample, fit)
        if joints is None:
            joints = posed_points(self._body(sample.gender), {'betas': fit.betas, 'pose': fit.pose})[0]
        files |= (view_export_files(self._options.exports, sample, fit, self._models, joints) if sample.views else
                  export_files(self._options.exports, sample, fit, self._models, joints, person.shape, sure))
        gif = None if person.film is None else person.film.finish(body, self._options.opacity)
        if gif is not None:
            files[result_path('', sample.index, '.gif', below='viz')] = gif
        return {name: data for name, data in files.items() if person.task.names is None or name in person.task.names}


def _wants_pictures(task: Task) -> bool:
    return task.names is None or any(map(is_picture, task.names))
