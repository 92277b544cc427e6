# Every target works on a fresh machine with Python 3.11 or newer; the first one that needs packages installs them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo serve test check bench widget lock clean

setup: $(VENV)/.dev  ## everything that running and testing need

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Foyer needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.11 setup" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "This Python has no venv module. On Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock
	@echo "Installing the locked dependencies into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what the tests need into $(VENV) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/.runtime  ## a shop with its chat on http://127.0.0.1:8000, no keys needed
	@$(BIN)/python -m chatbot demo

serve: $(VENV)/.runtime
	@$(BIN)/python -m chatbot serve

check: $(VENV)/.dev  ## lint and strict types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: $(VENV)/.dev  ## all tests, the browser stories included
	@sh scripts/install_browser
	@$(BIN)/python -m pytest

bench: $(VENV)/.dev  ## the figures beside their bare counterparts, also as bench.json
	@$(BIN)/python -m tests.load.bench

widget: $(VENV)/.dev  ## rebuild static/widget/dist from its sources
	@$(BIN)/python scripts/build_widget.py

lock:  ## resolve pyproject.toml again into the two lock files (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --extra dev -c requirements.lock --universal --generate-hashes --no-header --no-emit-index-url --no-annotate -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis bench.json
