# Two commands: `make demo` runs the whole job on a made-up class, `make test` proves everything.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test lint bench constraints clean

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

# The newest release of everything that Python 3.11.0 can install, one for all platforms and Pythons.  torch moves only
# when somebody moves it here: the thresholds in reference/calibrations/ were measured with it.
TORCH := torch==2.13.0
constraints:
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet uv
	echo '$(TORCH)' > .uv/torch.txt
	.uv/bin/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11.0 --all-extras \
	  --constraint .uv/torch.txt --no-annotate --no-header pyproject.toml > .uv/compiled.txt
	(echo '# Made by `make constraints`.'; sed 's/ *;.*//' .uv/compiled.txt) > constraints.txt
	rm -rf .uv

clean:
	rm -rf .venv .uv demo

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
