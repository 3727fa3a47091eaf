"""A home of a user who has nothing yet."""

import pytest

from app.desktop.install import Places


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return an empty home, which the environment names, too."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CURRENT_DESKTOP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "shared"))
    return home


@pytest.fixture
def places(home):
    return Places.of()


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """Return a folder that alone is searched for programs of the desktop."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder
