"""Rows of the summary for results whose rows are lost: what a stored body costs, and how well it fits."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np

from ..fitting.problem import FitOptions, Problem
from ..fitting.schedule import SCHEDULES
from ..inputs.sample import Sample
from ..model_files import ModelSet
from ..objective import EnergyModel, Objective
from .metrics import judge, judge_alone, judge_estimate, judge_points, posed_points, shape_of
from .summary import Row, stored_row


def restored_rows(stored: Iterable[tuple[Sample, Problem | None, Mapping[str, Any]]], models: ModelSet,
                  options: FitOptions) -> Iterator[Row]:
    """The rows of results, each with its Sample and Problem; None for the Problem where it cannot be stated any more.

    The results are dicts as result_file.read_result has them, found with these models and FitOptions.
    """
    @cache
    def energy_model(gender: str, n_betas: int) -> EnergyModel:
        body = models.body(gender).tracked(n_betas)
        capsules = models.capsules(gender, body) if options.interpenetration else None
        return EnergyModel(body, models.prior, capsules, options.gradient)

    for sample, problem, result in stored:
        body = result.get('body', '')
        shape = shape_of(models.body(sample.gender), result['betas'])
        if problem is None:
            yield stored_row(sample, body, {}, judge_alone(shape))
            continue
        shared = energy_model(sample.gender, len(result['betas']))
        points = posed_points(shared.body, result)[1]
        judged = judge(points, result['cam_t'], problem, sample.scale, shape)
        if problem.points3d is not None:
            judged = judge_points(judged, shared.body, result, problem.points3d)
        elif problem.estimate is not None and problem.confidence.any():
            judged = judge_estimate(judged, shared.body, problem)
        energies = {} if problem.more_evidence else _energies(shared, problem, result, options)
        yield stored_row(sample, body, energies, judged)


def _energies(model: EnergyModel, problem: Problem, result: Mapping[str, Any], options: FitOptions) -> dict[str, float]:
    """Sum of squares of each term in the schedule's last stage."""
    objective = Objective(model, 1)
    objective.place(0, problem, result['cam_t'])
    objective.set_weights(0, SCHEDULES[options.weights][-1])
    x = np.concatenate([result['betas'], result['pose']])
    evaluation = objective.evaluate(x[None], np.array([0]))
    return {term: float(value[0]) for term, value in evaluation.energies().items()}
