# Everything that is ever run on this repository. Each target does its own set-up:
# it needs Python 3.11 with venv, and nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench format lock

BIN := .venv/bin
READY := .venv/.ready
LOCKS := requirements.lock requirements-setup.lock requirements-production.lock
EXPORT := $(BIN)/uv export --quiet --frozen --format requirements-txt --no-header --no-annotate --no-emit-project

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## "; print "\nSunup, the chat platform that speaks first.\n" } \
	  /^[a-z]+:.*## / { printf "  \033[1mmake %-6s\033[0m %s\n", $$1, $$2 } \
	  END { print "" }' $(MAKEFILE_LIST)

# Two more than there are processors: a test of the whole program spends half of its time waiting.
TESTERS := $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) < 6 ? $$(getconf _NPROCESSORS_ONLN) + 2 : 8 )))

run: $(READY) ## Start everything on this machine and say where the page is
	@exec $(BIN)/sunup serve

test: $(READY) ## Run every test, on SQLite and PostgreSQL (make test ARGS="tests/unit -k telegram")
	@$(BIN)/python -m pytest -n $(TESTERS) --dist loadgroup $(ARGS)

check: $(READY) ## Lint, types, direction of imports, size budget
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m tools.size_budget
	$(BIN)/python -m tools.reasons

bench: $(READY) ## Measure against the floors, print a table, write var/bench.json (make bench ONLY=inbound)
	@$(BIN)/python -m bench $(ONLY)

format: $(READY) ## Put the code into the house's layout
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

lock: $(READY) ## Renew the lock files from pyproject.toml
	$(BIN)/uv lock --upgrade
	$(EXPORT) --extra embedded --extra uvloop --group dev --output-file requirements.lock
	$(EXPORT) --extra uvloop --no-dev --output-file requirements-production.lock
	$(EXPORT) --only-group setup --output-file requirements-setup.lock
	$(BIN)/python -m tools.lock_hosts $(LOCKS)

$(READY): requirements.lock requirements-setup.lock pyproject.toml tools/setup.sh
	@sh tools/setup.sh
	@touch $@
