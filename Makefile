# Everything is set up in .venv from the locked requirements; nothing is installed outside this folder.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test test-image coverage test-long fuzz mutants check bench bundle image image-lock page man lock specimens clean

demo: $(READY)
	$(BIN)/splitkit demo

# What Python compiles is kept, whatever the environment says: commands start hundreds of times.
export PYTHONDONTWRITEBYTECODE =
test: $(READY)
	$(BIN)/pytest -m "not long" -n auto --dist worksteal

# The core is to be reached, to the last branch, by its own tests, by vectors and by the kit.
coverage: $(READY)
	$(BIN)/pytest -m "not long" -n auto --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=100 \
		tests/quorum tests/secret tests/laws/test_age_vectors.py tests/laws/test_testkit.py tests/ledger/test_ledger.py

test-long: $(READY)
	$(BIN)/pytest -n auto

# Mutated texts and files for twenty minutes, or SPLITKIT_FUZZ_SECONDS; says what it tried and what was worst.  Then 100,000 inputs, or
# SPLITKIT_FUZZ_INPUTS, for both programs that recover; says where they differ.
fuzz: $(READY)
	$(BIN)/pytest -s -m long tests/laws/test_fuzz.py

# Small faults put into one package, COUNT of them by lot with SEED, and how many of them `make test` leaves alive: at most 5 %.
PACKAGE ?= quorum
COUNT ?= 40
SEED ?= 1
mutants: $(READY)
	$(BIN)/python -m tests.mutants $(PACKAGE) --count $(COUNT) --seed $(SEED)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Measured as a user has it: installed from a wheel, in an environment of its own.
bench: $(READY)
	rm -rf $(VENV)-bench build/bench
	$(BIN)/pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir build/bench .
	$(PYTHON) -m venv $(VENV)-bench
	$(VENV)-bench/bin/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/run.txt
	$(VENV)-bench/bin/pip install --quiet --disable-pip-version-check --no-deps build/bench/*.whl
	# To compare with, where it installs, in an environment of its own; nothing of ours needs it.
	test -x $(VENV)-slip39/bin/slip39 || { $(PYTHON) -m venv $(VENV)-slip39 && \
		$(VENV)-slip39/bin/pip install --quiet --disable-pip-version-check slip39; } || true
	# All are run; one that misses an aim in three runs fails them together.
	failed=0; for one in bench prompts reading sealing custody; do \
		SLIP39=$$(ls $(CURDIR)/$(VENV)-slip39/bin/slip39 2> /dev/null) $(VENV)-bench/bin/python benchmarks/$$one.py || failed=1; \
	done; exit $$failed

# For a laptop without a network: a folder for a USB stick, and the same as one archive, in dist/.  Needs the package index.
bundle: $(READY) page
	$(BIN)/python -m bundle

# The stick: dist/splitkit-VERSION.img, to be written onto a USB stick (docs/stick.md).  Needs the package index, and Debian's packages of
# release/image/lock, which are fetched once into build/packages; and namespaces, as a user with a range of numbers (uidmap) or as root.
image: $(READY) page
	$(BIN)/python -m release.image

# Today's versions of all of Debian's packages; needs gpgv and debian-archive-keyring.
image-lock: $(READY)
	$(BIN)/python -m release.image lock

# Boots dist/splitkit-VERSION.img in an emulated machine, types on its keyboard and reads its screen; needs qemu-system-x86 and ovmf.
test-image: $(READY)
	SPLITKIT_IMAGE=$$(ls -t dist/splitkit-*.img | head -1) $(BIN)/pytest -s tests/release/machine

# recover.html, one file that any browser opens from a disk, beside recover.py: `split` lays it beside the public record.  Needs npm for the reader of pictures.
page:
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix page
	$(PYTHON) page/build.py

# The manual pages of all commands, in build/man/.
man: $(READY)
	$(BIN)/python -m bundle.manual

specimens: $(READY)
	$(BIN)/python printouts/specimens/make.py

# Resolves for every Python from 3.11 on and every platform; needs the package index.
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet uv
	$(VENV)-lock/bin/uv pip compile pyproject.toml --universal --no-strip-extras --python-version 3.11 --generate-hashes --upgrade \
		--no-header --no-annotate --quiet -o requirements/run.txt
	$(VENV)-lock/bin/uv pip compile pyproject.toml --extra camera --universal --no-strip-extras --python-version 3.11 --generate-hashes --upgrade \
		--no-header --no-annotate --quiet -o requirements/camera.txt
	$(VENV)-lock/bin/uv pip compile pyproject.toml --group dev --universal --no-strip-extras --python-version 3.11 --generate-hashes --upgrade \
		--no-header --no-annotate --quiet -o requirements/dev.txt
	echo pip | $(VENV)-lock/bin/uv pip compile - --universal --no-strip-extras --python-version 3.11 --generate-hashes --upgrade --no-header \
		--no-annotate --quiet -o requirements/pip.txt

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "error: splitkit needs Python 3.11 or newer"; echo "hint: make PYTHON=python3.12 demo"; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	# Compatible: a line with this folder, and no finder of modules that every start of Python would have to load.
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --config-settings editable_mode=compat \
		--editable .
	touch $(READY)

clean:
	rm -rf $(VENV) $(VENV)-lock build dist *.egg-info
