"""A column of widgets in the middle of a page that has nothing else to show."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from viewers.drawing.style import text_scale


def centre_column(
    page: QWidget, column: QVBoxLayout, width: int, above: int, below: int
) -> None:
    """Put a column into the middle of a page.

    Args:
        page: Where; it has no layout yet.
        column: What.
        width: How wide it may be at the usual text size, in pixels.
        above: Share of the room that is left over it.
        below: Share of the room that is left under it.
    """
    box = _Box(page, width)
    box.setLayout(column)
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(box, 100)
    across.addStretch(1)
    outer = QVBoxLayout(page)
    outer.addStretch(above)
    outer.addLayout(across)
    outer.addStretch(below)


class _Box(QWidget):
    """As wide as its words can be read easily, however large they are."""

    def __init__(self, parent: QWidget, width: int) -> None:
        super().__init__(parent)
        self._width = width
        self._limit()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._limit()

    def _limit(self) -> None:
        self.setMaximumWidth(round(self._width * text_scale(self.font())))
