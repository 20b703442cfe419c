# Every command of the book, the same here and in CI. Each one sets up what it needs:
# a virtual environment in .venv with Python 3.11 and the pins of requirements.txt.
# `make` alone lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
# installs the same pins as pip, in less than half its processor time
UV := uv==0.13.9
JUNIT := build/junit
CODE := cnnbook deployment tools tests conftest.py

# What a caller may set: make notebooks PAGES="first-cnn evaluating" CELL_TIMEOUT=600
PAGES ?=
NAMES ?=
FLAGS ?=
# the longest cell took ten minutes on two busy cores without AMX
CELL_TIMEOUT ?= 900
# three pages, or files of tests, at a time on two cores: now and then one waits for a
# process, a browser or a disk, and then the third one has its turn
NBVAL_WORKERS ?= 3
TEST_WORKERS ?= 3
# and one thread for each: processes of two threads wait for each other
SHARED_CORES := TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1 \
	OPENBLAS_NUM_THREADS=1
THREADS_OF = $(if $(filter 1,$(1)),,$(SHARED_CORES))
ROUNDS ?= avx2 no-onednn one-thread
PORT ?= 8000
SERVICE_PORT ?= 8080
STORE := build/models

# TensorFlow takes oneDNN by itself on some processors only. Where it is left out,
# convolutions take a fifth more time on one thread, and much more on two.
export TF_ENABLE_ONEDNN_OPTS ?= 1

# Stored outputs are those of a CPU, so a machine with a GPU hides it from the pages
# when it writes or compares them. `make lab` and `make bench` see what there is.
PAGE_ENV := IPYTHONDIR="$(CURDIR)/tests/ipython" PYTHONHASHSEED=0
CUDA_VISIBLE_DEVICES ?= -1
nbval notebooks portability: export CUDA_VISIBLE_DEVICES := $(CUDA_VISIBLE_DEVICES)

# xdist is loaded only where it is asked for; any other --dist would scatter the cells
# of one page over several kernels. The order is that of conftest.py.
NBVAL_PARALLEL := $(if $(filter 1,$(NBVAL_WORKERS)),-p no:xdist,-n $(NBVAL_WORKERS) --dist loadfile --no-loadscope-reorder)
NBVAL := $(BIN)/python -m pytest chapters --nbval --nbval-current-env \
	--nbval-kernel-startup-timeout=120 --nbval-sanitize-with tests/nbval_sanitize.cfg \
	-p no:cacheprovider --durations=10 -q -rs $(NBVAL_PARALLEL)

.PHONY: help setup book pdf read serve lab test check lint hygiene unit nbval built \
	site alone mutate axe links portability notebooks claims terms contracts records bench \
	bench-exports bench-serving image fuzz-api fuzz clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 24

# --- set-up, once per change of the pins -------------------------------------------

setup: $(STAMP) ## create .venv and install the pinned requirements

$(STAMP): requirements.txt pyproject.toml
	@if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  found=; \
	  for candidate in $${PYTHON:-} python3.11 python3 python; do \
	    if "$$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; \
	    then found=$$candidate; break; fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "make: Python 3.11 is needed and was not found as python3.11, python3 or python." >&2; \
	    echo "make: install it (Debian: apt install python3.11-venv) or name it: make PYTHON=/its/place …" >&2; \
	    exit 1; \
	  fi; \
	  echo "make: creating $(VENV) with $$("$$found" --version)"; \
	  rm -rf $(VENV); \
	  "$$found" -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "make: the venv module of $$found does not work (Debian: apt install python3.11-venv)." >&2; exit 1; }; \
	fi
	@echo "make: installing the pinned requirements, a few minutes the first time"
	@$(PIP) $(UV) && $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -r requirements.txt || { \
	  echo "make: $(UV) could not do it, so pip does: slower, but it reads pip's own settings" >&2; \
	  $(PIP) -r requirements.txt; }
	@$(PIP) --no-deps -e .
	@touch $@

# --- reading -----------------------------------------------------------------------

book: $(STAMP) ## build the book from stored outputs, warnings are errors
	@rm -rf _build/html
	@$(BIN)/jupyter-book build . --all -n -W --keep-going
	@$(BIN)/python -m tools.downloads
	@echo; echo "The book is built. Open file://$(CURDIR)/_build/html/index.html or run: make read"

