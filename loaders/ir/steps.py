"""Why a shape is what it is: the rule of each axis with its numbers.

A layer kind returns steps, and the plain shape is read off them, so a shown shape and
its reason cannot disagree.
"""

from msgspec import Struct

from loaders.ir.graph import Axis, Dim, Shape


class AxisStep(Struct, frozen=True, kw_only=True):
    """One axis of one output.

    Attributes:
        axis: What it stands for.
        result: Its length.
        meaning: In a newcomer's words: ``one per filter``, ``kept as it is``.
        rule: The formula in symbols, empty if there is none: ``⌊(n − k) / s⌋ + 1``.
        numbers: The formula with this layer's numbers, without the result:
            ``⌊(128 − 8) / 2⌋ + 1``. Empty if there is no formula.
        source: Index of the first input's axis that it comes from; ``None`` if new.
    """

    axis: Axis
    result: Dim
    meaning: str
    rule: str = ""
    numbers: str = ""
    source: int | None = None


class EndedAxis(Struct, frozen=True, kw_only=True):
    """An input axis that no output has: ``time ends: averaged over 511 steps``."""

    axis: Axis
    length: Dim
    reason: str


class OutputSteps(Struct, frozen=True, kw_only=True):
    """All axes of one output, and the input axes that end in this layer.

    ``dtype`` is empty where the output has the first input's element type.
    """

    axes: tuple[AxisStep, ...]
    ended: tuple[EndedAxis, ...] = ()
    dtype: str = ""

    @property
    def shape(self) -> Shape:
        """The plain shape."""
        return tuple(step.result for step in self.axes)

    @property
    def names(self) -> tuple[Axis, ...]:
        """What the axes stand for."""
        return tuple(step.axis for step in self.axes)


class WeightSteps(Struct, frozen=True, kw_only=True):
    """One weight that a layer has, from its settings alone.

    Attributes:
        role: The field's word, as in ``Parameter.role``.
        shape: Lengths of its axes; ``None`` where the input leaves one open.
        axes: What each axis stands for.
        meaning: The count in words and numbers: ``3 × 3 × 3 weights for each of 32
            filters``.
        trainable: Whether training changes it.
        counted: As in ``Parameter.counted``.
        dtype: Element type; empty for the layer's own.
    """

    role: str
    shape: Shape
    axes: tuple[Axis, ...]
    meaning: str = ""
    trainable: bool = True
    counted: bool = True
    dtype: str = ""


class Setting(Struct, frozen=True, kw_only=True):
    """One setting in plain words with this layer's numbers, for the inspector."""

    name: str
    value: str
    meaning: str


class NodeSteps(Struct, frozen=True, kw_only=True):
    """Everything the rules say about one node, ready to be shown.

    Attributes:
        summary: A few words under the name: ``24 filters of 8 × 8 · stride 2``.
        outputs: One entry per output of the node; ``None`` where no rule tells.
        weights: The weights that the settings ask for.
        settings: The settings worth a sentence, most important first.
        problem: Why the shapes cannot work, with the numbers; empty if they can.
        advice: What to change; empty if there is nothing to say.
    """

    summary: str = ""
    outputs: tuple[OutputSteps | None, ...] = ()
    weights: tuple[WeightSteps, ...] = ()
    settings: tuple[Setting, ...] = ()
    problem: str = ""
    advice: str = ""
