"""Groups that are open: frames around what is in them, wherever they lie."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.layout import Arrangement
from tests.viewers.drawing.soundness import check_picture
from viewers.drawing.layout import lay_out


def grouped(model, tree):
    """Return a model with scopes.

    Args:
        model: A model of one graph.
        tree: The members of each scope; those of "" lie at the top.
    """
    parents = {member: id for id, members in tree.items() for member in members}
    groups = {}
    waiting = [id for id in tree[""] if id in tree]
    while waiting:
        id = waiting.pop(0)
        groups[id] = Group(
            id=id,
            title=id,
            kind=GroupKind.SCOPE,
            members=tuple(tree[id]),
            parent=parents.get(id, ""),
        )
        waiting += [member for member in tree[id] if member in tree]
    grouping = Grouping(top=tuple(tree[""]), groups=groups)
    return replace(model, grouping=grouping)


@st.composite
def scoped(draw):
    """Draw a graph, the scopes of its nodes, and which of them are open."""
    count = draw(st.integers(1, 22))
    edge = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = draw(st.lists(edge, max_size=50))
    if draw(st.booleans()):
        edges = [(min(pair), max(pair)) for pair in edges]
    scopes = draw(st.integers(0, 6))
    tree = {"": []} | {f"g{index}": [] for index in range(scopes)}
    for index in range(scopes):
        inside = draw(st.integers(-1, index - 1))
        tree[f"g{inside}" if inside >= 0 else ""].append(f"g{index}")
    for index in range(count):
        inside = draw(st.integers(-1, scopes - 1))
        tree[f"g{inside}" if inside >= 0 else ""].append(f"n{index}")
    for index in reversed(range(scopes)):  # nothing is grouped without nodes
        if not tree[f"g{index}"]:
            del tree[f"g{index}"]
            for members in tree.values():
                if f"g{index}" in members:
                    members.remove(f"g{index}")
    opened = draw(st.sets(st.sampled_from(sorted(tree))))
    return count, edges, tree, tuple(sorted(opened - {""}))


@given(scoped(), st.booleans())
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_picture_with_groups_is_sound(network, drawn, horizontal):
    count, edges, tree, opened = drawn
    model = grouped(network().edges(edges, count).builder.freeze(), tree)
    arrangement = Arrangement(opened=opened, horizontal=horizontal)
    layout = lay_out(model, arrangement)
    wires = {(f"n{s}", f"n{s}", f"n{t}") for s, t in edges if s != t}
    check_picture(layout, model.grouping.groups, wires)
    assert lay_out(model, arrangement) == layout
