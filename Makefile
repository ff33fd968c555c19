# Two commands: `make demo` runs the whole job on a made-up class, `make test` proves everything.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
TORCH := torch==2.13.0

.PHONY: demo test lint bench wheel docs screenshots constraints clean

demo: $(READY) # COURSE=all takes every chapter instead of the first
	$(BIN)/autograder demo --out demo $(if $(filter all,$(COURSE)),--all)

test: lint
	$(BIN)/pytest -n 2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check autograder reference tests benchmarks docs/*.py
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/autograder build --check

bench: $(READY) # OUT=docs/speed.md writes the figures into that page
	$(BIN)/python -m benchmarks.bench $(if $(OUT),--out $(OUT))

docs: $(READY) # the site, into site/; a link that leads nowhere fails it
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

screenshots: demo # the pictures of README and docs, of what the demo leaves; needs Chromium
	$(BIN)/python docs/screenshots.py demo docs/images

wheel: $(READY) # the whole kit's, and the students'
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	$(BIN)/autograder wheel --out dist

# The newest release of everything that Python 3.11.0 can install, one for all platforms and Pythons.  torch moves only
# when somebody moves it above: the thresholds in reference/calibrations/ were measured with it.
constraints:
	$(PYTHON) -m venv .uv
	.uv/bin/python -m pip install --quiet uv
	echo '$(TORCH)' > .uv/torch.txt
	.uv/bin/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11.0 --all-extras \
	  --constraint .uv/torch.txt --no-annotate --no-header pyproject.toml > .uv/compiled.txt
	(echo '# Made by `make constraints`.'; sed 's/ *;.*//' .uv/compiled.txt) > constraints.txt
	rm -rf .uv

clean: # not bank/, whose key decides who is judged on which hidden cases
	rm -rf .venv .uv .bench .hypothesis .mypy_cache .pytest_cache .ruff_cache demo dist site
	find . -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info < (3, 11) and sys.exit("Python 3.11 or later is needed, and %s is \
	%s: name another, as in `make demo PYTHON=python3.12`." % (sys.executable, sys.version.split()[0]))'
	$(PYTHON) -m venv .venv
	@$(GET_TORCH)
	$(PIP_INSTALL) --constraint constraints.txt --editable '.[dev]'
	touch $@

# PyPI's torch for Linux brings CUDA along, 5 GB of it.  Where there is no NVIDIA GPU the CPU build is asked for first, with
# little patience; the rest of the installation is content with whichever torch is there.  TORCH_INDEX names another
# index, and an empty one leaves the choice to pip.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CPU_INDEX := https://download.pytorch.org/whl/cpu
ifeq ($(origin TORCH_INDEX), undefined)
GET_TORCH := [ "$$(uname -s)" != Linux ] || nvidia-smi >/dev/null 2>&1 || \
  $(PIP_INSTALL) --no-deps --timeout 10 --retries 1 --index-url $(CPU_INDEX) $(TORCH) 2>/dev/null || \
  echo 'No CPU build of torch to be had from $(CPU_INDEX): pip takes the build that it finds elsewhere.'
else ifneq ($(TORCH_INDEX),)
GET_TORCH := $(PIP_INSTALL) --no-deps --index-url '$(TORCH_INDEX)' $(TORCH)
else
GET_TORCH := true
endif
