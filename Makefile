# Everything this repository can do, one word each. Only Python 3.11 or newer has to be on the machine.
.DEFAULT_GOAL := help
.PHONY: help run run-services test check lock bench drill demo-reset clean build

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; exit; }; done; echo python3)
PORT ?= 8000
HOST ?= 127.0.0.1
IN := .venv/bin/python

help: ## list every target
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-14s %s\n", $$1, $$2 }'

run: build ## everything in one process: install, build, prepare, serve (PORT=8000 HOST=127.0.0.1)
	@exec $(IN) -m deploy.local.run --host $(HOST) --port $(PORT)

run-services: build .dev ## the same as many processes: web x2, worker, beat, dispatcher, sandbox, PostgreSQL, Redis
	@exec $(IN) -m deploy.local.services

test: build .dev ## every test: SQLite, then PostgreSQL and Redis, front end, browser
	@exec $(IN) -m deploy.local.suite

check: build .dev ## linters, types, import floors, migrations, deployment checks, schema freshness
	@exec $(IN) -m deploy.local.check

bench: build .dev ## measure, as ratios in one run (docs/performance.md)
	@exec $(IN) -m benchmarks

drill: build .dev ## the fault drill: kill, restart, drop; then count what is missing
	@exec $(IN) -m benchmarks.drill

build: .base ## virtual environment, locked packages, front end
	@$(IN) -m deploy.local.frontend

lock: .dev ## compile requirements/*.txt and package-lock.json anew (UPGRADE=1 takes newer versions)
	@exec $(IN) -m deploy.local.lock

demo-reset: .base ## throw the demo's database away; the next run makes a new one
	@exec $(IN) -m deploy.local.clean demo

clean: ## remove everything that was built or written, the virtual environment too
	@exec $(PYTHON) -m deploy.local.clean all

.PHONY: .base .dev
.base:
	@$(PYTHON) -m deploy.local.packages base build
.dev: .base
	@$(PYTHON) -m deploy.local.packages base build dev
