"""What image files say about themselves, and that it is what their pixels turn out to be."""

import io
import os
import subprocess
import sys
import warnings

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lib.base.errors import InputError
from lib.inputs.decoding import decode_image
from lib.inputs.image_header import JPEG, focal_of_view, parse_header, read_header, view_of_focal
from tests.image_files import QUARTERS, as_seen, image_bytes, png_claiming, png_with_late_exif, quarters
from tests.program import ROOT

ORIENTATIONS = range(1, 9)


def header_of(data):
    return parse_header(io.BytesIO(data), 'a')


def refusal(data):
    with pytest.raises(InputError) as raised:
        header_of(data)
    return str(raised.value)


# Size and turn


@pytest.mark.parametrize('orientation', ORIENTATIONS)
@pytest.mark.parametrize('kind', ['JPEG', 'PNG', 'WEBP', 'TIFF', 'AVIF'])
def test_orientations(kind, orientation):
    """The header's size is that of the decoded picture, which shows what the photographer saw."""
    data = image_bytes(kind, orientation)
    header, picture = header_of(data), decode_image(data, 'a')
    assert (header.width, header.height) == (64, 40) == picture.shape[1::-1]
    assert quarters(picture[..., ::-1]) == QUARTERS
    if kind != 'AVIF':  # there OpenCV does not heed the turn
        assert quarters(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]) == QUARTERS


@pytest.mark.parametrize('orientation', ORIENTATIONS)
def test_exif_behind_the_pixels_of_a_png(orientation):
    data = png_with_late_exif(orientation)
    header = header_of(data)
    assert (header.width, header.height) == (64, 40)
    assert quarters(decode_image(data, 'a')[..., ::-1]) == QUARTERS


@pytest.mark.parametrize('mode', ['L', '1', 'P', 'CMYK', 'RGBA', 'LA', 'I;16', 'YCbCr', 'LAB'])
@pytest.mark.parametrize('orientation', [1, 6])
def test_tiffs(mode, orientation):
    data = image_bytes('TIFF', orientation, mode)
    header, picture = header_of(data), decode_image(data, 'a')
    assert (header.width, header.height) == (64, 40) == picture.shape[1::-1]
    means = [picture[y:y + 20, x:x + 32].mean() for y in (0, 20) for x in (0, 32)]
    assert np.argmax(means) == 3 and means[3] > 240, 'the white quarter is where it was'


@pytest.mark.parametrize('kind, mode', [('JPEG', 'L'), ('JPEG', 'CMYK'), ('PNG', 'L'), ('PNG', '1'), ('PNG', 'P'),
                                        ('PNG', 'LA'), ('PNG', 'RGBA'), ('PNG', 'I;16'), ('GIF', 'P'), ('BMP', 'RGB'),
                                        ('WEBP', 'RGBA'), ('JPEG2000', 'RGB'), ('PPM', 'RGB'), ('AVIF', 'RGB')])
def test_modes(kind, mode):
    data = image_bytes(kind, mode=mode)
    header, picture = header_of(data), decode_image(data, 'a')
    assert (header.width, header.height) == (64, 40) == picture.shape[1::-1]
    assert picture.dtype == np.uint8 and picture[30, 50].min() > 250, 'white stays white'
    assert mode in ('L', '1', 'LA', 'I;16') or quarters(picture[..., ::-1]) == QUARTERS


@pytest.mark.parametrize('kind', ['GIF', 'WEBP', 'PNG'])
def test_of_animations_the_first_picture(kind):
    later = Image.fromarray(np.zeros((40, 64, 3), np.uint8))
    data = image_bytes(kind, save_all=True, append_images=[later, later], duration=100)
    assert (header_of(data).width, header_of(data).height) == (64, 40)
    assert quarters(decode_image(data, 'a')[..., ::-1]) == QUARTERS


@pytest.mark.parametrize('damage', [lambda exif: exif[:9], lambda exif: exif[:20], lambda exif: b'Exif\0\0' + bytes(40),
                                    lambda exif: exif[:14] + b'\xff' * 30])
def test_damaged_exif_is_none(damage):
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(as_seen()).save(out, 'JPEG', exif=damage(exif.tobytes()))
    header, picture = header_of(out.getvalue()), decode_image(out.getvalue(), 'a')
    assert (header.width, header.height) == picture.shape[1::-1] and header.focal is None


# Bounds


@pytest.mark.parametrize('width, height, words', [
    (40000, 40000, 'too large'), (30000, 30000, 'too large'), (16384, 16385, 'too large'), (1, 1, 'too small'),
    (15, 400, 'too small'), (5000, 16, 'too narrow'), (100000, 20, 'too narrow'), (20, 801, 'too narrow')])
def test_sizes_that_are_not_fitted(width, height, words):
    text = refusal(png_claiming(width, height))
    assert words in text and f'{width} x {height}' in text and 'damaged' not in text


@pytest.mark.parametrize('width, height', [(16320, 12240), (16384, 16384), (16, 16), (800, 20), (20, 800)])
def test_sizes_that_are_fitted(width, height):
    """Among them 200 million pixels, of which Pillow would warn, or refuse them."""
    with warnings.catch_warnings():
        warnings.simplefilter('error')
        header = header_of(png_claiming(width, height))
    assert (header.width, header.height) == (width, height)


def test_pillows_own_bound_is_left_as_it_was():
    before = Image.MAX_IMAGE_PIXELS
    header_of(image_bytes())
    refusal(b'no image')
    assert Image.MAX_IMAGE_PIXELS == before is not None


