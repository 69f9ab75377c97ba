"""How well the detector finds people: against DeepCut's joints on photographs of LSP as they are, turned, mirrored,
enlarged ..., and against OpenPose's on frames of clips; and what its confidences are worth in fits.

    python -m tests.benchmarks.detector [--lsp LSP] [--multiview DIR] [--every N]

LSP has LSP's layout; DIR holds videos/NAME.mp4 and pose/NAME_json.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

from lib import FitOptions, ModelSet, Problem, fit_many
from lib.body.projection import project
from lib.body.skeleton import LSP_NAMES, TRACKED_LSP
from lib.detecting.detector import Detector, NobodyFound
from lib.detecting.looks import Look
from lib.detecting.mediapipe_pose import LAYOUT, OTHER_SIDES, MediaPipePose
from lib.detecting.sides import other_way_round
from lib.inputs.lsp import LspDataset
from lib.inputs.matching import match_records
from lib.inputs.video import VideoFrames
from lib.keypoints.belief import AS_GIVEN, OF_WHAT_IS_SEEN, Belief
from lib.keypoints.choice import Detection, choose_people, detections_of
from lib.keypoints.lsp_joints import to_lsp
from lib.keypoints.reading import read_keypoints
from lib.outputs.metrics import posed_points

LIMBS = [LAYOUT.joints.index(joint) for joint in LSP_NAMES[:12]]
#: A photograph of LSP is wrong where half of the limbs' joints, or more, are off by this, px; a person of it is 150.
WRONG_PX, STATURE_PX = 15., 150.
LOOKS = {'turned by 10': Look(turn=10.), 'turned by -10': Look(turn=350.), 'turned by 20': Look(turn=20.),
         'turned by -20': Look(turn=340.), 'turned by 90': Look(turn=90.), 'upside down': Look(turn=180.),
         'mirrored': Look(mirrored=True), 'bordered': Look(border=.4)}
SCALES = {'twice as large': 2., 'half as large': .5}
BELIEFS = {'as given': AS_GIVEN, 'all alike': Belief(power=0., unsure=0.), 'mapped': OF_WHAT_IS_SEEN}


def versions(picture, joints):
    """Names, pictures and joints (14, 2) of a photograph in all versions, and how much larger each is."""
    yield 'as it is', picture, joints, 1.
    yield 'dark', (.3 * picture).astype(np.uint8), joints, 1.
    for name, scale in SCALES.items():
        how = cv2.INTER_AREA if scale < 1. else cv2.INTER_LINEAR
        yield name, cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), scale * joints, scale
    for name, look in LOOKS.items():
        seen, there = look.at(picture)
        moved = joints @ there[:, :2].T + there[:, 2]
        swapped = [LSP_NAMES.index(other_side(joint)) for joint in LSP_NAMES]
        yield name, seen, moved[swapped] if look.mirrored else moved, 1.


def other_side(joint):
    for one, other in (('left_', 'right_'), ('right_', 'left_')):
        if joint.startswith(one):
            return other + joint.removeprefix(one)
    return joint


class Count:
    """Of how many somebody was found, wrongly, or in doubt; and how far off the joints were, px of the original."""

    def __init__(self):
        self.all = self.found = self.wrong = self.doubtful = self.doubtful_wrong = 0
        self.distances = []

    def add(self, keypoints, joints, scale, doubt=''):
        self.all += 1
        if keypoints is None:
            return
        distances = np.linalg.norm(keypoints[LIMBS, :2] - joints[:12], axis=1) / scale
        distances = distances[np.isfinite(distances)]
        wrong = bool(np.median(distances) > WRONG_PX)
        self.found, self.wrong = self.found + 1, self.wrong + wrong
        self.doubtful, self.doubtful_wrong = self.doubtful + bool(doubt), self.doubtful_wrong + (wrong and bool(doubt))
        self.distances.extend(distances)

    def line(self, name):
        far = np.array(self.distances)
        return (f'{name:26} {self.all:5} {self.found:6} {self.wrong:6} {self.doubtful:9} {self.doubtful_wrong:6} '
                f'{np.median(far):7.2f} {np.mean(far > WRONG_PX):7.1%}')


HEAD = f'{"":26} {"of":>5} {"found":>6} {"wrong":>6} {"doubtful":>9} {"wrong":>6} {"px":>7} {"far":>7}'


def detected(detector, picture):
    try:
        found = detector.detect(picture)
    except NobodyFound:
        return None, ''
    return found.keypoints, found.doubt


def photographs(folder):
    """Tables of the versions of LSP's photographs; returns what was found in them as they are."""
    data, detector, pose = LspDataset(str(folder), gender_neutral=True), Detector(), MediaPipePose()
    single, counts, as_they_are = Count(), {}, []
    for sample in (data[index] for index in range(len(data))):
        picture = cv2.imread(sample.path)
        for name, version, joints, scale in versions(picture, sample.joints):
            single.add(pose.find(version), joints, scale)
            keypoints, doubt = detected(detector, version)
            counts.setdefault(name, Count()).add(keypoints, joints, scale, doubt)
            if name == 'as it is' and keypoints is not None:
                as_they_are.append((keypoints, picture.shape, sample.joints))
    print(HEAD, single.line('one look, all versions'), sep='\n')
    total = Count()
    for name, count in counts.items():
        print(count.line(name))
        for key, value in vars(count).items():
            setattr(total, key, getattr(total, key) + value)
    print(total.line('all versions'))
    return as_they_are


