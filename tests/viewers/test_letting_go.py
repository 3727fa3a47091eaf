"""Widgets and scenes leave nothing behind, though the collector never looks."""

import gc
import weakref

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from viewers.letting_go import let_go


class Table:
    """Something large."""


class Panel(QWidget):
    """Refers to itself, as widgets do through what is connected to them."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self.own, self.table = self, Table()


@pytest.fixture(autouse=True)
def collects_nothing():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_what_a_widget_and_those_in_it_hold_is_freed(qtbot):
    outer = Panel()
    inner = Panel(outer)
    tables = [weakref.ref(outer.table), weakref.ref(inner.table)]
    let_go(outer)
    del outer, inner
    qtbot.waitUntil(lambda: not any(table() for table in tables))


def test_children_may_use_what_is_theirs_until_they_are_gone(qtbot):
    seen = []

    class Child(QObject):
        def __init__(self, parent):
            super().__init__(parent)
            self.word = "here"
            parent.destroyed.connect(lambda: seen.append(self.word))

    outer = QWidget()
    Child(outer)
    let_go(outer)
    del outer
    qtbot.waitUntil(lambda: seen == ["here"])
