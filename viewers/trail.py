"""Where one is inside groups: a line of names over the graph."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from loaders.ir.index import ModelIndex
from viewers.plain import short_name
from viewers.plain_label import plain_label
from viewers.quiet_button import quiet_button
from viewers.row import clear_row, styled_row


class Trail(QWidget):
    """Names the groups around the one that fills the picture; a click goes there.

    Hidden while the whole model is shown, which has nothing around it.

    Signals:
        group_chosen: Id of the group that was clicked; empty for the whole model.
    """

    group_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trail")
        self._row = styled_row(self)
        self.setVisible(False)

    def show_path(self, index: ModelIndex, group: str) -> None:
        """Show the way to a group, and the other bodies of the same node."""
        clear_row(self._row)
        path = (*index.groups_around(group), group) if group else ()
        self._add("Whole model", "", here=False)
        for step in path:
            self._row.addWidget(plain_label(self, "notice-text", "›"))
            self._add(_title(index, step), step, here=step == group)
        for other in _siblings(index, group):
            self._row.addSpacing(12)
            self._add(_title(index, other), other, here=False)
        self._row.addStretch(1)
        self.setVisible(bool(path))

    def _add(self, text: str, group: str, here: bool) -> None:
        button = quiet_button(self, text)
        button.setEnabled(not here)
        button.clicked.connect(lambda _checked=False: self.group_chosen.emit(group))
        self._row.addWidget(button)


def _title(index: ModelIndex, group: str) -> str:
    return short_name(index.model.grouping.groups[group].title, 40)


def _siblings(index: ModelIndex, group: str) -> Sequence[str]:
    """Return the other bodies of the node that a body belongs to."""
    if not group or group not in index.model.graphs or group in index.nodes:
        return ()
    owner = index.model.graphs[group].owner
    bodies = index.nodes[owner].bodies if owner in index.nodes else ()
    groups = index.model.grouping.groups
    return [body for body in bodies if body != group and body in groups]
