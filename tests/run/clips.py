"""A clip made of the sample's first photograph, and its keypoints."""


from tests.detector_files import named_joints, write_kind

FRAMES, RATE, STEP = 5, 12., 1.5


def keypoints_of(folder, lsp, frames=range(FRAMES), others=()):
    """A folder of keypoints: the person in ``frames``, and beside it another that the moves ``others`` tell apart."""
    moves = ((0., 0., 0.), *others)
    images = {f'clip_{frame:012d}.png': [named_joints(lsp + (STEP * frame, 0., 0.) + move) for move in moves]
              for frame in frames}
    return write_kind('OpenPose BODY_25', folder / 'found', images, {})


def summary(out):
    header, *rows = [line.split(',') for line in (out / 'summary.csv').read_text().splitlines()]
    return [dict(zip(header, row)) for row in rows]
