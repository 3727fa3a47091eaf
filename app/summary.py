"""A model in words and numbers: one JSON object for programs, a table for people."""

import os
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from loaders.ir.graph import Graph, Model, Node, Severity, Structure, Totals, Value
from loaders.ir.text import count_of, file_size, grouped, shape_text, shown
from loaders.ir.walk import (
    is_counted,
    lacks_weights,
    multiply_adds_of,
    parameter_counts,
    totals,
)

MESSAGES = 200
"""How many notes one outcome carries."""


# for programs


def as_json(model: Model) -> dict[str, Any]:
    """Return the summary as plain data.

    ``layers`` holds one entry per call of a layer; a container is followed by what is
    inside it, and its parameters are the sum of that. ``parameters`` of a layer is
    ``None`` if a length is not known. Totals count each weight once.
    """
    values = model.values()
    names = node_names(model)
    counts = parameter_counts(model)
    sums = totals(model)
    return {
        "format": model.format,
        "producer": model.producer,
        "inputs": [_end(model.graph, values, id) for id in model.graph.inputs],
        "outputs": [_end(model.graph, values, id) for id in model.graph.outputs],
        "parameters": {
            "total": sums.total,
            "trainable": sums.trainable,
            "non_trainable": sums.non_trainable,
        },
        "layers": [
            {
                "name": names[node.id],
                "type": node.op,
                "scope": "/".join(node.scope),
                "output_shapes": [_shape(values.get(id)) for id in node.outputs],
                "parameters": counts[node.id] if is_counted(model, node) else None,
                "macs": multiply_adds_of(model, node),
            }
            for node in model.nodes()
        ],
        "notes": [message for message, _ in remarks(model)],
    }


def outcome_of(model: Model) -> tuple[str, list[str]]:
    """Return how well a file opened, and what was noticed, warnings first."""
    found = sorted(remarks(model), key=lambda remark: not remark[1])
    messages = [message for message, _ in found[:MESSAGES]]
    if len(found) > MESSAGES:
        messages.append(f"... and {len(found) - MESSAGES:,} more.")
    warned = any(is_warning for _, is_warning in found)
    return ("opens-with-warning" if warned else "opens"), messages


def remarks(model: Model) -> list[tuple[str, bool]]:
    """Return all that the user should know: sentences, and whether each is a warning.

    Layers whose shapes cannot work are among them.
    """
    notes = [(note.message, note.severity is Severity.WARNING) for note in model.notes]
    problems = [
        (f"{shown(node.title)} ({shown(node.op)}): {node.problem}", True)
        for node in model.nodes()
        if node.problem
    ]
    open_weights = sum(
        not parameter.known for parameter in model.parameters() if parameter.counted
    )
    if open_weights:
        problems.append(
            (
                f"{count_of(open_weights, 'weight')} of a size that the input decides "
                "and this file does not tell: not in the totals.",
                False,
            )
        )
    lacking = sum(map(lacks_weights, model.nodes()))
    if lacking:
        problems.append(
            (
                f"The weights of {count_of(lacking, 'layer')} whose shapes cannot work "
                "are unknown: not in the totals.",
                False,
            )
        )
    return notes + problems


def node_names(model: Model) -> dict[str, str]:
    """Return the file's name of each node by id, ``Op_12`` for those without one.

    The number is the node's position in the file where its id tells it, else among
    the nodes of its graph.
    """
    names = {}
    for graph in model.graphs.values():
        for position, node in enumerate(graph.nodes.values()):
            names[node.id] = node.name or _made_name(node, position)
    return names


def _made_name(node: Node, position: int) -> str:
    last = node.id.rpartition("/")[2]
    is_made = last.startswith(f"{node.op}_") and last[len(node.op) + 1 :].isdecimal()
    return last if is_made else f"{node.op}_{position}"


def _shape(value: Value | None) -> list[int | str | None] | None:
    return None if value is None or value.shape is None else list(value.shape)


def _end(graph: Graph, values: Mapping[str, Value], id: str) -> dict[str, Any]:
    value = values.get(id)
    return {
        "name": _end_name(graph, value, id),
        "shape": _shape(value),
        "dtype": (value.dtype or None) if value is not None else None,
    }


def _end_name(graph: Graph, value: Value | None, id: str) -> str:
    """Return the file's name of a model input or output.

    Keras names layers, not values: there the layer that makes it lends its name.
    """
    if value is not None and value.name:
        return value.name
    makers = [node for node in graph.nodes.values() if id in node.outputs]
    return makers[0].name if makers and makers[0].name else id


# for people


def as_text(model: Model, width: int = 100) -> str:
    """Return the summary as a table of at most ``width`` columns and some lines."""
    return "\n".join(_lines(model, max(60, width)))


