"""The open files: one tab each, a start page while there is none."""

import os
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from app.command import Need
from app.document_view import DocumentView
from app.documents import Document
from app.engine.bridge import ReaderBridge
from app.engine.client import ReaderClient
from app.jobs import JobRunner
from app.panels import Panels
from app.tab_strip import TabStrip
from app.tab_titles import tab_titles
from viewers.drawing.style import Theme
from viewers.letting_go import let_go
from viewers.start_page import StartPage

WARM_UP_MS = 300
"""How long after the first view the rules are imported."""


class Workspace(QObject):
    """Opens, closes and switches between documents.

    Attributes:
        stack: The widget that shows the start page or the current document.

    Signals:
        current_changed: Another document is in front, or none.
        view_changed: What is known of the current document changed.
        view_added: A ``DocumentView`` was made and has begun to read.
        view_closed: A ``DocumentView`` that has lost its tab.
        weights_asked: The current document wants a file with weights.
    """

    current_changed = Signal()
    view_changed = Signal()
    view_added = Signal(object)
    view_closed = Signal(object)
    weights_asked = Signal()

    def __init__(
        self,
        strip: TabStrip,
        start: StartPage,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._strip, self._theme = strip, theme
        self.jobs = JobRunner(parent=self)
        self.stack = QStackedWidget()
        self.stack.addWidget(start)
        self._start = start
        self._views: list[DocumentView] = []
        self._waiting: set[DocumentView] = set()
        self._closed: list[Path] = []
        self._is_warm = False
        strip.chosen.connect(self._show)
        strip.close_asked.connect(self.close)
        strip.moved.connect(self._move)

    @property
    def current(self) -> DocumentView | None:
        """The document in front; ``None`` on the start page."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, DocumentView) else None

    @property
    def panels(self) -> Panels | None:
        """The panels of the model in front; ``None`` without one."""
        return self.current.panels if self.current is not None else None

    @property
    def views(self) -> tuple[DocumentView, ...]:
        """All documents in the order of their tabs."""
        return tuple(self._views)

    def open(
        self,
        path: Path,
        make_bridge: Callable[[], ReaderBridge] | None = None,
        *,
        is_waiting: bool = False,
    ) -> None:
        """Open a file in a new tab, or go to its tab if it is open already.

        Args:
            path: The file or folder.
            make_bridge: Makes the bridge to a reader that reads this file already.
            is_waiting: Whether it only gets a tab, and is read when it is looked at.
        """
        path = Path(os.path.abspath(path))
        for number, view in enumerate(self._views):
            if view.document.path == path:
                self._show(number)
                return
        bridge = make_bridge() if make_bridge is not None else _new_bridge(is_waiting)
        document = Document(path, bridge)
        view = DocumentView(document, self.jobs, self._theme)
        document.setParent(view)
        view.changed.connect(self._on_changed)
        view.close_asked.connect(self._close_sender)
        view.weights_asked.connect(self.weights_asked)
        view.first_view_done.connect(self._warm_up_later)
        self._views.append(view)
        self.stack.addWidget(view)
        number = self._strip.add(str(path))
        self._name_tabs()
        self.view_added.emit(view)
        if is_waiting:
            self._waiting.add(view)
            return
        self._show(number)
        if make_bridge is None:
            document.open()

    @Slot(int)
    def close(self, number: int) -> None:
        """Close a tab and end its reader."""
        if not 0 <= number < len(self._views):
            return
        was_in_front = self._views[number] is self.current
        view = self._views.pop(number)
        self._waiting.discard(view)
        self._closed.append(view.document.path)
        self._strip.remove(number)
        self._name_tabs()
        self.stack.removeWidget(view)
        view.document.close()
        self.view_closed.emit(view)
        let_go(view)
        if self._views and was_in_front:
            self._show(min(number, len(self._views) - 1))
        elif self._views:  # the one in front may stand elsewhere now
            self.current_changed.emit()
        else:
            self.stack.setCurrentWidget(self._start)
            self.current_changed.emit()

    def close_current(self) -> None:
        """Close the tab in front."""
        if (view := self.current) is not None:
            self.close(self._views.index(view))

    def close_others(self, kept: DocumentView | None = None) -> None:
        """Close every tab but one.

        Args:
            kept: The one that stays open; the one in front if not given.
        """
        kept = kept if kept is not None else self.current
        for view in self.views:
            if view is not kept:
                self.close(self._views.index(view))

    def reopen(self) -> None:
        """Open the file again whose tab was closed last."""
        if self._closed:
            self.open(self._closed.pop())

    def reload(self) -> None:
        """Read the file in front again."""
        if (view := self.current) is not None:
            view.read_again()

    def does(self) -> dict[str, Callable[[], None]]:
        """Return what the commands of this do, by id."""
        return {
            "reload": self.reload,
            "close": self.close_current,
            "close-others": self.close_others,
            "reopen-tab": self.reopen,
            "next-tab": lambda: self.step(1),
            "previous-tab": lambda: self.step(-1),
        }

    def needs_met(self) -> set[Need]:
        """Return what is there for commands to act on."""
        view = self.current
        there = {
            Need.TAB: view is not None,
            Need.MODEL: view is not None and view.document.model is not None,
            Need.OTHER_TABS: len(self._views) > 1,
            Need.CLOSED_TAB: bool(self._closed),
        }
        return {need for need, met in there.items() if met}

    def step(self, by: int) -> None:
        """Go some tabs to the right, round the end."""
        if (view := self.current) is not None:
            self._show((self._views.index(view) + by) % len(self._views))

    def close_all(self) -> None:
        """End all readers and jobs, at the end of the program."""
        for view in self._views:
            view.document.close()
        self.jobs.close()

    def apply_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        for view in self._views:
            view.apply_theme(theme)

    @Slot(int, int)
    def _move(self, before: int, now: int) -> None:
        self._views.insert(now, self._views.pop(before))
        self.current_changed.emit()

    def _name_tabs(self) -> None:
        self._strip.name(tab_titles([view.document.path for view in self._views]))

    @Slot(int)
    def _show(self, number: int) -> None:
        if 0 <= number < len(self._views):
            self._strip.go_to(number)
            view = self._views[number]
            self.stack.setCurrentWidget(view)
            self.current_changed.emit()
            if view in self._waiting:
                self._waiting.discard(view)
                view.document.open()

    @Slot()
    def _warm_up_later(self) -> None:
        """Import the rules while nobody waits, so that the first click is quick."""
        if not self._is_warm:
            self._is_warm = True
            QTimer.singleShot(
                WARM_UP_MS,
                self,
                lambda: self.jobs.start(self, "warm-up", _import_rules, lambda _: None),
            )

    @Slot()
    def _on_changed(self) -> None:
        if self.sender() is self.current:
            self.view_changed.emit()

    @Slot()
    def _close_sender(self) -> None:
        view = self.sender()
        if isinstance(view, DocumentView) and view in self._views:
            self.close(self._views.index(view))


def _new_bridge(is_waiting: bool) -> ReaderBridge:
    """Return a bridge to a reader, which is started now or when it is needed."""
    return ReaderBridge(ReaderClient(at_once=not is_waiting))


def _import_rules() -> None:
    from loaders.kinds import KINDS

    len(KINDS)
