"""Labels that show text from files letter by letter."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def plain_label(parent: QWidget, name: str = "", text: str = "") -> QLabel:
    """Return a label that shows its text letter by letter; ``name`` is for its style.

    The only place where labels are made: Qt's own default is to guess.
    """
    label = QLabel(parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setObjectName(name)
    label.setText(text)
    return label