def clips(folder, every):
    """The same of clips' frames, distances for a person of STATURE_PX: each by itself, and with sides as around it."""
    detector = Detector()
    for path in sorted((folder / 'videos').glob('*.mp4')):
        source, alone, together, found = VideoFrames(str(path)), Count(), Count(), []
        records = match_records(read_keypoints(str(folder / 'pose' / f'{path.stem}_json')), source, str(path)).records
        for frame in range(0, len(source.names), every):
            person, = choose_people(detections_of(records[frame], None), 'largest')
            joints = np.where(person.confidence[:, None] > .3, person.joints, np.nan)
            keypoints, doubt = detected(detector, source.read(frame))
            alone.add(keypoints, joints, person.stature / STATURE_PX, doubt)
            if keypoints is not None:
                found.append((keypoints, joints, person.stature / STATURE_PX, doubt))
        changed = other_way_round([keypoints for keypoints, *_ in found])
        for position, (keypoints, *rest) in enumerate(found):
            together.add(keypoints[OTHER_SIDES] if position in changed else keypoints, *rest)
        print(alone.line(path.stem), together.line('the same, sides as around'), sep='\n')


def confidences(people):
    """Share of fitted joints within a fifth of the torso of DeepCut's, by what confidences are taken for."""
    models = ModelSet('models')
    body = models.body('neutral').tracked(FitOptions.n_betas)
    for name, belief in BELIEFS.items():
        problems, near = [], []
        for keypoints, shape, _ in people:
            joints, given = to_lsp(keypoints, LAYOUT)
            size = np.array(shape[1::-1], dtype=float)
            scale = Detection(joints, given).scale
            problems.append(Problem(scale * joints, belief.of(joints, given, size), scale * size / 2., focal=5000.,
                                    gender='neutral'))
        for i, fit in fit_many(problems, models):
            points = posed_points(body, {'betas': fit.betas, 'pose': fit.pose})[1]
            seen = project(points[None], fit.cam_t[None], fit.f[:1], problems[i].centre[None])[0]
            wanted, scale = people[i][2], 2. * problems[i].centre[0] / people[i][1][1]
            torso = np.mean([np.linalg.norm(wanted[8] - wanted[2]), np.linalg.norm(wanted[9] - wanted[3])])
            near.append(np.linalg.norm(seen / scale - wanted[TRACKED_LSP], axis=1) < .2 * torso)
        print(f'confidences {name:10} {np.mean(near):.1%} of the joints within a fifth of the torso')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--lsp', type=Path, help="photographs in LSP's layout")
    parser.add_argument('--multiview', type=Path, help='clips, and what OpenPose found in them')
    parser.add_argument('--every', type=int, default=1, help='of clips, look at every so manieth frame')
    options = parser.parse_args()
    if options.lsp is not None:
        confidences(photographs(options.lsp))
    if options.multiview is not None:
        print(HEAD)
        clips(options.multiview, options.every)


if __name__ == '__main__':
    main()
