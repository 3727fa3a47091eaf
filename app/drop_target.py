"""Files that are dragged over the window: what a drop would do, and the drop."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QVBoxLayout, QWidget

from loaders.ir.text import count_of
from viewers.plain import short_name
from viewers.plain_label import plain_label

MARGIN = 12


class DropTarget(QFrame):
    """Takes files that are dropped anywhere on a window.

    While they hover, a frame over the window says what a drop would do.

    Signals:
        dropped: The files and folders, as a list of ``Path``.
    """

    dropped = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("drop-target")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = plain_label(self, "drop-words")
        self.text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        self.hide()
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Follow what is dragged over the window."""
        match event.type():
            case QEvent.Type.DragEnter if isinstance(event, QDropEvent):
                if paths := _paths(event.mimeData()):
                    event.acceptProposedAction()
                    self._show(paths)
                    return True
            case QEvent.Type.Drop if isinstance(event, QDropEvent):
                self.hide()
                if paths := _paths(event.mimeData()):
                    event.acceptProposedAction()
                    self.dropped.emit(paths)
                    return True
            case QEvent.Type.DragLeave:
                self.hide()
        return super().eventFilter(watched, event)

    def _show(self, paths: Sequence[Path]) -> None:
        what = (
            short_name(paths[0].name)
            if len(paths) == 1
            else count_of(len(paths), "file")
        )
        self.text.setText(f"Drop to open {what}")
        room = self._window.rect()
        self.setGeometry(room.adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN))
        self.show()
        self.raise_()


def let_drops_through(panel: QWidget) -> None:
    """Keep the scroll areas in a panel from swallowing what is dropped on them."""
    for area in panel.findChildren(QAbstractScrollArea):
        area.setAcceptDrops(False)
        area.viewport().setAcceptDrops(False)


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
