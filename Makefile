# Everything these commands write is under $(VENV) and var/. `make help` lists them.
# PYTHON=, VENV=, PORT= and JOBS= (how many tests at once) may be given: make run PORT=8123

SHELL := /bin/sh
VENV ?= .venv
JOBS ?= 2
BIN := $(VENV)/bin
VAR := $(CURDIR)/var

export PYTHON VENV
export TMPDIR := $(VAR)/tmp
export XDG_CACHE_HOME := $(VAR)/cache
export PYTHONPYCACHEPREFIX := $(VAR)/pycache
export PRE_COMMIT_HOME := $(VAR)/cache/pre-commit

.DEFAULT_GOAL := help
.PHONY: help run test test-database check format format-check lint types imports content bench picture messages lock wheel changelog install-run install-dev

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' Makefile

run: install-run ## see the courses in the browser: set up, load course_content/, serve (PORT=, ARGS=)
	@exec $(BIN)/westmec preview $(if $(PORT),--port $(PORT)) $(ARGS)

test: install-dev ## set up and run every test (ARGS= goes to pytest)
	@$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

test-database: install-dev ## the records' tests on another database: WESTMEC_DATABASE_URL=postgres://user@host:port/name
	@$(BIN)/python -m pytest tests/records $(ARGS)

check: format-check lint types imports content test ## everything that must hold before a change is shared

format: install-dev ## put the code into its form
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

format-check: install-dev
	@$(BIN)/ruff format --check --output-format concise

lint: install-dev
	@$(BIN)/ruff check

types: install-dev
	@$(BIN)/mypy

imports: install-dev
	@$(BIN)/lint-imports --cache-dir $(VAR)/cache/import_linter

content: install-dev ## what is wrong with the courses in course_content/
	@$(BIN)/python -m westmec_xblocks.olx.findings course_content

bench: install-dev ## the benchmarks: a table, and var/bench/*.json
	@$(BIN)/python -m bench $(ARGS)

picture: install-dev ## the README's picture, taken from the preview
	@$(BIN)/python docs/picture.py

messages: install-dev ## bring the catalogues of translations up to date and compile them; says what is not translated yet
	@$(BIN)/python -m tools.messages

wheel: install-dev ## build the package into var/dist
	@DIST_EXTRA_CONFIG=$(CURDIR)/requirements/build.cfg $(BIN)/python -m build --no-isolation --wheel --outdir $(VAR)/dist

changelog: install-dev ## show what the next version's notes will say
	@$(BIN)/towncrier build --draft --version next

lock: install-dev ## resolve requirements/*.txt again (UPGRADE=1 takes newer versions)
	@sh requirements/lock.sh $(if $(UPGRADE),--upgrade)

install-run install-dev: install-%: | $(VAR)/tmp
	@sh requirements/install.sh $*

$(VAR)/tmp:
	@mkdir -p $@
