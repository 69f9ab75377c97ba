"""What is said to be written is what is written, for whichever options."""

import itertools
import os

import pytest

from lib.fitting.problem import FitOptions
from lib.inputs.lsp import LspDataset
from lib.outputs.exported.exports import MESH_KINDS, Exports
from lib.outputs.folder import Held, OutFolder, result_path
from lib.outputs.kinds import is_picture, kinds, missing
from lib.run.task import RunOptions, Task
from lib.run.worker import Fitter
from tests.program import SAMPLE

OPTIONS = [
    {}, {'render': False}, {'views': (0, 270)}, {'overlay': 'png'}, {'render': False, 'exports': Exports(mesh='glb')},
    {'exports': Exports(mesh='obj', joints=True, params=True, amass=True, camera=True)},
    *({'render': False, 'exports': Exports(**{name: True})} for name in ('joints', 'params', 'amass', 'camera'))]


@pytest.mark.parametrize('options', OPTIONS, ids=str)
def test_kinds_are_what_a_worker_makes(model_dir, options):
    data = LspDataset(str(SAMPLE))
    how = RunOptions(str(model_dir), FitOptions(), **options)
    outcome, = Fitter(how).run([Task(data[0], data.read(data[0]))])
    wanted = kinds(how.render, how.views, how.overlay, how.exports)
    made = set(outcome.files) - {result_path('', 0)}
    told = [{result_path('', 0, *kind) for kind in either} for either in wanted]
    assert all(len(names & made) == 1 for names in told) and made <= set(itertools.chain(*told))
    assert {name for name in made if is_picture(name)} == (made if how.render and how.exports == Exports() else {
        name for name in made if name.endswith(('png', 'jpg'))})


def test_every_mesh_has_a_kind():
    for mesh in MESH_KINDS:
        assert kinds(False, (), 'auto', Exports(mesh=mesh)) == [(('.js', 'gallery'),), ((f'.{mesh}', ''),)]


def test_what_is_missing(tmp_path):
    wanted = kinds(True, (90,), 'auto', Exports(camera=True))
    nothing = [('.png', ''), ('_overlay.png', ''), ('_overlay.jpg', ''), ('.jpg', 'gallery'), ('_view090.png', ''),
               ('_camera.json', '')]
    assert missing(wanted, Held({}), 3) == nothing
    folder = OutFolder(str(tmp_path))
    (tmp_path / 'gallery').mkdir()
    for name in '0003.png', '0003_overlay.jpg', '0003_view090.png', '0004_camera.json', 'gallery/0003.jpg':
        (tmp_path / name).write_bytes(b'')
    assert missing(wanted, folder.held(), 3) == [('_camera.json', '')]
    assert missing(kinds(True, (), 'png', Exports()), folder.held(), 3) == [('_overlay.png', '')]
    os.remove(tmp_path / '0003.png')
    assert missing(wanted, folder.held(), 3) == [('.png', ''), ('_camera.json', '')]
