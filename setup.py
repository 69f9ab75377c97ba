"""Names what the program needs. It runs from the checkout: ``make`` installs these into .venv, and nothing else."""

from setuptools import find_packages, setup

CLUSTER = 'dask[distributed]>=2024.8'

setup(
    name='smplify',
    version='1.0.0',
    description='SMPLify (Bogo et al., ECCV 2016): 3D body pose and shape from the 2D joints of one photograph',
    license='MIT',
    python_requires='>=3.10,<3.14',
    py_modules=['fit_3d'],
    packages=['lib', *(f'lib.{room}' for room in find_packages('lib'))],
    install_requires=[
        'chumpy==0.70',  # needs --no-build-isolation: its setup.py imports pip
        'opendr==0.78',  # needs --no-build-isolation: its setup.py imports numpy
        'numpy>=2.0,<2.4',  # from 2.4 on, float() of an array inside chumpy is an error
        'scipy>=1.15,<2',
        'opencv-python-headless>=4.10',
        'matplotlib>=3.9',
        'pillow>=10',
        'tqdm>=4.66',
        'threadpoolctl>=3.5',
        'trimesh>=4.4',
    ],
    extras_require={
        'cluster': [CLUSTER],
        'dev': [CLUSTER, 'pytest>=8', 'hypothesis>=6.100', 'ruff>=0.17,<0.18', 'mypy>=2.0,<3', 'coverage>=7.10',
                'scikit-learn>=1.5'],
    },
)
