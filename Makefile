# Every target does its own set-up in .venv; all it takes is make and a Python from 3.11 to 3.13.

SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c '$(SUITABLE)' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
ORACLES := .venv-oracles
LOWEST := .venv-lowest
PM4PY := .venv-oracles-pm4py
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test test-slow test-oracles test-pythons test-lowest lint dist bench docs schema golden mutants facts \
	worlds lab notebooks reproduce screenshots clean

run: $(VENV)/installed  ## the main job: one scenario, both launches, ten thousand pairs of firms
	$(BIN)/python -m relsim compare it-outsourcing --out results

test: lint  ## style, types, floors, and every test but the slow ones
	$(BIN)/python -m pytest -n auto

test-slow: $(VENV)/installed-dev  ## the tests that take minutes
	$(BIN)/python -m pytest -n auto -m slow

# in environments of their own: lifelines needs an older pandas, and pm4py is under the AGPL
test-oracles: $(VENV)/installed $(ORACLES)/installed $(PM4PY)/installed  ## estimators against lifelines, logs against pm4py
	$(BIN)/python -m tests.oracles.lifelines.estimates | $(ORACLES)/bin/python tests/oracles/lifelines/check.py
	rm -rf build/logs
	mkdir -p build/logs
	$(BIN)/python -m tests.oracles.pm4py.counted build/logs
	$(PM4PY)/bin/python tests/oracles/pm4py/check.py build/logs

test-pythons:  ## the tests on every supported Python that is found
	@for version in 3.11 3.12 3.13; do \
		if python$$version -c '' 2>/dev/null; then \
			echo "Python $$version" && \
			$(MAKE) --no-print-directory test PYTHON=python$$version VENV=.venv-$$version || exit 1; \
		else \
			echo "Python $$version: not found, left out"; \
		fi; \
	done

test-lowest: $(LOWEST)/installed  ## the tests with the oldest dependencies that pyproject.toml allows, on Python 3.11
	$(LOWEST)/bin/python -m pytest -n auto

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

dist: $(VENV)/installed-dev  ## a wheel and a source distribution, in dist/
	rm -rf dist
	$(BIN)/python -m hatchling build

bench: $(VENV)/installed-dev  ## the engines and their peers, side by side
	$(PIP) --editable '.[bench]'
	$(BIN)/python -m benchmarks

docs: $(VENV)/installed-dev  ## the documentation site, build/site/index.html; warnings are errors
	$(BIN)/python -m sphinx -E -W --keep-going --quiet -d build/doctrees docs build/site

schema: $(VENV)/installed  ## write the JSON Schema of scenario files anew
	$(BIN)/python -m relsim schema > scenarios/schema/scenario.schema.new
	mv scenarios/schema/scenario.schema.new scenarios/schema/scenario.schema.json

golden: $(VENV)/installed-dev  ## write the golden digests anew (raise RULES_VERSION and say so in CHANGELOG.md)
	$(BIN)/python -m tests.golden.generate

facts: $(VENV)/installed  ## the calibrated worlds against published figures, with luck that they were not calibrated on
	$(BIN)/python -m relsim lab facts

worlds: $(VENV)/installed-dev  ## calibrate the bundled worlds again, and see how firm headlines are (about an hour)
	$(BIN)/python docs/worlds.py

lab: $(VENV)/installed-dev  ## ask the questions of the guide on policies and choices again (about 15 minutes)
	$(BIN)/python docs/lab.py

notebooks: $(VENV)/installed-dev  ## run the notebooks again and keep what they show; git diff tells what came out differently
	$(BIN)/python docs/notebooks.py

mutants: $(VENV)/installed-dev  ## hand-made scientific bugs, one at a time, against the validity tests alone
	$(BIN)/python -m tests.mutants.run

reproduce: $(VENV)/installed  ## make all tables and pictures of the documents again; fails where a text came out differently
	$(BIN)/python docs/rebuild.py --check

screenshots: $(VENV)/installed-dev  ## take the pictures of the classroom again, in the Chromium of this machine
	$(BIN)/python docs/screenshots.py

clean:  ## remove what was built, cached or written, but not the environments
	rm -rf build dist results .benchmarks .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find relsim tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "relsim needs Python 3.11, 3.12 or 3.13; none was found" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $(VENV)/installed $@

$(ORACLES)/installed: Makefile | $(BIN)/python
	$(PYTHON) -m venv $(ORACLES)
	$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check 'lifelines~=0.30.0'
	@touch $@

$(LOWEST)/installed: pyproject.toml tests/lowest.py
	python3.11 -m venv $(LOWEST)
	$(LOWEST)/bin/python tests/lowest.py > $(LOWEST)/constraints.txt
	$(LOWEST)/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint $(LOWEST)/constraints.txt --editable '.[dev]'
	@touch $@

$(PM4PY)/installed: Makefile | $(BIN)/python
	$(PYTHON) -m venv $(PM4PY)
	$(PM4PY)/bin/python -m pip install --quiet --disable-pip-version-check 'pm4py~=2.7.23'
	@touch $@
