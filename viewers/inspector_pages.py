"""What the inspector says of one layer: pure, made in a job."""

from collections.abc import Iterator, Sequence

from loaders.ir.diagram import Drawing
from loaders.ir.graph import Axis, Graph, Node, Parameter, Shape, Structure, Value
from loaders.ir.index import ModelIndex
from loaders.ir.steps import (
    AxisStep,
    EndedAxis,
    NodeSteps,
    OutputSteps,
    WeightSteps,
)
from loaders.ir.text import count_of, grouped, grouped_shape, shown
from loaders.ir.walk import is_counted, parameters_of, totals_of
from viewers.drawing.wires import INPUT_PREFIX
from viewers.inspector_config import config_sections
from viewers.inspector_sums import sum_text
from viewers.inspector_weights import count_text, weight_sections
from viewers.plain import short_name
from viewers.sections import (
    Formula,
    Item,
    Level,
    Line,
    Page,
    Pages,
    Picture,
    Problem,
    Remark,
    Row,
    Section,
    limited,
    section,
)


def node_pages(
    index: ModelIndex, node: Node, steps: NodeSteps, drawing: Drawing | None = None
) -> Pages:
    """Return all that is shown of one layer.

    Args:
        index: Look-ups in the model of the node.
        node: The layer.
        steps: What the rules say of it.
        drawing: What it does; ``None`` if nothing can be drawn.
    """
    holds_layers = index.model.structure is not Structure.TENSORS
    pages = [Page("Why", _why(index, node, steps, drawing))] if holds_layers else []
    if node.parameters or not holds_layers:
        pages.append(Page("Weights", weight_sections(node, steps)))
    if holds_layers:
        pages.append(Page("Config", config_sections(node, steps)))
    if notes := _notes(index, node):
        pages.append(Page("Notes", notes))
    return Pages(
        subject=node.id,
        title=shown(node.title, 1000),
        subtitle=subtitle(node, steps.summary),
        pages=tuple(pages),
    )


def subtitle(node: Node, summary: str) -> str:
    """Return the line under the name: ``Conv2D · 24 filters of 8 × 8 · relu``."""
    parts = [shown(node.op), summary]
    told = f"{node.op} {summary}".casefold()
    if node.activation and node.activation.casefold() not in told:
        parts.append(shown(node.activation, 60))
    return " · ".join(filter(None, parts))


def value_pages(index: ModelIndex, value: Value) -> Pages:
    """Return what is shown of an input or output that no layer of the file makes."""
    maker, users = index.maker(value.id), index.users(value.id)
    shape = grouped_shape(value.shape)
    rows, rest = limited(users, "layer", 60)
    made = (
        [Row(label=short_name(maker.title), detail=shape, target=maker.id)]
        if (maker is not None)
        else []
    )
    sections = (
        *section("Shape", _plain_shape(value)),
        *section("Comes from", made),
        *section(
            "Leads to",
            (
                *(
                    Row(label=short_name(n.title), detail=shape, target=n.id)
                    for n in rows
                ),
                *rest,
            ),
        ),
    )
    kind = "Output" if maker is not None else "Input"
    return Pages(
        subject=value.id,
        title=shown(value.name or value.id, 1000),
        subtitle=" · ".join(filter(None, (kind, _dtype(value)))),
        pages=(Page("Value", sections),),
    )


# the first page


def _why(
    index: ModelIndex, node: Node, steps: NodeSteps, drawing: Drawing | None
) -> tuple[Section, ...]:
    problem = steps.problem or node.problem
    return (
        *section("", [Problem(problem, steps.advice)] if problem else ()),
        *_shapes(index, node, steps),
        *_counts(node, steps),
        *section("What it does", [Picture(drawing)] if drawing is not None else ()),
        *_inside(index, node),
        *section("Comes from", _sources(index, node)),
        *section("Leads to", _targets(index, node)),
    )


