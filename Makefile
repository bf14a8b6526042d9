# Each target is one command that works on a fresh machine with Python 3.11+ and make.
# Tried, not only looked up: a name on the path may be a stand-in that starts nothing.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { command -v $$p; break; }; done)
BIN := .venv/bin
SAY = @printf '\033[1m» %s\033[0m\n'
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -gt 4 ] && echo 4 || echo $$n)

# What an installer says is kept, and shown only where it failed.
QUIETLY = @mkdir -p build; $(BIN)/python -m pip install -q --disable-pip-version-check $(1) >build/install.log 2>&1 || { cat build/install.log; exit 1; }

.DEFAULT_GOAL := help
.PHONY: help demo test check bench docs clean browser

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: .venv/demo.stamp ## a working school at a printed address, on an embedded database
	@$(BIN)/shuyuan demo --folder demo

test: .venv/test.stamp build/typing browser ## everything: both databases, the browser, types, layers
	$(SAY) "Running the suite on SQLite and PostgreSQL, with the browser ($(WORKERS) at a time)"
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -q $(ARGS)

check: .venv/test.stamp build/typing ## format, lint, types, layers, sizes
	$(SAY) "Checking format, lint, types, layers and sizes"
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/python -m pytest -q tests/house

bench: .venv/test.stamp ## the speed table, against a hand-written application
	@$(BIN)/python -m tests.bench $(ARGS)

docs: .venv/docs.stamp ## the documentation as a site in build/site
	@$(BIN)/zensical build --clean

clean: ## remove everything that was built, the demo school included
	rm -rf .venv build demo site .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/pip.stamp:
	$(SAY) "Making an environment in .venv"
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found. Say where it is: make PYTHON=/path/to/python3.11 ..."; exit 1; }
	@$(PYTHON) -m venv .venv
	$(call QUIETLY,-U 'pip>=25.1')
	@touch $@

.venv/demo.stamp: .venv/pip.stamp pyproject.toml
	$(SAY) "Installing Shuyuan (about 20 seconds)"
	$(call QUIETLY,-e .)
	@touch $@

.venv/test.stamp: .venv/pip.stamp pyproject.toml
	$(SAY) "Installing Shuyuan with everything the tests need (about a minute)"
	$(call QUIETLY,-e '.[postgres]' --group test)
	@touch $@ .venv/demo.stamp

.venv/docs.stamp: .venv/test.stamp
	$(call QUIETLY,--group docs)
	@touch $@

# mypy does not follow the folder mapping of an editable install; links show it the package as it is imported.
build/typing:
	@mkdir -p build/typing/shuyuan
	@for part in engine web plugins definitions; do ln -sfn ../../../$$part build/typing/shuyuan/$$part; done

# The browser tests need a Chromium and Chinese letters; installed where that is allowed, otherwise said loudly.
browser:
	@if command -v chromium >/dev/null || [ -n "$$SHUYUAN_CHROMIUM" ]; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  printf '\033[1m» Installing Chromium for the browser tests\033[0m\n'; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; \
	else printf '\033[1;31m» No Chromium here: the browser tests will not run. Install it, or set SHUYUAN_CHROMIUM.\033[0m\n'; fi
