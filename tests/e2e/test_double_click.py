"""A real double-click in a file manager, on a desktop that knows nothing before."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from app.settings import Settings
from tests.e2e.desktop import Desktop, require_tools, until

PROGRAM = Path(
    os.environ.get("LAYERSCOPE_PROGRAM", Path(sys.executable).with_name("layerscope"))
)
MODELS = ("figures_cnn.keras", "figures_int8.onnx", "sentence_pair.h5")


@pytest.fixture
def desktop(tmp_path, samples):
    require_tools()
    with Desktop(tmp_path / "home") as desktop:
        for name in MODELS:
            shutil.copy(samples / name, desktop.models)
        yield desktop


@pytest.mark.timeout(300)
def test_a_double_click_opens_each_kind_of_model_in_one_window(desktop, tmp_path):
    said = desktop.run(PROGRAM, "install-desktop", "--h5")
    assert str(PROGRAM) in said
    starts = desktop.listen()
    desktop.show_models()
    windows = set()
    for name in MODELS:
        double_click(desktop, name)
        windows.update(desktop.windows())
        until(lambda: desktop.active() in windows)
        desktop.photograph(tmp_path / f"{name}.png")
    # Nothing keeps the pointer waiting: each start was said to have ended.
    begun = {id for kind, id in starts() if kind == "new"}
    assert len(begun) >= len(MODELS)
    until(lambda: {("remove", id) for id in begun} <= starts())
    [window] = windows
    tabs = set()
    for _ in MODELS:
        desktop.press("ctrl+Tab")
        until(lambda: desktop.title(window) not in tabs)
        tabs.add(desktop.title(window))
    assert tabs == {f"{name} – Layerscope" for name in MODELS}


def double_click(desktop, name):
    """Double-click a file and wait until its model is there."""
    titles = [f"{name} – Layerscope"]
    desktop.double_click(
        name, lambda: [*map(desktop.title, desktop.windows())] == titles
    )
    # A file is among the recent ones once it was read, not before.
    kept = desktop.home / ".config" / "layerscope" / "layerscope.ini"
    until(lambda: Settings(kept).recent[:1] == [desktop.models / name])


def test_types_and_defaults_come_and_go(desktop):
    types = {
        "figures_cnn.keras": "application/x-keras",
        "figures_int8.onnx": "application/x-onnx",
        "sentence_pair.h5": "application/x-hdf",
    }

    def default(type):
        return desktop.run("xdg-mime", "query", "default", type).strip()

    desktop.run(PROGRAM, "install-desktop")
    for name, type in types.items():
        found = desktop.run("xdg-mime", "query", "filetype", desktop.models / name)
        assert found.strip() == type
    assert default("application/x-keras") == "layerscope.desktop"
    assert default("application/x-onnx") == "layerscope.desktop"
    desktop.run(PROGRAM, "uninstall-desktop")
    assert not any(map(default, types.values()))
    kept = desktop.models / "figures_cnn.keras"
    found = desktop.run("xdg-mime", "query", "filetype", kept)
    assert found.strip() == "application/zip"
