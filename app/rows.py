"""The thin rows of the window: tools, a passing message, the status."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from loaders.ir.text import count_of, shown
from viewers.plain_label import plain_label


class ToolRow(QWidget):
    """The few commands that stand ready: what concerns files left, the view right."""

    def __init__(
        self, left: list[QAction], right: list[QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tool-row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(8)
        self._buttons = [_boxed(self, action) for action in (*left, *right)]
        for button in self._buttons[: len(left)]:
            row.addWidget(button)
        row.addStretch(1)
        for button in self._buttons[len(left) :]:
            row.addWidget(button)

    def show_usable(self) -> None:
        """Show the buttons that do something now; the others are not there."""
        for button in self._buttons:
            button.setVisible(button.defaultAction().isEnabled())


class Banner(QWidget):
    """One sentence about something that just went wrong or was done; can be closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = _line(self)
        self.text.setWordWrap(True)
        self.close_button = QToolButton(self)
        self.close_button.setObjectName("quiet-button")
        self.close_button.setText("Dismiss")
        self.close_button.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self.hide()

    def say(self, text: str) -> None:
        """Show a sentence until it is dismissed or another one comes."""
        self.text.setText(shown(text, 1000))
        self.show()


class StatusRow(QWidget):
    """What the open model is, and how many warnings there are.

    Signals:
        warnings_clicked: The user wants to read them.
    """

    warnings_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status-row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = _line(self)
        self.text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.calm = _line(self)
        self.warnings = QToolButton(self)
        self.warnings.setObjectName("quiet-button")
        self.warnings.setAutoRaise(True)
        self.warnings.setToolTip("Read the warnings")
        self.warnings.clicked.connect(self.warnings_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.calm)
        row.addWidget(self.warnings)
        self.setFixedHeight(26)
        self.show_model("", None)

    def show_model(self, text: str, warnings: int | None) -> None:
        """Say what a model is; ``None`` warnings while there is no model."""
        self.text.setText(text)
        self.calm.setText("" if warnings is None else "No warnings")
        self.calm.setVisible(not warnings)
        self.warnings.setVisible(bool(warnings))
        self.warnings.setText(count_of(warnings or 0, "warning"))


def _line(parent: QWidget) -> QLabel:
    label = plain_label(parent)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _boxed(parent: QWidget, action: QAction) -> QToolButton:
    button = QToolButton(parent)
    button.setProperty("boxed", True)
    button.setDefaultAction(action)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
