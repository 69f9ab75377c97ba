"""The experiments: which people are seen how, and by which methods they are fitted; carried out by worker processes."""

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from threadpoolctl import threadpool_limits

from lib.body.skeleton import LSP_HEAD_TOP, LSP_NAMES, N_LSP, TORSO_LSP
from lib.model_files import ModelSet
from tests.evaluation.measures import MEASURES, Measure
from tests.evaluation.methods import KNOWN_CAMERA, MAIN, PUBLISHED, PUBLISHED_TUNED, RESTARTS, ablations
from tests.evaluation.people import detections, draw_people

NOISES = (0., 1., 2., 3., 4., 5., 8.)
NOISE = 3.  # enlarged px, wherever it is not said to differ
#: Joints given, of the 13 that the fit follows; the last are the torso's four.
JOINT_COUNTS = (13, 12, 10, 8, 6, 4)
LEAST_CONFIDENCE = 0.2
_CHUNK = 50  # people in a task of a worker
_NECK = LSP_NAMES.index('neck')
_LIMBS = np.setdiff1d(np.arange(N_LSP), np.append(TORSO_LSP, (_NECK, LSP_HEAD_TOP)))


@dataclass(frozen=True)
class Sight:
    """How people are seen: noise in enlarged px, how many joints are given, whether confidence varies with the noise.

    ``believed``: whether the fit is told the confidence.
    """

    noise: float = NOISE
    joints: int = 13
    unsure: bool = False
    believed: bool = True


@dataclass(frozen=True)
class Draw:
    """Which people: their poses' kind, number and seed."""

    kind: str
    count: int
    seed: int


def plan():
    """All (Sight, Method) of the evaluation, each once."""
    out = [(Sight(noise=noise), method) for noise in NOISES for method in (*MAIN, KNOWN_CAMERA)]
    out += [(Sight(joints=joints), method) for joints in JOINT_COUNTS for method in (PUBLISHED, RESTARTS, KNOWN_CAMERA)]
    without = *ablations(PUBLISHED).values(), *ablations(RESTARTS).values()
    out += [(Sight(), method) for method in (PUBLISHED_TUNED, *without)]
    out += [(Sight(unsure=True, believed=believed), method)
            for believed in (True, False) for method in (PUBLISHED, RESTARTS)]
    return list(dict.fromkeys(out))


def see(people, sight, seed):
    """The Problems of ``people`` under a Sight, and the confidence (B, 14) that their noise follows."""
    rng = np.random.default_rng([seed, 1])
    given = np.ones((len(people), N_LSP), dtype=bool)
    if sight.joints < 13:
        given[:, LSP_HEAD_TOP] = False  # first the head, then limbs' joints by lot
        for row in given:
            row[rng.permutation(_LIMBS)[:12 - sight.joints]] = False
    confidence = np.ones(given.shape)
    if sight.unsure:
        confidence = rng.uniform(LEAST_CONFIDENCE, 1., given.shape)
    problems = detections(people, sight.noise, seed, given, confidence, sight.believed)
    return problems, confidence


def carry_out(model_dir, draw, plan, workers, say=lambda line: None):
    """Fit everyone under every (Sight, Method) of ``plan``: {(Sight, Method): (measures (N, 7), ms per person)}.

    Measures are NaN where a fit failed.
    """
    parts = [slice(start, start + _CHUNK) for start in range(0, draw.count, _CHUNK)]
    results = {}
    with ProcessPoolExecutor(workers) as executor:
        jobs = {pair: [executor.submit(_work, model_dir, draw, part, *pair) for part in parts] for pair in plan}
        for number, (pair, futures) in enumerate(jobs.items(), 1):
            measures, seconds = zip(*(future.result() for future in futures))
            results[pair] = np.concatenate(measures), 1e3 * sum(seconds) / draw.count
            say(f'{number}/{len(plan)} {pair[1].name}, {pair[0]}')
    return results


@lru_cache(maxsize=1)
def _load(model_dir, draw):
    models = ModelSet(model_dir)
    return models, Measure(models), draw_people(models, draw.kind, draw.count, draw.seed)


def _work(model_dir, draw, part, sight, method):
    """Measures (n, 7) of some of the people, and the processor time of their fits in seconds."""
    with threadpool_limits(1):
        models, measure, everyone = _load(model_dir, draw)
        problems, _ = see(everyone, sight, draw.seed)
        people, problems = everyone[part], problems[part]
        start = time.process_time()
        fits = method.fit(models, people, problems)
        seconds = time.process_time() - start
        rows = [np.full(len(MEASURES), np.nan) if fit is None else measure(person, problem, fit)
                for person, problem, fit in zip(people, problems, fits)]
    return np.array(rows), seconds
