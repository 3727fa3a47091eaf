"""What places of an axis see of an axis further back: pure arithmetic."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from loaders.kinds._windows import Taps, Window

_MOST_SEEN = 100_000
"""Elements along one axis; what sees more is not followed: a file may ask for any."""


@dataclass(frozen=True, slots=True)
class Look:
    """What each place of one axis sees of another one.

    It repeats: place ``q × period + r`` sees ``offset + q × advance`` for each of the
    ``offsets[r]``. Places that are not there are padding: negative ones, and those
    behind the end.
    """

    offsets: tuple[frozenset[int], ...] = (frozenset((0,)),)
    advance: int = 1

    @property
    def period(self) -> int:
        """After how many places it repeats."""
        return len(self.offsets)

    @property
    def count(self) -> int:
        """How many offsets there are in all."""
        return sum(map(len, self.offsets))

    def at(self, place: int) -> frozenset[int]:
        """Return what one place sees."""
        times, rest = divmod(place, self.period)
        return frozenset(at + times * self.advance for at in self.offsets[rest])

    def through(self, before: "Look") -> "Look | None":
        """Return what is seen one layer further back; ``None`` if it is too much."""
        repeats = before.period // math.gcd(self.advance, before.period)
        if self.count * repeats * max(map(len, before.offsets)) > _MOST_SEEN:
            return None
        return Look(
            tuple(
                frozenset(seen for at in self.at(place) for seen in before.at(at))
                for place in range(self.period * repeats)
            ),
            self.advance * repeats // before.period * before.advance,
        )

    def joined(self, other: "Look") -> "Look | None":
        """Return what two branches see together; ``None`` if they move apart."""
        if self.advance * other.period != other.advance * self.period:
            return None
        period = math.lcm(self.period, other.period)
        if (self.count + other.count) * period > _MOST_SEEN:
            return None
        return Look(
            tuple(self.at(place) | other.at(place) for place in range(period)),
            self.advance * (period // self.period),
        )

    def covers(self, places: int, length: int) -> bool:
        """Whether so many places together see every element of a length."""
        if places * max(map(len, self.offsets)) > _MOST_SEEN:
            return False
        return {at for p in range(places) for at in self.at(p)} >= {*range(length)}

    def covers_from_start(self) -> bool:
        """Whether the first k places together see all up to the last they see."""
        if not all(self.offsets):
            return False
        reach = max(map(max, self.offsets)) - min(map(min, self.offsets)) + 1
        places = (reach // self.advance + 2) * self.period
        if places * max(map(len, self.offsets)) > _MOST_SEEN:
            return False
        seen: set[int] = set()
        for place in range(places):
            seen |= {at for at in self.at(place) if at >= 0}
            if len(seen) != max(seen, default=-1) + 1:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Span:
    """What the places of an output see along one axis of an input.

    Attributes:
        look: Which elements; of no meaning if it is all of them.
        from_start: Whether they see everything before the last of them, too, because a
            layer on the way carries a state from step to step.
        everything: Whether each place sees all of the axis.
    """

    look: Look = Look()
    from_start: bool = False
    everything: bool = False

    @property
    def seen(self) -> frozenset[int]:
        """What the first place sees."""
        return self.look.offsets[0]

    @property
    def sizes(self) -> list[int]:
        """How many elements lie between the first that a place sees and the last."""
        return [max(seen) - min(seen) + 1 for seen in self.look.offsets]

    @property
    def size(self) -> int:
        """The largest of ``sizes``."""
        return max(self.sizes)

    def through(self, before: Look) -> "Span | None":
        """Return what is seen one layer further back; ``None`` if it is too much."""
        look = self.look.through(before)
        return None if look is None else replace(self, look=look)

    def joined(self, other: "Span") -> "Span | None":
        """Return what two branches see together; ``None`` if they move apart."""
        if self.everything or other.everything:
            return Span(everything=True)
        look = self.look.joined(other.look)
        if look is None:
            return None
        return Span(look, self.from_start or other.from_start)


def window_look(window: Window, start: int) -> Look | None:
    """Return what the places of a window see; ``None`` if it is too much.

    Args:
        window: It slides along the axis.
        start: How many elements are added in front.
    """
    if window.size > _MOST_SEEN:
        return None
    seen = (tap * window.dilation - start for tap in range(window.size))
    return Look((frozenset(seen),), window.stride)


def written_look(taps: Taps, start: int) -> Look | None:
    """Return which elements write to a place of a transposed window's output.

    Args:
        taps: What one element writes.
        start: How many of the places that are written are cut off in front.
    """
    if max(taps.size, taps.stride) > _MOST_SEEN:
        return None
    offsets: list[set[int]] = [set() for _ in range(taps.stride)]
    for tap in range(taps.size):
        # Element i writes to place i × stride + tap × dilation − start.
        place = tap * taps.dilation - start
        offsets[place % taps.stride].add(-(place // taps.stride))
    return Look(tuple(map(frozenset, offsets)))


Pick = Callable[[Fraction], frozenset[int]]
"""Which elements make a number that lies at a place between them."""


def scaled_look(scale: Fraction, centred: bool, pick: Pick) -> Look | None:
    """Return what is seen of an axis that is stretched or shrunk.

    Args:
        scale: New length by old length.
        centred: Whether elements are areas whose middles are brought to each other
            (ONNX ``half_pixel``), not points of which the first stays where it is.
        pick: What is taken at a place of the input.
    """
    if scale <= 0 or max(scale.numerator, scale.denominator) > _MOST_SEEN:
        return None
    shift = Fraction(1, 2) if centred else Fraction(0)
    places = ((place + shift) / scale - shift for place in range(scale.numerator))
    return Look(tuple(map(pick, places)), scale.denominator)


def between(place: Fraction) -> frozenset[int]:
    """Return both neighbours of a place; one if it is exactly there."""
    return frozenset((math.floor(place), math.ceil(place)))


NEAREST: dict[str, Pick] = {
    "floor": lambda place: frozenset((math.floor(place),)),
    "ceil": lambda place: frozenset((math.ceil(place),)),
    "round_prefer_floor": lambda x: frozenset((math.ceil(x - Fraction(1, 2)),)),
    "round_prefer_ceil": lambda x: frozenset((math.floor(x + Fraction(1, 2)),)),
}
"""What ONNX calls nearest."""
