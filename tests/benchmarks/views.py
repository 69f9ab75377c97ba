"""A calibrated recording of several cameras: how much each pair of views, and all of them, tell of a body.

    python -m tests.benchmarks.views CALIBRATION KEYPOINTS [--model_dir DIR] [--frames N] [--confidence given|equal]

Bodies are fitted to single views, to pairs, to all but one, and to all. Their joints (LSP's but neck and hips, which
detectors and SMPL place differently) are held against those triangulated from all views; a view that was left out is
predicted, px of a person who is 300 tall.
"""

import argparse
import time
from itertools import combinations

import numpy as np
from threadpoolctl import threadpool_limits

from lib.body.skeleton import LSP_HIPS, N_LSP, TRACKED_LSP
from lib.fitting import FitOptions, Problem, fit_many
from lib.fitting.triangulation import distances, triangulate
from lib.fitting.view_starts import rays_of
from lib.inputs.cameras.reading import read_rig
from lib.inputs.cameras.sources import Frames
from lib.inputs.photo_options import PhotoOptions
from lib.inputs.views import ViewDataset
from lib.model_files import MODEL_DIR, ModelSet
from lib.outputs.metrics import posed_points, procrustes_align

_JUDGED = np.flatnonzero(~np.isin(TRACKED_LSP, LSP_HIPS))
_SURE = .5  # confidence from which on a detection is predicted


class Recording:
    """The frames of a recording in which all cameras see the person, and the ``truth`` (N, 11, 3), NaN where unknown.
    """

    def __init__(self, calibration, keypoints, frames, gender, confidence):
        rig = read_rig(calibration)
        data = ViewDataset(rig, Frames(rig, keypoints, None, None), PhotoOptions(keypoints=keypoints))
        samples = [data[i] for i in range(len(data))]
        whole = [sample for sample in samples if sample.error is None and all(
            (view.confidence > 0).any() for view in sample.views)]
        whole = whole[::max(1, len(whole) // frames)]
        self.names = [view.camera.name for view in whole[0].views]
        self.views = [[view.problem for view in sample.views] for sample in whole]
        if confidence == 'equal':
            for view in (view for views in self.views for view in views):
                view.confidence = (view.confidence > 0).astype(float)
        self.gender = gender
        rays = [rays_of(views) for views in self.views]
        joints = [triangulate(own) for own in rays]
        self.truth = np.array([own[TRACKED_LSP[_JUDGED]] for own in joints])
        off = np.array([distances(*both) for both in zip(rays, joints)])
        self.off = np.nanmedian(off, axis=(0, 2))

    def fit(self, models, chosen, options):
        """The judged joints (N, 11, 3) in the world of fits to the ``chosen`` views, and processor ms a frame."""
        problems = [Problem.of_views([views[i] for i in chosen], self.gender) for views in self.views]
        body = models.body(self.gender).tracked(options.n_betas)
        start = time.process_time()
        fits = dict(fit_many(problems, models, options))
        ms = 1e3 * (time.process_time() - start) / len(problems)
        points = [posed_points(body, {'betas': fits[i].betas, 'pose': fits[i].pose})[1] + fits[i].cam_t
                  for i in range(len(problems))]
        return np.array(points)[:, _JUDGED], ms

    def errors(self, points):
        """Mean distances from the truth, mm, as they stand and after Procrustes alignment."""
        plain = np.nanmean(np.linalg.norm(points - self.truth, axis=2))
        aligned = []
        for own, true in zip(points, self.truth):
            known = np.isfinite(true).all(axis=1)
            aligned.append(np.linalg.norm(procrustes_align(own[known], true[known]) - true[known], axis=1).mean())
        return 1e3 * plain, 1e3 * np.mean(aligned)

    def predicted(self, points, view):
        """Mean distance, px of a person of 300, of a view's sure detections from where it sees ``points``."""
        off = []
        for own, views in zip(points, self.views):
            rays = rays_of([views[view]])
            joints = np.full((N_LSP, 3), np.nan)
            joints[TRACKED_LSP[_JUDGED]] = own
            off += distances(rays, joints)[0][rays.weight[0] >= _SURE].tolist()
        return np.nanmean(off)


def main(arguments=None):
    parser = argparse.ArgumentParser(description='Fit a calibrated recording by some of its views, and predict others.')
    parser.add_argument('calibration', help='calibration file')
    parser.add_argument('keypoints', help="folder with each camera's keypoints")
    parser.add_argument('--model_dir', default=MODEL_DIR, help='folder of the models (default: models)')
    parser.add_argument('--gender', default='neutral', help='of the body (default: %(default)s)')
    parser.add_argument('--frames', type=int, default=100, help='at most (default: %(default)s)')
    parser.add_argument('--restarts', default='none', help="as the program's option (default: %(default)s)")
    parser.add_argument('--confidence', default='given', help="'given', or 'equal' for 1 (default: %(default)s)")
    options = parser.parse_args(arguments)
    with threadpool_limits(1):
        report(options)


def report(options):
    recording = Recording(options.calibration, options.keypoints, options.frames, options.gender, options.confidence)
    models, count = ModelSet(options.model_dir), len(recording.names)
    off = ', '.join(f'{name} {own:.1f}' for name, own in zip(recording.names, recording.off))
    print(f'{len(recording.views)} frames; detections are off the triangulated joints by (median px of 300): {off}\n')
    print('| views | error, mm | aligned, mm | predicted views, px of 300 | ms |\n| --- | --- | --- | --- | --- |')
    fit_options = FitOptions(restarts=options.restarts)
    for size in sorted({1, 2, count - 1, count}):
        for chosen in combinations(range(count), size):
            points, ms = recording.fit(models, chosen, fit_options)
            plain, aligned = recording.errors(points)
            others = ', '.join(f'{recording.names[i]} {recording.predicted(points, i):.1f}' for i in range(count)
                               if i not in chosen)
            names = ' '.join(recording.names[i] for i in chosen)
            print(f'| {names} | {plain:.1f} | {aligned:.1f} | {others} | {ms:.1f} |', flush=True)


if __name__ == '__main__':
    main()
