"""Pictures: what the run writes beside the results, and how strips are put together."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.drawing.canvas import Canvas
from lib.drawing.drawer import Drawer
from lib.outputs.drawn.pictures import PictureMaker, failed_files, jpeg_bytes
from lib.outputs.drawn.png import png_bytes
from lib.outputs.drawn.resizing import resized
from lib.outputs.drawn.strip import failed_strip, fitted_strip
from lib.outputs.metrics import posed_points
from tests.helpers import whole_picture
from tests.program import fitted_in


def decoded(data):
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)


def test_pictures_of_a_run(run, data_set, out):
    assert run(data_set.base, '--out_dir', out, '--workers', 1, '-q').code == 0
    for i, path in enumerate(data_set.images):
        photograph = cv2.imread(str(path))
        height, width = photograph.shape[:2]
        body, laid_over = (cv2.imread(str(out / f'{i:04d}{suffix}.png'), cv2.IMREAD_UNCHANGED)
                           for suffix in ('', '_overlay'))
        assert body.shape == (2 * height, 2 * width, 4) and laid_over.shape == (2 * height, 2 * width, 3)
        visible = body[..., 3] > 0
        assert set(np.unique(body[..., 3])) == {0, 255}
        assert visible.any() and not visible.all()
        ground, around = cv2.resize(photograph, None, fx=2, fy=2), np.ones((5, 5), np.uint8)
        away = cv2.dilate(visible.astype(np.uint8), around) == 0
        np.testing.assert_array_equal(laid_over[away], ground[away])
        within = cv2.erode(visible.astype(np.uint8), around) > 0
        off = np.abs(laid_over[within] - (.7 * body[within, :3] + .3 * ground[within]))
        assert np.median(off) <= .5 and off.mean() < 3, 'but for edges within the body'


def test_opacity(run, data_set, out):
    pictures = []
    for words in ((), ('--overlay_opacity', '0.7'), ('--overlay_opacity', '1'), ('--overlay_opacity', '0')):
        assert run(data_set.base, '--out_dir', out, '--workers', 1, '-q', '--subset', '0', '--overwrite',
                   *words).code == 0
        pictures.append([cv2.imread(str(out / name)).astype(int) for name in ('0000_overlay.png', 'gallery/0000.jpg')])
    for usual, given, whole, none in zip(*pictures):
        np.testing.assert_array_equal(usual, given)
        assert np.abs(usual - whole).mean() > .5 and np.abs(usual - none).mean() > 1


def test_no_render(fit, out):
    assert fit().code == 0
    assert len(fitted_in(out)) == 2 and not list(out.rglob('*.png')) and not list(out.rglob('*.jpg'))


def test_views_are_those_that_are_asked_for(fitted, models):
    sample, photograph, problem, fit = fitted[0]
    height, width = (int(sample.scale) * side for side in photograph.shape[:2])
    shown = resized(photograph, width, height)
    files, body = PictureMaker(models, (0, 200), 'png').files(sample, shown, 1., problem, fit)
    assert sorted(files) == ['0000.png', '0000_overlay.png', '0000_view000.png', '0000_view200.png', 'gallery/0000.jpg']
    model = models.body(sample.gender)
    drawer, vertices = Drawer(model.faces, len(model.v_template), Canvas()), model.vertices(fit.betas, fit.pose)
    for angle in 0, 200:
        picture = decoded(files[f'0000_view{angle:03d}.png'])
        np.testing.assert_array_equal(picture, whole_picture(drawer.turned(vertices, angle)))
    points = posed_points(model.tracked(10), vars(fit))[1]
    joints = np.insert(points, 12, posed_points(model.tracked(10), vars(fit))[0][12], axis=0)  # SMPL's neck
    seen = problem.focal * (joints + fit.cam_t)[:, :2] / (joints + fit.cam_t)[:, 2:] + problem.centre
    strip = fitted_strip(shown, body.over(shown, .7), body.box, drawer.turned(vertices, 90, published=False),
                         problem.joints, seen)
    assert files['gallery/0000.jpg'] == jpeg_bytes(strip, 80)


def test_the_strip_of_a_reduced_photograph_shows_the_same(fitted, models):
    """Joints go with the picture, whatever its size."""
    sample, photograph, problem, fit = fitted[0]
    strips = []
    for shown in (2., 1.):
        height, width = (int(shown) * side for side in photograph.shape[:2])
        files, _ = PictureMaker(models, (), 'png').files(sample, resized(photograph, width, height),
                                                         shown / sample.scale, problem, fit)
        strips.append(decoded(files['gallery/0000.jpg']).astype(int))
    assert np.abs(strips[0] - strips[1]).mean() < 5


def test_who_failed_is_shown_as_far_as_can_be(make_sample):
    photograph = np.full((100, 80, 3), 90, np.uint8)
    sample = replace(make_sample(7), joints=np.full((14, 2), 50.), confidence=np.eye(14)[0])
    files = failed_files(sample, png_bytes(photograph))
    wanted = failed_strip(photograph, np.where(np.eye(14)[0][:, None] > 0, 50., np.nan))
    assert files == {'gallery/0007.jpg': jpeg_bytes(wanted, 80)}
    with pytest.raises(InputError):
        failed_files(sample, b'no image')


def test_who_failed_in_a_large_photograph(make_sample):
    """Which is decoded at a part of its size."""
    photograph = np.full((3200, 2400, 3), 90, np.uint8)
    photograph[1600:, 1200:] = 200
    sample = replace(make_sample(7), joints=np.array([(800., 1000.), (1600., 2200.)] * 7), confidence=np.ones(14),
                     shown=.25)
    small, whole = (decoded(failed_files(sample, image)['gallery/0007.jpg']).astype(int)
                    for image in (jpeg_bytes(photograph, 95), png_bytes(photograph)))
    assert np.abs(small - whole).mean() < 2


@pytest.mark.parametrize('options, suffix', [((), '_overlay.jpg'), (('--overlay', 'png'), '_overlay.png')])
def test_large_photographs_get_a_jpeg_unless_a_png_is_asked_for(run, data_set, model_dir, out, options, suffix):
    large = cv2.resize(cv2.imread(str(data_set.images[0])), (481, 641))
    data_set.keep(1)
    cv2.imwrite(str(data_set.images[0]), large)
    assert run(data_set.base, '--out_dir', out, '--model_dir', model_dir, '--workers', 1, '-q', *options).code == 0
    assert [path.name for path in out.glob('0000_overlay*')] == [f'0000{suffix}']
    body, overlay = (cv2.imread(str(out / f'0000{end}'), cv2.IMREAD_UNCHANGED) for end in ('.png', suffix))
    ground = cv2.resize(large, None, fx=2, fy=2)
    wanted = np.where(body[..., 3:] > 0, .7 * body[..., :3] + .3 * ground, ground)
    assert np.abs(overlay.astype(int) - wanted).mean() < 3


def test_jpeg_quality():
    picture = np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)
    assert len(jpeg_bytes(picture, 50)) < len(jpeg_bytes(picture, 95))
    assert decoded(jpeg_bytes(picture, 90)).shape == picture.shape


@pytest.mark.parametrize('published', [True, False])
def test_the_body_is_smooth_but_where_it_is_the_published_program_s(fitted, models, published):
    sample, photograph, problem, fit = fitted[0]
    height, width = (int(sample.scale) * side for side in photograph.shape[:2])
    maker = PictureMaker(models, (), 'png', published=published)
    files, _ = maker.files(sample, resized(photograph, width, height), 1., problem, fit)
    model = models.body(sample.gender)
    drawer = Drawer(model.faces, len(model.v_template), Canvas())
    body = model.vertices(fit.betas, fit.pose), fit.cam_t, problem.focal, problem.centre, width, height
    wanted, other = (whole_picture(drawer.front(*body, way)) for way in (published, not published))
    np.testing.assert_array_equal(decoded(files['0000.png']), wanted)
    assert (wanted != other).any()
