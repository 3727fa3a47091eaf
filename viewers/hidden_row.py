"""What is left out of a picture, said above it, and the way to bring it back."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from loaders.ir.text import count_of, shown
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button
from viewers.row import clear_row, styled_row

MOST_NAMED = 6
"""Operations that are named one by one."""


class HiddenRow(QWidget):
    """Names the operations that are left out; a click on one brings it back.

    Signals:
        wanted_back: The operation that was clicked; empty for all.
    """

    wanted_back = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hidden-row")
        self._row = styled_row(self)
        self.setVisible(False)

    def show_hidden(self, ops: Sequence[str]) -> None:
        """Name these operations; without any there is no row."""
        clear_row(self._row)
        if not ops:
            self.hide()
            return
        self._row.addWidget(plain_label(self, "notice-text", "Left out:"))
        for op in ops[:MOST_NAMED]:
            self._add(f"{shown(op, 40)} ×", op, f"Show {shown(op, 80)} again")
        if len(ops) > MOST_NAMED:
            more = f"and {count_of(len(ops) - MOST_NAMED, 'more kind', 'more kinds')}"
            self._row.addWidget(plain_label(self, "notice-text", more))
        self._row.addStretch(1)
        self._add("Show all", "", "Show all that was left out")
        self.show()

    def _add(self, text: str, op: str, says: str) -> None:
        button = quiet_button(self, text, says=says)
        button.clicked.connect(lambda _checked=False: self.wanted_back.emit(op))
        self._row.addWidget(button)
