"""Children work in folders of ours, never beside the user's files."""

import os
import tempfile
from pathlib import Path

import pytest

from app.engine.scratch import cache_folder, make_scratch, remove_scratch


def test_a_folder_is_for_the_user_alone(tmp_path):
    folder = make_scratch(tmp_path / "cache")
    assert folder.parent == tmp_path / "cache"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_folders_of_running_programs_stay(tmp_path):
    mine = make_scratch(tmp_path)
    make_scratch(tmp_path)
    assert mine.is_dir()


def test_links_in_a_folder_are_removed_and_not_followed(tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis").touch()
    folder = make_scratch(tmp_path / "cache")
    (folder / "link").symlink_to(tmp_path / "precious")
    remove_scratch(folder)
    assert not folder.exists()
    assert (tmp_path / "precious" / "thesis").exists()


def test_where_the_cache_cannot_be_written_temporary_files_have_to_do(tmp_path):
    (tmp_path / "file").touch()
    folder = make_scratch(tmp_path / "file" / "cache")
    assert folder.parent == Path(tempfile.gettempdir())
    remove_scratch(folder)


@pytest.mark.skipif(os.name == "nt", reason="XDG is for POSIX")
def test_a_relative_cache_folder_is_not_made_beside_the_users_files(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "here")
    assert cache_folder().is_absolute()
