"""The thin rows of the window: tools, a passing message, the status."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from loaders.ir.text import count_of, shown
from viewers.model_panel import PARTED
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button


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
        self._right = row.count()
        for button in self._buttons[len(left) :]:
            row.addWidget(button)
        self._row = row

    def add_right(self, control: QWidget) -> None:
        """Put a control before the buttons at the right."""
        self._row.insertWidget(self._right, control)
        self._right += 1

    def show_usable(self) -> None:
        """Show the buttons that do something now; the others are not there."""
        for button in self._buttons:
            button.setVisible(button.defaultAction().isEnabled())


class Banner(QWidget):
    """One sentence about something that just happened, and what can be done about it.

    Sentences never wait for each other: the newest is shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = _line(self)
        self.text.setWordWrap(True)
        self.offers: list[QToolButton] = []
        self.close_button = quiet_button(self, "Dismiss")
        self.close_button.clicked.connect(self.hide)
        self._stays = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 4, 8, 4)
        self._row.addWidget(self.text, 1)
        self._row.addWidget(self.close_button)
        self.hide()

    def say(
        self,
        text: str,
        offers: Mapping[str, Callable[[], None]] | None = None,
        *,
        stays: bool = False,
    ) -> None:
        """Show a sentence until it is dismissed or another one comes.

        Args:
            text: The sentence.
            offers: What a click does, by the words on the button; it also dismisses.
            stays: Whether it is about the whole program, not the file in front.
        """
        for button in self.offers:
            self._row.removeWidget(button)
            button.deleteLater()
        self.offers = []
        for words, act in (offers or {}).items():
            button = quiet_button(self, words)
            button.clicked.connect(lambda _checked=False, act=act: self._take_up(act))
            self._row.insertWidget(1 + len(self.offers), button)
            self.offers.append(button)
        self._stays = stays
        self.text.setText(shown(text, 1000))
        self.show()

    def leave_file(self) -> None:
        """Another file is in front: what was said of the one before is over."""
        if not self._stays:
            self.hide()

    def _take_up(self, act: Callable[[], None]) -> None:
        self.hide()
        act()


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
        self.warnings = quiet_button(self, tip="Read the warnings")
        self.warnings.clicked.connect(self.warnings_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.addWidget(self.text, 1)
        row.addWidget(self.calm)
        row.addWidget(self.warnings)
        self.setMinimumHeight(26)
        self._row = row
        self.show_model("", None)

    def show_model(self, text: str, warnings: int | None) -> None:
        """Say what a model is; ``None`` warnings while there is no model.

        Args:
            text: What it is, the most important part first; parted by ``PARTED``.
            warnings: How many there are.
        """
        self._text = text
        self.calm.setText("" if warnings is None else "No warnings")
        self.calm.setVisible(not warnings)
        self.warnings.setVisible(bool(warnings))
        self.warnings.setText(count_of(warnings or 0, "warning"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out whole parts at the end rather than cut a number."""
        beside = self.warnings if self.calm.isHidden() else self.calm
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right() - self._row.spacing()
        room -= beside.sizeHint().width()
        parts, advance = self._text.split(PARTED), self.text.fontMetrics()
        while len(parts) > 1 and advance.horizontalAdvance(PARTED.join(parts)) > room:
            parts.pop()
        self.text.setText(PARTED.join(parts))


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
