"""Pages in headless Chromium, for tests: what is in them after their scripts, and what they answer."""

import json
import shutil
import subprocess
from html.parser import HTMLParser

import pytest

from tests.program import in_time

CHROMIUM = shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')
#: Without windows, graphics card and network.
FLAGS = ('--headless', '--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-quic',
         '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync')
#: JavaScript to choose something as a user does.
CHOOSE = """const choose = (name, value) => {
  const field = document.querySelector(`[name=${name}]`);
  field.value = value;
  field.dispatchEvent(new Event('input', {bubbles: true}));
};"""


class Page(HTMLParser):
    """Tags with their attributes, and all text, of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ''
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def browse(page, folder, width):
    """The DOM of a page after its scripts in headless Chromium, as a Page."""
    command = [CHROMIUM, *FLAGS, f'--user-data-dir={folder}', f'--window-size={width},900',
               '--virtual-time-budget=2000', '--dump-dom', page]
    return Page(subprocess.run(command, check=True, capture_output=True, timeout=180).stdout.decode())


def driven(out, steps):
    """The page's address with JavaScript ``steps`` at its end, of which data-told keeps what they return."""
    driver = f"""<script>(async () => {{{steps}}})().then(
        result => {{ document.body.dataset.told = JSON.stringify(result); }});</script></body>"""
    text = (out / 'index.html').read_text(encoding='utf-8')
    (out / 'driven.html').write_text(text.replace('</body>', driver), encoding='utf-8')
    return (out / 'driven.html').as_uri()


def told(page):
    return json.loads(page.all('body')[0]['data-told'])


def in_a_browser(test):
    return in_time(pytest.mark.skipif(CHROMIUM is None, reason='Chromium is not installed')(test))