# Files


def test_missing_and_unreadable_files(tmp_path):
    os.mkfifo(tmp_path / 'pipe.jpg')
    (tmp_path / 'link.jpg').symlink_to('/dev/zero')
    for name, words in (('none.jpg', 'no such file'), ('pipe.jpg', 'pipe'), ('link.jpg', 'device'), ('.', 'folder')):
        with pytest.raises(InputError) as raised:
            read_header(str(tmp_path / name))
        assert words in str(raised.value) and str(tmp_path) in str(raised.value)


def test_a_png_chunk_that_claims_to_go_on_for_gigabytes():
    """OpenCV would make room for it, from a file of 100 bytes."""
    sound = image_bytes('PNG')
    length = sound.index(b'IDAT') - 4
    data = sound[:length] + b'\x7f' + sound[length + 1:]
    assert 'cut short' in refusal(data)


@pytest.mark.parametrize('data', [b'', b'\xff', b'a letter', b'%PDF-1.4\n', image_bytes()[:20]])
def test_no_image(data):
    assert 'no image, or a damaged one' in refusal(data)


@given(st.data())
@settings(max_examples=150, deadline=2000)
def test_any_bytes_are_an_image_or_one_line(data):
    sound = data.draw(st.sampled_from([image_bytes('PNG'), image_bytes('JPEG', 6), image_bytes('TIFF', 6),
                                       image_bytes('WEBP', 3), image_bytes('GIF'), image_bytes('BMP'), b'']))
    content = bytearray(sound[:data.draw(st.integers(0, len(sound)))])
    for place, value in data.draw(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6)):
        if place < len(content):
            content[place] = value
    content += data.draw(st.binary(max_size=30))
    try:
        header = header_of(bytes(content))
        picture = decode_image(bytes(content), 'a')
    except InputError as error:
        assert str(error).startswith('a: ') and len(str(error).splitlines()) == 1 and len(str(error)) < 400
    else:
        assert picture.shape == (header.height, header.width, 3) and picture.dtype == np.uint8


# Focal length


@pytest.mark.parametrize('tags, wanted', [
    ({0xA405: 50}, 50 / 43.2666 * np.hypot(300, 200)), ({0x920A: 8., 0xA20E: 100., 0xA210: 3}, 80.),
    ({0x920A: 25.4, 0xA20E: 300.}, 300.), ({0x920A: 8.}, None), ({0xA405: 0}, None), ({}, None),
    ({0x920A: 8., 0xA20E: 1e9}, None), ({0x920A: 1e-3, 0xA20E: 1.}, None)],
    ids=['35 mm', 'per cm', 'per inch', 'no resolution', 'zero', 'nothing', 'absurdly long', 'absurdly short'])
@pytest.mark.parametrize('kind', ['JPEG', 'TIFF'])
def test_focal_length_from_exif(tags, wanted, kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8769).update(tags)
    out = io.BytesIO()
    Image.new('RGB', (300, 200)).save(out, kind, exif=exif.tobytes())
    header = header_of(out.getvalue())
    assert (header.width, header.height) == (200, 300)
    assert header.focal == (None if wanted is None else pytest.approx(wanted, rel=1e-4))


def test_field_of_view():
    assert focal_of_view(90., 300, 200) == pytest.approx(150.)
    assert focal_of_view(90., 200, 300) == pytest.approx(150.)
    assert view_of_focal(150., 300, 200) == pytest.approx(90.)


def test_of_a_jpeg_no_other_reader_is_loaded(tmp_path):
    """Each takes milliseconds of every start."""
    cv2.imwrite(str(tmp_path / '1.jpg'), np.zeros((40, 30, 3), np.uint8))
    code = ('import sys; from lib.inputs.image_header import read_header\n'
            'assert read_header(sys.argv[1]).width == 30\n'
            'assert not {"PIL.PngImagePlugin", "PIL.WebPImagePlugin"} & set(sys.modules)')
    subprocess.run([sys.executable, '-c', code, str(tmp_path / '1.jpg')], cwd=ROOT, check=True, timeout=60)


def test_what_only_begins_as_a_jpeg(tmp_path):
    (tmp_path / '1.jpg').write_bytes(JPEG + b'no more of it')
    with pytest.raises(InputError, match='1.jpg: no image, or a damaged one$'):
        read_header(str(tmp_path / '1.jpg'))


@pytest.mark.parametrize('dtype', [np.float32, np.int32])
def test_pixels_of_32_bits(dtype):
    out = io.BytesIO()
    Image.fromarray(np.zeros((40, 60), dtype)).save(out, 'TIFF')
    assert refusal(out.getvalue()) == 'a: a TIFF whose pixels are no 8 or 16 bits for each colour; save it with as many'
    done, data = cv2.imencode('.tif', np.zeros((40, 60, 3), np.float32))
    assert done and 'no 8 or 16 bits' in refusal(data.tobytes())


@pytest.mark.parametrize('brand', [b'heic', b'mif1'])
def test_heic_by_another_name(monkeypatch, brand):
    """As photographs of iPhones are, renamed."""
    monkeypatch.setattr('lib.inputs.image_header.formats', lambda: ('JPEG', 'PNG'))
    line = refusal(b'\0\0\0\x18ftyp' + brand + bytes(99))
    assert line == 'a: HEIC, whatever its name ends in; HEIC is read after pip install pillow-heif'


def test_an_empty_file():
    assert refusal(b'') == 'a: no image, or a damaged one (it is empty)'
