"""What a layer does, as a drawing: which numbers of the input make which of the output.

A diagram holds lengths and places, never pixels or weights. Lengths are those of one
sample unless it says otherwise; an unknown one stays unknown and is drawn open.
"""

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from loaders.ir.graph import Dim, Shape


class Does(StrEnum):
    """What becomes of the numbers in a window."""

    SUMMED = "summed"
    """Weighted and summed."""
    LARGEST = "largest"
    MEAN = "mean"
    NORM = "norm"


class Slide(Struct, frozen=True, kw_only=True):
    """A window along one axis.

    Attributes:
        label: What the axis stands for.
        length: Elements of the input.
        result: Places of the window: elements of the output.
        size: Elements that the window looks at.
        stride: From one place of it to the next.
        dilation: Distance between the elements it looks at.
        before: Elements added at the start, negative ones are cut off; ``None`` if
            their number follows from an unknown length.
        after: As ``before``, at the end.
    """

    label: str
    length: Dim
    result: Dim
    size: Dim
    stride: int = 1
    dilation: int = 1
    before: int | None = 0
    after: int | None = 0

    @property
    def reach(self) -> int | None:
        """From the first element it looks at to the last, both included."""
        if not isinstance(self.size, int):
            return None
        return (self.size - 1) * self.dilation + 1


class Sliding(Struct, frozen=True, kw_only=True, tag="sliding"):
    """A window that slides over one, two or three axes.

    Attributes:
        slides: One per axis.
        channels: Of the input.
        results: Channels of the output.
        groups: Parts of the channels that do not see each other; one per channel where
            each channel is looked at on its own.
        does: What becomes of the numbers in the window.
        same_weights: Whether every place has the same weights.
    """

    slides: tuple[Slide, ...]
    channels: Dim
    results: Dim
    groups: Dim = 1
    does: Does = Does.SUMMED
    same_weights: bool = True


class Spread(Struct, frozen=True, kw_only=True):
    """What each element along one axis writes.

    Attributes:
        label: What the axis stands for.
        length: Elements of the input.
        result: Elements of the output.
        size: Elements that one input element writes to.
        stride: Distance between what two neighbours write.
        dilation: Distance between the elements that one writes to.
        before: Written elements that are cut off at the start; ``None`` if their
            number follows from an unknown length.
        after: As ``before``, at the end; negative ones are added.
    """

    label: str
    length: Dim
    result: Dim
    size: Dim
    stride: int = 1
    dilation: int = 1
    before: int | None = 0
    after: int | None = 0


class Spreading(Struct, frozen=True, kw_only=True, tag="spreading"):
    """Every input element writes a whole window to the output (transposed)."""

    spreads: tuple[Spread, ...]
    channels: Dim
    results: Dim
    groups: Dim = 1


class Edge(Struct, frozen=True, kw_only=True):
    """One axis of an array in a drawing.

    Attributes:
        label: What it stands for: ``height × width``.
        length: Its elements.
        first: The first marked element.
        last: The last marked one; ``None`` for the last of the axis.
        step: Every how many between them are marked.
        before: Elements added in front (drawn dashed).
        after: Elements added behind.
    """

    label: str
    length: Dim
    first: int = 0
    last: int | None = None
    step: int = 1
    before: int = 0
    after: int = 0


class Block(Struct, frozen=True, kw_only=True):
    """An array in a drawing, with a part of it marked.

    Attributes:
        title: What it is: ``input``.
        edges: At most three axes, neighbours perhaps taken together, the last one
            fastest; none for a single number.
    """

    title: str
    edges: tuple[Edge, ...]


class Blocks(Struct, frozen=True, kw_only=True, tag="blocks"):
    """The marked numbers of the inputs make the marked numbers of the output.

    Attributes:
        inputs: At least one.
        result: The output.
        sign: Written between the inputs: ``+``.
        more: Inputs that are not drawn.
        note: What happens to the marked numbers, in a word or two; written at the
            arrow.
    """

    inputs: tuple[Block, ...]
    result: Block
    sign: str = ""
    more: int = 0
    note: str = ""


class Joined(Struct, frozen=True, kw_only=True, tag="joined"):
    """Arrays put side by side along one axis, or one cut into pieces.

    Attributes:
        label: What the axis stands for.
        pieces: Lengths along it.
        whole: Length of all of them together.
        others: The other axes, which all share: ``61 × 61``; empty if there are none.
        is_cut: Whether the whole is cut into pieces.
    """

    label: str
    pieces: tuple[Dim, ...]
    whole: Dim
    others: str = ""
    is_cut: bool = False


class Reordered(Struct, frozen=True, kw_only=True, tag="reordered"):
    """The same numbers, in other places.

    Attributes:
        source: Lengths of the input's axes.
        target: Lengths of the output's axes.
        labels: What the input's axes stand for.
        order: In which order the input's axes are read, slowest first.
        result_labels: What the output's axes stand for.
    """

    source: Shape
    target: Shape
    labels: tuple[str, ...]
    order: tuple[int, ...]
    result_labels: tuple[str, ...]


class Unrolled(Struct, frozen=True, kw_only=True, tag="unrolled"):
    """A sequence read step by step.

    Attributes:
        cell: What runs at each step: ``LSTM``.
        gates: Its gates by name; one for a simple cell.
        steps: How many there are.
        features: Numbers of one step, or the lengths of its array.
        units: Numbers remembered from step to step, or the lengths of their array.
        every_step: Whether there is an answer for every step.
        backwards: Whether the last step is read first.
        both: Whether a second copy reads the other way.
        merged: What becomes of the answers of both; empty if they stay apart.
        result: Numbers of one answer.
        states: States given out after the last step.
        activation: What shapes the state.
        gate_activation: What shapes the gates.
    """

    cell: str
    gates: tuple[str, ...]
    steps: Dim
    features: Shape
    units: Shape
    every_step: bool
    result: Shape
    backwards: bool = False
    both: bool = False
    merged: str = ""
    states: tuple[str, ...] = ()
    activation: str = ""
    gate_activation: str = ""


