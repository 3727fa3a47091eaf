"""The table of commands, and the page of keys that is printed from it."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

from app.command import Topic
from app.commands import COMMANDS, GESTURES
from app.keys_page import KeysPage, key_rows


def test_every_command_has_an_id_and_a_title_of_its_own():
    for words in ([c.id for c in COMMANDS], [c.title for c in COMMANDS]):
        assert max(Counter(words).values()) == 1


def test_every_command_says_something_that_its_title_does_not():
    for command in COMMANDS:
        assert command.about
        assert command.about.lower() != command.title.lower().rstrip("…")
        assert not command.about.endswith((".", "!"))


def test_no_key_means_two_things():
    keys = [QKeySequence(key).toString() for c in COMMANDS for key in c.keys]
    keys += [f"Ctrl+{digit}" for digit in range(1, 10)]  # recent files
    assert all(keys)
    twice = {key: count for key, count in Counter(keys).items() if count > 1}
    assert not twice


def test_the_habits_of_the_field_are_kept():
    keys = {key: command.id for command in COMMANDS for key in command.keys}
    wanted = {
        "Ctrl+O": "open",
        "F5": "reload",
        "Space": "fit",
        "Backspace": "outer",
        "Ctrl+F": "find",
        "Ctrl+D": "attributes",
        "Ctrl+I": "weights-page",
        "Alt+Left": "earlier",
        "Ctrl+K": "turn",
        "Ctrl+Shift+E": "export",
        "Ctrl+W": "close",
        "Ctrl+Shift+T": "reopen-tab",
        "Ctrl+Shift+P": "palette",
        "?": "keys",
        "F11": "full-screen",
    }
    assert {key: keys.get(key) for key in wanted} == wanted


def test_the_page_names_every_key_of_every_command():
    rows = [row for topic in Topic for row in key_rows(topic)]
    for command in COMMANDS:
        # Both keys for Enter have one name.
        keys = [QKeySequence(key).toString() for key in command.keys]
        names = dict.fromkeys(key.replace("Return", "Enter") for key in keys)
        if names:
            assert (command.title.rstrip("…"), "  ".join(names)) in rows
    for gesture in GESTURES:
        assert (gesture.does, gesture.how) in rows


def test_the_page_shows_them_and_the_key_that_opened_it_closes_it(qtbot):
    window = QWidget()
    window.resize(1200, 900)
    qtbot.addWidget(window)
    window.show()
    page = KeysPage(window)
    page.open()
    words = {label.text() for label in page.findChildren(QLabel)}
    assert {"Reload", "F5  Ctrl+R", *(g.how for g in GESTURES)} <= words
    qtbot.keyClick(page, Qt.Key.Key_Question)
    assert not page.isVisible()


def test_the_page_fits_a_narrow_window(qtbot):
    window = QWidget()
    window.resize(420, 300)
    qtbot.addWidget(window)
    window.show()
    page = KeysPage(window)
    page.open()
    assert window.rect().contains(page.card.geometry())
