"""Where everything in a picture lies and how its edges run: pure, no Qt.

Closed boxes have one size, so no font is needed and the reader can work while the
window is still being made. Each level is drawn in rows (Sugiyama's method): what is
joined in it (``_levels``), which row (``_ranks``) and in which order (``_order``, both
put together by ``_layers``); then from the innermost open group outward where along
the rows (``_place``, ``_rows``) and how large the frame around it is (``_inside``).
Groups of one structure look the same and are worked out once. Edges over many rows
would make the picture wide and slow; they become stubs, a labelled end at each side.
Everything is deterministic: the same file gives the same picture, and the order of a
level's boxes does not depend on what is open.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from loaders.ir.graph import Model
from loaders.ir.layout import Arrangement, Layout
from loaders.limits import LIMITS
from viewers.drawing._assembly import Assembly
from viewers.drawing._blocks import Size
from viewers.drawing._inside import Frame, Padding, frame_of
from viewers.drawing._layers import Pattern, patterns_of, port_orders
from viewers.drawing._levels import Border, Level, PortOrder, Structure, level_of
from viewers.drawing.wires import flow

NODE_WIDTH, NODE_HEIGHT = 200.0, 68.0
"""Size of every closed box in pixels at a scale of 1."""
HEADER = 28.0
"""Height of the line at the top of a frame that says what it is."""
MARGIN, FRAME_MARGIN = 24.0, 16.0
"""Space around the whole picture, and around what is in a frame."""
REMEMBERED = 4
"""Sets of pictures that differ in what is open only, and frames of each structure."""

TOO_SLOW = "Boxes stand in the order of the file: a better order took too long."
KEPT = "{} in the picture: too many edges would lead past {}."


def first_arrangement(model: Model, horizontal: bool = False) -> Arrangement:
    """Return what is best shown of a model at first.

    Activations are folded in ONNX graphs only: Keras layers are the user's words.
    """
    dialects = (node.dialect for node in model.graph.nodes.values())
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
class _Shape:
    """How levels of one structure look; made once for all blocks that are alike.

    Attributes:
        patterns: The parts in rows.
        alone: The children that nothing joins.
        orders: How lines would have the ports of each child, if it opens.
        frames: The last ones made; by direction, whether it is the whole picture, and
            the frames of the children that are open.
    """

    patterns: list[Pattern]
    alone: list[int]
    orders: dict[int, PortOrder]
    frames: dict[tuple[bool, bool, tuple[tuple[int, Frame], ...]], Frame] = field(
        default_factory=dict
    )


@dataclass(slots=True)
class _Inside:
    """What is in one group, and how that looks."""

    level: Level
    shape: _Shape


class _Plan:
    """All pictures that differ in what they open only."""

    def __init__(self, model: Model, arrangement: Arrangement) -> None:
        self._root = arrangement.root
        self._graph = model.grouping.groups[self._root].graph if self._root else ""
        self._flow = flow(model, arrangement)
        self._home = [0] * len(self._flow.names)
        self._insides: dict[str, _Inside] = {}
        self._shapes: dict[Structure, _Shape] = {}

    def lay_out(self, arrangement: Arrangement, late: Callable[[], bool]) -> Layout:
        insides = self._open(frozenset(arrangement.opened), late)
        frames = self._frame(insides, arrangement.horizontal, late)
        levels = {group: inside.level for group, inside in insides.items()}
        picture = Assembly(self._flow, levels, frames, arrangement.horizontal)
        picture.add(self._root)
        width, height = picture.turned(frames[self._root])
        fallback = ""
        if not all(frame.in_time for frame in frames.values()):
            fallback = TOO_SLOW
        elif self._flow.kept:
            kept = self._flow.kept
            stay = "1 operation stays" if kept == 1 else f"{kept:,} operations stay"
            fallback = KEPT.format(stay, "it" if kept == 1 else "them")
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
        names = self._flow.names
        found: dict[str, _Inside] = {}
        waiting = [(self._root, Border(wires=self._flow.wires), PortOrder())]
        while waiting:
            group, border, order = waiting.pop()
            inside = self._insides.get(group)
            if inside is None:
                level = level_of(self._flow, group, border, order, self._home)
                inside = _Inside(level, self._shape(level.structure, late))
                if not late():
                    self._insides[group] = inside
            found[group] = inside
            level, orders = inside.level, inside.shape.orders
            waiting += [
                (names[child], level.borders[child], orders.get(index, PortOrder()))
                for index, child in enumerate(level.children)
                if names[child] in opened and child in level.borders
            ]
        return found

    def _shape(self, structure: Structure, late: Callable[[], bool]) -> _Shape:
        shape = self._shapes.get(structure)
        if shape is None:
            patterns, alone = patterns_of(structure, late)
            shape = _Shape(patterns, alone, port_orders(patterns))
            if not late():
                self._shapes[structure] = shape
        return shape

    def _frame(
        self, insides: dict[str, _Inside], horizontal: bool, late: Callable[[], bool]
    ) -> dict[str, Frame]:
        """Return the frames of all open groups, from the innermost outward."""
        names = self._flow.names
        frames: dict[str, Frame] = {}
        for group, inside in reversed(insides.items()):
            inner = {
                index: frames[names[child]]
                for index, child in enumerate(inside.level.children)
                if names[child] in frames
            }
            known = inside.shape.frames
            key = (horizontal, group == self._root, tuple(inner.items()))
            frame = known.get(key)
            if frame is None:
                padding = _padding(group == self._root, horizontal)
                frame = _framed(inside, inner, padding, horizontal, late)
                if frame.in_time:
                    known[key] = frame
                    if len(known) > REMEMBERED:
                        del known[next(iter(known))]
            frames[group] = frame
        return frames


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
    structure, shape = inside.level.structure, inside.shape
    if not structure.children:
        size = Size(
            across + padding.before + padding.after,
            along + padding.head + 2 * padding.inner,
            across / 2 + padding.before,
        )
        return Frame(size, [], [], in_time=True)
    sizes = [
        inner[index].size if index in inner else closed
        for index in range(structure.children)
    ]
    return frame_of(structure, shape.patterns, shape.alone, sizes, padding, late)
