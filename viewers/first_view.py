"""Where a picture is looked at first: its beginning, as large as it fits but readable.

Pure, but for the rectangles.
"""

from PySide6.QtCore import QPointF, QRectF, QSizeF

from viewers.drawing.scene import GraphScene

READABLE = 0.7
"""The first view is never smaller."""
MOST_COMPARED = 200
"""Boxes at the beginning that decide where the first view lies."""
MARGIN = 40.0
"""How far a box that counts as seen stays from the border, in pixels."""


def first_zoom(scene: GraphScene, room: QSizeF) -> float:
    """Return the scale of the first view in a window of some pixels."""
    layout = scene.layout
    if layout.horizontal:
        fitting = room.height() / max(1.0, layout.height)
    else:
        fitting = room.width() / max(1.0, layout.width)
    return min(1.0, max(READABLE, fitting))


def first_middle(scene: GraphScene, seen: QSizeF) -> QPointF:
    """Return the middle of the first view: the inputs, and most boxes seen whole.

    Args:
        scene: The picture, indexed.
        seen: How much of it is in view, in its own pixels.
    """
    layout, width, height = scene.layout, seen.width(), seen.height()
    if layout.horizontal:
        line = _start_line(_first_spans(scene, seen), layout.height, height)
        return QPointF(width / 2, line)
    line = _start_line(_first_spans(scene, seen), layout.width, width)
    return QPointF(line, height / 2)


def _start_line(spans: list[tuple[float, float]], size: float, room: float) -> float:
    """Return the middle, across the flow, of the first view.

    That of the boxes at the beginning, as far as a picture that fits stays whole. In
    a wider picture it is where most of those boxes are seen whole, the first one
    among them.
    """
    if not spans:
        return size / 2
    low, high = min(span[0] for span in spans), max(span[1] for span in spans)
    middle = (low + high) / 2
    if size <= room:
        return min(room / 2, max(size - room / 2, middle))
    half = room / 2 - MARGIN
    if high - low <= 2 * half:
        return middle
    first = spans[0]
    places = [place for span in spans for place in (span[0] + half, span[1] - half)]

    def seen_whole(place: float) -> tuple[int, float]:
        ends = place - half - 0.5, place + half + 0.5
        count = sum(ends[0] <= span[0] and span[1] <= ends[1] for span in spans)
        return count, -abs(place - sum(first) / 2)

    with_first = [p for p in places if p - half <= first[0] and first[1] <= p + half]
    return max(with_first or [sum(first) / 2], key=seen_whole)


def _first_spans(scene: GraphScene, seen: QSizeF) -> list[tuple[float, float]]:
    """Return where boxes of the first view lie across the flow, the first first."""
    layout = scene.layout
    boxes = layout.boxes
    first = next((at for at, box in enumerate(boxes) if not box.is_frame), None)
    if first is None:
        return []
    area = QRectF(0, 0, layout.width, layout.height)
    if layout.horizontal:
        area.setWidth(seen.width())
    else:
        area.setHeight(seen.height())
    found = [at for at in scene.boxes_in(area) if at != first][:MOST_COMPARED]
    rects = [scene.rect_of(boxes[at].node) for at in (first, *found)]
    if layout.horizontal:
        return [(rect.top(), rect.bottom()) for rect in rects]
    return [(rect.left(), rect.right()) for rect in rects]
