"""What the panel says of a whole model while no layer is selected: pure."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from loaders.ir.graph import (
    Axis,
    Fact,
    Model,
    Node,
    Note,
    Severity,
    Structure,
    Totals,
    Value,
)
from loaders.ir.index import ModelIndex
from loaders.ir.tensors import Packing
from loaders.ir.text import compact, count_of, file_size, grouped, grouped_shape, shown
from loaders.ir.walk import lacks_weights, multiply_adds_of, noun_of, totals
from viewers.drawing.wires import INPUT_PREFIX
from viewers.inspector_weights import weight_row
from viewers.plain import short_name
from viewers.sections import (
    Command,
    Item,
    Level,
    Line,
    Page,
    Pages,
    Problem,
    Row,
    Section,
    limited,
    section,
)

CHOOSE_WEIGHTS = "choose-weights"
"""The command offered where a description has no numbers."""
PARTED = " " * 5
"""What stands between the parts of the line in the status bar."""

_STRUCTURES = {
    Structure.GRAPH: "",
    Structure.LAYERS: "The file lists the layers, but not how they are connected.",
    Structure.TENSORS: "The file holds groups of weights and no layers.",
}


class Sums(NamedTuple):
    """What a model amounts to.

    Attributes:
        counts: Parameters, each weight once.
        cost: The known multiply-adds of one sample; ``None`` if no layer's is known.
        unknown: How many layers of the main graph have an unknown cost.
    """

    counts: Totals
    cost: int | None
    unknown: int


def sums_of(model: Model) -> Sums:
    """Add up a model; visits every node."""
    costs = [multiply_adds_of(model, node) for node in model.graph.nodes.values()]
    known = [cost for cost in costs if cost is not None]
    cost = sum(known) if known else None
    return Sums(totals(model), cost, len(costs) - len(known))


def model_pages(index: ModelIndex, sums: Sums) -> Pages:
    """Return all that is shown of a whole model."""
    model = index.model
    overview = (
        *_structure(model),
        *_warnings(model),
        *section("Parameters", _parameters(model, sums)),
        *section("Inputs", _ends(index, model.graph.inputs)),
        *section("Outputs", _ends(index, model.graph.outputs)),
        *_facts(model),
        *_remarks(model),
    )
    pages = [Page("Model", overview)]
    if model.others:
        pages.append(Page("Other tensors", tuple(_others(model))))
    return Pages(
        subject="",
        title=shown(_file_name(model), 1000),
        subtitle=" · ".join(filter(None, (shown(model.format), shown(model.producer)))),
        pages=tuple(pages),
    )


def status_line(model: Model, sums: Sums) -> str:
    """Return what the status bar says of a model.

    ``Keras 3.15.1 · .keras     80,809 parameters · 323 kB     47.7 M multiply-adds``
    """
    counts, cost, unknown = sums
    parts = [
        " · ".join(filter(None, (shown(model.producer, 60), shown(model.format, 60)))),
        " · ".join(filter(None, (_total(model, counts), _size(counts)))),
    ]
    if cost is not None and model.structure is not Structure.TENSORS:
        known = f"{compact(cost)} multiply-adds"
        left = count_of(unknown, noun_of(model))
        text = f"{known} + {left} unknown" if cost else "multiply-adds unknown"
        parts.append(text if unknown else known)
    return PARTED.join(parts)


def _total(model: Model, counts: Totals) -> str:
    if not counts.total and any(map(lacks_weights, model.nodes())):
        return "parameters unknown"
    return count_of(counts.total, "parameter")


def warning_count(model: Model) -> int:
    """Return how many things the user should be warned of."""
    broken = sum(bool(node.problem) for node in model.nodes())
    noted = sum(note.severity is Severity.WARNING for note in model.notes)
    return broken + noted


def _file_name(model: Model) -> str:
    return Path(os.fsdecode(model.path)).name


def _size(counts: Totals) -> str:
    return file_size(counts.nbytes) if counts.nbytes else ""


def _structure(model: Model) -> tuple[Section, ...]:
    text = _STRUCTURES[model.structure]
    return section("", [Line(text)] if text else ())


def _warnings(model: Model) -> tuple[Section, ...]:
    """Say first where shapes break, then what could not be understood."""
    broken = [node for node in model.nodes() if node.problem]
    first, rest = limited(broken, "problem", 40)
    nodes = {node.id: node for node in model.nodes()}
    notes = [note for note in model.notes if note.severity is Severity.WARNING]
    some, more = limited(notes, "warning", 100)
    items: list[Item] = [
        Problem(node.problem, where=short_name(node.title), target=node.id)
        for node in first
    ]
    items.extend((*rest, *(_note(note, nodes) for note in some), *more))
    return section("What cannot work" if broken and not notes else "Warnings", items)


def _remarks(model: Model) -> tuple[Section, ...]:
    notes = [note for note in model.notes if note.severity is Severity.INFO]
    first, rest = limited(notes, "note", 100)
    items = [_note(note, {}) for note in first]
    return section("Notes", (*items, *rest))


def _note(note: Note, nodes: Mapping[str, Node]) -> Problem:
    node = nodes.get(note.where)
    return Problem(
        note.message,
        level=Level(note.severity.value),
        where=short_name(node.title) if node else "",
        target=note.where if node else "",
    )


def _parameters(model: Model, sums: Sums) -> Iterator[Item]:
    counts, cost, unknown = sums
    lacking = sum(map(lacks_weights, model.nodes()))
    nothing = bool(lacking and not counts.total)
    yield Row(label="Total", value="unknown" if nothing else grouped(counts.total))
    if model.structure is not Structure.TENSORS and not nothing:
        yield Row(label="Trainable", value=grouped(counts.trainable))
        yield Row(label="Not trainable", value=grouped(counts.non_trainable))
    if counts.nbytes:
        yield Row(label="Size", value=file_size(counts.nbytes))
    if lacking:
        layers = count_of(lacking, "layer")
        yield Line(f"Without the weights of {layers} whose shapes cannot work.")
    if model.structure is Structure.TENSORS:
        return
    noun = noun_of(model)
    all_nodes = grouped(sum(1 for _ in model.nodes()))
    yield Row(label=f"{noun.capitalize()}s", value=all_nodes)
    if cost is not None:
        nothing_known = unknown and not cost
        value = "unknown" if nothing_known else grouped(cost)
        yield Row(label="Multiply-adds", value=value, below="for one sample")
        if unknown and cost:
            yield Line(f"Without {count_of(unknown, noun)} of unknown cost.")
    if lacks_numbers(model):
        yield Line("This file describes the layers but holds no numbers.")
        yield Command(CHOOSE_WEIGHTS, "Choose weights…")


def lacks_numbers(model: Model) -> bool:
    """Whether the model has weights and the file holds none of their numbers."""
    weights = [parameter for node in model.nodes() for parameter in node.parameters]
    return bool(weights) and all(
        parameter.tensor.packing is Packing.ABSENT for parameter in weights
    )


def _ends(index: ModelIndex, ids: tuple[str, ...]) -> Iterator[Item]:
    first, rest = limited(ids, "value", 60)
    for id in first:
        value, maker = index.values.get(id), index.maker(id)
        yield Row(
            label=_end_name(id, value, maker.title if maker else ""),
            detail=grouped_shape(value.shape if value else None),
            value=(value.note or value.dtype) if value else "",
            below=_axis_words(value),
            target=maker.id if maker else f"{INPUT_PREFIX}{id}",
        )
    yield from rest


def _end_name(id: str, value: Value | None, maker: str) -> str:
    return short_name((value.name if value else "") or maker or id)


def _axis_words(value: Value | None) -> str:
    if value is None or all(axis is Axis.OTHER for axis in value.axes[1:]):
        return ""
    return " × ".join("…" if axis is Axis.OTHER else axis for axis in value.axes)


def _facts(model: Model) -> Iterator[Section]:
    by_section: dict[str, list[Fact]] = {}
    for fact in model.facts:
        by_section.setdefault(fact.section, []).append(fact)
    for title, facts in by_section.items():
        first, rest = limited(facts, "row")
        rows = [
            Row(label=fact.name, detail=shown(fact.text, 10_000), code=False)
            for fact in first
        ]
        yield Section(shown(title), (*rows, *rest))


def _others(model: Model) -> Iterator[Section]:
    yield Section("", (Line("Listed, but not counted as parameters of the model."),))
    for group in model.others:
        first, rest = limited(group.tensors, "tensor")
        rows = [weight_row(tensor) for tensor in first]
        title = f"{shown(group.title)} · {count_of(len(group.tensors), 'tensor')}"
        yield Section(title, (*rows, *rest))
