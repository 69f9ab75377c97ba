"""Files that look as other options had them."""

import os

from lib.outputs.exported.exports import Exports
from lib.outputs.folder import OutFolder
from lib.outputs.kinds import kinds
from lib.outputs.settings import Setting, outdated, renewed, settings


def test_only_what_a_run_makes_has_a_setting():
    assert settings(False, .7, Exports(joints=True, origin='feet')) == {}
    assert settings(True, .5, Exports()) == {'overlay_opacity': .5}
    assert settings(True, .5, Exports(mesh='obj', origin='feet')) == {'overlay_opacity': .5, 'mesh_origin': 'feet'}


def test_a_change_is_of_the_moment():
    there = {'overlay_opacity': Setting(.5, 3), 'mesh_origin': Setting('feet', 0)}
    assert renewed({}, {'mesh_origin': 'feet'}, 9) == {'mesh_origin': Setting('feet', 0)}
    assert renewed(there, {}, 9) == renewed(there, {'mesh_origin': 'feet'}, 9) == there
    assert renewed(there, {'overlay_opacity': 1.}, 9) == {**there, 'overlay_opacity': Setting(1., 9)}


def test_what_is_older_than_a_change(tmp_path):
    for number, name in enumerate(('0000.ply', '0000_overlay.jpg', '0000.png', '0001.ply')):
        (tmp_path / name).write_bytes(b'')
        os.utime(tmp_path / name, ns=(10 + number, 10 + number))
    folder, wanted = OutFolder(str(tmp_path)), kinds(True, (), 'auto', Exports(mesh='ply'))

    def found(index, **since):
        there = {name: Setting('any', moment) for name, moment in since.items()}
        return sorted(name for name, _ in outdated(wanted, there, folder, folder.held(), index))
    assert found(0) == found(0, mesh_origin=0, overlay_opacity=0) == found(0, mesh_origin=10) == []
    assert found(0, mesh_origin=11) == found(0, mesh_origin=100, overlay_opacity=11) == ['.ply']
    assert found(0, overlay_opacity=12) == ['_overlay.jpg', '_overlay.png'], 'whichever it is now'
    assert found(1, mesh_origin=13) == [] and found(1, mesh_origin=14, overlay_opacity=99) == ['.ply']
