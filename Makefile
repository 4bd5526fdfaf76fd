# Two commands do all the set-up on a machine that has python3, make and a package index:
#   make classify   the light install, the example crops, a table of answers
#   make test       everything installed, the whole suite

PYTHON ?= python3
LIGHT := .venv
DEV := .venv-dev
AUDITED := build/audited
# tests that need neither torch nor the other extras
LIGHT_SIDE := $(addprefix --ignore tests/,train export training synth distributed)
# on every core; a core that is done takes tests from another
CORES := --numprocesses auto --dist worksteal
# a file stays on one core: its tests share the networks that they trained, each with one thread
FILES := --numprocesses auto --dist loadfile
SOURCES := pyproject.toml models/index.json $(shell find vehicle_id -name '*.py' -o -name '*.csv' -o -name '*.json')

.PHONY: classify test light check bench docs docs-outputs pages wheel bundle audit clean

classify: $(LIGHT)/.installed
	$(LIGHT)/bin/vehicle-id classify examples/crops --manifest examples/crops/manifest.csv \
		--out results.csv --out results.jsonl --no-resume

test: $(DEV)/.installed
	$(DEV)/bin/python -m pytest $(LIGHT_SIDE) $(CORES) --cov --cov-report=term --cov-fail-under=95
	$(DEV)/bin/python -m pytest tests/synth $(CORES)
	OMP_NUM_THREADS=1 $(DEV)/bin/python -m pytest tests/train tests/export tests/training $(FILES)
	$(DEV)/bin/python -m pytest tests/distributed

# the unit tests of the light side: for the time between two edits
light: $(DEV)/.installed
	$(DEV)/bin/python -m pytest -q $(LIGHT_SIDE) $(addprefix --ignore tests/,bundle integration reliability) $(CORES)

check: $(DEV)/.installed
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports

# an hour on a quiet machine, and 17 GB for the environments of the peers
bench: $(DEV)/.installed
	$(DEV)/bin/python benchmarks/make_crops.py data/bench
	$(DEV)/bin/python benchmarks/network.py overhead-2.0 overhead-1.3-int8
	$(DEV)/bin/python benchmarks/speed.py data/bench --docs
	$(DEV)/bin/python benchmarks/threads.py data/bench
	$(DEV)/bin/python benchmarks/memory.py data/bench
	$(DEV)/bin/python benchmarks/peers.py data/bench --docs

docs: $(DEV)/.installed
	$(DEV)/bin/mkdocs build --strict

# what the commands in the pages print with the default model
docs-outputs: $(DEV)/.installed
	$(DEV)/bin/python -m training.pages --outputs

# every figure of the pages that depends on the default model, and the outputs
pages: $(DEV)/.installed
	$(DEV)/bin/python -m training.pages

wheel: $(DEV)/.installed
	$(DEV)/bin/python -m build --wheel

# one zip file that installs without a network; docs/offline.md lists the OPTIONS
bundle: $(DEV)/.installed
	$(DEV)/bin/mkdocs build --strict --quiet --no-directory-urls --site-dir build/site
	$(DEV)/bin/python -m bundle.make --site build/site $(OPTIONS)

# needs the index and PyPI's vulnerability service. What the light install brings: pinned in dist/light.txt, listed in
# dist/sbom.json (CycloneDX), held against known vulnerabilities. --strict: a package that could not be asked about fails
audit: $(DEV)/.installed
	rm -rf $(AUDITED) && mkdir -p $(AUDITED) dist
	$(PYTHON) -m venv --without-pip $(AUDITED)
	$(DEV)/bin/python -m pip --disable-pip-version-check --python $(AUDITED)/bin/python install --quiet .
	$(DEV)/bin/python -m pip --disable-pip-version-check --python $(AUDITED)/bin/python freeze --exclude vehicle-id > dist/light.txt
	version=$$($(AUDITED)/bin/vehicle-id --version | cut -d ' ' -f 2) && \
		sed "s/^dynamic = .*/version = \"$$version\"/" pyproject.toml > $(AUDITED)/pyproject.toml
	$(DEV)/bin/cyclonedx-py environment $(AUDITED)/bin/python --pyproject $(AUDITED)/pyproject.toml \
		--output-reproducible --output-format JSON --output-file dist/sbom.json
	$(DEV)/bin/pip-audit --requirement dist/light.txt --no-deps --disable-pip --strict --progress-spinner off

clean:
	rm -rf $(LIGHT) $(DEV) build dist site results.csv results.jsonl

# not editable: what a user gets from the wheel, the model inside it
$(LIGHT)/.installed: $(SOURCES)
	$(PYTHON) -m venv $(LIGHT)
	$(LIGHT)/bin/python -m pip install --quiet --disable-pip-version-check --force-reinstall .
	touch $@

$(DEV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[all,dev]'
	touch $@
