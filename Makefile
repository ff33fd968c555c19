# Two commands: `make demo` runs the whole job on a made-up class, `make test` proves everything.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test lint bench clean

demo: $(READY)
	$(BIN)/autograder demo --out demo

test: lint
	$(BIN)/pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check autograder reference tests benchmarks
	$(BIN)/mypy
	$(BIN)/autograder build --check

bench: $(READY)
	$(BIN)/python -m benchmarks.bench

clean:
	rm -rf .venv demo

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
