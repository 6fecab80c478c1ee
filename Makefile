# make serve | make test: everything they need is installed into .venv first.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: serve test lint proof bench clean

serve: .venv/served
	@$(BIN)/sandbox serve $(ARGS)

test: .venv/tested lint
	@echo "Running the tests"
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: .venv/tested
	@echo "Checking style and types"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

proof: .venv/tested
	@$(BIN)/python -m sandbox.tests.proof

bench: .venv/tested
	@$(BIN)/python -m benchmarks $(ARGS)

.venv/bin/python:
	@echo "Setting up: a virtual environment in .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with make PYTHON=…"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/served: .venv/bin/python pyproject.toml
	@echo "Setting up: the sandbox and what it needs (about half a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/tested: .venv/bin/python pyproject.toml
	@echo "Setting up: the sandbox, its tests and what they need (about a minute, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/served

clean:
	rm -rf .venv dist build