def _shapes(index: ModelIndex, node: Node, steps: NodeSteps) -> Iterator[Section]:
    several = len(node.outputs) > 1
    outputs, rest = limited(node.outputs, "output", 20)
    for position, id in enumerate(outputs):
        value = index.values.get(id)
        found = steps.outputs[position] if position < len(steps.outputs) else None
        title = (
            f"Why this shape? · output {position + 1}"
            if several
            else ("Why this shape?")
        )
        if found is not None:
            yield Section(title, tuple(_axis_items(found)))
        elif value is not None:
            plain = title.replace("Why this shape?", "Shape")
            if value.shape is None and (steps.problem or node.problem):
                yield Section(plain, (Line("None: as it is, the layer cannot work."),))
            else:
                yield Section(plain, tuple(_plain_shape(value)))
    if rest:
        yield Section("", rest)


def _axis_items(steps: OutputSteps) -> Iterator[Item]:
    if not steps.axes:
        yield Row(label="no axes", detail="a single number", code=False)
    for place, step in enumerate(steps.axes):
        yield _axis_row(step, place)
    for reason, ended in _by_reason(steps.ended).items():
        names = [_ended_name(axis) for axis in ended]
        words = ", ".join(names[:-1]) + (" and " if names[1:] else "") + names[-1]
        end = "end here" if names[1:] else "ends here"
        yield Remark(f"{words[0].upper()}{words[1:]} {end}: {reason}.")


def _ended_name(ended: EndedAxis) -> str:
    if ended.axis is Axis.OTHER:
        return f"an axis of length {_length(ended.length)}"
    return f"{ended.axis} ({_length(ended.length)})"


def _by_reason(ended: Sequence[EndedAxis]) -> dict[str, list[EndedAxis]]:
    """Return axes that end for the same reason together."""
    found: dict[str, list[EndedAxis]] = {}
    for axis in ended:
        found.setdefault(axis.reason.removesuffix("."), []).append(axis)
    return found


def _axis_row(step: AxisStep, place: int) -> Row:
    formula = step.numbers
    return Row(
        label=_axis_name(step.axis, place),
        detail=formula or step.meaning,
        value=_length(step.result),
        below=step.meaning if formula else "",
        code=bool(formula),
        strong=True,
    )


def _plain_shape(value: Value) -> Iterator[Item]:
    if value.shape is None:
        yield Line("Nothing in the file tells the shape, and no rule knows it.")
        return
    if not value.shape:
        yield Row(label="no axes", detail="a single number", code=False)
    for place, length in enumerate(value.shape):
        name = _axis_name(value.axes[place], place)
        yield Row(label=name, value=_length(length), strong=True)


def _axis_name(axis: Axis, place: int) -> str:
    """Return what an axis is called; the batch, or what stands for it, is axis 0."""
    return f"axis {place}" if axis is Axis.OTHER else str(axis)


def _length(length: int | str | None) -> str:
    match length:
        case int():
            return grouped(length)
        case str():
            return shown(length, 60)
        case None:
            return "None"


def _counts(node: Node, steps: NodeSteps) -> tuple[Section, ...]:
    counted = [parameter for parameter in node.parameters if parameter.counted]
    if not counted:
        return ()
    by_role = {weight.role: weight for weight in steps.weights}
    known = all(parameter.known for parameter in counted)
    first, rest = limited(counted, "weight")
    rows: list[Item] = [
        Row(
            label=shown(parameter.role, 80),
            detail=words or grouped_shape(parameter.shape),
            value=count_text(parameter),
            below="" if parameter.trainable else "not trained",
            code=not words,
            strong=True,
        )
        for parameter in first
        for words in [_meaning(parameter, by_role.get(parameter.role))]
    ]
    rows.extend(rest)
    if len(counted) > 1 and known and len(counted) <= 12:
        rows.append(Formula(sum_text(counted)))
    if node.shared_with:
        rows.append(
            Remark(
                "The same weights are used by another call of this layer "
                f"({short_name(node.shared_with)}); the model counts them once."
            )
        )
    total = count_of(node.parameter_count, "parameter")
    title = f"Why {total}?" if known else "Parameters"
    return (Section(title, tuple(rows)),)


def _meaning(parameter: Parameter, steps: WeightSteps | None) -> str:
    """Return the rule's words, empty if they speak of another weight than this."""
    if steps is not None and steps.meaning and _same(steps.shape, parameter):
        return steps.meaning
    return ""


def _same(shape: Shape, parameter: Parameter) -> bool:
    found = parameter.tensor.shape
    return len(shape) == len(found) and all(
        ours is None or ours == theirs for ours, theirs in zip(shape, found)
    )


