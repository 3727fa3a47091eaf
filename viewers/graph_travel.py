"""Where an arrow key leads from a box of a graph: pure."""

from enum import Enum

from loaders.ir.layout import Box
from viewers.drawing.paths import Paths
from viewers.drawing.places import Places, Rect


class Step(Enum):
    """Directions, as they are on the screen, and the ends of the picture."""

    FIRST = "first"
    LAST = "last"
    UP = (0, -1)
    DOWN = (0, 1)
    LEFT = (-1, 0)
    RIGHT = (1, 0)


def travel(places: Places, paths: Paths, box: str, step: Step) -> str:
    """Return the box that an arrow key leads to; ``box`` itself if there is none.

    With the flow and against it the way goes along edges, through frames, to the end
    that lies straightest ahead; with the flow from a frame into it. Across the flow it
    goes to the next box of the same row. From nowhere it goes to the first box.

    Args:
        places: Where everything lies.
        paths: How edges run.
        box: Where the way starts; empty for nowhere.
        step: Which key.
    """
    if step is Step.FIRST or step is Step.LAST or box not in places.index:
        return _end(places, last=step is Step.LAST)
    across, along = step.value
    if places.layout.horizontal:
        across, along = along, across
    if along:
        return _along(places, paths, box, along > 0)
    return _across(places, box, across)


def _end(places: Places, last: bool) -> str:
    """Return the box where the flow begins, or the one where it ends."""
    boxes = [box for box in places.layout.boxes if not box.is_frame]
    if not boxes:
        return ""
    horizontal = places.layout.horizontal

    def along(box: Box) -> tuple[float, float]:
        at, across = (box.x, box.y) if horizontal else (box.y, box.x)
        return (-at if last else at), across

    return min(boxes, key=along).node


def _along(places: Places, paths: Paths, box: str, forward: bool) -> str:
    first = 1 if places.layout.horizontal else 0
    if forward and places.layout.boxes[places.index[box]].is_frame:
        ends = [name for name in paths.inside(box) if name in places.index]
        ends.sort(key=lambda name: places.rect(name)[1 - first])
        return ends[0] if ends else box
    here = _middle(places.rect(box))

    def away(end: str) -> tuple[float, float, str]:
        there = _middle(places.rect(end))
        return (
            abs(there[first] - here[first]),
            abs(there[1 - first] - here[1 - first]),
            end,
        )

    ends = paths.after(box) if forward else paths.before(box)
    return min((end for end in ends if end in places.index), key=away, default=box)


def _across(places: Places, box: str, across: int) -> str:
    layout = places.layout
    first = 1 if layout.horizontal else 0
    here = places.rect(box)
    left, top, right, bottom = here
    if layout.horizontal:
        row = (left, 0.0, right, layout.height)
    else:
        row = (0.0, top, layout.width, bottom)
    names = (layout.boxes[at].node for at in places.boxes_in(row))
    start = _middle(here)
    beside = [
        (name, _middle(places.rect(name))[first]) for name in names if name != box
    ]
    return min(
        ((name, at) for name, at in beside if (at - start[first]) * across > 0),
        key=lambda found: (abs(found[1] - start[first]), found[0]),
        default=(box, 0.0),
    )[0]


def _middle(rect: Rect) -> tuple[float, float]:
    return (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
