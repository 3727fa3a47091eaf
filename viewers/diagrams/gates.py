"""Draws the inside of one step of an LSTM or a GRU."""

from loaders.ir.diagram import Unrolled
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Align, Line, Look, Tone
from viewers.diagrams.words import count_words, product_words

_LEAST_CIRCLE = 15.0
_ORDER = {
    4: ("forget", "input", "cell candidate", "output"),
    3: ("reset", "update", "candidate"),
}
"""Gates from left to right, as the state meets them."""
_SHORT = {"cell candidate": "cand.", "candidate": "cand."}
"""Names of gates where there is little room."""


def draw_gates(diagram: Unrolled, pencil: Pencil) -> None:
    """Draw how the gates change the state on its way through one step."""
    order = _ORDER.get(len(diagram.gates))
    if order is None or set(order) != set(diagram.gates):
        return
    title = "inside one step"
    pencil.y += pencil.write(title, 0, pencil.y, pencil.width, tone=Tone.TEXT) + 2
    if len(order) == 4:
        _lstm(diagram, pencil, order)
    else:
        _gru(diagram, pencil, order)


def _columns(pencil: Pencil, count: int) -> tuple[list[float], float]:
    """Return the middles of the boxes, and how wide a box is."""
    step = pencil.width / count
    return [step * (at + 0.5) for at in range(count)], min(step - 8, 92.0)


def _boxes(
    pencil: Pencil,
    diagram: Unrolled,
    names: tuple[str, ...],
    middles: list[float],
    width: float,
    y: float,
) -> float:
    """Draw a box for each gate, with its function; return how high they are."""
    functions = [
        diagram.activation if "candidate" in name else diagram.gate_activation
        for name in names
    ]
    told = all(pencil.fits(function, width - 6) for function in functions)
    line = pencil.line_height if told and all(functions) else 0.0
    if not all(pencil.fits(word, width - 6) for name in names for word in name.split()):
        names = tuple(_SHORT.get(name, name) for name in names)
    high = max(pencil.height_of(name, width - 6) for name in names)
    high += 8 + line
    for name, middle, function in zip(names, middles, functions, strict=True):
        left = middle - width / 2
        pencil.cell(left, y, width, high, Look.BOX)
        text = y + (high - line - pencil.height_of(name, width - 6)) / 2
        pencil.write(
            name,
            left + 3,
            text,
            width - 6,
            align=Align.MIDDLE,
            tone=Tone.TEXT,
            inside=True,
        )
        if line:
            pencil.write(
                function,
                left + 3,
                y + high - line - 3,
                width - 6,
                align=Align.MIDDLE,
                inside=True,
            )
    return high


def _size(pencil: Pencil) -> float:
    """Return how large a circle with a sign is."""
    return max(_LEAST_CIRCLE, pencil.line_height + 2)


def _mixed(pencil: Pencil, state: float) -> float:
    """Return where signs below the state stand, with room for a word between."""
    return state + _size(pencil) + pencil.line_height + 4


def _circle(pencil: Pencil, x: float, y: float, sign: str) -> None:
    size = _size(pencil)
    left, top = x - size / 2, y - size / 2
    pencil.cell(left, top, size, size, Look.BOX)
    text = y - pencil.line_height / 2
    pencil.write(
        sign, left, text, size, align=Align.MIDDLE, tone=Tone.ACCENT, inside=True
    )


def _bus(
    pencil: Pencil, diagram: Unrolled, middles: list[float], bottom: float
) -> None:
    """Draw that every gate reads the step and the state before it."""
    line = bottom + 12
    pencil.line((middles[0], line), (middles[-1], line))
    for middle in middles:
        pencil.arrow((middle, line), (middle, bottom + 2))
    features = count_words(diagram.features[-1], "feature")
    units = count_words(diagram.units[-1], "unit")
    if len(diagram.features) > 1:
        features, units = product_words(diagram.features), product_words(diagram.units)
    told = f"each reads {features} of the step and {units} of the step before"
    pencil.y = line + 3
    pencil.y += pencil.write(told, 0, pencil.y, pencil.width)


