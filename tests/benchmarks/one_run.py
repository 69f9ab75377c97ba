"""``python one_run.py CHECKOUT ARGUMENT...``: the program of a checkout, and what its parts cost, as JSON.

Of the process, which does all the work (--workers 1): seconds of processor by part, peak memory in MB. Start-up is all
before the first image is decoded, or fitted; the rest is what no part has. Nothing here is the checkout's own, so that
one of any age can be measured: what is not there is not timed.
"""

import contextlib
import importlib
import json
import resource
import sys
import time
from pathlib import Path

#: What a part does, by module and name; of classes, their methods. OpenCV's are asked for by their module everywhere.
PARTS = {'decode': [('cv2', 'imdecode'), ('lib.inputs.video', 'VideoFrames.read')],
         'fit': [('lib.run.worker', 'fit_many')],
         'draw': [('lib.drawing.drawer', 'Drawer.front'), ('lib.drawing.drawer', 'Drawer.turned')],
         'encode': [('cv2', 'imencode'), ('lib.outputs.drawn.png', 'png_bytes'),
                    ('lib.outputs.drawn.png', 'drawing_png')],
         'page': [('lib.outputs.page.gallery', 'write_gallery')]}
BEGINS = 'decode', 'fit'  # either may be the first
#: The same in checkouts without lib.drawing, where OpenDR draws, or without lib.outputs.drawn, where OpenCV encodes.
BEFORE = {'Drawer.front': ('lib.render_model', 'BodyRenderer.render'), 'png_bytes': ('cv2', 'imencode'),
          'Drawer.turned': ('lib.render_model', 'BodyRenderer.turned_view'), 'drawing_png': ('cv2', 'imencode'),
          'write_gallery': ('lib.outputs.gallery', 'write_gallery')}


class Clock:
    """Seconds of processor by part; what runs within another part is that part's."""

    def __init__(self):
        self.seconds, self.start_up, self._within = dict.fromkeys(PARTS, 0.), None, False

    def timed(self, part, work):
        def timed(*arguments, **named):
            if part in BEGINS and self.start_up is None:
                self.start_up = time.process_time()
            if self._within:
                return work(*arguments, **named)
            self._within, begin = True, time.process_time()
            try:
                out = work(*arguments, **named)
                return list(out) if part == 'fit' else out
            finally:
                self._within = False
                self.seconds[part] += time.process_time() - begin
        return timed

    def watch(self, part, module, name):
        """Put a timed function in the place of one, wherever it was imported to."""
        owner = importlib.import_module(module)
        *path, last = name.split('.')
        for step in path:
            owner = getattr(owner, step)
        work = getattr(owner, last)
        timed = self.timed(part, work)
        setattr(owner, last, timed)
        for other in [other for key, other in sys.modules.items() if key.startswith('lib.')]:
            for key in [key for key, value in vars(other).items() if value is work]:
                setattr(other, key, timed)


def imported(checkout):
    """lib.run.command, as the checkout's own program imports it: nothing else has been before."""
    if Path(checkout, 'lib', 'base', 'threads.py').exists():
        importlib.import_module('lib.base.threads').start_no_threads()
    quick = Path(checkout, 'lib', 'base', 'quick_imports.py').exists()
    with importlib.import_module('lib.base.quick_imports').quick_imports() if quick else contextlib.nullcontext():
        return importlib.import_module('lib.run.command')


def main(checkout, arguments):
    sys.path.insert(0, checkout)
    clock = Clock()
    command = imported(checkout)
    for part, works in PARTS.items():
        for module, name in works:
            if module.startswith('lib.') and not Path(checkout, module.replace('.', '/') + '.py').exists():
                module, name = BEFORE[name]
            clock.watch(part, module, name)
    importlib.import_module('cv2').setNumThreads(1)
    with contextlib.redirect_stdout(sys.stderr):
        code = command.main(arguments)
    total = time.process_time()
    start_up = clock.start_up or 0.
    parts = {'start-up': start_up, **clock.seconds, 'rest': total - start_up - sum(clock.seconds.values())}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.
    json.dump({'code': code, 'parts': parts, 'all': total, 'peak': peak}, sys.stdout)


if __name__ == '__main__':
    main(sys.argv[1], sys.argv[2:])
