"""What the inspector says about an ONNX operator: its definition beside its node."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from loaders.ir.documentation import OperatorField, OperatorText
from loaders.ir.graph import Node
from loaders.ir.text import shown
from viewers.sections import Formula, Item, Line, Page, Row, Section, section

TITLE = "Docs"
CODE_INDENT = "    "
MOST_TYPES = 4
MOST_VALUE = 200


def domain_of(node: Node) -> str | None:
    """Return the domain of a node's operator; ``None`` if it is not of ONNX."""
    if node.dialect == "onnx":
        return ""
    return node.dialect[5:] if node.dialect.startswith("onnx.") else None


def waiting_page(node: Node) -> Page:
    """Return what is shown until the definition is here."""
    title = f"About {shown(node.op, 80)}"
    return Page(TITLE, (Section(title, (Line("Looking it up …"),)),))


def failed_page(node: Node) -> Page:
    """Return what is shown if the definition cannot be had."""
    title = f"About {shown(node.op, 80)}"
    words = "The definition cannot be read now. Reload the file and try again."
    return Page(TITLE, (Section(title, (Line(words),)),))


def operator_page(node: Node, found: OperatorText | None, own: str = "") -> Page:
    """Return what a definition says, with this node's values.

    Args:
        node: A node of the operator.
        found: The definition; ``None`` if ONNX has none.
        own: A sentence of ours about an operator that others have defined.
    """
    name = shown(node.op, 80)
    if found is None:
        domain = shown(domain_of(node) or "ai.onnx", 80)
        words = f"ONNX itself does not define {name}; it is an operator of {domain}."
        items: list[Item] = [Line(own)] if own else []
        return Page(TITLE, (Section(f"About {name}", (*items, Line(words))),))
    return Page(
        TITLE,
        (
            Section(f"About {name}", tuple(_about(found))),
            *section("Attributes", _attributes(node, found)),
            *section("Inputs", map(_parameter, found.inputs)),
            *section("Outputs", map(_parameter, found.outputs)),
        ),
    )


def _about(found: OperatorText) -> Iterator[Item]:
    if found.is_deprecated:
        yield Line("It is deprecated: new models use other operators instead.")
    yield from _blocks(found.text)
    yield Line(f"Defined this way since opset version {found.since}.")


def _blocks(text: str) -> Iterator[Item]:
    """Yield paragraphs as lines, code as formulas; pieces of code stay together."""
    code: list[str] = []
    for block in text.split("\n\n"):
        if block.startswith(CODE_INDENT):
            lines = (line.removeprefix(CODE_INDENT) for line in block.split("\n"))
            code.append("\n".join(lines))
            continue
        if code:
            yield Formula("\n".join(code))
            code = []
        if block:
            yield Line(block)
    if code:
        yield Formula("\n".join(code))


def _attributes(node: Node, found: OperatorText) -> Iterator[Item]:
    try:
        values = msgspec.json.decode(node.config)
    except (msgspec.DecodeError, UnicodeEncodeError):
        values = {}
    values = values if isinstance(values, dict) else {}
    for field in found.attributes:
        set_here = field.name in values
        yield Row(
            label=shown(field.name, 80),
            detail=_value(values[field.name]) if set_here else _default(field),
            below=field.text.replace("\n\n", " "),
            code=set_here,
        )


def _default(field: OperatorField) -> str:
    if field.default:
        return f"not set: {shown(field.default, 80)}"
    return "missing, although it must be set" if field.needed else "not set"


def _value(value: Any) -> str:
    match value:
        case list():
            return shown(", ".join(map(str, value)), MOST_VALUE)
        case _:
            return shown(str(value), MOST_VALUE)


def _parameter(field: OperatorField) -> Row:
    types: Sequence[str] = field.type.split(", ")
    words = ", ".join(types[:MOST_TYPES])
    if len(types) > MOST_TYPES:
        words += f" and {len(types) - MOST_TYPES} more types"
    return Row(
        label=shown(field.name, 80),
        detail=words if field.needed else f"{words} (optional)",
        below=field.text.replace("\n\n", " "),
        code=False,
    )
