# Candor's two commands are `make run` and `make test`; every target sets up what it needs first.
.PHONY: help run test bench bench-duplicates manage reset lint messages
.DEFAULT_GOAL := help

SETUP := sh crm/stack/setup.sh
STACK := .venv/bin/python -m crm.stack

help: ## this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*##/	/'

run: ## Candor on this machine, with a demo organisation; Ctrl-C stops it
	@$(SETUP) run
	@exec $(STACK) up

test: ## lint, types and all tests, with a plain count at the end; ARGS="..." goes to pytest
	@$(SETUP) test
	@sh crm/stack/packages.sh
	@exec $(STACK) test $(ARGS)

bench: ## what each list costs the web process, with 100,000 requests and 20,000 customers; docs/performance.md
	@$(SETUP) run
	@exec $(STACK) bench

bench-duplicates: ## how duplicates are found, against equality and trigrams; ARGS="--labelled FOLDER --seeds 101"; docs/performance.md
	@$(SETUP) test
	@exec $(STACK) bench-duplicates $(ARGS)

manage: ## one management command: make manage CMD="create_organization --help"
	@$(SETUP) run
	@exec $(STACK) manage $(CMD)

reset: ## stop what runs here and remove its data
	@$(SETUP) run
	@exec $(STACK) reset

lint: ## repair and format what a machine can
	@$(SETUP) test
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

messages: ## collect the words to translate into locale/ and compile them
	@$(SETUP) run
	@command -v xgettext >/dev/null || { echo "xgettext is missing. On Debian or Ubuntu: sudo apt-get install gettext" >&2; exit 1; }
	@$(STACK) manage makemessages --locale=zh_Hans --no-obsolete --no-location --no-wrap --ignore=".venv/*" --ignore=".data/*" --ignore="tests/*" --ignore="staticfiles/*"
	@.venv/bin/python -m crm.stack.messages
