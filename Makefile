# Everything a person types on a fresh machine. Needs Python 3.11 or later, make and pip; works with make 3.81.
# Override: PYTHON=/path/to/python3 (for a new virtual environment), PYTEST_FLAGS="-x tests/core".

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
PYTEST_FLAGS ?= -n auto --maxprocesses 4 --dist loadgroup
# Tests start Python some hundred times: it must not compile everything anew each time.
unexport PYTHONDONTWRITEBYTECODE

# A stamp is written after an install has succeeded, so an interrupted one is done again.
MADE := $(VENV)/.made
BASE := $(VENV)/.installed-base
DEV := $(VENV)/.installed-dev
QUIETLY := --quiet --no-input --disable-pip-version-check
PIP := $(BIN)/python -m pip $(QUIETLY)
FAILED := { echo "Installing failed; the reason is above. Once it is mended, type the same command again." >&2; exit 1; }

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo demo-slack test run-tests check format mutants trials crash chaos compare bench bench-large render stage_migration run_migrations clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' Makefile

demo: $(BASE) ## play one whole incident on a throw-away database
	@$(BIN)/python scripts/demo.py

demo-slack: $(DEV) ## play one incident with the real bot, in a Slack of its own
	@$(BIN)/python scripts/demo_slack.py

test: $(DEV) ## run every test, on SQLite and on a real PostgreSQL that the tests start themselves
	$(BIN)/pytest $(PYTEST_FLAGS)

run-tests: test ## the same as make test

check: $(DEV) ## formatting, lint, types, import arrows, advisories, then every test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/advisories.py
	$(BIN)/pytest $(PYTEST_FLAGS)

format: $(DEV) ## format the code and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

mutants: $(DEV) ## delete and negate every guard in turn; a test must fail each time
	$(BIN)/python scripts/mutants.py

ROUNDS ?= 20
trials: $(DEV) ## kill, tamper and meet at random, ROUNDS times as often as make test does; every pair of moves at once
	INCIDENT_TRIAL_ROUNDS=$(ROUNDS) INCIDENT_PAIRS=all INCIDENT_SCHEDULES=20000 $(BIN)/pytest $(PYTEST_FLAGS) tests/trials \
		tests/slack/stories/test_two_at_once.py tests/slack/stories/test_nothing_private.py tests/slack/test_race.py \
		tests/simulation/test_schedules.py tests/contract/test_same_everywhere.py tests/contract/test_statistics_same.py \
		tests/storage/test_search.py tests/cli/test_export_everywhere.py \
		tests/reliability/test_nth_call.py tests/reliability/test_order.py

crash: $(DEV) ## kill and freeze workers at every point, and again while others take over: half an hour or more
	INCIDENT_CRASHES=all $(BIN)/pytest $(PYTEST_FLAGS) tests/crashes tests/slack/faults tests/worker/test_process.py

SECONDS ?= 300
chaos: $(DEV) ## break everything at random while people work, for SECONDS; SEED=n plays the same plan again
	@$(BIN)/python -m tests.chaos --seconds $(SECONDS) $(if $(SEED),--seed $(SEED))

compare: $(DEV) ## put the same questions to the sandbox and to another simulator of Slack, from npm
	@$(BIN)/python -m tests.sandbox.probing

bench: $(DEV) ## the benchmarks, as ratios, up to 100,000 incidents
	$(BIN)/python -m bench

bench-large: $(DEV) ## the same up to 1,000,000 incidents: about an hour, and 30 GB of disk meanwhile
	$(BIN)/python -m bench --large

export PUBLIC_URL
render: $(BASE) ## write slack_app_manifest.yaml for the settings in force; PUBLIC_URL=https://… for HTTP
	@$(BIN)/incident slack manifest $${PUBLIC_URL:+--url "$$PUBLIC_URL"} > slack_app_manifest.new \
	  && mv slack_app_manifest.new slack_app_manifest.yaml || { rm -f slack_app_manifest.new; exit 2; }

export DESCRIPTION
stage_migration: $(DEV) ## write a new migration: make stage_migration DESCRIPTION="what it changes"
	@test -n "$$DESCRIPTION" || { echo 'Say what it changes: make stage_migration DESCRIPTION="…"' >&2; exit 2; }
	@$(BIN)/incident db stage "$$DESCRIPTION"

run_migrations: $(DEV) ## bring the database named by the settings up to date
	@$(BIN)/incident db upgrade

clean: ## remove the virtual environment and everything that was made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BASE): pyproject.toml $(MADE)
	@echo "Installing what the command line needs into $(VENV) (about half a minute, once) …"
	@$(PIP) install --editable . || $(FAILED)
	@touch $@

$(DEV): pyproject.toml $(MADE)
	@echo "Installing what the tests and checks need into $(VENV) (about a minute, once) …"
	@$(PIP) install --editable '.[dev]' || $(FAILED)
	@touch $(BASE) $@

# An environment that works is kept, whoever made it; a half-made one is made again. Debian's Python may come
# without ensurepip (package python3-venv): then its pip fills the environment.
WORKS := -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
RECENT := -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
NO_PYTHON := $(if $(PYTHON),$(PYTHON) is not Python 3.11 or later,There is no Python 3.11 or later here: \
install it or type make PYTHON=/path/to/python3)

$(MADE): $(shell test -x $(BIN)/python || echo missing)
	@if $(BIN)/python $(WORKS); then touch $@; exit 0; fi; python=; \
	for candidate in $(if $(PYTHON),"$(PYTHON)",python3.13 python3.12 python3.11 python3 python); do \
	  if "$$candidate" $(RECENT); then python="$$candidate"; break; fi; \
	done; \
	test -n "$$python" || { echo "$(NO_PYTHON)." >&2; exit 1; }; \
	echo "Making the virtual environment $(VENV) with $$("$$python" --version) …"; \
	rm -rf $(VENV); \
	if "$$python" -m ensurepip --version >/dev/null 2>&1; then "$$python" -m venv $(VENV); \
	elif "$$python" -m pip --version >/dev/null 2>&1; then \
	  "$$python" -m venv --without-pip $(VENV) && \
	  "$$python" -m pip $(QUIETLY) --python $(VENV) install pip; \
	else echo "$$python cannot fill a virtual environment: apt install python3-venv, or its like." >&2; false; \
	fi && touch $@

.PHONY: missing
missing:
