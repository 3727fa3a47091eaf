"""Draws a sequence that is read step by step, and the gates of one step."""

from loaders.ir.diagram import Unrolled
from viewers.diagrams.gates import draw_gates
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Look, Tone
from viewers.diagrams.words import TIED, count_words, length_words, product_words

_HIGH, _ROOM = 26.0, 16.0
"""Height of a cell's box, and room for the arrows above and below it."""
_LEAST_GAP, _SIDE, _DOTS = 16.0, 8.0, 20.0
"""Room between two boxes, beside the last one for what goes around it, for dots."""


def draw_unrolled(diagram: Unrolled, pencil: Pencil) -> None:
    """Draw the first steps and the last one, then what is inside one step."""
    _Steps(diagram, pencil).draw()
    if len(diagram.gates) > 1:
        pencil.y += 12
        draw_gates(diagram, pencil)


class _Steps:
    """The steps side by side, time to the right."""

    def __init__(self, diagram: Unrolled, pencil: Pencil) -> None:
        self._diagram, self._pencil = diagram, pencil
        self._width = pencil.width - (_SIDE if diagram.both else 0.0)
        most = (self._width - 2 * _LEAST_GAP - _DOTS) / 2
        self._box = min(pencil.text_width(diagram.cell) + 12, most)
        self._names = next(
            (names for most in (4, 3) if self._fits(names := self._step_names(most))),
            self._step_names(2),
        )
        count = len(self._names)
        self._gap = 0.0
        if count > 1:
            self._gap = min((self._width - self._taken(count)) / (count - 1), 44.0)

    def _fits(self, names: list[str]) -> bool:
        self._names = names
        gaps = (len(names) - 1) * _LEAST_GAP
        return self._taken(len(names)) + gaps <= self._width

    def _taken(self, count: int) -> float:
        """Return how wide the first steps are together, without gaps."""
        return sum(self._box if name else _DOTS for name in self._names[:count])

    def _step_names(self, most: int) -> list[str]:
        """Return the steps that are drawn; empty for those that are left out."""
        steps = self._diagram.steps
        if isinstance(steps, int) and steps <= most:
            return [f"step {at + 1}" for at in range(max(steps, 1))]
        last = f"step {length_words(steps)}" if steps is not None else "last step"
        first = [f"step {at + 1}" for at in range(max(most - 2, 1))]
        return [*first, "", last]

    def _x(self, at: int) -> float:
        return self._taken(at) + at * self._gap

    def draw(self) -> None:
        pencil, diagram = self._pencil, self._diagram
        pencil.y += pencil.write(self._answer_words(), 0, pencil.y, pencil.width) + 2
        lanes = [diagram.backwards] if not diagram.both else [False, True]
        top = pencil.y + _ROOM
        for lane, backwards in enumerate(lanes):
            y = top + lane * (_HIGH + 10)
            self._lane(y, backwards)
        bottom = top + (len(lanes) - 1) * (_HIGH + 10) + _HIGH
        self._answers(top, len(lanes))
        self._inputs(bottom)

    def _lane(self, y: float, backwards: bool) -> None:
        pencil, diagram = self._pencil, self._diagram
        count = len(self._names)
        for at, name in enumerate(self._names):
            x = self._x(at)
            if name:
                pencil.cell(x, y, self._box, _HIGH, Look.BOX)
                text_y = y + (_HIGH - pencil.line_height) / 2
                pencil.write(
                    pencil.cut(diagram.cell, self._box - 4).replace(" ", TIED),
                    x + 2,
                    text_y,
                    self._box - 4,
                    align=Align.MIDDLE,
                    tone=Tone.TEXT,
                    inside=True,
                )
            else:
                pencil.dots(x + _DOTS / 2, y + _HIGH / 2)
            if at + 1 < count:
                right = x + (self._box if name else _DOTS)
                ends = [
                    (right + 1, y + _HIGH / 2),
                    (right + self._gap - 2, y + _HIGH / 2),
                ]
                pencil.arrow(*(reversed(ends) if backwards else ends))

    def _answers(self, top: float, lanes: int) -> None:
        """Draw what comes out: at every step, or once the sequence is read."""
        pencil, diagram = self._pencil, self._diagram
        last = len(self._names) - 1
        for at, name in enumerate(self._names):
            if not name:
                continue
            end = 0 if diagram.backwards and not diagram.both else last
            out = diagram.every_step or at == end
            if lanes == 2 and not diagram.every_step:
                out = at in (0, last)
            if not out:
                continue
            x = self._x(at) + self._box / 2
            if lanes == 2:
                self._both(at, x, top)
                continue
            pencil.arrow((x, top - 1), (x, top - _ROOM + 2), tone=Tone.ACCENT)

    def _both(self, at: int, x: float, top: float) -> None:
        """Draw the answers of the copies that read from both ends."""
        pencil, diagram = self._pencil, self._diagram
        forward = diagram.every_step or at == len(self._names) - 1
        backward = diagram.every_step or at == 0
        if forward:
            up = (x - 5, top - _ROOM + 2)
            pencil.arrow((x - 5, top - 1), up, tone=Tone.ACCENT)
        if backward:
            side = x + self._box / 2 + 4
            lower = top + _HIGH + 10 + 6
            pencil.arrow(
                (x + self._box / 2 + 1, lower),
                (side, lower),
                (side, top - _ROOM + 2),
                tone=Tone.ACCENT,
            )

    def _inputs(self, bottom: float) -> None:
        pencil, diagram = self._pencil, self._diagram
        y = bottom + _ROOM
        for at, name in enumerate(self._names):
            if not name:
                continue
            x = self._x(at) + self._box / 2
            pencil.arrow((x, y), (x, bottom + 2))
            left, room = self._step_room(at)
            pencil.write(name, left, y, room, align=Align.MIDDLE)
        tallest = max(
            pencil.height_of(name, self._step_room(at)[1])
            for at, name in enumerate(self._names)
        )
        y += tallest + 2
        features = diagram.features
        told = f"input: {count_words(features[-1], 'feature')} at each step"
        if len(features) > 1:
            told = f"input: {product_words(features)} at each step"
        pencil.y = y + pencil.write(told, 0, y, pencil.width)

    def _step_room(self, at: int) -> tuple[float, float]:
        """Return left and width of the room for the words below a step."""
        left = max(self._x(at) - self._gap / 2 + 2, 0)
        right = min(self._x(at) + self._box + self._gap / 2 - 2, self._pencil.width)
        return left, right - left

    def _answer_words(self) -> str:
        diagram = self._diagram
        result = (
            product_words(diagram.result)
            if len(diagram.result) > 1
            else count_words(diagram.result[-1], "number")
        )
        when = "output: at every step" if diagram.every_step else "output: the last"
        if diagram.both and not diagram.every_step:
            when = "output: the last of each"
        merged = f", both {diagram.merged}" if diagram.merged else ""
        return f"{when}, {result}{merged}"
