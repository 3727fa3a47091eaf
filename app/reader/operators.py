"""What ONNX's own definitions say about an operator; they ship with the package."""

import re
import textwrap
from typing import TYPE_CHECKING, Any

from loaders.ir.documentation import OperatorField, OperatorText

if TYPE_CHECKING:
    from onnx.defs import OpSchema

MOST_TEXT = 20_000
"""Characters of one text; the longest definition has about half of that."""
NEWEST = 10_000
"""More than any opset version: the newest definition."""
_FENCE = re.compile(r"^\s*```")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"<[^>]{1,40}>|`|\*\*|__")
_KINDS = {
    "INT": "int",
    "INTS": "list of ints",
    "FLOAT": "float",
    "FLOATS": "list of floats",
    "STRING": "text",
    "STRINGS": "list of texts",
    "TENSOR": "tensor",
    "GRAPH": "graph",
    "TYPE_PROTO": "type",
    "SPARSE_TENSOR": "sparse tensor",
}


def operator_text(op: str, domain: str, version: int) -> OperatorText | None:
    """Return the definition of an operator as of an opset version.

    Args:
        op: As the file has it; ``None`` is returned for what nobody has defined.
        domain: Empty or ``ai.onnx`` for the standard ones.
        version: The model's opset version for the domain; 0 for the newest.
    """
    # Costs 0.4 s once, and only where somebody reads about an operator.
    from onnx.defs import SchemaError, get_schema

    domain = "" if domain == "ai.onnx" else domain
    try:
        schema = get_schema(op, min(version, NEWEST) or NEWEST, domain)
    except (SchemaError, TypeError):  # the other one is of text that is no Unicode
        return None
    types = {
        one.type_param_str: one.allowed_type_strs for one in schema.type_constraints
    }
    return OperatorText(
        op=schema.name,
        domain=domain,
        since=schema.since_version,
        text=plain_text(schema.doc or ""),
        attributes=tuple(map(_attribute, schema.attributes.values())),
        inputs=tuple(_parameter(one, types) for one in schema.inputs),
        outputs=tuple(_parameter(one, types) for one in schema.outputs),
        is_deprecated=schema.deprecated,
    )


def plain_text(markdown: str) -> str:
    """Return Markdown as plain paragraphs; code is set in by four spaces."""
    blocks: list[str] = []
    paragraph: list[str] = []
    code: list[str] | None = None

    def end_paragraph() -> None:
        if paragraph:
            blocks.append(" ".join(paragraph))
            paragraph.clear()

    for line in textwrap.dedent(markdown[:MOST_TEXT]).split("\n"):
        if _FENCE.match(line):
            end_paragraph()
            if code is None:
                code = []
            else:
                blocks.append(_code(code))
                code = None
        elif code is not None:
            code.append(line)
        elif not line.strip():
            end_paragraph()
        elif line.startswith("    ") and not paragraph:
            blocks.append(_code([line]))
        else:
            words = _MARKS.sub("", _LINK.sub(r"\1", line)).strip().lstrip("#").strip()
            if words.startswith(("- ", "* ", "+ ")):
                end_paragraph()
                words = f"• {words[2:]}"
            paragraph.append(words)
    end_paragraph()
    if code:
        blocks.append(_code(code))
    return "\n\n".join(block for block in blocks if block.strip())


def _code(lines: list[str]) -> str:
    text = textwrap.dedent("\n".join(lines)).strip("\n")
    return textwrap.indent(text, "    ", lambda _line: True)


def _attribute(attribute: "OpSchema.Attribute") -> OperatorField:
    return OperatorField(
        name=attribute.name,
        type=_KINDS.get(attribute.type.name, attribute.type.name.lower()),
        text=plain_text(attribute.description or ""),
        default=_default(attribute.default_value),
        needed=attribute.required,
    )


def _default(value: Any) -> str:
    """Return a default as text; tensors and graphs have none that fits a line."""
    kind = value.AttributeType.Name(value.type) if value.type else ""
    match kind:
        case "INT":
            return str(value.i)
        case "FLOAT":
            return f"{value.f:.7g}"
        case "STRING":
            return str(value.s.decode("utf-8", "replace"))
        case "INTS":
            return ", ".join(map(str, value.ints))
        case "FLOATS":
            return ", ".join(f"{one:.7g}" for one in value.floats)
        case "STRINGS":
            return ", ".join(one.decode("utf-8", "replace") for one in value.strings)
    return ""


def _parameter(
    parameter: "OpSchema.FormalParameter", types: dict[str, Any]
) -> OperatorField:
    allowed = types.get(parameter.type_str, [parameter.type_str])
    names = [str(one).removeprefix("tensor(").removesuffix(")") for one in allowed]
    several = parameter.option.name == "Variadic"
    return OperatorField(
        name=f"{parameter.name} …" if several else parameter.name,
        type=", ".join(names),
        text=plain_text(parameter.description or ""),
        needed=parameter.option.name == "Single",
    )