def _inside(index: ModelIndex, node: Node) -> tuple[Section, ...]:
    rows: list[Item] = []
    for body in node.bodies:
        graph = index.model.graphs[body]
        rows.append(
            Row(
                label=shown(graph.name, 80) or "body",
                detail=count_of(len(graph.nodes), "layer"),
                value=_weight_of(index, graph),
                target=next(iter(graph.nodes), ""),
                code=False,
            )
        )
    return section("Inside", rows)


def _weight_of(index: ModelIndex, graph: Graph) -> str:
    """Return how many parameters all of a body has, each weight once."""
    nodes = graph.nodes.values()
    if not all(is_counted(index.model, node) for node in nodes):
        return "parameters unknown"
    weights = (w for node in nodes for w in parameters_of(index.model, node))
    return count_of(totals_of(weights).total, "parameter")


def _sources(index: ModelIndex, node: Node) -> Iterator[Item]:
    given = [value for value in node.inputs if value]
    first, rest = limited(given, "input", 60)
    for id in first:
        maker = index.maker(id)
        value = index.values.get(id)
        yield _neighbour(index, id, maker, value, node)
    yield from rest
    for id in node.masks:
        maker = index.maker(id)
        name = short_name(maker.title if maker else id)
        yield Row(
            label=name, detail="mask", target=maker.id if maker else "", code=False
        )
    graph = index.graph_of(node.id)
    if not given and graph is not None:
        yield from _outside(index, node, graph)


def _outside(index: ModelIndex, node: Node, graph: Graph) -> Iterator[Item]:
    """Say what an input layer of a nested model is given."""
    owner = index.nodes.get(graph.owner) if graph.owner else None
    if owner is None or not node.outputs or node.outputs[0] not in graph.inputs:
        return
    position = graph.inputs.index(node.outputs[0])
    if position < len(owner.inputs) and owner.inputs[position]:
        id = owner.inputs[position]
        yield _neighbour(index, id, index.maker(id), index.values.get(id), node)


def _neighbour(
    index: ModelIndex, id: str, maker: Node | None, value: Value | None, node: Node
) -> Row:
    name = maker.title if maker else (value.name if value and value.name else id)
    place, here = index.graph_of(maker.id) if maker else None, index.graph_of(node.id)
    outer = place is not None and here is not None and place.id != here.id
    below = "from the graph around this one" if outer else ""
    if maker is None:
        of_model = id in index.model.graph.inputs
        below = "an input of the model" if of_model else "given from outside"
    return Row(
        label=short_name(name),
        detail=grouped_shape(value.shape) if value else "unknown shape",
        value=_dtype(value),
        below=below,
        target=maker.id if maker else f"{INPUT_PREFIX}{id}",
    )


def _dtype(value: Value | None) -> str:
    if value is None:
        return ""
    return value.note or value.dtype


def _targets(index: ModelIndex, node: Node) -> Iterator[Item]:
    rows: list[Item] = []
    graph = index.graph_of(node.id)
    for position, id in enumerate(node.outputs):
        value = index.values.get(id)
        shape = grouped_shape(value.shape) if value else "unknown shape"
        ends = graph is not None and id in graph.outputs
        inner = graph is not None and bool(graph.owner)
        which = f"output {position + 1}" if len(node.outputs) > 1 else ""
        if ends:
            rows.append(
                Row(
                    label="output of the body" if inner else "output of the model",
                    detail=shape,
                    value=_dtype(value),
                    below=which,
                )
            )
        rows.extend(
            Row(
                label=short_name(user.title),
                detail=shape,
                value=_dtype(value),
                below=which,
                target=user.id,
            )
            for user in index.users(id)
        )
    first, rest = limited(rows, "layer", 60)
    yield from first
    yield from rest
    if not rows and node.outputs:
        yield Line("Nothing uses what this layer gives.")


# the other pages


def _notes(index: ModelIndex, node: Node) -> tuple[Section, ...]:
    notes = [note for note in index.model.notes if note.where == node.id]
    first, rest = limited(notes, "note")
    items = [Problem(n.message, level=Level(n.severity.value)) for n in first]
    return section("", (*items, *rest))
