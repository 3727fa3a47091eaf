"""Destroying widgets and scenes so that what they hold is freed at once."""

import time

from PySide6.QtCore import QObject, QTimer

SLICE_SECONDS = 0.004
"""How long circles are cut before the window gets a turn: tables take time to free."""


def let_go(one: QObject) -> None:
    """Let Qt destroy something soon, and with it all that Python keeps for it.

    Widgets and scenes refer to each other in circles, which nothing but the collector
    of garbage would free, and large tables are set aside from that for good. So the
    circles are cut as soon as Qt has destroyed all of them.
    """
    whole = [one, *one.findChildren(QObject)]
    # Children are destroyed after the signal, and may call what is theirs meanwhile.
    one.destroyed.connect(lambda: QTimer.singleShot(0, lambda: _empty(whole)))
    one.deleteLater()


def _empty(whole: list[QObject]) -> None:
    end = time.perf_counter() + SLICE_SECONDS
    while whole and time.perf_counter() < end:
        vars(whole.pop()).clear()
    if whole:
        QTimer.singleShot(0, lambda: _empty(whole))
