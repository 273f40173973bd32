# Two commands: `make demo` shows a real load test, `make test` runs every check and test that CI runs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# What fails beside others is told, and judged alone, where nothing else keeps the machine busy.
AGAIN := $(BIN)/pytest --last-failed --last-failed-no-failures none --exitfirst

.PHONY: demo test check bench docs clean

demo: $(VENV)/.installed
	$(BIN)/polyload demo

# Tests wait for servers and loads more than half of their time: three at a time keep two processors busy. What shares
# a server stays together.
test: check
	$(BIN)/pytest -n 3 --dist loadscope || { [ $$? -eq 1 ] && $(AGAIN); }

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	cd src && ../$(BIN)/mypy --config-file ../pyproject.toml -p adapters.performance -p adapters.http
	$(BIN)/lint-imports

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.installed-dev: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@ $(VENV)/.installed

docs: $(VENV)/.installed-dev
	$(BIN)/python -c "from adapters.performance.engines.table import engines_markdown as m; print(m(), end='')" > docs/engines.md
	$(BIN)/python -m adapters.performance.settings.table docs/settings.md
