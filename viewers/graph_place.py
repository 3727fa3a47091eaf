"""Where one looks in a picture, told so that it can be found again in another one."""

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import QPointF, QSize

from loaders.ir.layout import Layout
from viewers.drawing.scene import GraphScene
from viewers.graph_canvas import GraphCanvas

NEAREST = 120.0
"""How far from the border a box is whose place is kept, at least, in pixels."""

MOST = 300
"""Boxes whose places are remembered."""


class Place(Struct, frozen=True):
    """A scale, and boxes with their places in the viewport, the best one first."""

    zoom: float
    boxes: tuple[tuple[str, QPointF], ...]


def remember(canvas: GraphCanvas, first: Sequence[str]) -> Place | None:
    """Return where one looks; ``None`` if there is no picture.

    Args:
        canvas: What one looks at.
        first: Boxes that matter more than those nearest to the middle, if they are
            there: the last one the most.
    """
    scene = canvas.graph
    if scene is None:
        return None
    middle = QPointF(canvas.viewport().rect().center())

    def place(name: str) -> QPointF:
        return QPointF(canvas.mapFromScene(scene.upper_middle(name)))

    seen = canvas.seen()
    found = scene.boxes_in(seen)
    found = found[:: 1 + len(found) // MOST]
    names = [scene.layout.boxes[at].node for at in found]
    names.sort(key=lambda name: (place(name) - middle).manhattanLength())
    for name in first:
        if name in scene.places.index and scene.rect_of(name).intersects(seen):
            names.insert(0, name)
    return Place(canvas.zoom, tuple((name, place(name)) for name in names))


def is_kept(before: Layout, after: Layout) -> bool:
    """Whether where one looks has a meaning in another picture."""
    one, other = before.arrangement, after.arrangement
    return (one.root, one.horizontal) == (other.root, other.horizontal)


def find(
    scene: GraphScene, place: Place | None, room: QSize
) -> tuple[QPointF, QPointF] | None:
    """Return a point of a picture and where it shall be in the viewport.

    ``None`` if nothing of what one looked at is in the picture.
    """
    for name, at in place.boxes if place is not None else ():
        if name in scene.places.index:
            width, height = float(room.width()), float(room.height())
            x = min(max(at.x(), NEAREST), max(NEAREST, width - NEAREST))
            y = min(max(at.y(), NEAREST / 4), max(NEAREST / 4, height - NEAREST))
            return scene.upper_middle(name), QPointF(x, y)
    return None
