"""Items that are made where one looks, and made anew when they shall look different."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from viewers.drawing.places import Cell

Make = Callable[[Cell], Sequence[QGraphicsItem]]


class Tiles:
    """The items of one way of drawing, cell by cell.

    A large picture is never drawn whole: cells are made as they come into view and
    then stay. After ``restyle`` the old items stay until the view is made anew, so
    that nothing flickers.

    Args:
        scene: Where the items go.
        make: Makes the items of a cell: some milliseconds at most.
    """

    def __init__(self, scene: QGraphicsScene, make: Make) -> None:
        self._scene, self._make = scene, make
        self._made: dict[Cell, Sequence[QGraphicsItem]] = {}
        self._old: list[QGraphicsItem] = []
        self._visible = True

    def lacking(self, cells: Iterable[Cell]) -> list[Cell]:
        """Return those cells that are not made yet."""
        return [cell for cell in cells if cell not in self._made]

    def make(self, cells: Iterable[Cell]) -> Iterator[None]:
        """Make some cells that are in view; yields after each."""
        for cell in cells:
            if cell in self._made:
                continue
            items = self._made[cell] = self._make(cell)
            for item in items:
                item.setVisible(self._visible)
                self._scene.addItem(item)
            yield
        self._forget_old()

    def restyle(self) -> None:
        """Let every cell be made anew."""
        self._forget_old()
        self._old = [item for items in self._made.values() for item in items]
        self._made.clear()

    def show(self, visible: bool) -> None:
        """Show or hide all items."""
        self._visible = visible
        for items in (*self._made.values(), self._old):
            for item in items:
                item.setVisible(visible)

    def _forget_old(self) -> None:
        for item in self._old:
            self._scene.removeItem(item)
        self._old = []
