"""Garbage is collected in the window's thread and nowhere else."""

import gc
import threading
import weakref

import pytest
from PySide6.QtCore import QObject

from app.garbage import MOST, PART, YOUNG, GarbageTimer, free_slowly


class Knot:
    """Holds itself, so only the collector can free it."""

    def __init__(self):
        self.own = self
        self.thread: list[int] = []


@pytest.fixture
def collector(qtbot):
    gc.collect()
    parent = QObject()
    yield GarbageTimer(parent)
    gc.enable()
    gc.unfreeze()


def tie(count, ended):
    for _ in range(count):
        knot = Knot()
        weakref.finalize(knot, lambda: ended.append(threading.get_ident()))


def test_threads_that_make_garbage_do_not_collect_it(collector, qtbot):
    ended: list[int] = []
    worker = threading.Thread(target=tie, args=(YOUNG * 3, ended))
    worker.start()
    worker.join()
    assert not ended
    qtbot.waitUntil(lambda: bool(ended))
    assert set(ended) == {threading.get_ident()}


def test_large_tables_are_set_aside_unseen(collector):
    before = gc.get_freeze_count()
    table = [[number] for number in range(2 * MOST)]
    collector.collect()
    assert gc.get_freeze_count() - before >= len(table)


def test_little_garbage_is_left_for_later(collector):
    gc.collect()
    ended: list[int] = []
    tie(3, ended)
    collector.collect()
    assert not ended


def test_older_garbage_is_collected_in_time(collector):
    ended: list[int] = []
    tie(1, ended)
    gc.collect(0)
    gc.collect(1)
    assert ended


def test_large_tables_are_freed_a_little_at_a_time(qtbot):
    rows = tuple(Knot() for _ in range(3 * PART))
    for row in rows:
        row.own = None
    ended = []
    for row in rows:
        weakref.finalize(row, ended.append, None)
    free_slowly([rows, [Knot()]])
    del rows, row
    assert not ended
    qtbot.waitUntil(lambda: bool(ended))
    assert len(ended) == PART
    qtbot.waitUntil(lambda: len(ended) == 3 * PART)


def look_through(view, qtbot):
    """Open all, search, and return references to what is large; they keep nothing."""
    window, panels = view.window(), view.panels
    first = weakref.ref(panels.graph.canvas.graph.places)
    panels.drawing.change(lambda picture: picture.open_all())
    window.commands["find"].trigger()
    qtbot.keyClicks(window.find_bar.field, "relu")
    qtbot.waitUntil(lambda: panels.found.list.model().rowCount() > 0)
    qtbot.waitUntil(lambda: not panels.graph._maker.is_busy)
    second = weakref.ref(panels.graph.canvas.graph.places)
    return first, second, weakref.ref(view.document.index)


def test_a_closed_tab_leaves_nothing_of_its_model_to_the_collector(opened, qtbot):
    window = opened("sentence_pair.h5").window()
    gc.disable()
    try:
        large = look_through(window.workspace.current, qtbot)
        window.commands["close"].trigger()
        qtbot.waitUntil(lambda: not any(one() for one in large))
    finally:
        gc.enable()
