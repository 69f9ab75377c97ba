"""``python -m tests.benchmarks.page [COUNT]``: what index.html of COUNT images (20,000) costs in headless Chromium.

The cards are the sample's, again and again, and each has a strip with a name of its own. Told are seconds from the
beginning of loading to the first card on the screen, and memory: PSS of all of Chromium's processes, of which an empty
page has most. The page is opened, scrolled to its end, sorted, scrolled back, filtered, and shown as a whole again,
each time as fast as the browser can; after each it rests, as Chromium tidies up when it has nothing else to do. Some
minutes; Chromium must not be running otherwise, with which it would share memory.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from lib.outputs.folder import OutFolder, layout_for
from lib.outputs.page.gallery import write_gallery
from lib.outputs.stored_rows import StoredRows
from tests.browser import CHOOSE, CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parents[2]
COUNT, REST = 20_000, 15.
EMPTY = 'about:blank'
#: Told by the page itself: when its first card was on the screen, ms since loading began.
FIRST_CARD = """new MutationObserver((_, observer) => {
  if (!document.querySelector('article')) return;
  observer.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.firstCard = performance.now(); }));
}).observe(document, {childList: true, subtree: true});"""
#: To the end of the page, or back, by two screens at a time.
SCROLL = """for (let last = -1; scrollY !== last;) {
  last = scrollY;
  scrollBy({top: %d * innerHeight, behavior: 'instant'});
  await new Promise(then => setTimeout(then, 60));
}"""
STEPS = {'scrolled to the end': SCROLL % 2, 'sorted by error': CHOOSE + "choose('sort', 'error');",
         'scrolled back': SCROLL % -2, 'doubtful and failed': CHOOSE + "choose('show', 'failed doubtful');",
         'those scrolled through': SCROLL % 2,
         'all again': CHOOSE + "choose('show', ''); choose('sort', ''); scrollTo(0, 0);"}


class Browser:
    """Chromium with one page, driven by its developer tools' protocol over a pair of pipes."""

    def __init__(self, profile):
        reading, self._out = os.pipe()
        self._in, writing = os.pipe()
        command = [CHROMIUM, *FLAGS, '--remote-debugging-pipe', f'--user-data-dir={profile}', '--window-size=1400,900',
                   EMPTY]
        self.process = subprocess.Popen(['sh', '-c', f'exec "$@" 3<&{reading} 4>&{writing}', 'sh', *command],
                                        pass_fds=(reading, writing), stderr=subprocess.DEVNULL)
        os.close(reading)
        os.close(writing)
        self._count, self._rest, self._session = 0, b'', {}
        pages = self.call('Target.getTargets')['targetInfos']
        page = next(target['targetId'] for target in pages if target['type'] == 'page')
        self._session = {'sessionId': self.call('Target.attachToTarget', targetId=page, flatten=True)['sessionId']}

    def call(self, method, **parameters):
        """What a method answers."""
        self._count += 1
        message = {'id': self._count, 'method': method, 'params': parameters, **self._session}
        os.write(self._out, json.dumps(message).encode() + b'\0')
        while True:
            while b'\0' not in self._rest:
                read = os.read(self._in, 1 << 16)
                if not read:
                    raise EOFError('Chromium has ended')
                self._rest += read
            answer, _, self._rest = self._rest.partition(b'\0')
            answer = json.loads(answer)
            if answer.get('id') == self._count:
                return answer['result']

    def run(self, steps):
        """What JavaScript ``steps`` return."""
        answer = self.call('Runtime.evaluate', expression=f'(async () => {{{steps}}})()', awaitPromise=True,
                           returnByValue=True)
        assert 'exceptionDetails' not in answer, answer
        return answer['result'].get('value')

    def megabytes(self):
        """The proportional set size of its processes."""
        return sum(map(_pss, _family(self.process.pid))) / 1024.

    def close(self):
        self._session = {}
        self.call('Browser.close')
        self.process.wait()


def _family(pid):
    """A process and all that come from it."""
    family, parents = {pid}, {}
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            parents[int(name)] = int(Path('/proc', name, 'stat').read_text().rpartition(')')[2].split()[1])
        except OSError:  # it has ended
            pass
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return family


def _pss(pid):
    """Kilobytes of a process, of pages that it shares its part."""
    try:
        lines = Path('/proc', str(pid), 'smaps_rollup').read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith('Pss:'))


def write_page(out, base, count):
    """index.html of ``count`` images in ``out``, and their strips: those of the run in ``base``, by other names."""
    rows = list(StoredRows(str(base / 'summary.csv')).values())
    folder, kept = OutFolder(str(out), layout_for(count)), OutFolder(str(base))
    for index in range(count):
        path = Path(folder.file(index, '.jpg', 'gallery'))
        path.parent.mkdir(parents=True, exist_ok=True)
        os.link(kept.file(index % len(rows), '.jpg', 'gallery'), path)
    doubts = {'status': 'doubtful', 'message': 'fitted joints are far from the detected ones'}
    write_gallery(folder, {index: {**rows[index % len(rows)], 'index': str(index), 'file': f'im{index + 1:05d}.jpg',
                                   **(doubts if index % 20 == 0 else {})} for index in range(count)})


def measured(browser, steps=''):
    """Megabytes at the most while ``steps`` run, and after a rest."""
    most, done = [0.], threading.Event()

    def watch():
        while not done.wait(.5):
            most.append(browser.megabytes())
    watching = threading.Thread(target=watch)
    watching.start()
    browser.run(steps)
    time.sleep(1.)
    done.set()
    watching.join()
    time.sleep(REST)
    return max(most), browser.megabytes()


def main(count=COUNT):
    with tempfile.TemporaryDirectory() as folder:
        base, out = Path(folder, 'sample'), Path(folder, 'many')
        subprocess.run([sys.executable, 'fit_3d.py', 'data', '--out_dir', str(base), '-q'], cwd=ROOT, check=True)
        write_page(out, base, count)
        browser = Browser(f'{folder}/profile')
        print(f'{"MB of memory":28}{"at most":>9}{"at rest":>9}')
        print('{:28}{:9.0f}{:9.0f}'.format('an empty page', *measured(browser)), flush=True)
        browser.call('Page.enable')
        browser.call('Page.addScriptToEvaluateOnNewDocument', source=FIRST_CARD)
        browser.call('Page.navigate', url=(out / 'index.html').as_uri())
        print('{:28}{:9.0f}{:9.0f}'.format(f'{count:,} images', *measured(browser)), flush=True)
        first = browser.run('return window.firstCard;') / 1e3
        for name, steps in STEPS.items():
            print('{:28}{:9.0f}{:9.0f}'.format(name, *measured(browser, steps)), flush=True)
        browser.close()
    print(f'first card {first:.2f} s after loading began')


if __name__ == '__main__':
    main(*map(int, sys.argv[1:]))
