"""What is remembered between starts."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray

from app.settings import MOST_RECENT, Settings


def again(settings, path):
    settings.save()
    return Settings(path)


def test_remembers_theme_flags_and_arrangement(tmp_path):
    path = tmp_path / "s.ini"
    settings = Settings(path)
    assert (settings.appearance, settings.flag("table", True)) == ("system", True)
    settings.appearance = "dark"
    settings.set_flag("table", False)
    settings.remember_state("window", QByteArray(b"\x00\xff"))
    later = again(settings, path)
    assert later.appearance == "dark"
    assert later.flag("table", True) is False
    assert later.state("window") == QByteArray(b"\x00\xff")


def test_recent_files_are_newest_first_without_repeats(tmp_path):
    path = tmp_path / "s.ini"
    settings = Settings(path)
    for name in ("/a.keras", "/b.onnx", "/a.keras"):
        settings.add_recent(Path(name))
    assert again(settings, path).recent == [Path("/a.keras"), Path("/b.onnx")]


def test_only_as_many_recent_files_as_there_are_digits(tmp_path):
    settings = Settings(tmp_path / "s.ini")
    for number in range(20):
        settings.add_recent(Path(f"/{number}.keras"))
    assert len(settings.recent) == MOST_RECENT
    assert settings.recent[0] == Path("/19.keras")


def test_a_path_that_is_no_text_comes_back_the_same(tmp_path):
    path = tmp_path / "s.ini"
    odd = Path(os.fsdecode(b"/models/\xff|, %41\n.keras"))
    settings = Settings(path)
    settings.add_recent(odd)
    assert again(settings, path).recent == [odd]


def test_a_damaged_file_counts_as_no_settings(tmp_path):
    path = tmp_path / "s.ini"
    path.write_bytes(b"[General]\nappearance=pink\nrecent=@Variant(\x00\x01\n[arr\x00")
    settings = Settings(path)
    assert settings.appearance == "system"
    assert settings.recent == []
    assert settings.state("window") is None


def test_the_session_keeps_its_order_and_who_was_in_front(tmp_path):
    path = tmp_path / "s.ini"
    settings = Settings(path)
    assert settings.session == ((), 0)
    files = (Path("/a|b.keras"), Path("/ä.onnx"))
    settings.remember_session(files, 1)
    assert again(settings, path).session == (files, 1)


def test_a_damaged_session_counts_as_none(tmp_path):
    path = tmp_path / "s.ini"
    path.write_text("[session]\nfiles=relative|%2Fok\nfront=77\n")
    assert Settings(path).session == ((Path("/ok"),), 0)


def test_text_sizes_that_nobody_offers_count_as_usual(tmp_path):
    path = tmp_path / "s.ini"
    settings = Settings(path)
    settings.text_percent = 150
    assert again(settings, path).text_percent == 150
    settings.text_percent = 3
    assert again(settings, path).text_percent == 100


def test_commands_used_are_newest_first_without_repeats(tmp_path):
    path = tmp_path / "s.ini"
    settings = Settings(path)
    for id in ("fit", "Open /a|b", "fit"):
        settings.note_command(id)
    assert again(settings, path).commands_used == ["fit", "Open /a|b"]
