"""The work of one worker: photographs in, result files out.

A worker gets photograph bytes and returns file bytes; only the driver (batch.py) touches the output folder. So
workers need no shared disk.
"""

import time
from functools import lru_cache

from threadpoolctl import threadpool_limits

from ..base.errors import InputError
from ..fitting.attempts import fit_many
from ..fitting.tracking import Tracker
from ..inputs.decoding import decode_image
from ..inputs.sample import make_problem
from ..model_files import ModelSet
from ..outputs.exports import export_files
from ..outputs.folder import result_path
from ..outputs.metrics import judge, posed_points
from ..outputs.pictures import PictureMaker
from ..outputs.result_file import result_bytes
from ..outputs.summary import failed_row, fitted_row
from .task import Outcome


class Fitter:
    """Fits Tasks and makes their files, with models and renderers loaded once."""

    def __init__(self, settings):
        self.settings = settings
        self.models = ModelSet(settings.model_dir)
        self._tracker = Tracker()
        self._pictures = PictureMaker(self.models, settings.views)
        self._tracked = lru_cache(maxsize=None)(self._make_tracked)

    def _make_tracked(self, gender):
        return self.models.body(gender).tracked(self.settings.options.n_betas)

    def run(self, tasks, watch=None):
        """Fit ``tasks`` side by side; yields an Outcome for each. ``watch`` makes the viewer.Film of a single task."""
        with threadpool_limits(1):  # on arrays this small, threads cost more than they give
            sound, photographs, problems = [], [], []
            for task in tasks:
                sample = task.sample
                try:
                    photograph = decode_image(task.image, sample.name)
                    problem = make_problem(sample, photograph)
                except InputError as error:
                    yield Outcome(failed_row(sample, str(error)))
                    continue
                sound.append(sample)
                photographs.append(photograph)
                problems.append(self._tracker.start(sample, problem))
            film = None
            if watch is not None and sound:
                film = watch(self._tracked(sound[0].gender), problems[0], photographs[0], sound[0].scale)
            start = time.perf_counter()
            fits = list(fit_many(problems, self.models, self.settings.options, film and film.step))
            share = (time.perf_counter() - start) / max(1, len(fits))
            for i, fit in fits:
                if isinstance(fit, InputError):
                    message = f'{sound[i].name}: {fit}'
                    yield Outcome(failed_row(sound[i], message))
                else:
                    yield self._outcome(sound[i], photographs[i], problems[i], fit, share, film)

    def _outcome(self, sample, photograph, problem, fit, seconds, film):
        start = time.perf_counter()
        joints, points = posed_points(self._tracked(sample.gender), {'betas': fit.betas, 'pose': fit.pose})
        self._tracker.remember(sample, fit, points)
        files, body, model = {}, None, self.models.body(sample.gender)
        if self.settings.render:
            files, body = self._pictures.files(sample, photograph, problem, fit)
        files |= export_files(self.settings.exports, sample, fit, model, joints, photograph.shape)
        if film is not None:
            gif = film.finish(body)
            if gif is not None:
                files[result_path('', sample.index, '.gif', below='viz')] = gif
        files[result_path('', sample.index)] = result_bytes(fit)
        judged = judge(points, fit.cam_t, problem, sample.scale)
        row = fitted_row(sample, fit, judged, seconds + time.perf_counter() - start)
        return Outcome(row, files, joints)
