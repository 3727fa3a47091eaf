"""What must hold for every picture, whatever the model and whatever is open."""

from collections import defaultdict
from itertools import pairwise

from viewers.drawing.layout import HEADER, NODE_HEIGHT, NODE_WIDTH

CELL = 256.0
SAMPLES = 12
"""Points looked at on each curve between two support points."""


def check_picture(layout, groups, wires):
    """Assert that a picture is sound.

    Args:
        layout: The plan.
        groups: Of the model's grouping, by id.
        wires: All (value, maker, user) that it must show; names of boxes or of nodes
            in closed groups.
    """
    boxes = {box.node: box for box in layout.boxes}
    assert len(boxes) == len(layout.boxes), "a box is there twice"
    around = {member: group.id for group in groups.values() for member in group.members}
    root = layout.arrangement.root
    parents = {id: _parent(id, around, root) for id in boxes}
    _check_frames(layout, boxes, parents, root)
    _check_overlaps(boxes, parents)
    _check_lines(layout, boxes, parents, root)
    _check_chains(layout, boxes, around, root, wires)


def rect(box):
    return (
        box.x,
        box.y,
        box.x + (box.width or NODE_WIDTH),
        box.y + (box.height or NODE_HEIGHT),
    )


def _parent(id, around, root):
    parent = around.get(id, "")
    return root if id.startswith(("in:", "out:")) else parent


def _check_frames(layout, boxes, parents, root):
    seen = {root}
    for box in layout.boxes:
        parent = parents[box.node]
        assert parent in seen, (box, "comes before its frame, or its frame is closed")
        if box.is_frame:
            seen.add(box.node)
            assert box.width > 0 < box.height
        left, top, right, bottom = rect(box)
        if parent == root:
            outer = (0.0, 0.0, layout.width, layout.height)
        else:
            frame = rect(boxes[parent])
            outer = (frame[0], frame[1] + HEADER, frame[2], frame[3])
        assert outer[0] < left < right < outer[2], (box, outer)
        assert outer[1] < top < bottom < outer[3], (box, outer)


def _check_overlaps(boxes, parents):
    siblings = defaultdict(list)
    for id, box in boxes.items():
        siblings[parents[id]].append(rect(box))
    for found in siblings.values():
        found.sort(key=lambda r: r[1])
        for index, (left, _top, right, bottom) in enumerate(found):
            for other in found[index + 1 :]:
                if other[1] >= bottom:
                    break
                assert other[0] >= right or other[2] <= left, (found[index], other)


def _frames_around(id, parents, root):
    found = [id]
    while id != root:
        id = parents[id]
        found.append(id)
    return found


def _check_lines(layout, boxes, parents, root):
    cells = defaultdict(list)
    for id, box in boxes.items():
        left, top, right, bottom = rect(box)
        for column in range(int(left // CELL), int(right // CELL) + 1):
            for row in range(int(top // CELL), int(bottom // CELL) + 1):
                cells[column, row].append((id, left, top, right, bottom))
    for route in layout.routes:
        if route.stub:
            continue
        place = _place_of(route, parents)
        allowed = set(_frames_around(place, parents, root))
        for x, y in samples(route.points, layout.horizontal):
            for id, left, top, right, bottom in cells[int(x // CELL), int(y // CELL)]:
                within = left + 0.1 < x < right - 0.1 and top + 0.1 < y < bottom - 0.1
                assert id in allowed or not within, (route, boxes[id], (x, y))


def _place_of(route, parents):
    """Return the frame that a piece of an edge lies in."""
    if parents.get(route.target) == route.source:
        return route.source
    if parents.get(route.source) == route.target:
        return route.target
    assert parents[route.source] == parents[route.target], route
    return parents[route.source]


def samples(points, horizontal):
    """Yield points on the line that ``items.add_curve`` draws."""
    pairs = list(zip(points[::2], points[1::2], strict=True))
    for (x, y), (to_x, to_y) in pairwise(pairs):
        straight = abs((to_y - y) if horizontal else (to_x - x)) < 0.5
        length = max(abs(to_x - x), abs(to_y - y))
        count = max(SAMPLES, int(length / 20)) if straight else 2 * SAMPLES
        for step in range(count + 1):
            t = step / count
            if straight:
                yield x + t * (to_x - x), y + t * (to_y - y)
                continue
            ease = t * t * (3 - 2 * t)
            middle = (1 - t) ** 3, 3 * t * (1 - t), t**3
            if horizontal:
                half = (x + to_x) / 2
                yield (
                    middle[0] * x + middle[1] * half + middle[2] * to_x,
                    y + ease * (to_y - y),
                )
            else:
                half = (y + to_y) / 2
                yield (
                    x + ease * (to_x - x),
                    middle[0] * y + middle[1] * half + middle[2] * to_y,
                )


def _check_chains(layout, boxes, around, root, wires):
    pieces = defaultdict(list)
    for route in layout.routes:
        for value in (route.value, *route.more):
            pieces[value, route.source, route.target].append(route)
    drawn = set()
    for value, maker, user in wires:
        chain = _chain(maker, user, boxes, around, root)
        found = []
        for source, target in chain:
            routes = pieces[value, source, target]
            assert routes, (value, maker, user, source, target)
            found.append(routes)
            drawn.update((value, source, target) for _ in routes)
        for before, after in pairwise(found):
            ends = {route.points[-2:] for route in before}
            starts = {route.points[:2] for route in after}
            assert ends == starts, (before, after)
    assert drawn == set(pieces), "a line is drawn that is no wire"


def _chain(maker, user, boxes, around, root):
    """Return the pieces that a wire must be drawn in."""
    up = _seen(maker, boxes, around, root)
    down = _seen(user, boxes, around, root)
    while len(up) > 1 and len(down) > 1 and up[-2:] == down[-2:]:
        up.pop()
        down.pop()
    if up[-1] == down[-1]:
        up.pop()
        down.pop()
    if not up or not down or up == down:
        # A group is itself the end, or both lie in one closed box.
        return []
    return [*pairwise(up), (up[-1], down[-1]), *pairwise(reversed(down))]


def _seen(id, boxes, around, root):
    """Return the box that a node is seen in and the frames around it."""
    path = [id]
    while path[-1] != root:
        path.append(_parent(path[-1], around, root))
    visible = [id for id in path if id in boxes]
    closed = [id for id in visible if not boxes[id].is_frame]
    if closed:
        # The outermost closed box hides what is in it.
        path = path[path.index(closed[-1]) :]
    return path
