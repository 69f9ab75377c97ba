"""README.md, docs/ and their like say what is true: links, options, messages, commands, examples in Python."""

import ast
import re
import subprocess
import sys
from functools import lru_cache

import pytest

import lib
from lib.keypoints.containers import CONTAINERS
from lib.keypoints.formats import FORMATS
from lib.model_files import BODIES, PRIOR
from lib.run.arguments import command_parser
from tests.program import ROOT

PAGES = sorted([*ROOT.glob('*.md'), *(ROOT / 'docs').glob('*.md'), ROOT / 'models' / 'README.md',
                ROOT / 'data' / 'README.md', *(ROOT / 'tests').rglob('*.md')])
FENCE = re.compile(r'^```(\w*)\n(.*?)^```$', re.MULTILINE | re.DOTALL)
LINK = re.compile(r'!?\[[^\]]*\]\(([^)\s]+)\)')
NAMED = re.compile(r'`((?:\.\./|lib/|tests/|models/|data/|make/|docs/)[a-z_0-9/.]+)`')
OPTION = re.compile(r'(?<![\w-])--[a-z][\w-]*')
#: Options that are those of other programs.
FOREIGN = {'--nworkers', '--nthreads', '--no-build-isolation',
           '--no-cache-dir', '--no-deps', '--editable', '--upgrade', '--help'}
#: Options whose default is not the same everywhere.
OF_THE_MACHINE = {'--workers', '--model_dir', '--version'}
NEEDS = re.compile(r'  # (.*; )?needs ')  # what a command needs that is not in the repository
WIDTH = 120

