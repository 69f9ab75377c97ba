"""The command, from its options to the last line: ``fit_3d.py`` in the checkout, ``smplify`` where it is installed."""

import os
import signal
from argparse import Namespace
from collections.abc import Sequence
from functools import partial

from ..base.errors import CannotWrite, InputError
from ..base.streams import open_streams
from ..inputs.photos import PhotoDataset
from ..inputs.subset import choose
from ..outputs.drawn.film import Film
from ..outputs.drawn.viewer import Closed, Window, interactive_pyplot
from ..outputs.lock import AtWork
from ..outputs.metrics import load_true_joints
from ..outputs.ownership import check_out_dir
from ..outputs.report import Report
from ..outputs.run_record import describe_run
from ..outputs.settings import settings
from ..outputs.stored_rows import failed_in
from .arguments import parse_arguments
from .batch import Outcomes, outcomes, outcomes_in_order, outcomes_of_cluster, outcomes_of_frames
from .console import Console
from .detection import with_people
from .earlier import earlier_fits, restore_rows
from .keeping import keep, remove_outdated
from .plan import Plan
from .request import clip_exports, clip_files_of, open_data_set, run_options
from .resuming import begin, export_names, find
from .stopping import Stop, Stopped
from .task import RunOptions
from .worker import Fitter

_AGAIN = 'run the same command again'


def main(arguments: Sequence[str] | None = None, prog: str = 'smplify') -> int:
    """Carry out the command ``arguments`` (None: sys.argv); returns the exit code."""
    open_streams()
    console = Console()
    try:
        with Stop() as stop:
            options = parse_arguments(arguments, prog)
            console = Console(options.quiet, options.verbose)
            return fit_data_set(options, console, stop)
    except InputError as error:
        advice = f'; make room or choose another --out_dir, then {_AGAIN}: it goes on where it stopped'
        console.error(f'error: {error}{advice if isinstance(error, CannotWrite) else ""}')
        return 2
    except MemoryError:
        console.error('error: there is not enough memory; free some, or try --workers 1')
        return 2
    except Closed:
        console.error(f'the window was closed; what is finished is kept: {_AGAIN} to go on')
        return Stopped(signal.SIGINT).exit_code
    except Stopped as stopped:
        console.error(f'interrupted by {stopped}; what is finished is kept: {_AGAIN} to go on')
        return stopped.exit_code


def fit_data_set(options: Namespace, console: Console, stop: Stop) -> int:
    """Fit what has no result yet; returns the exit code."""
    out_dir = options.out_dir
    data = open_data_set(options)
    wanted_gender = options.gender if options.lsp else None  # of photographs it says what people are
    failed = None if options.failed is None else failed_in(options.failed)
    chosen = choose(data, options.subset, wanted_gender, failed)
    how = run_options(options, data)
    genders = sorted({data.genders[index] for index in chosen})
    how.models.check(genders, how.fit)
    for line in [*data.notes, *how.models.describe(genders)]:
        console.say(line)

    check_out_dir(out_dir, [*data.inputs.values(), options.model_dir], export_names(data),
                  clip_files_of(options, data))
    truth = load_true_joints(data.inputs['ground_truth'], len(data)) if 'ground_truth' in data.inputs else None
    with AtWork(out_dir) as here:
        record = {**describe_run(data, how.fit, how.models, genders),
                  'settings': settings(how.render, how.opacity, how.exports, how.told_noise)}
        if options.motion:
            from ..motion import WAY  # its parts of SciPy take a while to load
            record['options']['motion'] = f'{data.frame_rate:g} frames per second, way {WAY}'
        begin(here, record, data, chosen, options.overwrite)
        data = with_people(data, chosen, here, options, console, stop)
        found = find(here, data, record, chosen, options.overwrite)
        restore_rows(data, found, how.models, how.fit)
        plan = Plan(data, chosen, found, how, options.overwrite)
        for line in plan.said():
            console.say(line)
        if options.video is not None and isinstance(data, PhotoDataset):
            remove_outdated(plan, data.source.place[-1], clip_exports(options).film)
        report = Report(out_dir, plan.skipped, truth)
        keep(_work(options, plan, how, console, stop), plan, report, console, stop, options.single_page)
        if options.motion and isinstance(data, PhotoDataset):
            from .clips import write_clips  # SciPy's rotations take a while to load
            lines = write_clips(data, found.folder, clip_exports(options), how.models, anew=bool(plan.samples))
            if lines:
                console.close(lines)
    return 1 if report.any_failed else 0


def _work(options: Namespace, plan: Plan, how: RunOptions, console: Console, stop: Stop) -> Outcomes:
    """The Outcomes of a Plan's samples, as they come from wherever they are fitted."""
    samples, task_of = plan.samples, plan.task
    earlier = earlier_fits(plan.data, plan.found.done.difference(plan.fit) if plan.fit else (), plan.found.folder)
    if options.viz:
        if (options.workers or 1) > 1:
            console.say(f'--workers {options.workers}: one is used, as what is watched is fitted in order')
        pyplot = interactive_pyplot()
        if pyplot is None:
            console.say(f"no display: the frames of --viz go to {os.path.join(options.out_dir, 'viz')}")
        show = None if pyplot is None else Window(pyplot).show
        return outcomes_in_order(samples, task_of, Fitter(how, partial(Film, show)), earlier)
    if options.motion:
        from .motions import Motions  # its parts of SciPy take a while to load
        return outcomes(samples, Motions(plan, how, console.say).task, how, options.workers, console.say, stop.held)
    if options.video is not None and options.cameras is None:
        return outcomes_of_frames(samples, task_of, how, earlier, options.workers, console.say, stop.held)
    if options.scheduler is not None:
        return outcomes_of_cluster(samples, task_of, how, options.scheduler, console.say)
    return outcomes(samples, task_of, how, options.workers, console.say, stop.held)
