"""Where everything in a picture lies and how its edges run: pure, no Qt.

Closed boxes have one size, so no font is needed and the reader can work while the
window is still being made. Each level is drawn in rows (Sugiyama's method): what is
joined in it (``_levels``), which row (``_ranks``) and in which order (``_order``, both
put together by ``_layers``); then from the innermost open group outward where along
the rows (``_place``, ``_rows``) and how large the frame around it is (``_frames``).
Edges over many rows would make the picture wide and slow; they become stubs, a
labelled end at each side. Everything is deterministic: the same file gives the same
picture, and the order of a level's boxes does not depend on what is open.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from loaders.ir.graph import Model
from loaders.ir.layout import Arrangement, Box, Layout, Route
from loaders.limits import LIMITS
from viewers.drawing._blocks import Size
from viewers.drawing._frames import Frame, Padding, frame_of
from viewers.drawing._layers import Pattern, patterns_of
from viewers.drawing._levels import Border, Level, level_of
from viewers.drawing.wires import Flow, flow

NODE_WIDTH, NODE_HEIGHT = 200.0, 68.0
"""Size of every closed box in pixels at a scale of 1."""
HEADER = 28.0
"""Height of the line at the top of a frame that says what it is."""
MARGIN, FRAME_MARGIN = 24.0, 16.0
"""Space around the whole picture, and around what is in a frame."""
REMEMBERED = 4
"""Sets of pictures that differ in what is open only."""

TOO_SLOW = "Boxes stand in the order of the file: a better order took too long."
KEPT = "{:,} operations stay in the picture: too many edges would lead past them."


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
    """Return the plan of one picture; see ``Planner``."""
    return Planner(model).lay_out(arrangement, seconds)


class Planner:
    """Plans pictures of one model and remembers what the next can use again."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._plans: dict[Arrangement, _Plan] = {}

    def lay_out(
        self,
        arrangement: Arrangement | None = None,
        seconds: float = LIMITS.layout_seconds,
    ) -> Layout:
        """Return the plan of a picture.

        Besides nodes and groups it has boxes for inputs that no node makes, named
        ``in:`` and the value's id, and (except for Keras, whose last layers are the
        outputs) for outputs, named ``out:`` and the value's id.

        Args:
            arrangement: What the picture shows; ``first_arrangement`` if not given.
                Groups that the model has not are as good as closed.
            seconds: After this time the rest is done in the plainest way, and
                ``Layout.fallback`` says so.

        Raises:
            KeyError: the model has no group ``arrangement.root``.
        """
        if arrangement is None:
            arrangement = first_arrangement(self._model)
        end = time.monotonic() + seconds
        late = [False]

        def over() -> bool:
            late[0] = late[0] or time.monotonic() > end
            return late[0]

        with _no_collection():
            plan = self._plan(arrangement)
            return plan.lay_out(arrangement, over)

    def _plan(self, arrangement: Arrangement) -> "_Plan":
        """Return the plan of all pictures that differ in what they open only."""
        key = Arrangement(
            root=arrangement.root,
            hidden=arrangement.hidden,
            fold_activations=arrangement.fold_activations,
        )
        plan = self._plans.pop(key, None) or _Plan(self._model, key)
        self._plans[key] = plan
        if len(self._plans) > REMEMBERED:
            del self._plans[next(iter(self._plans))]
        return plan


