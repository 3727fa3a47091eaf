# The two commands that matter: `make run` and `make test`. Both set everything up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SAMPLE := resources/samples/figures_cnn.keras

.PHONY: setup run test check bench wheel clean

setup: $(READY)

# Installed editable: the program's child processes run isolated and see only what is
# installed, never the current folder.
$(READY): pyproject.toml
	@.ci/system-packages
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit(f"Layerscope needs Python 3.11, 3.12 or 3.13; {sys.executable} is {v[0]}.{v[1]}. Try: make PYTHON=python3.12 setup")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

# Without a screen the sample's graph is drawn into a picture instead.
run: $(READY)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || [ "$$(uname)" = Darwin ]; then \
	    $(BIN)/layerscope $(SAMPLE); \
	else \
	    mkdir -p out && \
	    echo "There is no display, so the sample's graph goes to a picture:" && \
	    $(BIN)/layerscope graph $(SAMPLE) -o out/figures_cnn.png && \
	    $(BIN)/layerscope summary $(SAMPLE); \
	fi

test: $(READY)
	$(BIN)/python -m pytest -n 2

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)
	$(BIN)/python -m pytest -m bench --benchmark-enable tests/bench

wheel: $(READY)
	rm -rf dist build
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) build dist out *.egg-info