pages = pytest.mark.parametrize('page', PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def blocks(page, language):
    """The contents of the page's fenced blocks in a language."""
    return [text for name, text in FENCE.findall(page.read_text()) if name == language]


def commands(page):
    """The page's commands that need nothing but the repository, one a line."""
    lines = [line for text in blocks(page, 'sh') for line in text.splitlines()]
    return [line.split('  #')[0].strip() for line in lines if line.strip() and not NEEDS.search(line)]


def anchors(page):
    """The page's headings as links name them."""
    text = FENCE.sub('', page.read_text())
    headings = re.findall(r'^#+ +(.+)$', text, re.MULTILINE)
    return {re.sub(r'[^\w\- ]', '', heading.lower()).strip().replace(' ', '-') for heading in headings}


@lru_cache
def parser():
    """The command's own argparse.ArgumentParser."""
    return command_parser('fit_3d.py')


def options_of(parser):
    return {option: action for action in parser._actions for option in action.option_strings}


@lru_cache
def other_options():
    """Options of the repository's other programs, by their sources."""
    sources = [path for folder in ('lib', 'models', 'data', 'tests') for path in (ROOT / folder).rglob('*.py')]
    text = '\n'.join(path.read_text() for path in sources)
    return set(re.findall(r"(?:add_argument\(|add_option\(\w+, )'(--[\w-]+)'", text))


@lru_cache
def texts():
    """What the program's source holds as text: literals, and f-strings with ``\\0`` where values stand."""
    out = [(ROOT / 'Makefile').read_text()]
    for path in (ROOT / 'lib').rglob('*.py'):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.JoinedStr):
                out.append(''.join(part.value if isinstance(part, ast.Constant) else '\0' for part in node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                out.append(node.value)
    return out


@pages
def test_links_lead_somewhere(page):
    for target in LINK.findall(FENCE.sub('', page.read_text())):
        if '://' in target or target.startswith('mailto:'):
            continue
        path, _, anchor = target.partition('#')
        there = page if not path else (page.parent / path).resolve()
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


@pages
def test_files_that_are_named_are_there(page):
    """From the root, or from the page; capitals stand for what varies."""
    for name in NAMED.findall(FENCE.sub('', page.read_text())):
        assert (ROOT / name).exists() or (page.parent / name).exists(), name


@pages
def test_lines_can_be_read(page):
    """Only tables, which Markdown cannot wrap, and what programs wrote go beyond."""
    if page.name == 'EVALUATION.md':
        return
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        assert len(line) <= WIDTH or line.startswith('|') and page.parent != ROOT, f'{page.name}:{number}'


def test_the_readme_is_short():
    assert len((ROOT / 'README.md').read_text().splitlines()) <= 150


def test_every_page_is_linked_from_the_index():
    index = ROOT / 'docs' / 'README.md'
    linked = {target for target in LINK.findall(index.read_text()) if '/' not in target}
    assert linked == {path.name for path in index.parent.glob('*.md')} - {index.name}


def test_every_option_is_documented():
    """A row for each in docs/options.md, with its choices and its default where it has some."""
    page = (ROOT / 'docs' / 'options.md').read_text()
    rows = {re.search(OPTION, line).group(): line for line in page.splitlines() if re.match(r'\| `-', line)}
    known = {action.option_strings[-1]: action for action in options_of(parser()).values() if action.dest != 'help'}
    assert rows.keys() == known.keys()
    for option, action in known.items():
        for choice in action.choices or ():
            assert re.search(rf'\b{choice}\b', rows[option]), f'{option}: {choice}'
        if option not in OF_THE_MACHINE and action.default not in (None, False, ()):
            shown = f'{action.default:g}' if isinstance(action.default, float) else str(action.default)
            assert shown in rows[option], f'{option}: {shown}'


@pages
def test_no_option_is_invented(page):
    known = set(options_of(parser())) | other_options() | FOREIGN
    assert set(OPTION.findall(page.read_text())) <= known


def test_messages_are_the_programs():
    """The first column of docs/troubleshooting.md is the program's own words; ... stands for what varies."""
    rows = re.findall(r'^\| `([^`]+)` \|', (ROOT / 'docs' / 'troubleshooting.md').read_text(), re.MULTILINE)
    assert len(rows) >= 30
    for message in rows:
        pieces = [piece for piece in map(str.strip, message.split('...')) if len(piece) > 3]
        pattern = re.compile('.*'.join(map(re.escape, pieces)), re.DOTALL)
        assert any(pattern.search(text) for text in texts()), message


@pytest.fixture
def checkout(tmp_path):
    """A folder in which commands run as in a checkout that ``make`` has set up, and write only there."""
    for name in ('fit_3d.py', 'lib', 'models', 'tests', 'Makefile', 'setup.py', 'pyproject.toml'):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / 'data').mkdir()
    for path in (ROOT / 'data').iterdir():
        (tmp_path / 'data' / path.name).symlink_to(path)
    (tmp_path / '.venv').symlink_to(sys.prefix)
    return tmp_path


def run(command, folder):
    process = subprocess.run(command, shell=True, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=300)
    assert process.returncode == 0, f'{command}\n{process.stdout}\n{process.stderr}'


@pytest.mark.slow
@pytest.mark.parametrize('page', [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_commands_run(page, checkout):
    """As typed; of make only that the target is there."""
    for command in commands(page):
        run(command.replace('make ', 'make -n ') if command.startswith('make ') else command, checkout)


@pytest.mark.parametrize('page', [page for page in PAGES if blocks(page, 'python')], ids=lambda page: page.name)
def test_python_examples_run(page, checkout):
    (checkout / 'example.py').write_text('\n'.join(blocks(page, 'python')))
    run(f'{sys.executable} example.py', checkout)


def test_a_block_is_a_known_kind():
    for page in PAGES:
        kinds = {name for name, _ in FENCE.findall(page.read_text())}
        assert kinds <= {'sh', 'python', 'text', 'csv', 'json', 'toml'}, page


def test_the_version_is_the_same_everywhere():
    for name, pattern in (('CITATION.cff', r'^version: (.+)$'), ('CHANGELOG.md', r'^## ([\d.]+)')):
        assert re.search(pattern, (ROOT / name).read_text(), re.MULTILINE)[1] == lib.__version__, name


def test_the_tables_of_formats_and_files_are_the_programs():
    page = (ROOT / 'docs' / 'photographs.md').read_text()
    for entry in FORMATS.values():
        assert f'| `{entry.name}` | {entry.tool} | {len(entry.joints)}' in page, entry.name
    for kind in CONTAINERS:
        assert f'| {kind.tool} | {kind.files} | {kind.told_by} |' in page, kind.name
    assert page.count('\n| `') == len(FORMATS) + len(('--format', '--flength', '--flength exif', '--fov'))


def test_the_names_of_official_models_are_the_programs():
    page = (ROOT / 'docs' / 'models.md').read_text()
    for name in (*(name for names in BODIES.values() for name in names), PRIOR):
        assert f'`{name}`' in page, name
