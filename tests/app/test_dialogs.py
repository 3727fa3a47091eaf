"""Questions in boxes of their own."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from app.dialogs import choose_models, choose_weights, show_about


@pytest.fixture
def parent(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    return parent


def test_about_says_version_and_licence_as_plain_text(parent, qtbot):
    seen = []

    def read_and_close():
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append((box.text(), box.informativeText(), box.textFormat()))
        button = box.button(QMessageBox.StandardButton.Close)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(50, read_and_close)
    show_about(parent)
    [(title, text, form)] = seen
    assert title.startswith("Layerscope 0.")
    assert "MIT" in text
    assert form is Qt.TextFormat.PlainText


def test_every_chosen_file_is_returned(parent, monkeypatch):
    monkeypatch.setattr(
        "app.dialogs.QFileDialog.getOpenFileNames", lambda *_: (["/a", "/b"], "")
    )
    assert choose_models(parent, None) == [Path("/a"), Path("/b")]


def test_a_changed_mind_opens_nothing(parent, monkeypatch):
    monkeypatch.setattr("app.dialogs.QFileDialog.getOpenFileNames", lambda *_: ([], ""))
    monkeypatch.setattr("app.dialogs.QFileDialog.getOpenFileName", lambda *_: ("", ""))
    assert choose_models(parent, Path("/tmp")) == []
    assert choose_weights(parent, Path("/tmp")) is None
