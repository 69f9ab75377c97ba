"""What the pictures of an image cost, by part: as runs make them, and in the plain way, by OpenDR on the whole picture.

    python -m tests.benchmarks.pictures [BASE_DIR] [--images N]

Of the fits of a data set in LSP's layout (default: the sample): the photographs as they are, and enlarged to frames of
1080 x 1920 px and to 12 megapixels, the person half as tall as the picture. Milliseconds of processor time, medians
over the images; both ways take turns on the same image, so their ratio holds on a busy machine, too.
"""

import argparse
import statistics
import time
from dataclasses import replace
from typing import NamedTuple

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer
from lib.fitting import Fit, FitOptions, Problem, fit_many
from lib.inputs.decoding import decode_image
from lib.inputs.lsp import LspDataset
from lib.inputs.sample import Sample, make_problem, shown_scale
from lib.model_files import ModelSet
from lib.outputs.pictures import PictureMaker, enlarged, jpeg_bytes, png_bytes
from lib.outputs.strip import fitted_strip
from lib.render_model import BodyRenderer
from tests.program import ROOT, SAMPLE

SIZES = {'as they are': None, '1080 x 1920': (1080, 1920), '12 megapixels': (3000, 4000)}
TALL = .8  # of the picture's height is the photograph that is put into it; the person is about 0.6 of that


class Scene(NamedTuple):
    """A photograph's file, whose person is fitted."""

    data: bytes
    sample: Sample
    problem: Problem
    fit: Fit


class Clock:
    """Processor time by part."""

    def __init__(self):
        self.parts = {}

    def __call__(self, part, work):
        start = time.process_time()
        out = work()
        self.parts[part] = self.parts.get(part, 0.) + 1e3 * (time.process_time() - start)
        return out


def scenes(models, base_dir, count, size):
    data = LspDataset(base_dir)
    samples = [data[index % len(data)] for index in range(count)]
    files = [(data.read(sample), sample) if size is None else in_large(data.read(sample), sample, size)
             for sample in samples]
    problems = [make_problem(sample, decode_image(file, sample.name)) for file, sample in files]
    fits = dict(fit_many(problems, models, FitOptions()))
    return [Scene(*file, problem, fits[i]) for i, (file, problem) in enumerate(zip(files, problems))]


def in_large(file, sample, size):
    """A photograph in the middle of a larger one with some noise: its JPEG file, and its Sample."""
    width, height = size
    picture = decode_image(file, sample.name)
    scale = min(TALL * height / picture.shape[0], width / picture.shape[1])
    inner = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    large = np.full((height, width, 3), 128, np.uint8)
    left, top = (width - inner.shape[1]) // 2, (height - inner.shape[0]) // 2
    large[top:top + inner.shape[0], left:left + inner.shape[1]] = inner
    noise = np.random.default_rng(sample.index).normal(0., 6., (height, width, 1))
    large = np.clip(large + noise, 0, 255).astype(np.uint8)
    return jpeg_bytes(large, 90), replace(sample, joints=scale * sample.joints + [left, top],
                                          scale=sample.scale / scale, shown=1.)


def plain(scene, models, renderer, clock):
    """OpenDR's pictures, blended over all pixels, each encoded as PNG."""
    sample, fit = scene.sample, scene.fit
    picture = clock('decode', lambda: decode_image(scene.data, sample.name))
    scale = shown_scale(sample, picture)
    shown, zoom = clock('resize', lambda: enlarged(picture, scale)), scale / sample.scale
    vertices = clock('mesh', lambda: models.body(sample.gender).vertices(fit.betas, fit.pose))
    body = clock('draw', lambda: renderer.render(vertices, fit.cam_t, zoom * scene.problem.focal,
                                                 zoom * scene.problem.centre, *shown.shape[1::-1]))
    side = clock('side view', lambda: renderer.turned_view(vertices, 90.))
    overlay = clock('blend', lambda: np.where(body[..., 3:] > 0, body[..., :3], shown))
    clock('encode', lambda: (png_bytes(body), png_bytes(overlay)))
    clock('strip', lambda: plain_strip(shown, overlay, side[..., :3]))


