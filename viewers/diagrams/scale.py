"""Where the elements of an axis lie along a line of pixels; long axes are broken."""

from collections.abc import Iterator
from typing import NamedTuple

LARGEST, LEAST = 14.0, 3.0
"""Pixels of one element; below the least one, elements are drawn as one strip."""
COMFORTABLE = 7.0
"""Elements of an axis that is drawn whole are at least so large."""
BREAK = 16.0
"""Room for the dots where an axis is broken."""
TAIL = 2
"""Elements that are drawn behind a break."""


class Piece(NamedTuple):
    """Elements that are drawn side by side: ``first`` up to ``stop``, from ``x`` on."""

    first: int
    stop: int
    x: float


class Scale(NamedTuple):
    """The elements of an axis in pixels.

    Attributes:
        cell: Pixels of one element.
        pieces: One, or two with a break between them.
        open: Whether nobody knows where the axis ends.
        length: Pixels of all of it.
    """

    cell: float
    pieces: tuple[Piece, ...]
    open: bool
    length: float

    @property
    def by_cells(self) -> bool:
        """Whether elements are large enough to be told apart."""
        return self.cell >= LEAST

    @property
    def break_at(self) -> float | None:
        """The middle of the break."""
        if len(self.pieces) < 2 and not self.open:
            return None
        head = self.pieces[0]
        return head.x + (head.stop - head.first) * self.cell + BREAK / 2

    def indexes(self) -> Iterator[int]:
        """Yield the elements that are drawn."""
        for piece in self.pieces:
            yield from range(piece.first, piece.stop)

    def holds(self, index: int) -> bool:
        """Return whether an element is drawn."""
        return any(piece.first <= index < piece.stop for piece in self.pieces)

    def at(self, index: float) -> float:
        """Return where an element starts; the break stands for what is left out."""
        for piece in self.pieces:
            if piece.first <= index <= piece.stop:
                return piece.x + (index - piece.first) * self.cell
        first = self.pieces[0]
        if index < first.first:
            return first.x + (index - first.first) * self.cell
        broken = self.break_at
        if index > self.pieces[-1].stop or broken is None:
            last = self.pieces[-1]
            return last.x + (index - last.first) * self.cell
        return broken


def scale_of(
    first: int, stop: int | None, needed: int, room: float, cell: float | None = None
) -> Scale:
    """Return how an axis is drawn.

    Args:
        first: Its first element; below 0 for what is added in front.
        stop: Behind its last element; ``None`` if nobody knows.
        needed: Elements at its start that must be seen.
        room: Pixels it may take.
        cell: Pixels of one element; as many as there is room for if not given.
    """
    if stop is not None and stop <= first:
        return Scale(LARGEST, (Piece(first, first, 0.0),), open=False, length=0.0)
    size = cell_of(first, stop, needed, room) if cell is None else cell
    if stop is not None and (stop - first) * size <= room + 0.01:
        whole = Piece(first, stop, 0.0)
        return Scale(size, (whole,), open=False, length=(stop - first) * size)
    seen = max(int((room - BREAK) / size + 0.01), 1)
    if stop is None:
        head = Piece(first, first + seen, 0.0)
        return Scale(size, (head,), open=True, length=seen * size + BREAK)
    behind = min(TAIL, max(seen - 1, 0))
    if size < LEAST:
        behind = max(behind, min(seen // 6, seen - needed))
    front = max(seen - behind, 1)
    pieces = [Piece(first, first + front, 0.0)]
    if behind:
        pieces.append(Piece(stop - behind, stop, front * size + BREAK))
    length = (front + behind) * size + BREAK
    return Scale(size, tuple(pieces), open=not behind, length=length)


def cell_of(first: int, stop: int | None, needed: int, room: float) -> float:
    """Return how many pixels an element may have."""
    if stop is not None:
        total = max(stop - first, 1)
        if total * COMFORTABLE <= room:
            return float(int(min(LARGEST, room / total)))
    wanted = min(10.0, (room - BREAK) / (needed + TAIL))
    # A strip keeps some room for its tail: its elements are too small to be counted.
    return float(int(wanted)) if wanted >= LEAST else (room - BREAK) / (needed * 1.2)
