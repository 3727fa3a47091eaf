"""The row above a page in which other lengths of the input are tried."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from loaders.ir.graph import Dim
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button

LONGEST = 10_000_000
"""No series or picture is longer than that."""
_FIELD_WIDTH, _COLUMNS = 76, 2
_SPACE, _SIDE = 8, 16


class OpenLength(Struct, frozen=True, kw_only=True):
    """A length of the input that can be tried with another number.

    Attributes:
        label: What the axis stands for: ``time``; fit to be shown.
        length: What the file says.
        places: Id of a value and number of an axis, all that share the length.
    """

    label: str
    length: Dim
    places: tuple[tuple[str, int], ...]


class LengthBar(QWidget):
    """One field per open length. Shows what it is told; knows no rules.

    Signals:
        tried: The lengths wanted, as a number by position in ``lengths``; empty for
            those of the file.
    """

    tried = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lengths: tuple[OpenLength, ...] = ()
        self.fields: list[QLineEdit] = []
        self.wanted: dict[int, int] = {}
        self.heading = plain_label(self, "heading", "Try a length")
        self.word = plain_label(self, "inspector-subtitle")
        self.word.setWordWrap(True)
        self.word.hide()
        self.undo = quiet_button(
            self, "As in the file", tip="Show the lengths that the file has"
        )
        self.undo.hide()
        self.undo.clicked.connect(self.give_up)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(_SPACE)
        self._grid.setVerticalSpacing(_SPACE // 2)
        self._grid.setColumnStretch(2 * _COLUMNS, 1)
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch(1)
        top.addWidget(self.undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SIDE, _SPACE, _SIDE, _SPACE)
        column.setSpacing(_SPACE // 2)
        column.addLayout(top)
        column.addLayout(self._grid)
        column.addWidget(self.word)

    @property
    def is_trying(self) -> bool:
        """Whether other lengths than the file's are shown."""
        return bool(self.wanted)

    def show_lengths(self, lengths: Sequence[OpenLength]) -> None:
        """Offer other lengths; what was tried before is forgotten."""
        self.lengths, self.wanted = tuple(lengths), {}
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.fields = []
        for at, length in enumerate(self.lengths):
            row, column = divmod(at, _COLUMNS)
            label = plain_label(self, "", length.label)
            field = self._field(length)
            label.setBuddy(field)
            self._grid.addWidget(label, row, 2 * column)
            self._grid.addWidget(field, row, 2 * column + 1)
            self.fields.append(field)
        self.say("")
        self.undo.hide()

    def say(self, words: str) -> None:
        """Say what came of the lengths; nothing hides the line."""
        self.word.setText(words)
        self.word.setVisible(bool(words))

    @Slot()
    def give_up(self) -> None:
        """Go back to the file's lengths."""
        for field in self.fields:
            field.clear()
        self._try()

    def _field(self, length: OpenLength) -> QLineEdit:
        field = QLineEdit(self)
        field.setPlaceholderText(
            "None" if length.length is None else str(length.length)
        )
        field.setValidator(QIntValidator(1, LONGEST, field))
        field.setFixedWidth(_FIELD_WIDTH)
        field.setAccessibleName(f"Length of {length.label} to try")
        field.setToolTip(
            "Another length of the input; Enter shows what follows from it"
        )
        field.editingFinished.connect(self._try)
        return field

    @Slot()
    def _try(self) -> None:
        wanted = {
            at: int(field.text())
            for at, field in enumerate(self.fields)
            if field.hasAcceptableInput()
        }
        if wanted != self.wanted:
            self.wanted = wanted
            self.undo.setVisible(bool(wanted))
            self.tried.emit(wanted)


def shapes_with(
    lengths: Sequence[OpenLength],
    wanted: Mapping[int, int],
    shapes: Mapping[str, tuple[Dim, ...]],
) -> dict[str, tuple[Dim, ...]]:
    """Return whole shapes by value id, with the wanted lengths put in.

    Args:
        lengths: What can be tried.
        wanted: Numbers by position in ``lengths``.
        shapes: As the file has them.
    """
    found = dict(shapes)
    for at, number in wanted.items():
        for value, axis in lengths[at].places:
            shape = list(found[value])
            shape[axis] = number
            found[value] = tuple(shape)
    return {id: shape for id, shape in found.items() if shape != shapes[id]}