def _lines(model: Model, width: int) -> Iterator[str]:
    path = Path(os.fsdecode(model.path))
    sums = totals(model)
    yield _elided(shown(path.name), width)
    yield " · ".join(filter(None, (shown(model.format), shown(model.producer))))
    if model.structure is Structure.LAYERS:
        yield "The file lists the layers but not how they are connected."
    if model.structure is Structure.TENSORS:
        yield "The file holds named weights and no description of the layers."
    yield ""
    yield from _table(_rows(model), width)
    yield ""
    yield from _total_lines(model, sums)
    for title, ids in (
        ("Inputs", model.graph.inputs),
        ("Outputs", model.graph.outputs),
    ):
        yield from _end_lines(model, title, ids, width)
    yield from _remark_lines(model, width)


def _total_lines(model: Model, sums: Totals) -> Iterator[str]:
    if not sums.total and any(map(lacks_weights, model.nodes())):
        yield "Total parameters    unknown"
        return
    stored = f" ({file_size(sums.nbytes)})" if sums.nbytes else ""
    yield f"Total parameters    {grouped(sums.total)}{stored}"
    if model.structure is not Structure.TENSORS:  # a list of weights does not tell
        yield f"  trainable         {grouped(sums.trainable)}"
        yield f"  not trainable     {grouped(sums.non_trainable)}"


def _end_lines(
    model: Model, title: str, ids: Sequence[str], width: int
) -> Iterator[str]:
    if not ids:
        return
    yield ""
    yield title
    values = model.values()
    for id in ids:
        value = values.get(id)
        shape = shape_text(None if value is None else value.shape)
        kind = shape if value is None or not value.dtype else f"{shape}  {value.dtype}"
        name = shown(_end_name(model.graph, value, id), 10_000)
        yield f"  {_elided(name, max(20, width - len(kind) - 4))}  {kind}"


def _remark_lines(model: Model, width: int) -> Iterator[str]:
    found = sorted(remarks(model), key=lambda remark: not remark[1])
    if found:
        yield ""
        yield "Notes"
    # A thousand layers may have the same to say; each sentence once is enough.
    for (message, is_warning), count in list(Counter(found).items())[:MESSAGES]:
        times = f" ({count} times)" if count > 1 else ""
        yield from textwrap.wrap(
            f"{shown(message, 1000)}{times}",
            width,
            initial_indent="  ! " if is_warning else "  · ",
            subsequent_indent="    ",
        )
    if len(found) > MESSAGES:
        yield f"  ... {len(found):,} in all"


_HEADINGS = ("Layer", "Type", "Output shape", "Parameters", "Multiply-adds")


def _rows(model: Model) -> list[tuple[str, ...]]:
    values = model.values()
    names, counts = node_names(model), parameter_counts(model)
    rows: list[tuple[str, ...]] = []
    for node in model.nodes():
        shapes = [values.get(id) for id in node.outputs]
        kind = shown(node.op, 60)
        if node.activation and node.activation != "linear":
            kind += f" · {shown(node.activation, 30)}"
        if node.shared_with:
            kind += " · shared"
        cost = multiply_adds_of(model, node)
        rows.append(
            (
                "  " * len(node.scope) + shown(names[node.id], 10_000),
                kind,
                ", ".join(shape_text(v.shape if v else None) for v in shapes[:3])
                + (f", … {len(shapes)} in all" if len(shapes) > 3 else ""),
                grouped(counts[node.id]) if is_counted(model, node) else "unknown",
                "unknown" if cost is None else grouped(cost),
            )
        )
    return rows


def _table(rows: Sequence[tuple[str, ...]], width: int) -> Iterator[str]:
    """Yield the lines of a table; the last two columns are right-aligned numbers."""
    gap = "  "
    ends = [max(len(row[at]) for row in (_HEADINGS, *rows)) for at in range(5)]
    room = width - ends[3] - ends[4] - 4 * len(gap)
    columns = 5
    if room < 50:  # the cost goes first
        columns, room = 4, width - ends[3] - 3 * len(gap)
    ends[:3] = _fitted(ends[:3], room)
    for number, row in enumerate((_HEADINGS, *rows)):
        cells = [
            _elided(cell, end).ljust(end) if at < 3 else cell.rjust(end)
            for at, (cell, end) in enumerate(zip(row, ends, strict=True))
        ]
        yield gap.join(cells[:columns]).rstrip()
        if number == 0:
            yield "─" * (sum(ends[:columns]) + len(gap) * (columns - 1))


def _fitted(wanted: list[int], room: int) -> list[int]:
    """Return widths that fit into ``room``; the widest columns give way first."""
    widths = list(wanted)
    while sum(widths) > room and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    return widths


def _elided(text: str, width: int) -> str:
    """Return ``text`` without its middle if it is too long: both ends tell most."""
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"
