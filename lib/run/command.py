"""The command: data set, fits, and what is said at the end."""

import os
import signal
import sys

from tqdm import tqdm

from ..base.errors import CannotWrite, InputError
from ..base.files import write_file
from ..fitting.problem import FitOptions
from ..inputs.image_folder import PhotoFolder
from ..inputs.lsp import LspDataset
from ..inputs.photos import PhotoDataset, PhotoOptions
from ..inputs.subset import choose
from ..inputs.video import VideoFrames
from ..model_files import ModelSet
from ..outputs.exports import Exports
from ..outputs.folder import make_out_dir, remove_result, result_path
from ..outputs.gallery import write_gallery
from ..outputs.report import Report
from ..outputs.run_record import describe_run, keep_record
from ..outputs.summary import Summary, failed_in
from . import batch
from .arguments import parse_arguments
from .task import Settings

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
    make_out_dir(out_dir, 'gallery')
    record = describe_run(data, settings, models, genders, **data.record)
    keep_record(out_dir, record, chosen, arguments.overwrite)
    samples = [data[index] for index in chosen
               if arguments.overwrite or not os.path.exists(result_path(out_dir, index))]
    report = Report(data, out_dir, skipped=len(chosen) - len(samples))
    if arguments.viz:
        work = _watch(samples, data.read, settings, out_dir, say)
    else:
        work = batch.outcomes(samples, data.read, settings, arguments.workers, arguments.scheduler)
    _carry_out(work, len(samples), out_dir, report, arguments, say)
    return 1 if report.failed else 0


def _carry_out(work, count, out_dir, report, arguments, say):
    """Write the ``count`` Outcomes that ``work`` yields, and say what became of them, also when interrupted."""
    summary = Summary(out_dir)
    summary.begin()
    bar = tqdm(total=count, unit='image', disable=arguments.quiet or not count)
    try:
        for outcome in work:
            summary.add(outcome.row)
            if outcome.failed:  # with --overwrite there may be an older result, which must not pass for this run's
                remove_result(out_dir, outcome.row['index'])
            for name, content in outcome.files.items():  # the pickle last: it says that the image is done
                write_file(os.path.join(out_dir, name), content)
            report.add(outcome)
            bar.set_postfix_str(outcome.row['file'], refresh=False)
            bar.update()
            if arguments.verbose:
                say(report.line(outcome))
    finally:
        work.close()
        bar.close()
        for line in report.failures():
            print(line, file=sys.stderr)
        summary.finish()
        write_gallery(out_dir, summary.rows)
        if not arguments.quiet:
            print('\n'.join(report.summary()))


def _watch(samples, read, settings, out_dir, say):
    """Outcomes under --viz: in a window where there is a display, else as GIFs."""
    from ..outputs.viewer import Viewer, interactive_pyplot
    pyplot = interactive_pyplot()
    if pyplot is None:
        make_out_dir(out_dir, 'viz')
        say(f"no display: the frames of --viz go to {os.path.join(out_dir, 'viz')}")
    return batch.one_by_one(samples, read, settings, Viewer(pyplot))


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
