"""What a reader draws together, and what it leaves as the file has it."""

from msgspec import Struct


class Folding(Struct, frozen=True, kw_only=True):
    """What is shown with the nodes that use it instead of as nodes of its own.

    Shapes, weights and their counts are the same either way.

    Attributes:
        constants: Constants, and operations on nothing but constants.
        rounding: Pairs of nodes that only round a value, and what rounds a weight.
        masks: Operations that only make a mask.
    """

    constants: bool = True
    rounding: bool = True
    masks: bool = True


FOLDED = Folding()
"""All of it."""
