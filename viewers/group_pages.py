"""What the inspector says of a group of nodes: pure, made in a job."""

from collections import Counter
from collections.abc import Iterable, Iterator

from loaders.ir.graph import Node
from loaders.ir.grouping import Group, GroupKind
from loaders.ir.index import ModelIndex
from loaders.ir.text import compact, count_of, grouped, grouped_shape, shown
from loaders.ir.walk import noun_of
from viewers.plain import short_name
from viewers.sections import (
    Item,
    Line,
    Page,
    Pages,
    Remark,
    Row,
    Section,
    limited,
    section,
)

MOST_LISTED = 24
"""Rows of one list; groups may hold thousands."""
_WHAT = {
    GroupKind.BODY: "Graph inside a node",
    GroupKind.SCOPE: "Everything under one name",
    GroupKind.SECTION: "Part of a level",
}
_SECTION = (
    "There are too many boxes side by side here to look at, so they are shown in "
    "parts. The file does not divide them."
)


def group_pages(index: ModelIndex, group: Group) -> Pages:
    """Return all that is shown of a group that is no layer itself."""
    parts = [_WHAT[group.kind], count_of(group.nodes, noun_of(index.model))]
    return Pages(
        subject=group.id,
        title=shown(group.title, 1000),
        subtitle=" · ".join(parts),
        pages=(group_page(index, group),),
    )


def group_page(index: ModelIndex, group: Group) -> Page:
    """Return the page about what is inside a group, and what goes in and out."""
    made_of = Counter(node.op for node in index.nodes_in(group.id) if not node.bodies)
    sources, targets = _border(index, group)
    remark = [Remark(_SECTION)] if group.kind is GroupKind.SECTION else []
    return Page(
        "Group",
        (
            *section("", remark),
            Section("All inside", tuple(_sums(group, noun_of(index.model)))),
            *section("Made of", _kinds(made_of)),
            *_alike(index, group),
            *section("Comes in", _values(index, sources, outward=False)),
            *section("Goes out", _values(index, targets, outward=True)),
        ),
    )


def _sums(group: Group, noun: str) -> Iterator[Row]:
    yield Row(label=f"{noun.capitalize()}s", value=grouped(group.nodes), strong=True)
    known = group.parameters is not None
    yield Row(
        label="Parameters",
        detail="" if known else "Not known for all inside.",
        value=grouped(group.parameters or 0) if known else "unknown",
        code=False,
        strong=True,
    )
    cost = group.multiply_adds
    yield Row(
        label="Multiply-adds",
        detail="for one sample" if cost is not None else "Not known for all inside.",
        value="unknown" if cost is None else compact(cost),
        code=False,
        strong=True,
    )


def _kinds(made_of: Counter[str]) -> Iterator[Item]:
    kinds = sorted(made_of.items(), key=lambda kind: (-kind[1], kind[0]))
    first, rest = limited(kinds, "kind", MOST_LISTED)
    for op, count in first:
        yield Row(label=shown(op, 80), value=f"× {grouped(count)}", code=False)
    yield from rest


def _alike(index: ModelIndex, group: Group) -> tuple[Section, ...]:
    if not group.likeness:
        return ()
    alike = [
        other
        for other in index.model.grouping.groups.values()
        if other.likeness == group.likeness and other.id != group.id
    ]
    if not alike:
        return ()
    first, rest = limited(alike, "group", MOST_LISTED)
    rows: list[Item] = [
        Row(
            label=short_name(other.title),
            detail=_place(index, other),
            target=other.id,
            code=False,
        )
        for other in first
    ]
    title = f"{grouped(len(alike) + 1)} groups of the same structure"
    return (Section(title, (*rows, *rest)),)


def _place(index: ModelIndex, group: Group) -> str:
    groups = index.model.grouping.groups
    names = [groups[id].title for id in index.groups_around(group.id)]
    return short_name(" › ".join(names), 60) if names else ""


def _border(index: ModelIndex, group: Group) -> tuple[list[str], list[str]]:
    """Return the values that go into a group and those that come out, in order."""
    owner = index.nodes.get(group.id)
    nodes = list(index.nodes_in(group.id))
    place = group.graph
    if owner is not None and (around := index.graph_of(owner.id)) is not None:
        nodes.insert(0, owner)
        place = around.id
    inside = {node.id for node in nodes}
    made = dict.fromkeys(value for node in nodes for value in node.outputs)
    used = dict.fromkeys(v for node in nodes for v in node.taken)
    graphs = index.model.graphs
    given = {v for node in nodes for body in node.bodies for v in graphs[body].inputs}
    ends = set(graphs[place].outputs)
    sources = [v for v in used if v and v not in made and v not in given]
    targets = [
        value
        for value in made
        if value
        and (value in ends or any(user.id not in inside for user in index.users(value)))
    ]
    return sources, targets


def _values(index: ModelIndex, ids: Iterable[str], *, outward: bool) -> Iterator[Item]:
    first, rest = limited(list(ids), "value", MOST_LISTED)
    for id in first:
        value, maker = index.values.get(id), index.maker(id)
        name = value.name if value is not None and value.name else id
        yield Row(
            label=short_name(_name(maker, name)),
            detail=grouped_shape(value.shape) if value else "unknown shape",
            value=(value.dtype or value.note) if value else "",
            below=_users(index, id) if outward else "",
            target=maker.id if maker else "",
        )
    yield from rest
    if not first:
        yield Line("Nothing leaves it." if outward else "Nothing enters it.")


def _name(maker: Node | None, value: str) -> str:
    return value if maker is None else maker.title


def _users(index: ModelIndex, id: str) -> str:
    users = index.users(id)
    names = ", ".join(short_name(user.title, 40) for user in users[:3])
    more = f" and {grouped(len(users) - 3)} more" if len(users) > 3 else ""
    return f"to {names}{more}" if names else "an output"
