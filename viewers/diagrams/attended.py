"""Draws attention: queries meet keys, and take from values what fits."""

from loaders.ir.diagram import Attended, Block, Blocks, Edge
from loaders.ir.graph import Dim
from viewers.diagrams.blocks import draw_blocks
from viewers.diagrams.pencil import Pencil
from viewers.diagrams.strokes import Tone
from viewers.diagrams.words import count_words


def draw_attended(diagram: Attended, pencil: Pencil) -> None:
    """Draw the weights of one query, then its answer."""
    title = f"1 · weights: softmax of {diagram.score}"
    pencil.y += pencil.write(title, 0, pencil.y, pencil.width, tone=Tone.TEXT) + 2
    draw_blocks(weights_of(diagram), pencil)
    pencil.y += 10
    title = "2 · answer: mean of the values with these weights"
    pencil.y += pencil.write(title, 0, pencil.y, pencil.width, tone=Tone.TEXT) + 2
    draw_blocks(answers_of(diagram), pencil)
    if diagram.heads is None or diagram.heads == 1:
        return
    told = f"{count_words(diagram.heads, 'head')} side by side"
    if diagram.joined:
        told += f", joined to {count_words(diagram.result, 'number')} per query"
    pencil.y += 4
    pencil.y += pencil.write(told, 0, pencil.y, pencil.width)


def weights_of(diagram: Attended) -> Blocks:
    """Return how one query is compared with all keys."""
    shared = diagram.key_heads if diagram.key_heads is not None else diagram.heads
    return Blocks(
        inputs=(
            _matrix("queries", diagram.heads, diagram.queries, diagram.compared, True),
            _matrix("keys", shared, diagram.keys, diagram.compared, False),
        ),
        result=_weights(diagram),
        sign="·",
        note="softmax",
    )


def answers_of(diagram: Attended) -> Blocks:
    """Return how its weights make one answer of all values."""
    shared = diagram.key_heads if diagram.key_heads is not None else diagram.heads
    return Blocks(
        inputs=(
            _weights(diagram),
            _matrix("values", shared, diagram.keys, diagram.taken, False),
        ),
        result=_matrix("answers", diagram.heads, diagram.queries, diagram.taken, True),
        sign="×",
        note="sum",
    )


def _weights(diagram: Attended) -> Block:
    row = Edge(label="query", length=diagram.queries, last=0)
    column = Edge(label="key", length=diagram.keys)
    return Block(title="weights", edges=(*_heads(diagram.heads), row, column))


def _matrix(title: str, heads: Dim, rows: Dim, columns: Dim, one_row: bool) -> Block:
    noun = {"queries": "query", "answers": "query", "keys": "key", "values": "key"}
    row = Edge(label=noun[title], length=rows, last=0 if one_row else None)
    column = Edge(label="number", length=columns)
    return Block(title=title, edges=(*_heads(heads), row, column))


def _heads(heads: Dim) -> tuple[Edge, ...]:
    if heads is None or heads == 1:
        return ()
    return (Edge(label="head", length=heads, last=0),)
