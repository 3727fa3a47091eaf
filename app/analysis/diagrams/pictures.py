"""Drawings of what prepares pictures: scaling, cutting, changes made by chance."""

import math
from collections.abc import Mapping
from typing import Any

from app.analysis.diagrams._case import Case, Made, sentence
from app.analysis.diagrams.borders import bordered
from app.analysis.diagrams.copies import resizing
from loaders.ir.diagram import Change, Curved, Varied
from loaders.kinds._spatial import Layout
from loaders.kinds.preprocessing import CHANGES

_BRIGHTEST = 255.0
_COLOURED = {
    "RandomBrightness",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPosterization",
    "RandomSaturation",
}
_SAME = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
Matrix = tuple[float, float, float, float, float, float]


def preparing(case: Case) -> Made:
    """Rescaling, and layers that change pictures by chance in training alone."""
    op, attributes = case.call.op, case.call.attributes
    if op == "Rescaling":
        return _rescaling(attributes)
    change, matrix = Change.MOVED, _SAME
    if op in _COLOURED:
        change = Change.COLOURED
    elif op == "RandomErasing":
        change = Change.ERASED
    else:
        found = _MOVES[op](attributes) if op in _MOVES else None
        if found is None:
            return None
        matrix = found
    caption = sentence(CHANGES[op], _how_far(op, attributes), "in use nothing changes")
    return Varied(change=change, matrix=matrix), caption


def _rescaling(attributes: Mapping[str, Any]) -> Made:
    """A straight line, over the numbers of a picture if it makes them small."""
    scale, offset = attributes.get("scale"), attributes.get("offset", 0.0)
    if not isinstance(scale, int | float) or not isinstance(offset, int | float):
        return None  # one for each channel
    first, last = (0.0, _BRIGHTEST) if 0 < scale <= 0.05 else (-4.0, 4.0)
    ends = [scale * x + offset for x in (first, last)]
    if not scale or not all(map(math.isfinite, ends)):
        return None
    low, high = min(*ends, 0.0), max(*ends, 0.0)
    diagram = Curved(
        name="Rescaling",
        pieces=((first, ends[0], last, ends[1]),),
        low=low,
        high=high,
        left=first,
        right=last,
    )
    sign = "−" if offset < 0 else "+"
    plus = f" {sign} {_text(abs(offset))}" if offset else ""
    told = f"every number x becomes {_text(scale)} × x{plus}"
    examples = [f"{_text(x)} becomes {_text(scale * x + offset)}" for x in (0, last)]
    return diagram, sentence(told, ", ".join(examples))


def sizing(case: Case) -> Made:
    """CenterCrop cuts the middle out of larger pictures; Resizing scales them."""
    op, attributes, shape = case.call.op, case.call.attributes, case.call.shape()
    if op == "Resizing":
        return None if attributes["keeps_aspect"] else resizing(case)
    if op != "CenterCrop" or shape is None or len(shape) not in (3, 4):
        return None
    height = len(shape) - (2 if attributes["data_format"] == Layout.FIRST else 3)
    pads: dict[int, tuple[int, int]] = {}
    for at, size in ((height, attributes["height"]), (height + 1, attributes["width"])):
        length = shape[at]
        if not isinstance(length, int) or length < size:
            return None  # smaller ones are enlarged first
        before = (length - size) // 2
        pads[at] = (-before, size - length + before)
    return bordered(case, pads)


# by chance


def _in(range_: object, wish: float) -> float | None:
    """Return the number of a range that is nearest to a wish.

    Keras writes a range as two numbers, or as one that counts both ways.
    """
    match range_:
        case bool():
            return None
        case int() | float():
            low, high = -abs(float(range_)), abs(float(range_))
        case [int() | float() as a, int() | float() as b]:
            low, high = float(a), float(b)
        case _:
            return None
    return min(max(wish, low), high) if low <= high else None


def _flipped(attributes: Mapping[str, Any]) -> Matrix | None:
    mode = attributes.get("mode", "horizontal_and_vertical")
    if "horizontal" in mode:
        return (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    return (1.0, 0.0, 0.0, 0.0, -1.0, 0.0)


def _turned(attributes: Mapping[str, Any]) -> Matrix | None:
    """A part of a full turn, against the clock if it is positive."""
    part = _in(attributes.get("factor"), 0.1)
    if part is None:
        return None
    angle = part * 2 * math.pi
    cos, sin = math.cos(angle), math.sin(angle)
    return (cos, sin, 0.0, -sin, cos, 0.0)


def _shifted(attributes: Mapping[str, Any]) -> Matrix | None:
    down = _in(attributes.get("height_factor"), 0.15)
    across = _in(attributes.get("width_factor"), 0.15)
    if down is None or across is None:
        return None
    return (1.0, 0.0, 2 * across, 0.0, 1.0, 2 * down)


def _zoomed(attributes: Mapping[str, Any]) -> Matrix | None:
    """Positive numbers show more of what is around: the picture gets smaller."""
    down = _in(attributes.get("height_factor"), 0.3)
    across = attributes.get("width_factor")
    wide = down if across is None else _in(across, 0.3)
    if down is None or wide is None or min(down, wide) <= -1:
        return None
    return (1 / (1 + wide), 0.0, 0.0, 0.0, 1 / (1 + down), 0.0)


_MOVES = {
    "RandomFlip": _flipped,
    "RandomRotation": _turned,
    "RandomTranslation": _shifted,
    "RandomZoom": _zoomed,
}


def _how_far(op: str, attributes: Mapping[str, Any]) -> str:
    """Say how far a change may go, with the layer's numbers."""
    if op == "RandomFlip":
        ways = {
            "horizontal": "left and right change places",
            "vertical": "top and bottom change places",
        }
        both = "left and right, top and bottom, or both change places"
        return ways.get(str(attributes.get("mode", "")), both)
    if op == "RandomRotation":
        low, high = (_in(attributes.get("factor"), wish) for wish in (-9.0, 9.0))
        if low is None or high is None:
            return ""
        return f"by {_text(low * 360)}° to {_text(high * 360)}°"
    names = {"height_factor": "height", "width_factor": "width"}
    if op not in ("RandomTranslation", "RandomZoom"):
        return ""
    told = []
    for name, word in names.items():
        low, high = (_in(attributes.get(name), wish) for wish in (-9.0, 9.0))
        if low is not None and high is not None:
            told.append(f"{word} by {_text(low * 100)} % to {_text(high * 100)} %")
    return ", ".join(told)


def _text(number: float) -> str:
    return f"{number:.6g}".replace("-", "−")
