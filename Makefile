# make demo       set up, then fit the sample data set           make lint      ruff and mypy
# make detector   set up, for photographs without keypoints      make coverage  tests, and the lines they miss
# make test       set up, then run the tests (T=tests/fitting)   make mutants   faults that tests must notice (M=fitting)
# make test-fast  the tests without the slow ones
PYTHON ?= python3
VENV ?= .venv
OUT ?= out
T ?= tests
M ?=
BIN := $(VENV)/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check
PACKAGES := libosmesa6-dev libgl1-mesa-dev libglu1-mesa-dev
INCLUDE = $(shell $(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))')

.PHONY: demo test test-fast lint coverage mutants setup detector detector-if-any packages benchmark clean

demo: setup
	$(BIN)/python fit_3d.py --out_dir $(OUT)/demo --overwrite

test: detector-if-any
	$(BIN)/python -m pytest $(T)

test-fast: detector-if-any
	$(BIN)/python -m pytest -m 'not slow' -n auto --durations=5 --durations-min=2 $(T)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/mypy

coverage: detector-if-any
	$(BIN)/coverage run -m pytest $(T)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

mutants: detector-if-any
	$(BIN)/python -m tests.mutants.run $(M)

benchmark: setup
	$(BIN)/python -m tests.benchmarks.run $(LSP) $(if $(PHOTOS),--photos $(PHOTOS)) $(if $(AGAINST),--against $(AGAINST))

setup: $(VENV)/ready

$(VENV)/ready: setup.py | packages
	$(PYTHON) -m venv $(VENV)
	$(PIP) --upgrade pip setuptools wheel Cython 'numpy>=2.0,<3'
	$(PIP) --no-build-isolation --editable '.[dev]'
	touch $@

# MediaPipe asks for NumPy 1 and another OpenCV, and needs neither: --no-deps, and what it does need.
DETECTOR := mediapipe==0.10.21
DETECTOR_NEEDS := absl-py attrs flatbuffers 'protobuf>=4.25.3,<5'
HAS_DETECTOR = $(BIN)/python -c 'import sys; sys.exit(not (3, 9) <= sys.version_info[:2] <= (3, 12))'
ADD_DETECTOR = test -e $(VENV)/detector || \
  { $(PIP) $(DETECTOR_NEEDS) && $(PIP) --no-deps $(DETECTOR) && touch $(VENV)/detector; }

detector: setup
	@$(HAS_DETECTOR) || { echo 'There is no detector for this Python. Take 3.12 or earlier (make clean, then' \
	  'make detector PYTHON=python3.12), or give the joints that another one found with --keypoints.' >&2; exit 1; }
	@$(ADD_DETECTOR)

# Where there is none, its tests are skipped.
detector-if-any: setup
	@! $(HAS_DETECTOR) || { $(ADD_DETECTOR); } || true

# OpenDR is compiled: with g++'s library, OSMesa's headers, and Python's.
packages:
	@missing=''; \
	for header in osmesa gl glu; do test -e /usr/include/GL/$$header.h || missing='$(PACKAGES)'; done; \
	command -v g++ > /dev/null || missing="$$missing g++"; \
	test -e '$(INCLUDE)/Python.h' || missing="$$missing python3-dev"; \
	test -z "$$missing" && exit 0; \
	if [ "$$(id -u)" = 0 ]; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing > /dev/null; \
	else \
	  echo "Missing system packages. Run this line, then make again:" >&2; \
	  echo "  sudo apt-get install -y $$missing" >&2; exit 1; \
	fi

clean:
	rm -rf $(VENV) $(OUT) .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis
