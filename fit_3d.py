#!/usr/bin/env python3
"""SMPLify: fit SMPL's pose and shape to the 2D joints of photographs (Bogo et al., ECCV 2016)."""

import argparse
import os
import signal
import sys

from tqdm import tqdm

from lib import batch, results, subset
from lib.errors import InputError
from lib.fitting import FitOptions
from lib.gallery import write_gallery
from lib.lsp import LspDataset
from lib.model_files import ModelSet
from lib.report import Report
from lib.run_record import describe_run, keep_record
from lib.summary import Summary
from lib.worker import Settings

_HERE = os.path.dirname(os.path.abspath(__file__))
_INTERRUPTED = 130  # as shells report Ctrl-C


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('base_dir', nargs='?', default=os.path.join(_HERE, 'data'),
                        help='folder that holds images/lsp and results/lsp (default: the sample data set)')
    parser.add_argument('--out_dir', default='smpl_lsp', help='folder for the results (default: %(default)s)')
    parser.add_argument('--model_dir', default=os.path.join(_HERE, 'models'),
                        help='folder of the model files (default: models/ beside this program)')
    parser.add_argument('--no_interpenetration', action='store_true', help='leave out the interpenetration term')
    parser.add_argument('--gender_neutral', action='store_true', help='use the neutral model for everyone')
    parser.add_argument('--n_betas', type=int, default=10, help='shape components to fit (default: %(default)s)')
    parser.add_argument('--flength', type=_positive, default=5000., help='focal length, px (default: %(default)g)')
    parser.add_argument('--side_view_thsh', type=_not_negative, default=25.,
                        help='shoulders closer than this, px in the enlarged image, mean a side view, for which both '
                             'body orientations are tried (default: %(default)g)')
    parser.add_argument('--viz', action='store_true',
                        help='show every step in a window; without a display, keep the frames in OUT/viz')
    parser.add_argument('--optimizer', choices=('dogleg', 'chumpy'), default='dogleg',
                        help="our own dense dogleg, or chumpy's: the same steps (default: %(default)s)")
    parser.add_argument('--gradient', choices=('published', 'exact'), default='published',
                        help='count the derivative of the pose prior twice, as the published program did, or once '
                             '(default: %(default)s)')
    parser.add_argument('--init', choices=('published', 'mean'), default='published',
                        help="start from the published program's T pose, or from the prior's mean pose "
                             '(default: %(default)s)')
    parser.add_argument('--subset', metavar='LIST', help='fit these images only: indices, ranges and names, for '
                        'example 0-99,250,im0317; results keep the names of a full run')
    parser.add_argument('--gender', choices=('male', 'female'), help='fit people of this gender only')
    parser.add_argument('--failed', metavar='OUT', help='fit only the images that failed in the run whose results '
                        'are in OUT')
    parser.add_argument('--workers', type=_count, default=os.cpu_count(),
                        help="processes to spread the work over (default: the machine's cores, %(default)s)")
    parser.add_argument('--scheduler', metavar='ADDRESS', help='spread the work over the Dask cluster with this '
                        'scheduler, for example tcp://host:8786')
    parser.add_argument('--no_render', action='store_true', help='write no pictures')
    parser.add_argument('--overwrite', action='store_true', help='fit images anew that have results')
    loud = parser.add_mutually_exclusive_group()
    loud.add_argument('-q', '--quiet', action='store_true', help='print errors only')
    loud.add_argument('-v', '--verbose', action='store_true', help='print a line per image')
    return parser.parse_args(arguments)


def _positive(text):
    value = float(text)
    if not 0 < value < float('inf'):
        raise argparse.ArgumentTypeError(f'{text} is not a positive number')
    return value


def _count(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f'{text} is not a number from 1 up')
    return value


def _not_negative(text):
    value = float(text)
    if not 0 <= value < float('inf'):
        raise argparse.ArgumentTypeError(f'{text} is not a number from 0 up')
    return value


def fit_data_set(arguments):
    """Fit what has no result yet; returns the exit code."""
    say = (lambda line: None) if arguments.quiet else (lambda line: tqdm.write(line, file=sys.stderr))
    data = LspDataset(arguments.base_dir, arguments.gender_neutral, arguments.flength)
    chosen = subset.choose(data, arguments.subset, arguments.gender, arguments.failed)
    settings = Settings(arguments.model_dir, FitOptions(
        n_betas=arguments.n_betas, side_view_threshold=arguments.side_view_thsh,
        interpenetration=not arguments.no_interpenetration, gradient=arguments.gradient, init=arguments.init,
        optimizer=arguments.optimizer), render=not arguments.no_render)
    genders = sorted({data.genders[index] for index in chosen})
    models = ModelSet(settings.model_dir)
    models.check(genders, settings.options)
    for line in models.describe(genders):
        say(line)
    out_dir = arguments.out_dir
    results.make_out_dir(out_dir, 'gallery')
    record = describe_run(data, settings, models, genders, flength=arguments.flength,
                          gender_neutral=arguments.gender_neutral)
    keep_record(out_dir, record, chosen, arguments.overwrite)
    samples = [data[index] for index in chosen
               if arguments.overwrite or not os.path.exists(results.result_path(out_dir, index))]
    report = Report(data, out_dir, skipped=len(chosen) - len(samples))
    if arguments.viz:
        work = _watch(samples, settings, out_dir, say)
    else:
        work = batch.outcomes(samples, settings, arguments.workers, arguments.scheduler)
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
            for name, content in outcome.files.items():  # the pickle last: it says that the image is done
                results.write_file(os.path.join(out_dir, name), content)
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


def _watch(samples, settings, out_dir, say):
    """Outcomes under --viz: in a window where there is a display, else as GIFs."""
    from lib.viz import Viewer, interactive_pyplot
    pyplot = interactive_pyplot()
    if pyplot is None:
        results.make_out_dir(out_dir, 'viz')
        say(f"no display: the frames of --viz go to {os.path.join(out_dir, 'viz')}")
    return batch.watched(samples, settings, Viewer(pyplot))


def main(arguments=None):
    arguments = parse_arguments(arguments)
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # be stopped as by Ctrl-C
    try:
        return fit_data_set(arguments)
    except InputError as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print('interrupted; what is finished is kept: run the same command again to go on', file=sys.stderr)
        return _INTERRUPTED


if __name__ == '__main__':
    sys.exit(main())
