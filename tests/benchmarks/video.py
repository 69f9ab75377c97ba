"""Does it pay to fit a clip as one motion, or a frame from the last one's? Motion capture, seen by a still camera.

    python -m tests.benchmarks.video MOCAP_DIR [--clips NAME ...] [--training] [--seconds S] [--fps F] [--noise PX]
        [--model_dir DIR]
    python -m tests.benchmarks.video --recording CALIBRATION KEYPOINTS --fps F

MOCAP_DIR holds motion capture, of which clips held out from the pose prior are taken. The neutral body moves as in the
clip, 300 px tall in the enlarged image, and its joints are detected with Gaussian noise. Each clip is fitted five
times: every frame on its own, and each from the last (lib.fitting.tracking), by the published schedule and with
restarts, which a frame with a known start does not need; and all as one motion (lib.motion), whose weights were chosen
on the clips of --training. Of all: steps of the minimiser, seconds per frame (one
by one), mean joint error after Procrustes alignment and with pelvises together, mm, and jitter, the root mean square
second difference of the joints between frames, mm, beside that of the true motion: from the pelvis, and in camera
coordinates, where depth is most of it.

Of a calibrated recording each camera is such a clip, at F frames per second, and the true joints are the limbs' as
triangulated from all cameras, whose pelvis is the middle of the hips; the true jitter is that of these joints after
Pose2Sim's filter for such joints (Butterworth of 4th order, 6 Hz), which takes away what single frames' detections
add to it.
"""

import argparse
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import scipy
from scipy.spatial.transform import Rotation
from threadpoolctl import threadpool_limits

from lib.body.kinematics import pose_body
from lib.body.projection import FOCAL, project
from lib.body.skeleton import LSP_HIPS, N_LSP, TRACKED_LSP, TRACKED_SMPL
from lib.fitting import FitOptions, Problem, fit
from lib.fitting.one_view import photograph_of
from lib.fitting.tracking import Tracker
from lib.fitting.triangulation import triangulate
from lib.fitting.view_starts import rays_of
from lib.model_files import ModelSet
from lib.motion import fit_motion
from lib.outputs.metrics import joint_error, posed_points
from models.make.clips import load_clips, split_clips
from tests.benchmarks.views import Recording

ROOT = Path(__file__).resolve().parents[2]

#: The clips on which the weights of motions were chosen; some are in one of the two sources of MOCAP_DIR only.
TRAINING = ('01_05', '01_06', '01_10', '02_04', '02_05', '02_10', '03_01', 'basketball_basketball_2',
            'basketball_signal_basketball_signal_2', 'jumping_jumping_2', 'running_running_2',
            'walking_extra_walking_16')
MOTION = 'one motion'
CENTRE, STATURE_PX = np.array([320., 240.]), 300.
WAYS = [(f'{way}{", restarts" * (restarts == "gmm")}', tracker, restarts)
        for way, tracker in (('alone', None), ('from last', Tracker)) for restarts in ('none', 'gmm')]
WAYS.append((MOTION, None, ''))
#: The pelvis, and the limbs' joints: those that are judged of a recording.
_LIMBS = np.flatnonzero(~np.isin(TRACKED_LSP[:-1], LSP_HIPS))
SMPL_JUDGED = [0, *TRACKED_SMPL[_LIMBS]]
_FILTER_HZ = 6.


def clip_problems(body, poses, noise, rng):
    """Problems of a clip's frames (F, 72), and the true joints (F, 24, 3) in camera coordinates."""
    upright = Rotation.from_euler('x', np.pi + .15) * Rotation.from_euler('y', rng.uniform(-.8, .8))
    poses = poses.copy()
    poses[:, :3] = (upright * Rotation.from_rotvec(poses[:, :3])).as_rotvec()
    betas = np.tile(rng.normal(size=body.n_betas).clip(-2, 2) * .7, (len(poses), 1))
    posed = pose_body(body, betas, poses)
    translation = np.array([0., 0., FOCAL * 1.71 / STATURE_PX])
    seen = project(posed.points, np.tile(translation, (len(poses), 1)), np.full(len(poses), FOCAL),
                   np.tile(CENTRE, (len(poses), 1)))
    problems = []
    for points in seen:
        joints, confidence = np.zeros((N_LSP, 2)), np.zeros(N_LSP)
        joints[TRACKED_LSP] = points + rng.normal(size=points.shape) * noise
        confidence[TRACKED_LSP] = 1.
        problems.append(Problem(joints, confidence, CENTRE, 'neutral', FOCAL))
    return problems, posed.joints + translation


def recorded_clips(calibration, keypoints):
    """(name, problems, joints (F, 11, 3) as the camera sees them: pelvis and limbs, triangulated) of every camera."""
    recording = Recording(calibration, keypoints, 10 ** 9, 'neutral', 'given')
    world = np.array([triangulate(rays_of(views)) for views in recording.views])
    world = np.concatenate([world[:, LSP_HIPS].mean(axis=1, keepdims=True), world[:, TRACKED_LSP[_LIMBS]]], axis=1)
    for name, *views in zip(recording.names, *recording.views):
        yield name, [photograph_of(view, 'neutral') for view in views], np.array(
            [points @ view.rotation.T + view.translation for points, view in zip(world, views)])


