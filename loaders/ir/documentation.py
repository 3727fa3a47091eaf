"""What the definition of an operator says: made in the reader, shown in the window."""

from msgspec import Struct


class OperatorField(Struct, frozen=True, kw_only=True):
    """An attribute, input or output of an operator.

    Attributes:
        name: As the definition has it.
        type: ``int``, ``list of floats``; for inputs and outputs the element types.
        text: What it is for.
        default: What holds where the node does not say, as text; empty if nothing.
        needed: Whether a node must have it.
    """

    name: str
    type: str = ""
    text: str = ""
    default: str = ""
    needed: bool = False


class OperatorText(Struct, frozen=True, kw_only=True):
    """The definition of one operator in one version.

    Attributes:
        op: Its name.
        domain: Empty for the standard ones.
        since: The opset version that this definition came with.
        text: Plain paragraphs and pieces of code, between empty lines; those that
            begin with four spaces are code.
        attributes: In the definition's order.
        inputs: In order.
        outputs: In order.
        is_deprecated: Whether models should not use it any more.
    """

    op: str
    domain: str
    since: int
    text: str
    attributes: tuple[OperatorField, ...] = ()
    inputs: tuple[OperatorField, ...] = ()
    outputs: tuple[OperatorField, ...] = ()
    is_deprecated: bool = False