def plain_strip(*panels):
    """Whole pictures side by side, 240 px high."""
    sizes = [(max(1, round(240 * panel.shape[1] / panel.shape[0])), 240) for panel in panels]
    return jpeg_bytes(np.hstack([cv2.resize(panel, size, interpolation=cv2.INTER_AREA)
                                 for panel, size in zip(panels, sizes)]), 80)


def ours(scene, models, drawer, clock):
    """The same as PictureMaker does it."""
    sample, fit = scene.sample, scene.fit
    picture = clock('decode', lambda: decode_image(scene.data, sample.name))
    scale = shown_scale(sample, picture)
    shown, zoom = clock('resize', lambda: enlarged(picture, scale)), scale / sample.scale
    vertices = clock('mesh', lambda: models.body(sample.gender).vertices(fit.betas, fit.pose))
    body = clock('draw', lambda: drawer.front(vertices, fit.cam_t, zoom * scene.problem.focal,
                                              zoom * scene.problem.centre, *shown.shape[1::-1]))
    side = clock('side view', lambda: drawer.turned(vertices, 90.))
    overlay = clock('blend', lambda: body.over(shown))
    large = max(picture.shape) > 640
    clock('encode', lambda: (png_bytes(body.whole()), jpeg_bytes(overlay, 90) if large else png_bytes(overlay)))
    joints = zoom * scene.problem.joints
    clock('strip', lambda: jpeg_bytes(fitted_strip(shown, overlay, body.box, side, joints, joints), 80))


def whole(scene, maker, clock):
    """PictureMaker itself, with decoding."""
    def work():
        picture = decode_image(scene.data, scene.sample.name)
        scale = shown_scale(scene.sample, picture)
        return maker.files(scene.sample, enlarged(picture, scale), scale / scene.sample.scale, scene.problem, scene.fit)
    clock('PictureMaker', work)


def measure(name, size, models, base_dir, count):
    canvas, maker = Canvas(), PictureMaker(models, (), 'auto')
    drawers, renderers, clocks = {}, {}, []
    for number, scene in enumerate(scenes(models, base_dir, count, size)):
        gender, model = scene.sample.gender, models.body(scene.sample.gender)
        if gender not in drawers:
            drawers[gender] = Drawer(model.faces, len(model.v_template), canvas)
            renderers[gender] = BodyRenderer(model.faces, len(model.v_template))
            clocks.append(None)
        pair = Clock(), Clock()
        plain(scene, models, renderers[gender], pair[0])
        ours(scene, models, drawers[gender], pair[1])
        whole(scene, maker, pair[1])
        if number >= count // 4:  # the first ones load shaders and surfaces
            clocks.append(pair)
    clocks = [pair for pair in clocks if pair is not None]
    print(f'\n{name:24}{"plain":>10}{"ours":>10}{"ratio":>8}   ms, {len(clocks)} images')
    sums = [0., 0.]
    for part in clocks[0][0].parts:
        both = [statistics.median(pair[way].parts[part] for pair in clocks) for way in (0, 1)]
        sums = [total + value for total, value in zip(sums, both)]
        print(f'{part:24}{both[0]:10.1f}{both[1]:10.1f}{both[1] / both[0]:8.2f}')
    made = statistics.median(pair[1].parts['PictureMaker'] for pair in clocks)
    print(f'{"all":24}{sums[0]:10.1f}{sums[1]:10.1f}{sums[1] / sums[0]:8.2f}')
    print(f'{"PictureMaker, decoding":24}{"":10}{made:10.1f}{made / sums[0]:8.2f}', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('base_dir', nargs='?', default=str(SAMPLE))
    parser.add_argument('--images', type=int, default=24, help='of each size (default: %(default)s)')
    options = parser.parse_args()
    models = ModelSet(str(ROOT / 'models'))
    with threadpool_limits(1):
        for name, size in SIZES.items():
            measure(name, size, models, options.base_dir, options.images)


if __name__ == '__main__':
    main()