@contextmanager
def _no_collection() -> Iterator[None]:
    """Stop the garbage collector.

    Nothing here makes a cycle of references, and it would walk the whole model again
    and again: two thirds of the time of a large graph.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@dataclass(slots=True)
class _Inside:
    """What is in one group and how it is joined, whatever is open."""

    level: Level
    patterns: list[Pattern]
    alone: list[int]


@dataclass(slots=True)
class _Framed:
    """A frame, and those of the open groups in it that it was made for."""

    frame: Frame
    inner: dict[int, Frame]


class _Plan:
    """All pictures that differ in what they open only."""

    def __init__(self, model: Model, arrangement: Arrangement) -> None:
        self._root = arrangement.root
        self._graph = model.grouping.groups[self._root].graph if self._root else ""
        self._flow = flow(model, arrangement)
        self._home = [0] * len(self._flow.names)
        self._insides: dict[str, _Inside] = {}
        self._framed: dict[tuple[str, bool], _Framed] = {}

    def lay_out(self, arrangement: Arrangement, late: Callable[[], bool]) -> Layout:
        insides = self._open(frozenset(arrangement.opened), late)
        frames = self._frame(insides, arrangement.horizontal, late)
        picture = _Assembly(self._flow, insides, frames, arrangement.horizontal)
        picture.add(self._root)
        width, height = picture.turned(frames[self._root])
        fallback = ""
        if not all(frame.in_time for frame in frames.values()):
            fallback = TOO_SLOW
        elif self._flow.kept:
            fallback = KEPT.format(self._flow.kept)
        return Layout(
            graph=self._graph,
            boxes=tuple(picture.boxes),
            routes=tuple(picture.routes),
            width=width,
            height=height,
            horizontal=arrangement.horizontal,
            fallback=fallback,
            arrangement=arrangement,
        )

    def _open(
        self, opened: frozenset[str], late: Callable[[], bool]
    ) -> dict[str, _Inside]:
        """Return the insides of all open groups, each before those in it."""
        flow = self._flow
        top = Border(wires=flow.wires)
        found: dict[str, _Inside] = {}
        waiting = [(self._root, top)]
        while waiting:
            group, border = waiting.pop()
            inside = self._insides.get(group)
            if inside is None:
                level = level_of(flow, group, border, self._home)
                inside = _Inside(level, *patterns_of(level, late))
                if all(pattern.in_time for pattern in inside.patterns):
                    self._insides[group] = inside
            found[group] = inside
            waiting += [
                (flow.names[child], border)
                for child, border in inside.level.borders.items()
                if flow.names[child] in opened
            ]
        return found

    def _frame(
        self, insides: dict[str, _Inside], horizontal: bool, late: Callable[[], bool]
    ) -> dict[str, Frame]:
        """Return the frames of all open groups, from the innermost outward."""
        names = self._flow.names
        frames: dict[str, Frame] = {}
        for group, inside in reversed(insides.items()):
            children = inside.level.children
            inner = {c: frames[names[c]] for c in children if names[c] in frames}
            known = self._framed.get((group, horizontal))
            if known is None or not _same(known.inner, inner):
                padding = _padding(group == self._root, horizontal)
                frame = _framed(inside, inner, padding, horizontal, late)
                known = _Framed(frame, inner)
                if frame.in_time:
                    self._framed[group, horizontal] = known
            frames[group] = known.frame
        return frames


def _same(first: dict[int, Frame], second: dict[int, Frame]) -> bool:
    return len(first) == len(second) and all(
        second.get(child) is frame for child, frame in first.items()
    )


def _padding(is_top: bool, horizontal: bool) -> Padding:
    if is_top:
        return Padding(MARGIN, MARGIN, 0.0, MARGIN)
    if horizontal:  # the header lies beside the rows
        return Padding(HEADER + FRAME_MARGIN, FRAME_MARGIN, 0.0, FRAME_MARGIN)
    return Padding(FRAME_MARGIN, FRAME_MARGIN, HEADER, FRAME_MARGIN)


def _framed(
    inside: _Inside,
    inner: dict[int, Frame],
    padding: Padding,
    horizontal: bool,
    late: Callable[[], bool],
) -> Frame:
    across, along = NODE_WIDTH, NODE_HEIGHT
    if horizontal:
        across, along = along, across
    closed = Size(across, along, across / 2)
    if not inside.level.children:
        size = Size(
            across + padding.before + padding.after,
            along + padding.head + 2 * padding.inner,
            across / 2 + padding.before,
        )
        return Frame(size, [], [], in_time=True)
    sizes = [
        inner[child].size if child in inner else closed
        for child in inside.level.children
    ]
    return frame_of(inside.level, inside.patterns, inside.alone, sizes, padding, late)


class _Assembly:
    """Puts the frames into each other and gives everything its final place."""

    def __init__(
        self,
        flow: Flow,
        insides: dict[str, _Inside],
        frames: dict[str, Frame],
        horizontal: bool,
    ) -> None:
        self._flow, self._insides, self._frames = flow, insides, frames
        self._horizontal = horizontal
        self.boxes: list[Box] = []
        self.routes: list[Route] = []

    def turned(self, frame: Frame) -> tuple[float, float]:
        """Return width and height of a frame."""
        across, along = frame.size.across, frame.size.along
        return (along, across) if self._horizontal else (across, along)

    def add(self, root: str) -> None:
        """Add all that is in a group, frames before what is in them."""
        waiting = [(root, 0.0, 0.0)]
        while waiting:
            group, left, top = waiting.pop()
            if group != root:
                width, height = self.turned(self._frames[group])
                x, y = (top, left) if self._horizontal else (left, top)
                self.boxes.append(Box(group, x, y, width, height, is_frame=True))
            waiting += reversed(self._add_inside(group, left, top))

    def _add_inside(
        self, group: str, left: float, top: float
    ) -> list[tuple[str, float, float]]:
        """Add closed boxes and lines; return the frames that are still to be added."""
        names, folded = self._flow.names, self._flow.folded
        frame, children = self._frames[group], self._insides[group].level.children
        open_ones: list[tuple[str, float, float]] = []
        for child, (x, y) in zip(children, frame.corners):
            name, x, y = names[child], x + left, y + top
            if name in self._frames:
                open_ones.append((name, x, y))
                continue
            if self._horizontal:
                x, y = y, x
            on_it = folded.get(child, ())
            self.boxes.append(
                Box(name, x, y, folded=on_it) if on_it else Box(name, x, y)
            )
        count = len(children)
        for line in frame.lines:
            source, target = line.source, line.target
            self.routes.append(
                Route(
                    line.values[0],
                    names[children[source]] if source < count else group,
                    names[children[target]] if target < count else group,
                    self._points(line.points, left, top),
                    line.stub,
                    line.values[1:],
                )
            )
        return open_ones

    def _points(
        self, points: list[float], left: float, top: float
    ) -> tuple[float, ...]:
        if not self._horizontal:
            return tuple([at + (top if i % 2 else left) for i, at in enumerate(points)])
        turned = [0.0] * len(points)
        turned[::2] = [at + top for at in points[1::2]]
        turned[1::2] = [at + left for at in points[::2]]
        return tuple(turned)
