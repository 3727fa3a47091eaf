"""Why a layer is what it is, beyond its own rule: words for the inspector.

``NodeSteps`` says what the rule of one layer gives. ``Why`` adds what a newcomer asks
next: what the layer does, where its axes come from and end, what other settings would
give, and what it means in the whole model.
"""

from msgspec import Struct

from loaders.ir.graph import Shape
from loaders.ir.steps import NodeSteps


class AxisPath(Struct, frozen=True, kw_only=True):
    """Where one axis of an output comes from and where it ends; empty if unknown.

    Attributes:
        origin: ``from the input's time (100)``.
        end: ``ends in gap (GlobalAveragePooling1D): one answer per 511 steps``.
    """

    origin: str = ""
    end: str = ""


class Alternative(Struct, frozen=True, kw_only=True):
    """What one other setting would give.

    Attributes:
        change: The setting and its other value: ``padding same``.
        meaning: What that means, in a few words; empty if the change says it.
        shape: The first output's shape then; ``None`` if it stays as it is.
        parameters: How many parameters there would be; ``None`` if as many.
    """

    change: str
    meaning: str = ""
    shape: Shape | None = None
    parameters: int | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """Something that several layers together make so.

    Attributes:
        label: What it is about: ``time``, ``sees``.
        text: In a sentence.
        numbers: Numbers or a calculation, shown as such; empty for none.
    """

    label: str
    text: str = ""
    numbers: str = ""


class Why(Struct, frozen=True, kw_only=True):
    """All that is known about one layer's shape and weights.

    Attributes:
        steps: What its own rule says.
        remarks: What it does, in a newcomer's words.
        paths: Per output, per axis; empty where nobody looked.
        picks: Per role of a weight, how to take out one filter, unit, row or gate.
        alternatives: Other settings worth knowing.
        findings: What it means in the whole model.
    """

    steps: NodeSteps = NodeSteps()
    remarks: tuple[str, ...] = ()
    paths: tuple[tuple[AxisPath, ...], ...] = ()
    picks: dict[str, str] = {}
    alternatives: tuple[Alternative, ...] = ()
    findings: tuple[Finding, ...] = ()
