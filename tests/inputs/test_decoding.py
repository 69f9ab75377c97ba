"""Image bytes become pictures, or one line; the turns and sizes are in test_image_header.py."""

import math

import cv2
import numpy as np
import pytest

from lib.base.errors import InputError
from lib.inputs import decoding
from lib.inputs.decoding import decode_image, decode_photograph
from tests.image_files import QUARTERS, as_seen, image_bytes, png_claiming, quarters

KINDS = ('JPEG', 'PNG', 'WEBP', 'TIFF', 'GIF', 'BMP', 'AVIF', 'JPEG2000')


def refusal(data):
    with pytest.raises(InputError) as raised:
        decode_image(data, 'a.jpg')
    text = str(raised.value)
    assert text.startswith('a.jpg: ') and len(text.splitlines()) == 1
    return text


def noise(seed=0):
    """A picture that no compression makes small, so that a part of its file misses a part of it."""
    return np.random.default_rng(seed).integers(0, 256, (64, 96, 3)).astype(np.uint8)


def test_a_jpeg_is_decoded_as_opencv_does():
    """To the bit: pictures of LSP's photographs stay as they were."""
    data = image_bytes('JPEG', picture=noise())
    wanted = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(decode_image(data, 'a'), wanted)


@pytest.mark.parametrize('kind', KINDS)
@pytest.mark.parametrize('share', [0., .02, .5, .95])
def test_files_that_are_cut_short(kind, share, capfd):
    """Some decoders fill up what is missing: it is a whole picture or one line, and nothing is printed."""
    data = image_bytes(kind, picture=noise())
    try:
        assert decode_image(data[:int(share * len(data))], 'a').shape == (64, 96, 3)
    except InputError as error:
        assert 'no image, or a damaged one' in str(error) or 'a damaged image' in str(error)
    assert capfd.readouterr() == ('', '')


@pytest.mark.parametrize('kind', KINDS)
def test_noise_in_the_middle_of_a_file(kind, capfd):
    data = bytearray(image_bytes(kind, picture=noise()))
    middle = len(data) // 2
    data[middle:middle + 400] = np.random.default_rng(1).bytes(400)
    try:
        assert decode_image(bytes(data), 'a').shape == (64, 96, 3)
    except InputError as error:
        assert 'damaged' in str(error)
    assert capfd.readouterr() == ('', '')


def test_what_opencv_throws_is_a_damaged_image(monkeypatch):
    """As for a file whose first chunk is wrong; Pillow, which is asked for WebP, is not for this kind."""
    def imdecode(*_):
        raise cv2.error('OpenCV(5.0.0) grfmt_webp.cpp:103: error: (-2) ...')
    monkeypatch.setattr(cv2, 'imdecode', imdecode)
    assert 'a damaged one' in refusal(image_bytes())
    assert decode_image(image_bytes('WEBP'), 'a').ndim == 3


def test_lack_of_memory_is_told_from_damage(monkeypatch):
    def imdecode(*_):
        error = cv2.error('Insufficient memory')
        error.code = cv2.Error.StsNoMem
        raise error
    monkeypatch.setattr(cv2, 'imdecode', imdecode)
    text = refusal(image_bytes())
    assert 'memory' in text and 'damaged' not in text


def test_pixels_of_another_size_than_the_header_says(monkeypatch):
    monkeypatch.setattr(cv2, 'imdecode', lambda *_: np.zeros((40, 60, 3), np.uint8))
    assert '64 x 40 px, and has 60 x 40' in refusal(image_bytes())


def test_nothing_large_is_decoded(monkeypatch):
    monkeypatch.setattr(decoding, '_decoded', lambda *_: pytest.fail('it was decoded'))
    assert 'too large' in refusal(png_claiming(40000, 40000))


@pytest.mark.parametrize('least, times', [(math.inf, 1), (124., 1), (123. / 2., 2), (30., 4), (15.4, 4), (15., 8),
                                          (1., 8)])
@pytest.mark.parametrize('orientation', [1, 6])
def test_a_jpeg_may_be_decoded_smaller(least, times, orientation):
    """Of no smaller a size than is wanted, upright, and told as large as it is."""
    data = image_bytes('JPEG', orientation, picture=as_seen(123, 77), quality=95)
    picture, shape = decode_photograph(data, 'a', least)
    assert shape == (77, 123, 3) and picture.shape == (-(-77 // times), -(-123 // times), 3)
    assert quarters(picture[..., ::-1]) == QUARTERS


@pytest.mark.parametrize('kind', ['PNG', 'TIFF', 'WEBP', 'GIF'])
def test_other_kinds_are_decoded_as_they_are(kind):
    """OpenCV would decode them whole and then reduce them in a way of its own."""
    picture, shape = decode_photograph(image_bytes(kind), 'a', 1.)
    assert picture.shape == shape == (40, 64, 3)


def test_a_frame_is_decoded_already():
    frame = noise()
    picture, shape = decode_photograph(frame, 'a', 1.)
    assert picture is frame and shape == frame.shape


def test_a_smaller_picture_than_half_of_what_the_header_says(monkeypatch):
    monkeypatch.setattr(cv2, 'imdecode', lambda *_: np.zeros((20, 31, 3), np.uint8))
    with pytest.raises(InputError, match='64 x 40 px, and has 62 x 40'):
        decode_photograph(image_bytes('JPEG'), 'a', 32.)


def test_a_kind_that_opencv_cannot_decode(monkeypatch):
    monkeypatch.setattr(cv2, 'imdecode', lambda *_: None)
    assert f'OpenCV {cv2.__version__} cannot decode' in refusal(image_bytes('TIFF'))
