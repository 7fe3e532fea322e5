# What one needs to run, test and measure Trailpost. `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
DATA ?= ./data

.PHONY: help run serve test check fmt bench demo soak web lock clean

help: ## List these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "trailpost needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV) \
		|| { echo "no venv module; on Debian: apt install python3-venv"; exit 1; }

# Installs again whenever what is installed, or what is bundled, has changed.
$(INSTALLED): pyproject.toml requirements.lock requirements-dev.lock hatch_build.py web/package-lock.json web/build.mjs $(shell find web/src -type f 2>/dev/null) | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall -e .
	@touch $@

$(VENV)/.dev: $(INSTALLED)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

run: $(INSTALLED) ## Install what is missing, start everything, print address, password and key
	$(BIN)/trailpost serve --data $(DATA)

serve: run

test: $(VENV)/.dev ## Run every test (installs Chromium by apt when root on Debian)
	@sh tests/setup-browser.sh
	$(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

check: $(VENV)/.dev ## Lint, format, types, import contracts, sizes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python hatch_build.py check
	$(BIN)/pytest -q tests/architecture/test_sizes.py tests/architecture/test_repository.py

fmt: $(VENV)/.dev ## Format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## Measure this machine: ingest, drain, reports, start, memory
	$(BIN)/python -m bench $(ARGS)
	$(BIN)/python -m bench.jobs

demo: $(INSTALLED) ## Write 30 days of house-configurator sessions into the running server
	$(BIN)/trailpost demo --data $(DATA) $(ARGS)

soak: $(VENV)/.dev ## Kill processes under load for a long while
	$(BIN)/pytest -q -m faults --soak tests/faults $(ARGS)

web: $(VENV)/.dev ## Bundle web/ again
	$(BIN)/python hatch_build.py

lock: $(VENV)/.dev ## Renew the lock files from pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## Remove the environment and the bundles; never the data
	rm -rf $(VENV) src/trailpost/static web/node_modules