pdf: $(STAMP) ## print the built book into one PDF, by Chromium
	@[ -f _build/html/index.html ] || $(MAKE) book
	@$(BIN)/python -m tools.printing

read: $(STAMP) ## show the built book on 127.0.0.1 (PORT=8000)
	@[ -f _build/html/index.html ] || $(MAKE) book
	@echo "The book is at http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

serve: $(STAMP) ## classify images on 127.0.0.1 by the trained network (SERVICE_PORT=8080)
	@[ -d $(STORE)/fashion/1 ] || $(BIN)/python -m cnnbook.deploy --store $(STORE)
	@echo "Drop an image at http://127.0.0.1:$(SERVICE_PORT)/ (stop with Ctrl-C)"
	@CNNBOOK_OPEN=true CNNBOOK_STORE=$(STORE) CNNBOOK_PORT=$(SERVICE_PORT) \
	  $(BIN)/python -m cnnbook.serving

lab: $(STAMP) ## open the pages in JupyterLab, to run, change and solve
	@$(BIN)/jupyter lab --notebook-dir=chapters

# --- checking ----------------------------------------------------------------------

# Three stages side by side: tests of services and browsers mostly wait, and pages take
# what they leave. Alone, each of them left a third to a half of two cores idle.
test: $(STAMP) ## everything that CI runs, stage by stage
	@rm -rf $(JUNIT); mkdir -p $(JUNIT)
	@echo "=== stage: lint"; $(MAKE) lint
	@echo "=== stages unit, nbval and built, side by side; each is shown when it has ended"
	@$(MAKE) --jobs=3 --keep-going --output-sync=recurse unit nbval built || { echo >&2; \
	    echo "make test: a stage failed; the rule or test that caught it is named above." >&2; \
	    echo "make test: run it alone with: make unit, make nbval or make built" >&2; exit 1; }
	@echo; echo "make test: all stages passed"

check: lint hygiene ## the fast checks: lint, hygiene of the pages, unit tests
	@$(BIN)/python -m pytest tests cnnbook --doctest-modules -q \
	  -m "not slow and not site and not gpu and not browser and not minutes" -n $(TEST_WORKERS) --dist loadfile

lint: $(STAMP) ## ruff (code and pages), codespell (code and prose)
	@echo "ruff check"; $(BIN)/ruff check $(CODE)
	@echo "ruff format --check"; $(BIN)/ruff format --check $(CODE)
	@echo "ruff, on the pages"; $(BIN)/python -m tools.lint_pages
	@echo "codespell"; $(BIN)/codespell .
	@$(BIN)/python -m tools.notebook_prose | $(BIN)/codespell -

hygiene: $(STAMP) ## the rules of the page contract, and whether pages are normalised
	@$(BIN)/python -m tools.hygiene $(PAGES)
	@$(BIN)/python -m tools.notebooks check $(PAGES)

unit: $(STAMP) ## unit tests and doctests, the slow ones among them
	@mkdir -p $(JUNIT)
	@$(call THREADS_OF,$(TEST_WORKERS)) $(BIN)/python -m pytest tests cnnbook --doctest-modules -q \
	  -m "not site and not gpu and not minutes" -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder \
	  --durations=10 --junitxml=$(JUNIT)/unit.xml

nbval: $(STAMP) ## run every page afresh and compare it with its stored outputs
	@mkdir -p $(JUNIT)
	@$(PAGE_ENV) $(call THREADS_OF,$(NBVAL_WORKERS)) $(NBVAL) --nbval-cell-timeout=$(CELL_TIMEOUT) --junitxml=$(JUNIT)/nbval.xml

# only the files that hold such tests: to collect all of them takes half a minute of work
# in each process
built: $(STAMP) ## build the book, then the tests that read it
	@$(MAKE) book
	@$(MAKE) site

site: $(STAMP) ## tests that read the built book (after make book)
	@mkdir -p $(JUNIT)
	@$(BIN)/python -m pytest $$(grep -rlE --include='*.py' 'mark\.site\b' tests) -q -m site -n $(TEST_WORKERS) --dist loadfile --junitxml=$(JUNIT)/site.xml

alone: $(STAMP) ## run pages in an empty folder with the installed wheel (PAGES=…)
	@$(BIN)/python -m pytest tests/test_alone.py -q -m minutes -p no:xdist
	@$(BIN)/python -m tools.alone --cell-timeout $(CELL_TIMEOUT) $(PAGES)

