"""Drawing of rotary position embedding: pairs of numbers are turned."""

from app.analysis.diagrams._case import Case, Made, counted, sentence
from loaders.ir.diagram import Block, Blocks, Edge
from loaders.ir.graph import Dim


def rotary(case: Case) -> Made:
    """ONNX's RotaryEmbedding of (batch, step, number), perhaps with heads before."""
    shape, attributes = case.call.shape(), case.call.attributes
    if shape is None or case.result is None or len(shape) not in (3, 4):
        return None
    size = shape[-1] if len(shape) == 4 else _part(shape[-1], attributes["query_heads"])
    turned = attributes["turned"] or size
    if not isinstance(size, int) or not isinstance(turned, int):
        return None
    if turned % 2 or not 0 < turned <= size:
        return None
    apart = 1 if attributes["interleaved"] else turned // 2
    names = ("head", "time", "feature")[-len(shape) + 1 :]
    edges = [
        Edge(label=name, length=length, last=0)
        for name, length in zip(names[:-1], shape[1:-1], strict=True)
    ]
    edges.append(Edge(label="feature", length=shape[-1], last=apart, step=apart))
    diagram = Blocks(
        inputs=(Block(title="input", edges=tuple(edges)),),
        result=Block(title="output", edges=tuple(edges)),
        note="turn",
    )
    second = 2 if attributes["interleaved"] else 1
    pairs = counted(turned // 2, "pair")
    which = f"0 with {apart:,}, {second} with {second + apart:,} and so on"
    which = "0 with 1" if turned == 2 else which
    rest = "" if turned == size else f"; the other {size - turned:,} stay as they are"
    return diagram, sentence(
        f"at each step {pairs} of numbers of a head ({which}) are turned, as points "
        f"of a plane{rest}",
        "the angle grows from step to step, by another amount for each pair",
    )


def _part(length: Dim, heads: Dim) -> Dim:
    if isinstance(length, int) and isinstance(heads, int) and heads:
        return length // heads if length % heads == 0 else None
    return None
