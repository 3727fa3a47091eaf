"""Buttons without a frame: at hand, but not what one looks at."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget


def quiet_button(
    parent: QWidget, words: str = "", tip: str = "", says: str = ""
) -> QToolButton:
    """Return a button that looks like words until it is pointed at.

    Args:
        parent: Where it lies.
        words: What stands on it, letter by letter.
        tip: What is shown when the pointer rests on it: our words, none of a file.
        says: What those hear who cannot see it; the words if not given.
    """
    button = QToolButton(parent)
    button.setObjectName("quiet-button")
    button.setAutoRaise(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    # An ampersand would underline a letter.
    button.setText(words.replace("&", "&&"))
    button.setToolTip(tip)
    button.setAccessibleName(says)
    return button
