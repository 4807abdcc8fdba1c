# Needs Python 3.11 or newer and make; every target does its own set-up, inside this checkout.
.DEFAULT_GOAL := help
.PHONY: help setup run test check fuzz faults bench lint format types imports playbooks build sbom audit clean

BIN := .venv/bin
ARGS ?=
# Most walks wait for a clock, so more of them run at once than there are cores.
TESTS := $(BIN)/python -m pytest -n 8 --dist loadfile -m "not faults"
# `make run` keeps to this checkout, whatever .env says.
RUN_DATABASE := sqlite:///var/lockout.db

# A step of `make check`: its name, and the command. Stops at the first that fails, and says which.
define step
	@printf '\n== %s\n' "$(1)"
	@$(2) || { printf '\nmake check stopped at: %s\n' "$(1)" >&2; exit 1; }
endef

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: .venv/.set-up ## locked dependencies into .venv; nothing to do when up to date

.venv/.set-up: uv.lock pyproject.toml .ci/uv.txt .ci/setup
	@.ci/setup

run: setup ## walk a lockout in this terminal, with the example organisation
	@mkdir -p var
	@printf '%s\n' \
	  'A walk in this terminal. Unless LOCKOUT_ORGANISATION names a file, the example' \
	  'organisation stands in. What you record is kept in $(RUN_DATABASE),' \
	  'and the timeline is written into var/.' \
	  'The same in Slack: README.md, "Connect Slack".' ''
	@LOCKOUT_DATABASE_URL="$(RUN_DATABASE)" $(BIN)/lockout walk --out var $(ARGS)

test: setup ## all tests (ARGS="tests/core -k fold" for some)
	@$(TESTS) $(ARGS)

check: setup ## everything that CI asks for
	$(call step,format (make format mends it),$(BIN)/ruff format --check .)
	$(call step,lint,$(BIN)/ruff check .)
	$(call step,types,$(BIN)/mypy)
	$(call step,imports,$(BIN)/lint-imports --no-logo)
	$(call step,playbooks,$(BIN)/lockout playbooks check)
	$(call step,tests,$(TESTS) $(ARGS))

# The property tests of whatever reads what comes from outside.
PARSERS := tests/fuzz tests/audit tests/diagnosis tests/adapters/test_policy_yaml.py \
  tests/adapters/test_yaml_lines.py tests/surfaces/slack/test_parse.py tests/exports/test_verify.py

fuzz: setup ## damage everything that is read (EXAMPLES=20000 of each; ARGS=tests/fuzz for some)
	@EXAMPLES=$(or $(EXAMPLES),20000) $(BIN)/python -m pytest -n 2 -q -m hypothesis \
	  --hypothesis-profile=fuzz $(or $(ARGS),$(PARSERS))

faults: setup ## kill, stop and starve the real process under load (FAULTS=short for a few minutes)
	@LOCKOUT_FAULTS=$(or $(FAULTS),long) $(BIN)/python -m pytest -n 4 -m faults -q tests/faults $(ARGS)

bench: setup ## acks, files, audits and start beside their floors (some minutes, on a quiet machine)
	@$(BIN)/python -m bench $(ARGS)

lint: setup ## ruff's rules, without changing anything
	@$(BIN)/ruff check .

format: setup ## lay out the code, and mend what ruff can mend safely
	@$(BIN)/ruff check --fix --exit-zero --quiet .
	@$(BIN)/ruff format .

types: setup ## mypy, strict
	@$(BIN)/mypy

imports: setup ## who may import whom
	@$(BIN)/lint-imports --no-logo

playbooks: setup ## every playbook and escalation text
	@$(BIN)/lockout playbooks check

build: setup ## wheel and sdist into dist/
	@.uv/bin/uv build --quiet --out-dir dist
	@ls dist

# What is installed for serving: all extras, no tool of ours.
LOCKED := .uv/bin/uv export --quiet --frozen --no-default-groups --all-extras

sbom: setup ## what goes into an installation, as CycloneDX, into dist/sbom.json
	@mkdir -p dist
	@$(LOCKED) --format cyclonedx1.5 --output-file dist/sbom.json >/dev/null
	@$(BIN)/python -c 'import json; print(len(json.load(open("dist/sbom.json"))["components"]), "components in dist/sbom.json")'

audit: setup ## known vulnerabilities of the locked packages; says so when nobody could be asked
	@mkdir -p dist
	@rm -f dist/audit.json
	@$(LOCKED) --no-emit-project --output-file dist/audit.txt >/dev/null
	@.uv/bin/uv run --quiet --isolated --frozen --only-group audit pip-audit --progress-spinner off \
	  --disable-pip --require-hashes -r dist/audit.txt -f json -o dist/audit.json 2>dist/audit.log || true
	@$(BIN)/python .ci/audit.py dist/audit.json dist/audit.log

clean: ## everything that can be made again; var/ with its incidents stays
	@rm -rf .venv .uv dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
