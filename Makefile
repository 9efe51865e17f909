# PYTHON makes the environment: any Python from 3.11 on. PORT is where `make serve` listens.
PYTHON ?= python3
PORT ?= 8000
# A file of tests stays in one process, so that what its tests share is made once.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

# The theme asks at every build to move to Zensical; the site is built with it too.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help environment serve test site lighthouse evidence mutants matrix lock clean

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment: ## Make .venv from requirements.lock; nothing is reinstalled while the lock is unchanged.
	@$(PYTHON) scripts/environment.py

serve: ## Build the site and serve it on http://127.0.0.1:8000 with live reload. PORT=8001 for another port.
	@$(PYTHON) scripts/serve.py --port $(PORT)

test: environment ## Prove everything: lint, format, types, then every program, page and command.
	@echo "[1/4] Lint: ruff check"
	@$(BIN)/ruff check
	@echo "[2/4] Format: ruff format --check"
	@$(BIN)/ruff format --check
	@echo "[3/4] Types: mypy"
	@$(BIN)/mypy
	@echo "[4/4] Proofs, pages, site and tools: pytest"
	@$(BIN)/pytest $(PARALLEL)

site: environment ## Build the site strictly with both engines; what MkDocs built stays in site/.
	@echo "[1/3] Zensical"
	@$(BIN)/zensical build --clean --strict
	@echo "[2/3] MkDocs"
	@$(BIN)/mkdocs build --strict
	@echo "[3/3] The same as Markdown"
	@$(BIN)/unstuck machines site

lighthouse: site ## Audit two pages of the built site with Lighthouse, which npx fetches: Node 20 or newer.
	@$(BIN)/python scripts/lighthouse.py

evidence: environment ## Run every program again and write down what it does, and what else is generated.
	@$(BIN)/unstuck check

mutants: environment ## Make each right claim, program and scenario wrong in many ways, and count what the proofs see.
	@$(BIN)/python -m unstuck.mutants

matrix: environment ## Prove everything with the lowest, locked, newest and pre-release versions; write docs/proofs.md.
	@$(BIN)/python -m unstuck.matrix $(ARGS)

lock: environment ## Write requirements.lock from pyproject.toml. ARGS=--upgrade takes the newest versions.
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements.lock $(ARGS)

clean: ## Remove what builds and tests leave behind; .venv stays.
	rm -rf site dist .cache .coverage* .mypy_cache .pytest_cache .ruff_cache
