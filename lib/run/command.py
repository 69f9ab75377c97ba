"""The command: data set, fits, and what is said at the end."""

import os
import signal
import sys
from functools import partial

from tqdm import tqdm

from ..base.errors import CannotWrite, InputError, printable
from ..fitting.problem import FitOptions
from ..inputs.decoding import decode_image
from ..inputs.image_folder import PhotoFolder
from ..inputs.lsp import LspDataset
from ..inputs.photos import PhotoDataset, PhotoOptions
from ..inputs.sample import make_problem
from ..inputs.subset import choose
from ..inputs.video import VideoFrames
from ..model_files import ModelSet
from ..outputs.exports import Exports
from ..outputs.folder import Occupied, check_out_dir, done, remove_result, result_path, write_files
from ..outputs.gallery import write_gallery
from ..outputs.lock import AtWork
from ..outputs.metrics import load_true_joints
from ..outputs.report import Report, row_line
from ..outputs.restore import restored_rows
from ..outputs.result_file import read_result
from ..outputs.run_record import describe_run, keep_record
from ..outputs.summary import Summary, failed_in, failed_row
from . import batch
from .arguments import parse_arguments
from .task import Outcome, Settings

_DESCRIPTION = "SMPLify: fit SMPL's pose and shape to the 2D joints of photographs (Bogo et al., ECCV 2016)."
_NO_ROOM = '; make room or choose another --out_dir, then run the same command again: it goes on where it stopped'
_INTERRUPTED = 130  # as shells report Ctrl-C


def open_data_set(arguments):
    """The LspDataset, or the PhotoDataset of keypoints, that the command asks for."""
    if arguments.keypoints is None:
        return LspDataset(arguments.base_dir, arguments.gender_neutral, arguments.flength)
    source = PhotoFolder(arguments.base_dir) if arguments.video is None else VideoFrames(arguments.video)
    return PhotoDataset(source, PhotoOptions(
        arguments.keypoints, arguments.format, arguments.person, arguments.scale, arguments.gender, arguments.genders,
        arguments.flength, arguments.fov), arguments.gender_neutral)


def settings_of(arguments, data):
    """The Settings that the command asks for."""
    fit_options = FitOptions(
        n_betas=arguments.n_betas, side_view_threshold=arguments.side_view_thsh,
        interpenetration=not arguments.no_interpenetration, gradient=arguments.gradient, init=arguments.init,
        optimizer=arguments.optimizer, restarts=arguments.restarts, weights=arguments.weights)
    exports = Exports(arguments.save_mesh, arguments.save_joints, arguments.save_params, arguments.save_camera,
                      data.frame_rate)
    return Settings(arguments.model_dir, fit_options, not arguments.no_render, arguments.views, exports)


def fit_data_set(arguments):
    """Fit what has no result yet; returns the exit code."""
    say = (lambda line: None) if arguments.quiet else (lambda line: tqdm.write(line, file=sys.stderr))
    data = open_data_set(arguments)
    wanted_gender = arguments.gender if arguments.keypoints is None else None  # with keypoints it is what they are
    failed = None if arguments.failed is None else failed_in(arguments.failed)
    chosen = choose(data, arguments.subset, wanted_gender, failed)
    settings = settings_of(arguments, data)
    for line in data.notes:
        say(line)
    genders = sorted({data.genders[index] for index in chosen})
    models = ModelSet(settings.model_dir)
    models.check(genders, settings.options)
    for line in models.describe(genders):
        say(line)
    out_dir = arguments.out_dir
    check_out_dir(out_dir, [*data.inputs.values(), arguments.model_dir])
    truth = data.inputs.get('ground_truth')
    truth = None if truth is None else load_true_joints(truth, len(data))
    with AtWork(out_dir) as here:
        record = describe_run(data, settings.options, models, genders)
        keep_record(here, record, chosen, arguments.overwrite)
        finished = done(out_dir)
        summary = Summary(here, finished)
        lost = sorted(index for index in finished - summary.rows.keys() if index < len(data))
        for row in restored_rows(_stored(data, lost, out_dir), models, settings.options):
            summary.add(row)
        skipped = [] if arguments.overwrite else [index for index in chosen if index in finished]
        samples = [data[index] for index in sorted(set(chosen) - set(skipped))]
        report = Report(out_dir, skipped, truth)
        if arguments.viz:
            work = _watch(samples, data.read, settings, out_dir, say)
        else:
            work = batch.outcomes(samples, data.read, settings, arguments.workers, arguments.scheduler)
        _carry_out(work, samples, out_dir, summary, report, arguments, say)
    return 1 if report.any_failed else 0


def _stored(data, indices, out_dir):
    """The Samples, Problems and results of images that are done."""
    for index in indices:
        sample, problem = data[index], None
        try:
            problem = make_problem(sample, decode_image(data.read(sample), sample.name))
        except InputError:
            pass  # the photograph is not there any more; the result is
        yield sample, problem, read_result(result_path(out_dir, index))


def _carry_out(work, samples, out_dir, summary, report, arguments, say):
    """Write the Outcomes that ``work`` yields of the Samples, and say what became of them, also when interrupted."""
    bar = tqdm(total=len(samples), unit='image', disable=arguments.quiet or not samples)
    by_index = {sample.index: sample for sample in samples}
    try:
        for outcome in work:
            outcome = _written(outcome, by_index, out_dir, summary)
            report.add(outcome.row, outcome.joints)
            bar.set_postfix_str(printable(outcome.row['file']), refresh=False)
            bar.update()
            if arguments.verbose:
                say(row_line(outcome.row))
    finally:
        work.close()
        bar.close()
        for line in report.failures():
            print(line, file=sys.stderr)
        rows = summary.finish()
        write_gallery(out_dir, rows)
        if not arguments.quiet:
            print('\n'.join(report.summary(rows)))


def _written(outcome, samples, out_dir, summary):
    """An Outcome whose row and files are in the folder, or the failed one that it becomes there."""
    index = int(outcome.row['index'])
    if not outcome.failed:
        summary.add(outcome.row)  # first: a row whose pickle is missing does not count, a pickle always does
        try:
            write_files(out_dir, outcome.files)
            return outcome
        except Occupied as error:
            outcome = Outcome(failed_row(samples[index], str(error)))
    remove_result(out_dir, index)  # with --overwrite there may be an older one, which must not pass for this run's
    summary.add(outcome.row)
    return outcome


def _watch(samples, read, settings, out_dir, say):
    """Outcomes under --viz: in a window where there is a display, else as GIFs."""
    from ..outputs.viewer import Film, interactive_pyplot
    pyplot = interactive_pyplot()
    if pyplot is None:
        say(f"no display: the frames of --viz go to {os.path.join(out_dir, 'viz')}")
    return batch.one_by_one(samples, read, settings, partial(Film, pyplot))


def main(arguments=None):
    arguments = parse_arguments(arguments, _DESCRIPTION)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # be stopped as by Ctrl-C
    try:
        return fit_data_set(arguments)
    except InputError as error:
        advice = _NO_ROOM if isinstance(error, CannotWrite) else ''
        print(f'error: {error}{advice}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print('interrupted; what is finished is kept: run the same command again to go on', file=sys.stderr)
        return _INTERRUPTED