def _lstm(diagram: Unrolled, pencil: Pencil, order: tuple[str, ...]) -> None:
    """Draw c = forget × c + input × candidate; h = output × tanh(c)."""
    middles, width = _columns(pencil, 4)
    forget, enter, candidate, leave = middles
    label = pencil.line_height
    pencil.write("cell state", 0, pencil.y, pencil.width / 2)
    state = pencil.y + label + 10
    mixed, r = _mixed(pencil, state), _size(pencil) / 2 + 0.5
    boxes = mixed + 22
    added = (enter + candidate) / 2
    shape = diagram.activation
    after = added + (leave - added) / 2
    pencil.add(Line(((0, state), (forget - r, state)), Tone.ACCENT, thick=2))
    pencil.add(Line(((forget + r, state), (added - r, state)), Tone.ACCENT, thick=2))
    end = pencil.width - 2
    pencil.add(Line(((added + r, state), (end, state)), Tone.ACCENT, True, thick=2))
    _circle(pencil, forget, state, "×")
    _circle(pencil, added, state, "+")
    _circle(pencil, added, mixed, "×")
    pencil.arrow((added, mixed - r), (added, state + r + 1))
    _circle(pencil, leave, mixed, "×")
    pencil.arrow((forget, boxes), (forget, state + r + 1))
    pencil.arrow((enter, boxes), (enter, mixed), (added - r - 1, mixed))
    pencil.arrow((candidate, boxes), (candidate, mixed), (added + r + 1, mixed))
    pencil.arrow((leave, boxes), (leave, mixed + r + 1))
    pencil.arrow((leave, state), (leave, mixed - r - 1))
    pencil.arrow((leave + r, mixed), (end, mixed), tone=Tone.ACCENT)
    left = leave + _size(pencil) / 2 + 3
    if pencil.fits("answer", end - left):
        pencil.write("answer", left, mixed + 3, end - left, align=Align.RIGHT)
    room = leave - after - 6
    if pencil.fits(shape, room):
        middle = (state + mixed) / 2 - label / 2
        pencil.write(shape, after, middle, room, align=Align.RIGHT)
    high = _boxes(pencil, diagram, order, middles, width, boxes)
    _bus(pencil, diagram, middles, boxes + high)


def _gru(diagram: Unrolled, pencil: Pencil, order: tuple[str, ...]) -> None:
    """Draw h = update × h + (1 − update) × candidate(reset × h)."""
    middles, width = _columns(pencil, 3)
    reset, update, candidate = middles
    pencil.write("state", 0, pencil.y, pencil.width / 2)
    state = pencil.y + pencil.line_height + 10
    mixed, r = _mixed(pencil, state), _size(pencil) / 2 + 0.5
    boxes = mixed + 22
    end = pencil.width - 2
    pencil.add(Line(((0, state), (update - r, state)), Tone.ACCENT, thick=2))
    pencil.add(
        Line(((update + r, state), (candidate - r, state)), Tone.ACCENT, thick=2)
    )
    pencil.add(Line(((candidate + r, state), (end, state)), Tone.ACCENT, True, thick=2))
    _circle(pencil, update, state, "×")
    _circle(pencil, candidate, state, "+")
    _circle(pencil, candidate, mixed, "×")
    pencil.arrow((update, boxes), (update, state + r + 1))
    pencil.arrow((update, mixed), (candidate - r - 1, mixed))
    told = "1 − update"
    room = candidate - update - 20
    if pencil.fits(told, room):
        above = mixed - pencil.line_height - 1
        pencil.write(told, update + 10, above, room, align=Align.MIDDLE)
    pencil.arrow((candidate, boxes), (candidate, mixed + r + 1))
    pencil.arrow((candidate, mixed - r), (candidate, state + r + 1))
    high = _boxes(pencil, diagram, order, middles, width, boxes)
    pencil.arrow(
        (reset, boxes),
        (reset, boxes - 10),
        (candidate - width / 4, boxes - 10),
        (candidate - width / 4, boxes - 1),
    )
    _bus(pencil, diagram, middles, boxes + high)
