"""How often a window fits along one axis: pure arithmetic, with its formula.

Lengths may be unknown: a name or ``None`` passes through where the window keeps the
length as it is, and becomes ``None`` everywhere else.
"""

from dataclasses import dataclass
from enum import StrEnum

from loaders.ir.graph import Dim


class Fill(StrEnum):
    """How the elements around an axis are chosen when they follow from its length."""

    GIVEN = "given"
    """``before`` and ``after`` say how many there are."""
    SAME = "same"
    """As many as give one window per stride; an odd one goes to the end."""
    SAME_LOWER = "same_lower"
    """As ``SAME``, with an odd one at the start (ONNX ``SAME_LOWER``)."""
    CAUSAL = "causal"
    """All at the start, so that no window sees what comes later."""


@dataclass(frozen=True, slots=True)
class Taps:
    """What windows that read and windows that write share; see ``Window``.

    Raises ``ValueError`` where a size, stride or dilation makes no sense.
    """

    size: int
    stride: int = 1
    dilation: int = 1

    def __post_init__(self) -> None:
        if min(self.size, self.stride, self.dilation) < 1:
            raise ValueError(
                f"window {self.size}, stride {self.stride}, dilation {self.dilation}"
            )

    @property
    def reach(self) -> int:
        """Elements from the first that it touches to the last, both included."""
        return (self.size - 1) * self.dilation + 1


@dataclass(frozen=True, slots=True)
class Window(Taps):
    """A window that slides along one axis.

    Attributes:
        size: Elements it looks at.
        stride: Elements from one place of it to the next.
        dilation: Distance between the elements it looks at.
        before: Elements added at the start; negative ones are cut off.
        after: Elements added at the end.
        fill: Whether ``before`` and ``after`` count or follow from the length.
        ceil: Whether a last window that lies partly outside counts too.
    """

    before: int = 0
    after: int = 0
    fill: Fill = Fill.GIVEN
    ceil: bool = False


def window_count(length: Dim, window: Window) -> Dim:
    """Return how many places the window has; 0 or less if it does not fit."""
    if _keeps_length(window):
        return length
    if not isinstance(length, int):
        return None
    if window.fill is not Fill.GIVEN:
        return -(-length // window.stride)
    room = length + window.before + window.after - window.reach
    if not window.ceil:
        return room // window.stride + 1
    return -(-room // window.stride) + 1 - leaves_out_last(length, window)


def leaves_out_last(length: Dim, window: Window) -> bool:
    """Whether a last window, partly outside, would start behind the data.

    It would see padding only, so it does not count.
    """
    if not window.ceil or not isinstance(length, int):
        return False
    room = length + window.before + window.after - window.reach
    return -(-room // window.stride) * window.stride >= length + window.before


def added(length: int, window: Window) -> tuple[int, int]:
    """Return how many elements are added at the start and at the end."""
    match window.fill:
        case Fill.GIVEN:
            return window.before, window.after
        case Fill.CAUSAL:
            return window.reach - 1, 0
    count = -(-length // window.stride)
    total = max(0, (count - 1) * window.stride + window.reach - length)
    small = total // 2
    if window.fill is Fill.SAME_LOWER:
        return total - small, small
    return small, total - small


def shortest_length(count: int, window: Window) -> int:
    """Return the shortest axis on which the window has at least ``count`` places."""
    if window.fill is not Fill.GIVEN:
        return (count - 1) * window.stride + 1
    length = max(
        (count - 1) * window.stride + window.reach - window.before - window.after, 0
    )
    while window.ceil and length > 0 and _fits(length - 1, window, count):
        length -= 1
    return length


def _fits(length: int, window: Window, count: int) -> bool:
    found = window_count(length, window)
    return isinstance(found, int) and found >= count


def _keeps_length(window: Window) -> bool:
    if window.stride != 1:
        return False
    if window.fill is not Fill.GIVEN:
        return True
    return window.before + window.after == window.reach - 1


def window_rule(window: Window, length: Dim = None) -> str:
    """Return the formula of ``window_count`` in symbols, as it is for a length.

    n is the length, k the window, s the stride, d the dilation, p what is added.
    """
    if window.fill is not Fill.GIVEN:
        return "⌈n / s⌉"
    reach = " − k" if window.dilation == 1 else " − d × (k − 1) − 1"
    room = "n" + (" + p" if window.before or window.after else "") + reach
    return _divided(room, "s", window) + " − 1" * leaves_out_last(length, window)


def window_numbers(length: Dim, window: Window) -> str:
    """Return the formula with its numbers: ``⌊(128 − 8) / 2⌋ + 1``."""
    start = "n" if length is None else str(length)
    if window.fill is not Fill.GIVEN:
        kept = window.stride == 1 and not isinstance(length, int)
        return start if kept else f"⌈{start} / {window.stride}⌉"
    if window.dilation == 1:
        reach = f" − {window.size}"
    else:
        reach = f" − {window.dilation} × ({window.size} − 1) − 1"
    room = start + _added_text(window) + reach
    found = _divided(room, str(window.stride), window)
    return found + " − 1" * leaves_out_last(length, window)


def _divided(room: str, stride: str, window: Window) -> str:
    if window.stride == 1:
        return f"{room} + 1"
    return f"⌈({room}) / {stride}⌉ + 1" if window.ceil else f"⌊({room}) / {stride}⌋ + 1"


def _added_text(window: Window) -> str:
    before, after = window.before, window.after
    if before == after:
        return f" + 2 × {before}" if before > 0 else f" − 2 × {-before}" * bool(before)
    parts = [number for number in (before, after) if number]
    return "".join(f" + {part}" if part > 0 else f" − {-part}" for part in parts)


@dataclass(frozen=True, slots=True)
class Spread(Taps):
    """A window that is laid down once per input element, as in a transposed one.

    Attributes:
        size: Elements that one input element writes to.
        stride: Distance between what two neighbours write.
        dilation: Distance between the elements that one writes.
        cut: Elements cut off at both ends together.
        extra: Elements put behind the last.
        same: Whether the result is exactly ``stride`` times as long.
    """

    cut: int = 0
    extra: int = 0
    same: bool = False


def spread_length(length: Dim, spread: Spread) -> Dim:
    """Return the length that is written; 0 or less if all of it is cut off."""
    if spread.same and spread.stride == 1:
        return length
    if not isinstance(length, int):
        return None
    if spread.same:
        return length * spread.stride
    return (length - 1) * spread.stride + spread.reach - spread.cut + spread.extra


def spread_rule(spread: Spread) -> str:
    """Return the formula of ``spread_length`` in symbols."""
    if spread.same:
        return "n × s"
    reach = "k" if spread.dilation == 1 else "d × (k − 1) + 1"
    cut = " − p" if spread.cut else ""
    return f"(n − 1) × s + {reach}{cut}" + (" + o" if spread.extra else "")


def spread_numbers(length: Dim, spread: Spread) -> str:
    """Return the formula with its numbers: ``(10 − 1) × 2 + 3``."""
    start = "n" if length is None else str(length)
    if spread.same:
        return f"{start} × {spread.stride}"
    reach = str(spread.size)
    if spread.dilation != 1:
        reach = f"{spread.dilation} × ({spread.size} − 1) + 1"
    cut = f" − {spread.cut}" if spread.cut else ""
    extra = f" + {spread.extra}" if spread.extra else ""
    return f"({start} − 1) × {spread.stride} + {reach}{cut}{extra}"
