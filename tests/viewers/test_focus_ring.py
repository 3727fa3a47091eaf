"""The ring around the panel that has the keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from viewers.focus_ring import FocusRing


@pytest.fixture
def panels(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    first, second = QTextBrowser(window), QTextBrowser(window)
    column.addWidget(first)
    column.addWidget(second)
    window.resize(300, 300)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    second.setFocus()
    yield first, second, FocusRing(first)
    window.close()


def test_a_panel_reached_by_a_key_has_a_ring_until_it_is_left(panels):
    first, second, ring = panels
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring.isVisible()
    assert ring.geometry() == first.rect()
    second.setFocus(Qt.FocusReason.TabFocusReason)
    assert not ring.isVisible()


def test_a_panel_reached_by_a_click_has_none(panels):
    first, _, ring = panels
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert not ring.isVisible()


def test_the_ring_grows_with_its_panel(panels):
    first, _, ring = panels
    first.setFocus(Qt.FocusReason.TabFocusReason)
    first.window().resize(500, 500)
    assert ring.geometry() == first.rect()