# half an hour on two cores; FLAGS="--pages" lets pages judge what tests miss
mutate: $(STAMP) ## put faults into cnnbook, see which tests catch them (NAMES=…)
	@$(BIN)/python -m pytest tests/test_mutation.py -q -m minutes -p no:xdist
	@TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python -m tools.mutation $(FLAGS) $(NAMES)

axe: $(STAMP) ## axe-core on every page of the built book: wide, narrow, light, dark
	@$(BIN)/python -m tools.axe $(PAGES)

links: $(STAMP) ## the links of the built book to other hosts, by page; asks no host
	@$(BIN)/python -m tools.external_links

# The same pages on other processors: other instructions, no oneDNN, one thread.
# All three run even when one fails; they are slow, so cells get more time.
# ROUNDS="avx2 one-thread" runs some of them.
portability: CELL_TIMEOUT := 1200
portability: $(STAMP) ## nbval three times: AVX2 only, without oneDNN, one thread
	@failed= ran=; \
	for setting in \
	  "avx2: ONEDNN_MAX_CPU_ISA=AVX2" \
	  "no-onednn: TF_ENABLE_ONEDNN_OPTS=0" \
	  "one-thread: TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1"; do \
	  name=$${setting%%:*}; variables=$${setting#*: }; \
	  [[ " $(ROUNDS) " == *" $$name "* ]] || continue; ran="$$ran $$name"; \
	  echo; echo "=== portability: $$name ($$variables)"; \
	  env $$variables $(PAGE_ENV) $(BIN)/python -m tools.kernel_report || failed="$$failed $$name"; \
	  env $$variables $(PAGE_ENV) $(NBVAL) --nbval-cell-timeout=$(CELL_TIMEOUT) || failed="$$failed $$name"; \
	done; \
	echo; \
	if [ -n "$$failed" ]; then echo "portability: failed under:$$failed" >&2; exit 1; fi; \
	if [ -z "$$ran" ]; then echo "portability: ROUNDS names none of the three" >&2; exit 1; fi; \
	echo "portability: passed under:$$ran"

# --- writing -----------------------------------------------------------------------

notebooks: $(STAMP) ## re-execute the pages and store their outputs (PAGES=…)
	@$(BIN)/python -m tools.notebooks run --cell-timeout $(CELL_TIMEOUT) $(PAGES)

claims: $(STAMP) ## regenerate the page of claims and the counts of the first page
	@$(BIN)/python -m tools.claims_page
	@$(BIN)/python -m tools.landing

terms: $(STAMP) ## link the terms of the glossary where the pages first use them
	@$(BIN)/python -m tools.terms --mark

contracts: $(STAMP) ## write down defaults, commands, networks, HTTP and figures anew
	@$(BIN)/python -m tools.contracts
	@$(BIN)/python -m tools.figures

records: $(STAMP) ## the long runs that pages read, resumable (NAMES=…)
	@$(BIN)/python -m tools.records $(NAMES)

bench: $(STAMP) ## speed, as ratios: convolution, Grad-CAM, searching, two workers, training
	@$(BIN)/python -m tools.bench_convolution
	@$(BIN)/python -m tools.bench_interpretation
	@$(BIN)/python -m tools.bench_search
	@$(BIN)/python -m tools.bench_cluster
	@$(BIN)/python -m tools.bench

bench-exports: $(STAMP) ## every export of the trained network, side by side
	@$(BIN)/python -m tools.bench_exports

bench-serving: $(STAMP) ## the service against a naive one and against LitServe
	@$(BIN)/python -m tools.bench_serving

image: $(STAMP) ## build the container image of the service, run it and ask it
	@$(BIN)/python -m tools.build_image

fuzz-api: $(STAMP) ## more than 10,000 hostile requests to the service
	@$(BIN)/python -m tools.fuzz_api

fuzz: $(STAMP) ## the reference against Keras, 2,000 random cases of each operation
	@$(BIN)/python -m pytest tests/reference/test_against_keras.py \
	  tests/reference/test_against_scipy.py tests/reference/test_forward.py \
	  -m "" -q --hypothesis-profile=fuzz

clean: ## remove everything that a command here has built, .venv included
	@rm -rf _build build $(VENV) *.egg-info .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
