"""Settings that a file may have filled with anything, and words for lengths."""

from collections.abc import Mapping, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim
from loaders.ir.text import shown
from loaders.kinds import Field, Settings
from loaders.limits import LIMITS

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")

AXIS_WORDS = {
    Axis.CHANNEL: ("channel", "channels"),
    Axis.FEATURE: ("feature", "features"),
    Axis.TIME: ("step", "steps"),
    Axis.HEIGHT: ("row", "rows"),
    Axis.WIDTH: ("column", "columns"),
    Axis.DEPTH: ("layer in depth", "layers in depth"),
    Axis.BATCH: ("sample", "samples"),
    Axis.HEAD: ("head", "heads"),
    Axis.QUERY: ("query", "queries"),
    Axis.KEY: ("key", "keys"),
    Axis.TOKEN: ("token", "tokens"),
}
"""What the elements along an axis are called, for sentences such as ``511 steps``."""


def whole(value: Any) -> int:
    """Return a whole number; JSON writers spell some as ``3.0``.

    Raises:
        TypeError: it is not a number.
        ValueError: it has a fraction, is infinite or absurdly large.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{shown(repr(value), 60)} is not a whole number")
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{value} is not a whole number")
    if abs(value) > LIMITS.dim:
        raise ValueError(f"{value:.3g} is larger than any model needs")
    return int(value)


def bound(value: Any) -> int | None:
    """Return one end of a slice; ``None`` for null.

    The end of an axis is often spelled as the largest number there is.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-LIMITS.dim, min(value, LIMITS.dim))
    return None if value is None else whole(value)


def first_of(settings: Settings, *names: str) -> Any:
    """Return the first of several spellings that is there; ``None`` if none is."""
    return next(
        (settings[name] for name in names if settings.get(name) is not None), None
    )


def positive(value: Any) -> int:
    """Return a whole number above 0.

    Raises:
        ValueError: it is 0 or negative, or has a fraction.
        TypeError: it is not a number.
    """
    number = whole(value)
    if number < 1:
        raise ValueError(f"{number} is not above 0")
    return number


def wholes(value: Any) -> list[int]:
    """Return whole numbers from one number or a flat or nested list of them."""
    if not isinstance(value, (list, tuple)):
        return [whole(value)]
    found: list[int] = []
    waiting: list[Any] = list(reversed(value))
    while waiting:
        item = waiting.pop()
        if isinstance(item, (list, tuple)):
            waiting.extend(reversed(item))
        else:
            found.append(whole(item))
    return found


def optional_list(value: Any) -> list[int | None] | None:
    """Return lengths, some of them open; ``None`` for null."""
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        return [whole(value)]
    return [None if length is None else whole(length) for length in value]


def switch(settings: Settings, name: str, default: bool = False) -> bool:
    """Return a yes or no; some writers use 0 and 1, some null."""
    value = settings.get(name)
    return default if value is None else bool(value)


def name_of(value: Any, default: str = "linear") -> str:
    """Return the name of a function: ``relu``, or the class of a described object."""
    match value:
        case None:
            return default
        case str():
            return shown(value, 60)
        case {"class_name": "function", "config": str(name)}:
            return shown(name, 60)
        case {"class_name": str(name)} | {"function": str(name)}:
            return shown(name, 60)
        case _:
            return "custom"


def number_of(value: Any, default: float) -> float:
    """Return a plain number; Keras also writes arrays of one element."""
    match value:
        case None:
            return default
        case bool():
            raise TypeError(f"{value} is not a number")
        case int() | float():
            return float(value)
        case {"config": {"value": [int() | float() as inner]}}:
            return float(inner)
        case {"config": {"value": int() | float() as inner}}:
            return float(inner)
        case _:
            raise TypeError(f"{shown(repr(value), 60)} is not a number")


