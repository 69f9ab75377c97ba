"""Names what the program needs, and what is installed: lib/ as the package ``smplify``, with the open models.

It runs from the checkout: ``make`` installs what it needs into .venv. Installed elsewhere, the command is ``smplify``.
chumpy's and OpenDR's own setup.py import pip and numpy: first pip, setuptools, wheel, Cython and numpy, then this with
--no-build-isolation.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

CLUSTER = 'dask[distributed]>=2024.8'
VERSION = re.search(r"^__version__ = '(.+)'$", Path('lib/__init__.py').read_text(encoding='utf-8'), re.MULTILINE)[1]

setup(
    name='smplify',
    version=VERSION,
    description='SMPLify (Bogo et al., ECCV 2016): 3D body pose and shape from the 2D joints of one photograph',
    license='MIT',
    python_requires='>=3.10',  # 3.10 to 3.13 are tried; later ones are not, but may work
    package_dir={'smplify': 'lib', 'smplify.models': 'models'},
    packages=['smplify', *(f'smplify.{room}' for room in find_packages('lib')), 'smplify.models'],
    package_data={'smplify': ['py.typed'], 'smplify.outputs.page': ['gallery.*'], 'smplify.models': ['open/*']},
    entry_points={'console_scripts': ['smplify = smplify.__main__:command']},
    install_requires=[
        'chumpy==0.70',
        'opendr==0.78',
        'numpy>=2.0,<3',  # chumpy calls float() of arrays, an error from 2.4 on: base.compat gives it its own
        'scipy>=1.15,<2',
        'opencv-python-headless>=4.10',
        'matplotlib>=3.9',
        'pillow>=10',
        'isal>=1.7; platform_machine in "x86_64 AMD64 aarch64 arm64"',  # what it has no wheels for goes without
        'tqdm>=4.66',
        'filelock>=3.16',  # several runs in one output folder
        'threadpoolctl>=3.5',
        'trimesh>=4.4',
        'tomli>=2; python_version < "3.11"',  # calibrations
    ],
    extras_require={
        'cluster': [CLUSTER],
        'c3d': ['ezc3d>=1.5'],
        'film': ['av>=14'],
        'dev': [CLUSTER, 'pytest>=8', 'pytest-rerunfailures>=15', 'pytest-xdist>=3.6', 'hypothesis>=6.100',
                'ruff>=0.17,<0.18', 'mypy>=2.0,<3', 'coverage>=7.10', 'scikit-learn>=1.5'],
    },
)
