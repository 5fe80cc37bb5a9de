# `make demo` and `make test` need Python 3.11, 3.12 or 3.13 and nothing else; each makes what it needs.
# An existing environment is used again until a lock or the code changes.

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo $$name && break; \
	done)
SOURCES := pyproject.toml README.md LICENSE \
	$(shell find geodata planner api -type f -not -name '*.pyc')
LOCK_FLAGS := --quiet --format requirements-txt --no-default-groups --no-emit-project --no-header

.PHONY: help demo test lint lock clean FORCE

help:
	@echo 'make demo   plan the shipped sample day into out/demo'
	@echo 'make test   run the test suite'
	@echo 'make lint   run ruff, mypy and import-linter'
	@echo 'make bench-day ARGS=--write   run tests/bench/bench_day.py, and so for every other'
	@echo 'make lock   pin the dependencies again (needs uv)'
	@echo 'make clean  remove the environment and out/'

demo: $(VENV)/.installed
	$(BIN)/hetao plan --out out/demo

# The tests import the packages of this folder (pythonpath in pyproject.toml); the installed wheel is
# tried by `make demo`. Every core runs tests; none may depend on another. What is skipped is told
# with its reason. They start hundreds of processes, which need not read the sources anew if what
# Python makes of them may be kept.
test: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.tools
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal -rs

lint: $(VENV)/.tools
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

# Benchmarks import the packages of this folder, as the tests do.
bench-%: $(VENV)/.tools FORCE
	$(BIN)/python -m tests.bench.bench_$(subst -,_,$*) $(ARGS)

FORCE:

$(VENV)/.locked: requirements.lock
	@test -n '$(PYTHON)' || { echo 'Python 3.11, 3.12 or 3.13 is needed' >&2; exit 1; }
	@echo 'Installing the dependencies into $(VENV)'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.tools: $(VENV)/.locked requirements-dev.lock
	@echo 'Installing the development tools into $(VENV)'
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# hatchling is in the lock, so the wheel is built without asking for anything else.
$(VENV)/.installed: $(VENV)/.locked $(SOURCES)
	@echo 'Installing hetao into $(VENV)'
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --force-reinstall .
	@touch $@

# uv keeps the pins that are in uv.lock; delete that file first to move to the newest releases.
lock:
	uv lock
	uv export $(LOCK_FLAGS) --group build --output-file requirements.lock > /dev/null
	uv export $(LOCK_FLAGS) --only-group dev --only-group bench \
		--output-file requirements-dev.lock > /dev/null
	sed -i '/^--index-url\|^--extra-index-url\|^--find-links/d' requirements.lock requirements-dev.lock

clean:
	rm -rf $(VENV) out
