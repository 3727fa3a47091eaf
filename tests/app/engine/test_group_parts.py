"""Groups arrive as they were sent; groupings that make no sense are refused."""

import pytest
from msgspec.structs import replace

from app.engine import group_parts
from app.engine.group_parts import GroupingAssembly
from app.engine.messages import GroupsPart, ProtocolError, decode_reply, encode
from loaders.ir.graph import Node
from loaders.ir.grouping import Group, Grouping, GroupKind


def scope(id, *members, **more):
    return Group(id=id, title=id, kind=GroupKind.SCOPE, members=members, **more)


def nodes(*ids, **graphs):
    """Return the nodes of the main graph and of graphs given by their names."""
    return {
        id: {name: Node(id=name, op="Relu", dialect="onnx") for name in names}
        for id, names in ({"": ids} | graphs).items()
    }


def arrived(grouping, graphs):
    assembly = GroupingAssembly()
    for part in group_parts.group_parts(grouping):
        assembly.add(decode_reply(encode(part)))
    return assembly.finish(graphs)


def refused(grouping, graphs):
    with pytest.raises(ProtocolError) as caught:
        arrived(grouping, graphs)
    return caught.value.why


TWO = Grouping(
    top=("a", "g"),
    groups={"g": scope("g", "b", "h"), "h": scope("h", "c", parent="g")},
    opened=("g",),
)
THREE_NODES = nodes("a", "b", "c")


def test_groups_in_groups_arrive():
    assert arrived(TWO, THREE_NODES) == TWO


def test_a_grouping_larger_than_a_part_arrives_in_small_ones(monkeypatch):
    monkeypatch.setattr(group_parts, "GROUP_ITEMS", 5)
    ids = [f"n{at}" for at in range(60)]
    groups = {
        "wide": scope("wide", *ids[:33]),
        **{f"g{at}": scope(f"g{at}", *ids[at : at + 3]) for at in range(33, 60, 3)},
    }
    grouping = Grouping(top=tuple(groups), groups=groups, opened=tuple(groups))
    assert arrived(grouping, nodes(*ids)) == grouping
    for part in group_parts.group_parts(grouping):
        members = [id for group in part.groups for id in group.members]
        assert len(members) + len(part.more) + len(part.top) + len(part.opened) <= 5


def test_long_names_travel_in_parts_of_their_own(monkeypatch):
    monkeypatch.setattr(group_parts, "GROUP_CHARACTERS", 100)
    ids = tuple(f"{at:060}" for at in range(9))
    grouping = Grouping(top=("g",), groups={"g": scope("g", *ids)})
    parts = list(group_parts.group_parts(grouping))
    assert max(len(part.more) for part in parts) == 1
    assert arrived(grouping, nodes(*ids)) == grouping


def test_a_sum_over_64_bits_arrives_as_unknown():
    group = scope("g", "a", parameters=1 << 70, multiply_adds=1 << 70)
    grouping = Grouping(top=("g",), groups={"g": group})
    found = arrived(grouping, nodes("a")).groups["g"]
    assert (found.parameters, found.multiply_adds) == (None, None)


def test_a_model_without_grouping_is_believed():
    assert arrived(Grouping(), nodes("a")) == Grouping()


@pytest.mark.parametrize(
    ("grouping", "graphs", "why"),
    [
        (replace(TWO, top=("a",)), THREE_NODES, "lies in no other"),
        (replace(TWO, top=("a", "g", "c")), THREE_NODES, "two groups"),
        (replace(TWO, top=("a", "g", "x")), THREE_NODES, "no 'x'"),
        (replace(TWO, opened=("x",)), THREE_NODES, "open"),
        (TWO, nodes("a", "b", "c", "d"), "A node"),
        (TWO, nodes("a", "b", inner=["c"]), "no 'c'"),
        (
            Grouping(top=("g",), groups={"g": scope("g", "a", graph="x")}),
            nodes("a"),
            "no graph",
        ),
        (
            Grouping(
                top=("a",),
                groups={
                    "g": scope("g", "h", parent="h"),
                    "h": scope("h", "g", parent="g"),
                },
            ),
            nodes("a"),
            "lies in no other",
        ),
    ],
)
def test_nonsense_is_refused(grouping, graphs, why):
    assert why in refused(grouping, graphs)


def test_members_before_their_group_are_refused():
    with pytest.raises(ProtocolError):
        GroupingAssembly().add(GroupsPart(more=("a",)))


def test_two_groups_of_one_name_are_refused():
    part = GroupsPart(groups=(scope("g"), scope("g")))
    with pytest.raises(ProtocolError):
        GroupingAssembly().add(part)
