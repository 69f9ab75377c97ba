"""``python measure.py NAME BASE_DIR [NUMBER]``: one measurement in a process of its own, printed as JSON.

Seconds are of the wall clock, ``cpu`` of processors: on a machine that others use, only the latter tell much.
"""

import json
import resource
import statistics
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from lib.base.files import read_bytes
from lib.fitting import FitOptions, fit, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import make_problem
from lib.model_files import ModelSet
from lib.run import batch
from lib.run.task import RunOptions, Task

ROOT = Path(__file__).resolve().parents[2]

MODELS = str(ROOT / 'models')
ONE_ORIENTATION = FitOptions(side_view_threshold=0.)
REPEATS = 5


def main(name, base_dir, *numbers):
    data = LspDataset(base_dir)
    samples = [data[index] for index in range(len(data))]
    with threadpool_limits(1):
        json.dump(MEASURES[name](samples, *map(int, numbers)), sys.stdout)


def problems_of(samples):
    return [make_problem(sample, decode_image(read_bytes(sample.path), sample.name).shape) for sample in samples]


def repeated(things, count):
    return [things[i % len(things)] for i in range(count)]


def timed(work, repeats=REPEATS):
    """Median wall and processor seconds of ``work()``."""
    wall, cpu = [], []
    for _ in range(repeats):
        begin_wall, begin_cpu = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begin_wall)
        cpu.append(time.process_time() - begin_cpu)
    return {'seconds': statistics.median(wall), 'cpu': statistics.median(cpu)}


def peak_mb():
    """Of this process alone: what getrusage tells begins with the memory of the process that started it."""
    with open('/proc/self/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith('VmHWM')) / 1024.


def single(samples, optimizer=ONE_ORIENTATION.optimizer, repeats=REPEATS):
    """Median over the images of one fit at a time."""
    models, problems = ModelSet(MODELS), problems_of(samples)
    options = replace(ONE_ORIENTATION, optimizer=optimizer)
    fit(problems[0], models, options)
    times = [timed(lambda problem=problem: fit(problem, models, options), repeats) for problem in problems]
    return {key: statistics.median(time[key] for time in times) for key in times[0]}


def chumpy(samples):
    return single(samples[:4], 'chumpy', repeats=1)


def batched(samples, count):
    """Time per fit, and peak memory, of ``count`` fits side by side in one process."""
    models, problems = ModelSet(MODELS), repeated(problems_of(samples), count)
    list(fit_many(problems[:len(samples)], models, ONE_ORIENTATION))
    out = timed(lambda: [None for _ in fit_many(problems, models, ONE_ORIENTATION)], REPEATS if count < 4000 else 1)
    return {**{key: value / count for key, value in out.items()}, 'peak': peak_mb()}


def data_set(samples, count, workers):
    """A whole run over ``count`` images without pictures, from reading photographs on; with peak memory."""
    options = RunOptions(MODELS, ONE_ORIENTATION, render=False)
    many = [replace(sample, index=index) for index, sample in enumerate(repeated(samples, count))]
    begin = time.perf_counter()
    done = batch.outcomes(many, lambda sample: Task(sample, read_bytes(sample.path)), options, workers)
    assert sum(not outcome.failed for outcome in done) == count
    seconds = time.perf_counter() - begin
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {'seconds': seconds, 'cpu': sum(usage.ru_utime + usage.ru_stime for usage in used),
            'peak': max(peak_mb(), used[1].ru_maxrss / 1024.)}


def rendering(samples):
    """One picture at the size of the enlarged photograph, the body's drawer made before."""
    from lib.drawing.canvas import Canvas  # here: what measures memory does without OpenGL
    from lib.drawing.drawer import Drawer
    models, canvas, drawers, times = ModelSet(MODELS), Canvas(), {}, []
    problems = problems_of(samples)
    for position, result in fit_many(problems, models, ONE_ORIENTATION):
        problem, model = problems[position], models.body(problems[position].gender)
        if problem.gender not in drawers:
            drawers[problem.gender] = Drawer(model.faces, len(model.v_template), canvas)
        vertices = model.vertices(result.betas, result.pose)
        width, height = (2. * problem.centre).astype(int)
        draw = partial(drawers[problem.gender].front, vertices, result.cam_t, problem.focal, problem.centre,
                       width, height)
        draw()
        times.append(timed(draw))
    return {key: statistics.median(time[key] for time in times) for key in times[0]}


def memory(samples):
    """Peak memory of a process with the models of both genders loaded."""
    ModelSet(MODELS).check(['male', 'female'], ONE_ORIENTATION)
    return {'peak': peak_mb()}


MEASURES = {function.__name__: function for function in (single, chumpy, batched, data_set, rendering, memory)}

if __name__ == '__main__':
    main(*sys.argv[1:])
