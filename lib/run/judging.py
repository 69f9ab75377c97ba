"""A fit -> its row and its pickle."""

import time

from ..body.body_model import BodyModel
from ..body.kinematics import TrackedBody
from ..fitting.problem import Fit, Problem
from ..inputs.sample import Sample
from ..outputs.folder import result_path
from ..outputs.metrics import judge, judge_estimate, judge_points, judge_views, posed_points, shape_of
from ..outputs.result_file import result_bytes
from ..outputs.summary import fitted_row
from .task import Fitted, Outcome


def judged(sample: Sample, problem: Problem, fit: Fit, model: BodyModel, body: TrackedBody, seconds: float) -> Fitted:
    """A Fit that took ``seconds``, of a Sample, its Problem and a ``body`` that is tracked on ``model``, as Fitted."""
    start = time.perf_counter()
    joints, points = posed_points(body, {'betas': fit.betas, 'pose': fit.pose})
    files = {result_path('', sample.index): result_bytes(fit)}
    shape = shape_of(model, fit.betas)
    found = (judge_views(points, fit.cam_t, sample, shape) if sample.views else
             judge(points, fit.cam_t, problem, sample.scale, shape))
    if problem.points3d is not None:
        found = judge_points(found, body, vars(fit), problem.points3d)
    elif problem.estimate is not None and problem.confidence.any():
        found = judge_estimate(found, body, problem)
    row = fitted_row(sample, fit, found, seconds + time.perf_counter() - start)
    return Fitted(fit, Outcome(row, files, joints))
