"""Does a detector's format matter? Fit a data set from its own joints, and from the same joints in every format.

    python -m tests.benchmarks.keypoint_formats BASE_DIR [--model_dir DIR]

BASE_DIR is in LSP's layout. The joints of a format that LSP lacks are the face's: nose, eyes and ears are put where
the fit from LSP's own joints has them. Reprojection errors are those of the joints that both have (no hips, head top
or neck), pixels of the photographs, against LSP's detections of a confidence of at least 0.5; everything at LSP's
scale of 2. "head top" is that error for the head top, which some formats have and others estimate from the face.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from lib.body.projection import project
from lib.body.skeleton import LSP_HEAD_TOP, LSP_HIPS, TRACKED_LSP
from lib.fitting import Problem, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.image_folder import PhotoFolder
from lib.inputs.lsp import LspDataset
from lib.inputs.photo_options import PhotoOptions
from lib.inputs.photos import PhotoDataset
from lib.inputs.sample import make_problem
from lib.keypoints import lsp_joints
from lib.keypoints.formats import FORMATS
from lib.model_files import ModelSet
from lib.outputs.metrics import CONFIDENT, posed_points
from tests.detector_files import FEW, KINDS, named_joints, write_kind

ROOT = Path(__file__).resolve().parents[2]
_HEAD_JOINT = 15
#: Confidences of an estimated head top that are compared.
SHARES = {0.: 'no head top', .25: 'head top at 0.25', .5: 'head top at 0.5', 1.: 'head top at 1'}
_JUDGED = ~np.isin(TRACKED_LSP, [*LSP_HIPS, LSP_HEAD_TOP])


def face_vertices(model):
    """Vertices of nose, eyes and ears, by where they stand out of the head in the rest pose."""
    vertices = model.v_template
    head = np.flatnonzero(model.weights[:, _HEAD_JOINT] > .9)
    nose = head[np.argmax(vertices[head, 2])]
    ear = head[np.argmax(vertices[head, 0])]

    def nearest(place):
        return head[np.argmin(np.linalg.norm(vertices[head] - place, axis=1))]

    out = {'nose': nose, 'left_ear': ear, 'right_ear': nearest(vertices[ear] * (-1, 1, 1))}
    eye = np.array([.032, vertices[nose, 1] + .035, vertices[nose, 2]])
    return {**out, 'left_eye': nearest(eye), 'right_eye': nearest(eye * (-1, 1, 1))}


def place_faces(data, problems, fits, models):
    """{name: (x, y, confidence)} of each image's face, pixels of the photograph."""
    for i, (problem, result) in enumerate(zip(problems, fits)):
        model = models.body(problem.gender)
        ids = face_vertices(model)
        vertices = model.vertices(result.betas, result.pose)[list(ids.values())]
        pixels = project(vertices[None], result.cam_t[None], np.array([problem.focal]), problem.centre[None])[0]
        yield {name: (*pixel, data[i].confidence[LSP_HEAD_TOP]) for name, pixel in zip(ids, pixels / data[i].scale)}


def has_head(kind):
    """Whether there is nothing to estimate: the format has a head top, or nothing to estimate it from."""
    joints = FORMATS[KINDS[kind][1]].joints
    return 'head_top' in joints or 'nose' not in joints


def fit_all(problems, models):
    out = dict(fit_many(problems, models))
    return [out[i] for i in range(len(problems))]


def errors(fits, problems, references, scales, models):
    """Mean reprojection error (N,) of the judged joints against the Problems ``references``, and the head top's
    (N,)."""
    out, head = [], []
    for result, problem, reference, scale in zip(fits, problems, references, scales):
        _, points = posed_points(models.body(problem.gender).tracked(len(result.betas)), vars(result))
        seen = project(points[None], result.cam_t[None], np.array([problem.focal]), problem.centre[None])[0]
        judged = _JUDGED & (reference.confidence[TRACKED_LSP] >= CONFIDENT)
        distances = np.linalg.norm(seen - reference.joints[TRACKED_LSP], axis=1) / scale
        out.append(distances[judged].mean())
        head.append(distances[-1])
    return np.array(out), np.array(head)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('base_dir', type=Path)
    parser.add_argument('--model_dir', default=str(ROOT / 'models'))
    options = parser.parse_args()
    models, data = ModelSet(options.model_dir), LspDataset(str(options.base_dir))
    samples = [data[i] for i in range(len(data))]
    pictures = [decode_image(data.read(sample), sample.name) for sample in samples]
    classic = [make_problem(sample, picture.shape) for sample, picture in zip(samples, pictures)]
    fits = fit_all(classic, models)
    scales = [sample.scale for sample in samples]
    base, head = errors(fits, classic, classic, scales, models)
    print(f'{"format":34} {"mean":>6} {"worse by":>9} {"worst":>7} {"head top":>9}  px')
    print(f'{"LSP, classic way":34} {base.mean():6.2f} {"":17} {head.mean():9.2f}')
    images, sizes = {}, {}
    for sample, picture, face in zip(samples, pictures, place_faces(samples, classic, fits, models)):
        lsp = np.column_stack([sample.joints, sample.confidence])
        images[sample.name] = [named_joints(lsp, face)]
        sizes[sample.name] = np.array(picture.shape[1::-1], dtype=float)
    genders = [sample.gender for sample in samples]
    source = PhotoFolder(str(options.base_dir / 'images' / 'lsp'))
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = write_kind(kind, Path(folder) / kind, images, sizes)
            for share, note in SHARES.items():
                if share != 1. and (has_head(kind) or kind not in FEW):
                    continue
                lsp_joints.HEAD_TOP_SHARE = share
                photos = PhotoDataset(source, PhotoOptions(str(path), scale=2., flength=2500.))
                problems = [make_problem(photos[i], picture.shape) for i, picture in enumerate(pictures)]
                problems = [Problem(p.joints, p.confidence, p.centre, gender, p.focal)
                            for p, gender in zip(problems, genders)]
                got, head = errors(fit_all(problems, models), problems, classic, scales, models)
                title = kind if has_head(kind) else f'{kind}, {note}'
                print(f'{title:34} {got.mean():6.2f} {got.mean() - base.mean():9.2f} {(got - base).max():7.2f} '
                      f'{head.mean():9.2f}')


if __name__ == '__main__':
    main()