class LookedUp(Struct, frozen=True, kw_only=True, tag="looked_up"):
    """Every index picks a row of a table.

    Attributes:
        rows: Of the table.
        width: Numbers of one row.
        indices: Lengths of the array of indices, of one sample.
    """

    rows: Dim
    width: Dim
    indices: Shape


class Attended(Struct, frozen=True, kw_only=True, tag="attended"):
    """Queries look at keys and take from values.

    Attributes:
        queries: How many.
        keys: How many; there are as many values.
        heads: Side by side; ``None`` if there is just one or nobody knows.
        key_heads: Heads of keys and values, if several query heads share one.
        compared: Numbers by which a query and a key are compared.
        taken: Numbers taken from each value.
        result: Numbers of one answer.
        score: How the two are compared: ``query · key``.
        joined: Whether the heads become one answer, ``result`` numbers long.
    """

    queries: Dim
    keys: Dim
    compared: Dim
    taken: Dim
    result: Dim
    heads: Dim = None
    key_heads: Dim = None
    score: str = "query · key"
    joined: bool = True


class Curved(Struct, frozen=True, kw_only=True, tag="curved"):
    """A function of one number.

    Attributes:
        name: Of the function.
        pieces: x, y, x, y ... of each unbroken piece of the curve.
        low: The lowest y that is drawn.
        high: The highest one.
        left: The lowest x.
        right: The highest one.
    """

    name: str
    pieces: tuple[tuple[float, ...], ...]
    low: float
    high: float
    left: float = -4.0
    right: float = 4.0


class Stairs(Struct, frozen=True, kw_only=True, tag="stairs"):
    """Numbers are rounded to codes, or codes become numbers.

    A code c stands for ``(c − zero_point) × step``.

    Attributes:
        low: The lowest code.
        high: The highest one; what is beyond the ends becomes one of them.
        step: Distance of what two neighbouring codes stand for; ``None`` where it is
            computed or differs, so that nobody can say it.
        zero_point: The code of 0, perhaps between two; ``None`` if nobody can say it.
        turn: How far behind a code the numbers of the next one begin, in steps.
        reads_codes: Whether codes flow in, not numbers.
        gives_codes: Whether codes come out, not numbers.
    """

    low: int
    high: int
    step: float | None
    zero_point: float | None
    turn: float = 0.5
    reads_codes: bool = False
    gives_codes: bool = False


class Change(StrEnum):
    """What chance may do to pictures in training."""

    MOVED = "moved"
    """Their points go elsewhere."""
    COLOURED = "coloured"
    ERASED = "erased"
    """A part of them is covered."""


class Varied(Struct, frozen=True, kw_only=True, tag="varied"):
    """Pictures that are changed by chance in training, and by nothing in use.

    Attributes:
        change: What is done.
        matrix: For points that move, where one example puts (x, y): ``a·x + b·y + c``
            and ``d·x + e·y + f``; the picture goes from −1 to 1, y downwards.
    """

    change: Change
    matrix: tuple[float, float, float, float, float, float] = (1, 0, 0, 0, 1, 0)


class Branched(Struct, frozen=True, kw_only=True, tag="branched"):
    """One of several bodies runs.

    Attributes:
        branches: What each one is called.
        decides: What chooses among them: ``condition``.
        results: How many values come out; ``None`` if nobody knows.
    """

    branches: tuple[str, ...]
    decides: str = "condition"
    results: int | None = None


class Looped(Struct, frozen=True, kw_only=True, tag="looped"):
    """A body that runs again and again.

    Attributes:
        carried: Values that each round hands to the next one.
        read: Arrays of which each round reads its own part.
        collected: Arrays that are put together of a part from each round.
        rounds: How many there are, in words.
    """

    carried: int
    read: int
    collected: int
    rounds: str


class Dropped(Struct, frozen=True, kw_only=True, tag="dropped"):
    """What happens in training alone.

    Attributes:
        rate: Share of what becomes 0.
        whole_channels: Whether whole channels do.
    """

    rate: float
    whole_channels: bool = False


class PerStep(Struct, frozen=True, kw_only=True, tag="per_step"):
    """The same layer at every step.

    Attributes:
        steps: How many.
        op: The layer.
        inner: What it does at one; ``None`` if nothing can be drawn of it.
    """

    steps: Dim
    op: str
    inner: "Diagram | None" = None


class Part(Struct, frozen=True, kw_only=True):
    """One of several drawings that follow each other."""

    title: str
    diagram: "Diagram"


class Chain(Struct, frozen=True, kw_only=True, tag="chain"):
    """Several things, one after the other."""

    parts: tuple[Part, ...]


Diagram: TypeAlias = (
    Sliding
    | Spreading
    | Blocks
    | Joined
    | Reordered
    | Unrolled
    | LookedUp
    | Attended
    | Curved
    | Stairs
    | Dropped
    | Varied
    | Branched
    | Looped
    | PerStep
    | Chain
)


class Drawing(Struct, frozen=True, kw_only=True):
    """A diagram and what it shows in a sentence, for those who read or hear it."""

    diagram: Diagram
    caption: str