def axis_at(axis: int, rank: int, op: str) -> int:
    """Return a position from 0 on for an axis that may count from the end.

    Raises:
        ShapeError: the input has no such axis.
    """
    if not -rank <= axis < rank:
        many = "1 axis" if rank == 1 else f"{rank} axes"
        raise ShapeError(f"{op} works along axis {axis}; its input has {many}.")
    return axis % rank


def ordinal(index: int) -> str:
    """Return ``second`` for 1."""
    return ORDINALS[index] if index < len(ORDINALS) else f"{index + 1}th"


def axis_words(axis: int) -> str:
    """Return ``the second axis`` for 1, ``the last axis`` for −1."""
    if axis >= 0:
        return f"the {ordinal(axis)} axis"
    return (
        "the last axis" if axis == -1 else f"the {ordinal(-axis - 1)} axis from the end"
    )


def counted(length: Dim, axis: Axis) -> str:
    """Return ``511 steps``; ``all steps`` if the length is unknown."""
    one, many = AXIS_WORDS.get(axis, ("element", "elements"))
    if not isinstance(length, int):
        return f"all {many}"
    return f"1 {one}" if length == 1 else f"{length:,} {many}"


def last_of(length: Dim, axis: Axis = Axis.TIME) -> str:
    """Return ``the last of 24 steps``; ``the last step`` if their number is unknown."""
    if isinstance(length, int):
        return f"the last of {counted(length, axis)}"
    return f"the last {AXIS_WORDS[axis][0]}"


def all_of(length: Dim, noun: str) -> str:
    """Return ``all 3 channels``, ``the one channel``; ``all channels`` if unknown."""
    if length == 1:
        return f"the one {noun}"
    return f"all {length:,} {noun}s" if isinstance(length, int) else f"all {noun}s"


def features_text(features: Dim) -> str:
    """Return ``1 input feature``, ``32 input features``, ``? input features``."""
    return f"{length_text(features)} input feature{'' if features == 1 else 's'}"


def length_text(length: Dim) -> str:
    """Return a length for a sentence: ``64``, a name, or ``?``."""
    if length is None:
        return "?"
    return f"{length:,}" if isinstance(length, int) else shown(length, 40)


def article(length: Dim) -> str:
    """Return ``an`` before a number that is spoken with a vowel, else ``a``."""
    text = length_text(length)
    spoken = text.startswith("8") or text.partition(",")[0] in ("11", "18")
    return "an" if spoken else "a"


def yes_no(name: str, on: bool, if_on: str, if_off: str) -> Field:
    """Return a field for a switch."""
    return Field(
        name=name, value="yes" if on else "no", meaning=if_on if on else if_off
    )


def constant_shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of a constant written into a description.

    Numbers have none, lists have their lengths, Keras writes arrays as
    ``{"class_name": "__tensor__", "config": {"value": [[...]]}}``. ``None`` if it is
    no such thing or its rows differ in length.
    """
    match value:
        case bool() | int() | float():
            return ()
        case {"class_name": "__tensor__" | "__numpy__", "config": {"value": inner}}:
            value = inner
        case list() | tuple():
            pass
        case _:
            return None
    shape: list[int] = []
    while isinstance(value, (list, tuple)):
        shape.append(len(value))
        if not value:
            return tuple(shape)
        lengths = {len(v) if isinstance(v, (list, tuple)) else -1 for v in value}
        if len(lengths) > 1:
            return None
        value = value[0]
    return tuple(shape) if isinstance(value, (bool, int, float)) else None


def argument(settings: Settings, name: str, position: int, default: Any = None) -> Any:
    """Return a ``keras.ops`` setting: by name, or as a positional argument.

    Keras 3 writes most settings of an operation by name; what was passed in the call
    stands in ``args``, where ``None`` marks a tensor.
    """
    if name in settings:
        return settings[name]
    args = settings.get("args")
    if isinstance(args, Sequence) and position < len(args):
        return default if args[position] is None else args[position]
    return default


def plain(settings: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return those of the named settings that are numbers, words or switches."""
    return {
        name: settings[name]
        for name in names
        if isinstance(settings.get(name), (bool, int, float, str))
    }