def filtered(joints, fps):
    """Joints (F, J, 3) of a recording without what is quicker than movements are."""
    return scipy.signal.sosfiltfilt(scipy.signal.butter(2, _FILTER_HZ, fs=fps, output='sos'), joints, axis=0)


def fit_clip(problems, models, tracker, restarts):
    """Fits frame by frame, through ``tracker`` or without; returns joints (F, 24, 3), steps, seconds, known starts."""
    body, joints, steps, known, start = models.body('neutral').tracked(10), [], 0, 0, time.process_time()
    for frame, problem in enumerate(problems):
        task = SimpleNamespace(index=0, frame=frame, gender='neutral')
        if tracker is not None:
            problem = tracker.start(task, problem)
        known += problem.known is not None
        result = fit(problem, models, FitOptions(restarts=restarts))
        posed, points = posed_points(body, vars(result))
        if tracker is not None:
            tracker.remember(task, points, result.cam_t, result.betas, result.pose)
        joints.append(posed + result.cam_t)
        steps += result.camera_steps + sum(stage.steps for run in result.runs for stage in run)
    return np.array(joints), steps, time.process_time() - start, known


def fit_as_motion(problems, models, fps):
    """The same of the clip as one motion."""
    start = time.process_time()
    motion = fit_motion(problems, models, FitOptions(), fps)
    seconds = time.process_time() - start
    betas = np.tile(motion.betas, (len(problems), 1))
    joints = pose_body(models.body('neutral').tracked(10), betas, motion.poses).joints
    steps = sum(fit.final.steps for fit in motion.fits.values())
    return joints + motion.translations[:, None], steps, seconds, 0


def jitter(joints):
    return 1e3 * np.sqrt(np.square(np.diff(joints, 2, axis=0)).sum(axis=2).mean())


def compare(name, problems, true, models, fps, judged=slice(None), steady=None):
    """Print a line of each way to fit a clip, and yield it: (way, numbers). ``true``: the joints of ``judged``, of
    which the first is the pelvis; ``steady``: those whose jitter is the true one, if it is not theirs."""
    steady = true if steady is None else steady
    for way, tracker, restarts in WAYS:
        joints, steps, seconds, known = (fit_as_motion(problems, models, fps) if way == MOTION else
                                         fit_clip(problems, models, tracker and tracker(), restarts))
        joints = joints[:, judged]
        errors = [1e3 * np.mean([joint_error(a, b, aligned) for a, b in zip(joints, true)])
                  for aligned in (True, False)]
        row = [len(problems), known, steps / len(problems), seconds / len(problems), *errors,
               *(jitter(x) for x in (joints - joints[:, :1], steady - steady[:, :1], joints, steady))]
        print(_line(name, way, row), flush=True)
        yield way, row


def captured_clips(options, body):
    """(name, problems, joints (F, 24, 3)) of the clips of motion capture that are asked for."""
    clips, rng = load_clips(options.mocap_dir), np.random.default_rng(0)
    split = split_clips(clips)
    names = options.clips or options.training and [name for name in TRAINING if name in clips]
    for name in names or split.held_out_clips + split.held_out_actions:
        stride = clips[name].rate // options.fps
        poses = clips[name].poses[::stride][:int(options.seconds * options.fps)]
        yield name, *clip_problems(body, poses, options.noise, rng)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument('mocap_dir', nargs='?')
    source.add_argument('--recording', nargs=2, metavar=('CALIBRATION', 'KEYPOINTS'), help='of several cameras')
    parser.add_argument('--clips', nargs='*', help='names of clips (default: those held out from the prior)')
    parser.add_argument('--training', action='store_true', help='clips on which the weights of motions were chosen')
    parser.add_argument('--seconds', type=float, default=4., help='of each clip (default: %(default)g)')
    parser.add_argument('--fps', type=int, default=30, help='frames per second of the video (default: %(default)s)')
    parser.add_argument('--noise', type=float, default=4., help='of the detections, enlarged px (default: %(default)g)')
    parser.add_argument('--model_dir', default=str(ROOT / 'models'))
    options = parser.parse_args()
    models = ModelSet(options.model_dir)
    print(f'{"clip":12.12} {"way":19} {"frames":>6} {"known":>6} {"steps":>6} {"s/frame":>8} {"aligned":>8} '
          f'{"pelvis":>7}  '
          'jitter (true), in camera coordinates (true)')
    totals = {}
    if options.recording:
        found = (line for name, problems, true in recorded_clips(*options.recording)
                 for line in compare(name, problems, true, models, options.fps, SMPL_JUDGED,
                                     filtered(true, options.fps)))
    else:
        body = models.body('neutral').tracked(10)
        found = (line for name, problems, true in captured_clips(options, body)
                 for line in compare(name, problems, true, models, options.fps))
    for way, row in found:
        totals.setdefault(way, []).append(row)
    for way, rows in totals.items():
        print(_line('mean', way, np.mean(rows, axis=0)))


def _line(name, way, row):
    frames, known, steps, seconds, aligned, pelvis, turning, true_turning, moving, true = row
    return (f'{name[-12:]:12} {way:19} {frames:6.0f} {known:6.0f} {steps:6.1f} {seconds:8.3f} {aligned:8.1f} '
            f'{pelvis:7.1f} {turning:7.1f} ({true_turning:.1f}) {moving:7.1f} ({true:.1f})')


if __name__ == '__main__':
    with threadpool_limits(1):  # as the program's workers have it; others' seconds would count, too
        main()
