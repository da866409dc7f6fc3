# The two commands: `make run` starts a living demo hall, `make test` runs every test. Both set up
# everything that they need, on a fresh Debian machine with Python 3.11 or newer.

BIN := .venv/bin
DAY ?= kiosk/sample/day.csv
ARGS ?=
# Tests run on each core, those of a file one after another; ARGS=-n0 runs all in one process.
AT_ONCE := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: setup run test lint types day bench screenshots lock clean

setup: .venv/run-ready

run: .venv/run-ready
	$(BIN)/kiosk demo $(ARGS)

test: .venv/test-ready
	$(BIN)/python -m pytest -p no:cacheprovider $(AT_ONCE) $(ARGS)

lint: .venv/test-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/test-ready
	$(BIN)/mypy

# Plays a recorded day through a running server: make day DAY=FILE.csv
day: .venv/run-ready
	$(BIN)/python -m kiosk.dayplay $(DAY) $(ARGS)

# Takes the pictures of README from a living demo.
screenshots: .venv/test-ready
	$(BIN)/python scripts/screenshots.py $(ARGS)

bench: .venv/test-ready
	$(BIN)/python -m tests.bench $(ARGS)

# After a change of the dependencies in pyproject.toml.
lock: .venv/test-ready
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --extra build -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--no-header --extra build --extra dev -o requirements-dev.lock pyproject.toml

.venv/run-ready: requirements.lock pyproject.toml scripts/setup
	scripts/setup run

.venv/test-ready: requirements-dev.lock pyproject.toml scripts/setup
	scripts/setup test

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
