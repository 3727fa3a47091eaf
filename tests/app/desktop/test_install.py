"""Installing for one user's desktop, and every trace gone after uninstalling."""

import os
from pathlib import Path

import pytest

from app.desktop.entry import HDF, OWN_TYPES
from app.desktop.install import Places, install, is_installed, uninstall
from app.desktop.verbs import installed, this_program, uninstalled
from loaders.ir.errors import InspectorError

PROGRAM = Path("/opt/layer scope/bin/layerscope")


def files(folder):
    """Return the bytes of every file under a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def add_tool(folder, name, body):
    tool = folder / name
    tool.write_text(f"#!/bin/sh\n{body}\n")
    tool.chmod(0o755)


def test_entry_types_icons_and_defaults_are_put_where_desktops_look(places, tools):
    report = install(PROGRAM, places)
    assert f'Exec="{PROGRAM}" %F' in places.entry.read_text()
    assert "application/x-keras" in places.types.read_text()
    for size in (16, 22, 24, 32, 48, 64, 128, 256, 512):
        icon = places.icons / f"{size}x{size}" / "apps" / "layerscope.png"
        assert icon.read_bytes().startswith(b"\x89PNG")
    assert (places.icons / "scalable" / "apps" / "layerscope.svg").exists()
    chosen = (places.config / "mimeapps.list").read_text()
    assert "application/x-keras=layerscope.desktop;" in chosen
    assert HDF not in chosen
    assert report.opens == list(OWN_TYPES)


def test_hdf_files_are_taken_only_if_asked_for(places, tools):
    report = install(PROGRAM, places, h5=True)
    assert report.opens == [*OWN_TYPES, HDF]
    # Installing again without it takes nothing back that the user chose.
    assert install(PROGRAM, places).opens == [*OWN_TYPES, HDF]


def test_installing_twice_changes_nothing(places, home, tools):
    install(PROGRAM, places, h5=True)
    before = files(home)
    report = install(PROGRAM, places, h5=True)
    assert files(home) == before
    assert report.written == []
    assert "Everything is in place already" in installed(report, PROGRAM)


def test_a_program_that_moved_is_followed(places, tools):
    install(PROGRAM, places)
    report = install(Path("/srv/layerscope"), places)
    assert report.written == [places.entry]
    assert "Exec=/srv/layerscope %F" in places.entry.read_text()


def test_uninstalling_leaves_what_was_there(places, home, tools):
    places.config.mkdir()
    chosen = places.config / "mimeapps.list"
    chosen.write_text("[Default Applications]\napplication/x-hdf=silx.desktop\n")
    other = places.data / "applications" / "other.desktop"
    other.parent.mkdir(parents=True)
    other.write_text("[Desktop Entry]\n")
    before = files(home)
    install(PROGRAM, places, h5=True)
    assert "x-hdf=layerscope.desktop;silx.desktop" in chosen.read_text()
    uninstall(places)
    assert files(home) == before


def test_uninstalling_leaves_no_folder_of_ours(places, tools):
    install(PROGRAM, places)
    report = uninstall(places)
    assert list(places.data.iterdir()) == []
    assert list(places.config.iterdir()) == []
    assert "no longer" in uninstalled(report)
    assert "nothing was changed" in uninstalled(uninstall(places))


def test_what_tools_made_of_our_files_goes_with_them(places, tools):
    made = places.types.parent.parent
    add_tool(
        tools,
        "update-mime-database",
        ': >"$1/globs2"; : >"$1/mime.cache"; /bin/mkdir -p "$1/application"',
    )
    install(PROGRAM, places)
    assert (made / "mime.cache").exists()
    uninstall(places)
    assert not made.exists()


def test_tools_are_told_where_and_their_failure_is_said(places, tools, tmp_path):
    log = tmp_path / "log"
    add_tool(tools, "update-mime-database", f'echo "$@" >{log}')
    add_tool(tools, "update-desktop-database", "echo no such thing >&2; exit 3")
    report = install(PROGRAM, places)
    assert log.read_text().strip() == str(places.data / "mime")
    [problem] = report.problems
    assert "update-desktop-database failed (no such thing)" in problem
    assert problem in installed(report, PROGRAM)


def test_missing_tools_are_named_with_their_packages(places, tools):
    text = installed(install(PROGRAM, places), PROGRAM)
    assert "update-mime-database is not installed (package shared-mime-info)" in text
    assert "(package desktop-file-utils)" in text


def test_a_list_of_the_desktop_itself_is_not_in_the_way(places, tools):
    places.config.mkdir()
    special = places.config / "gnome-mimeapps.list"
    special.write_text("[Default Applications]\napplication/x-hdf=silx.desktop;\n")
    before = special.read_text()
    assert HDF in install(PROGRAM, places, h5=True).opens
    assert "layerscope.desktop;silx.desktop;" in special.read_text()
    assert "x-keras" not in special.read_text()
    uninstall(places)
    assert special.read_text() == before


def test_a_list_that_is_a_link_stays_one(places, tools, tmp_path):
    real = tmp_path / "dotfiles"
    real.write_text("[Default Applications]\ntext/plain=gedit.desktop\n")
    places.config.mkdir()
    (places.config / "mimeapps.list").symlink_to(real)
    install(PROGRAM, places)
    assert (places.config / "mimeapps.list").is_symlink()
    assert "x-keras" in real.read_text()
    uninstall(places)
    assert real.read_text() == "[Default Applications]\ntext/plain=gedit.desktop\n"


def test_a_home_that_cannot_be_written_is_one_clear_error(places, tools):
    places.data.parent.mkdir()
    places.data.write_text("a file where the folder should be")
    with pytest.raises(InspectorError, match="cannot be changed"):
        install(PROGRAM, places)


def test_folders_that_the_user_named_are_used_and_relative_ones_ignored(home):
    named = Places.of({"XDG_DATA_HOME": "/srv/data", "XDG_CONFIG_HOME": "conf"})
    assert named.data == Path("/srv/data")
    assert named.config == home / ".config"


def test_it_counts_as_installed_while_its_program_is_there(places, tools, tmp_path):
    assert not is_installed()
    program = tmp_path / "layerscope"
    install(program, places)
    assert not is_installed()
    program.touch(mode=0o755)
    assert is_installed()


def test_it_counts_as_installed_when_it_is_for_everybody(home, tmp_path):
    shared = Path(os.environ["XDG_DATA_DIRS"]) / "applications"
    shared.mkdir(parents=True)
    (shared / "layerscope.desktop").write_text("[Desktop Entry]\nExec=layerscope %F\n")
    assert is_installed()


def test_the_program_is_what_was_started_links_not_followed(tmp_path, monkeypatch):
    real, link = tmp_path / "layerscope-1", tmp_path / "bin" / "layerscope"
    real.touch()
    link.parent.mkdir()
    link.symlink_to(real)
    monkeypatch.setattr("sys.argv", [str(link)])
    assert this_program() == link


def test_a_program_that_is_not_installed_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["-c"])
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    with pytest.raises(InspectorError, match="not installed as a program"):
        this_program()
