"""Which numbers of the inputs make another number of the output than the marked one.

A diagram marks one number of the output, or a row of them, and what it is made of.
Where every axis is taken whole, or at the same place as in the output, the same holds
at every other place.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from loaders.ir.diagram import Block, Blocks, Edge


def can_follow(diagram: Blocks) -> bool:
    """Return whether the marks can be moved to every place of the output."""
    result = {edge.label: edge for edge in diagram.result.edges}
    if len(result) < len(diagram.result.edges):
        return False
    if not all(_is_plain(edge) for edge in result.values()):
        return False
    if not any(_is_first(edge) and edge.length != 1 for edge in result.values()):
        return False
    return all(_block_follows(block, result) for block in diagram.inputs)


def _block_follows(block: Block, result: Mapping[str, Edge]) -> bool:
    labels = [edge.label for edge in block.edges]
    same = labels == list(result)
    for edge in block.edges:
        if not _is_plain(edge) or labels.count(edge.label) > 1:
            return False
        if not _is_first(edge) or edge.length == 1:
            continue
        if edge != result.get(edge.label):
            return False
        if edge.label.startswith("axis ") and not same:
            return False  # numbered by place: another axis may bear this number
    return True


def moved(block: Block, places: Mapping[str, int]) -> Block:
    """Return a block with its marks at other places, by the labels of its axes."""
    edges = tuple(
        replace(edge, first=places[edge.label], last=places[edge.label])
        if edge.label in places and _is_first(edge) and edge.length != 1
        else edge
        for edge in block.edges
    )
    return Block(title=block.title, edges=edges)


def _is_first(edge: Edge) -> bool:
    return (edge.first, edge.last) == (0, 0)


def _is_plain(edge: Edge) -> bool:
    """Return whether an axis is taken whole or at one place, with nothing around."""
    whole = (edge.first, edge.last, edge.step) == (0, None, 1)
    return (whole or _is_first(edge)) and not (edge.before or edge.after)
