# Yinghuo: two commands matter, `make demo` and `make test`; `make help` lists the rest.
SHELL  := /bin/bash
PYTHON ?= python3
SCALE  ?= 1
PORT   ?= 8000
BIN    := .venv/bin
TEST_PROCESSES ?= 2

.DEFAULT_GOAL := all
.PHONY: all setup peers demo run test check test-only bench lock help chromium clean

all: check test-only ## check and test

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | column -t -s "$$(printf '\t')"

setup: .venv/.ready node_modules/.ready ## virtual environment, locked dependencies, browser parts
	@$(BIN)/python -m yinghuo.web.catalogue compile
	@$(BIN)/python -m yinghuo.web.vendor

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

peers: setup .venv/.peers ## what tests and benches compare with: other libraries, Spark (wants Java 17)

.venv/.peers: requirements-peers.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-peers.lock
	@touch $@

node_modules/.ready: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

demo: setup ## the Jilin scenario, then the console on http://127.0.0.1:8000 (SCALE=0.1 for a tenth)
	@$(BIN)/yinghuo demo --scale $(SCALE) --port $(PORT)

run: setup ## database, server and worker of this installation
	@$(BIN)/yinghuo run --port $(PORT)

test: setup peers chromium check test-only ## formatter, linter, types, contracts, all tests

check: setup ## formatter, linter, type checker, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

test-only: setup
	@var=$$(mktemp -d) && chmod 755 $$var && trap 'rm -rf '$$var EXIT && \
	 YINGHUO_VAR=$$var $(BIN)/python -m pytest -n $(TEST_PROCESSES) --dist loadfile -q

chromium:
	@command -v chromium >/dev/null || bash .ci/chromium

bench: setup peers ## every claim of speed, beside its peer and its limit
	@for file in bench/[a-z]*.py; do $(BIN)/python $$file || exit 1; done

lock: ## resolve dependencies anew into requirements.lock
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-header --no-annotate -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra spark --extra peers --constraint requirements.lock \
	 --generate-hashes --no-header --no-annotate -o requirements-peers.lock
	npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean: ## remove what set-up and runs made, data included
	rm -rf .venv node_modules var yinghuo/web/static/vendor
