"""A column of widgets in the middle of a page that has nothing else to show."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


def centre_column(
    page: QWidget, column: QVBoxLayout, width: int, above: int, below: int
) -> None:
    """Put a column into the middle of a page, at most ``width`` pixels wide.

    ``above`` and ``below`` are the shares of the room that is left over and under it.
    """
    box = QWidget(page)
    box.setMaximumWidth(width)
    box.setLayout(column)
    across = QHBoxLayout()
    across.addStretch(1)
    across.addWidget(box, 100)
    across.addStretch(1)
    outer = QVBoxLayout(page)
    outer.addStretch(above)
    outer.addLayout(across)
    outer.addStretch(below)
