# One command each. `make` alone lists them.
# PIP_ARGS reaches pip, e.g. an index that offers CPU builds of torch: make PIP_ARGS="--extra-index-url URL" run

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do command -v $$p && break; done)
CONSTRAINTS := packaging/constraints.txt
PIP_ARGS ?=
FOLDER ?=
LIBRARY ?=
library := $(if $(LIBRARY),--library "$(LIBRARY)")
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-core soak lint format lock clean

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
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m "not soak"

test-core: setup ## run the tests of core in an environment without Qt
	sh packaging/venv-without-qt.sh $(VENV) build/venv-core
	build/venv-core/bin/python -m pytest -m "not soak and not gui" tests/unit tests/e2e

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

clean: ## remove what was built, not .venv
	rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The built-in model. MODEL: an id of resources/models.toml, or a model of your own.
MODEL ?= eidetic-starter
.PHONY: train-starter eval-model

train-starter: setup ## train the built-in model from ../shared/data/training (hours; can be broken off and resumed)
	$(BIN)/python -m pip install --quiet $(PIP_ARGS) --constraint $(CONSTRAINTS) --requirement training/requirements.txt
	$(BIN)/python -m training.starter

eval-model: setup ## measure a model: recall, naming, unseen words, speed (MODEL=id)
	$(BIN)/python -m benchmarks.eval_model $(MODEL)

.PHONY: bench-memory bench-places bench-labels bench-text

bench-memory: setup ## the memory of engine and workers while 50,000 photos are indexed (PHOTOS=n)
	$(BIN)/python -m benchmarks.bench_memory $(if $(PHOTOS),--photos $(PHOTOS))

bench-places: setup ## how fast places are found
	$(BIN)/python -m benchmarks.bench_places

bench-labels: setup ## how right a model's labels are, by threshold (MODEL=id)
	$(BIN)/python -m benchmarks.bench_labels $(MODEL)

bench-text: setup ## what is skipped and missed before text is read, and at what size it can be read (MODEL=id)
	$(BIN)/python -m benchmarks.bench_text $(MODEL)

# Measurements: each prints its figures and writes them to build/bench/NAME.json. ARGS reaches the benchmark.
BENCHMARKS := bench-decode bench-encoder bench-index bench-labels bench-memory bench-rescan bench-search \
	bench-startup bench-text
ARGS ?=
.PHONY: $(BENCHMARKS) bench-product-path

$(BENCHMARKS): setup ## measure one part; bench-index, bench-search ... see docs/benchmarks.md
	$(BIN)/python -m benchmarks.$(subst -,_,$@) $(ARGS)

bench-product-path: setup ## compare the recall of the whole program with that of the model alone
	$(BIN)/python -m benchmarks.eval_product_path $(ARGS)

.PHONY: bench-decode

bench-decode: setup ## measure reading photos: cost against a full decode, and likeness of the vectors
	$(BIN)/python -m benchmarks.bench_decode
