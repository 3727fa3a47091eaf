"""Where every box of a graph lies and how its edges run: pure, no Qt.

Boxes have one size, so no font is needed and the reader can work while the window is
still being made. A graph is drawn in rows (Sugiyama's method): which row (``_ranks``),
in which order (``_order``), where along the row (``_place``). Edges over many rows
would make the picture wide and slow; they become stubs, a labelled end at each side.
Everything is deterministic: the same file gives the same picture.
"""

import gc
import time
from collections.abc import Callable

from msgspec.structs import replace

from loaders.ir.graph import Model
from loaders.ir.layout import Arrangement, Box, Layout, Route
from loaders.limits import LIMITS
from viewers.drawing._layers import Part, arrange
from viewers.drawing.wires import Plan, Wire, plan

NODE_WIDTH, NODE_HEIGHT = 200.0, 68.0
"""Size of every box in pixels at a scale of 1."""
MARGIN = 24.0
"""Space around the whole picture."""
SHELF = 1_200.0
"""Separate parts stand side by side up to this width, then below each other."""
PART_GAP = 48.0
GRID_GAP = 24.0


def first_arrangement(model: Model, horizontal: bool = False) -> Arrangement:
    """Return what is best shown of a model at first.

    Activations are folded in ONNX graphs only: Keras layers are the user's words.
    """
    dialects = {node.dialect for node in model.graph.nodes.values()}
    return Arrangement(
        opened=tuple(sorted(model.grouping.opened)),
        horizontal=horizontal,
        fold_activations=any(each.startswith("onnx") for each in dialects),
    )


def lay_out(
    model: Model,
    arrangement: Arrangement | None = None,
    seconds: float = LIMITS.layout_seconds,
) -> Layout:
    """Return the plan of a picture.

    Besides the nodes it has boxes for inputs that no node makes, named ``in:`` and the
    value's id, and (except for Keras, whose last layers are the outputs) for outputs,
    named ``out:`` and the value's id. ``Route.source`` and ``Route.target`` are names
    of boxes.

    Args:
        model: The model.
        arrangement: What the picture shows; ``first_arrangement`` if not given.
        seconds: After this time the rest is done in the plainest way, and
            ``Layout.fallback`` says so.
    """
    end = time.monotonic() + seconds
    late = [False]
    arrangement = arrangement or first_arrangement(model)
    root = model.grouping.groups.get(arrangement.root)
    graph_id = root.graph if root else ""

    def over() -> bool:
        late[0] = late[0] or time.monotonic() > end
        return late[0]

    # Nothing here makes a cycle of references, and the collector would walk the whole
    # model again and again: two thirds of the time of a large graph.
    collecting = gc.isenabled()
    gc.disable()
    try:
        drawn = plan(model, model.graphs[graph_id])
        layout = _assemble(drawn, graph_id, arrangement.horizontal, over)
        return replace(layout, arrangement=arrangement)
    finally:
        if collecting:
            gc.enable()


def _assemble(
    drawn: Plan, graph_id: str, horizontal: bool, over: Callable[[], bool]
) -> Layout:
    across, along = (
        (NODE_HEIGHT, NODE_WIDTH) if horizontal else (NODE_WIDTH, NODE_HEIGHT)
    )
    joined, alone = _parts(drawn)
    parts: list[Part] = []
    fallback = ""
    for boxes, wires in joined:
        part = arrange(boxes, wires, across, along, over)
        fallback = fallback or part.fallback
        parts.append(part)
    if alone:
        parts.append(_grid(alone, across, along))
    corners: list[tuple[float, float]] = [(0.0, 0.0)] * len(drawn.boxes)
    routes: list[tuple[Wire, list[float], bool]] = []
    width = height = 0.0
    for part, (left, top) in zip(parts, _shelves(parts)):
        for box, (x, y) in zip(part.boxes, part.corners):
            corners[box] = (x + left, y + top)
        for wire, points, stub in part.routes:
            moved = [
                at + (top if index % 2 else left) for index, at in enumerate(points)
            ]
            routes.append((wire, moved, stub))
        width = max(width, left + part.width + MARGIN)
        height = max(height, top + part.height + MARGIN)
    if horizontal:
        corners = [(y, x) for x, y in corners]
        routes = [(wire, _swapped(points), stub) for wire, points, stub in routes]
        width, height = height, width
    names = drawn.boxes
    return Layout(
        graph=graph_id,
        boxes=tuple(Box(name, x, y) for name, (x, y) in zip(names, corners)),
        routes=tuple(
            Route(wire.value, names[wire.source], names[wire.target], tuple(p), stub)
            for wire, p, stub in routes
        ),
        width=width,
        height=height,
        horizontal=horizontal,
        fallback=fallback,
    )


def _swapped(points: list[float]) -> list[float]:
    return [at for x, y in zip(points[::2], points[1::2], strict=True) for at in (y, x)]


def _parts(drawn: Plan) -> tuple[list[tuple[list[int], list[Wire]]], list[int]]:
    """Return the connected parts of a graph, and the boxes that nothing touches."""
    group = list(range(len(drawn.boxes)))

    def find(box: int) -> int:
        while group[box] != box:
            group[box] = group[group[box]]
            box = group[box]
        return box

    for wire in drawn.wires:
        first, second = find(wire.source), find(wire.target)
        if first != second:
            group[max(first, second)] = min(first, second)
    members: dict[int, list[int]] = {}
    for box in range(len(drawn.boxes)):
        members.setdefault(find(box), []).append(box)
    wires: dict[int, list[Wire]] = {}
    for wire in drawn.wires:
        wires.setdefault(find(wire.source), []).append(wire)
    joined = [(members[top], found) for top, found in sorted(wires.items())]
    alone = [boxes[0] for top, boxes in members.items() if top not in wires]
    return joined, alone


def _grid(boxes: list[int], across: float, along: float) -> Part:
    """Return boxes that nothing joins in reading order, about as wide as high."""
    columns = 1
    while columns < 5 and columns * 6 < len(boxes):
        columns += 1
    rows = -(-len(boxes) // columns)
    return Part(
        boxes=boxes,
        corners=[
            (
                index % columns * (across + GRID_GAP),
                index // columns * (along + GRID_GAP),
            )
            for index in range(len(boxes))
        ],
        routes=[],
        width=columns * (across + GRID_GAP) - GRID_GAP,
        height=rows * (along + GRID_GAP) - GRID_GAP,
    )


def _shelves(parts: list[Part]) -> list[tuple[float, float]]:
    """Return where each part goes: side by side while there is room."""
    room = max([SHELF, *(part.width for part in parts)])
    places: list[tuple[float, float]] = []
    left = top = MARGIN
    deepest = 0.0
    for part in parts:
        if left > MARGIN and left + part.width > room + MARGIN:
            left, top, deepest = MARGIN, top + deepest + PART_GAP, 0.0
        places.append((left, top))
        left += part.width + PART_GAP
        deepest = max(deepest, part.height)
    return places
