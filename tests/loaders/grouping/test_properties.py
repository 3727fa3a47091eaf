"""What holds for any names, edges, bodies and shared weights."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from loaders.grouping import _circles, _sections, group
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Node
from tests.loaders.grouping.models import weight
from tests.loaders.grouping.rules import check

SCOPES = ["", "a/", "a/b/", "a/c/", "b/", "b/a/", "b/a/c/", "/c//c/", "a;b/"]
NODES = st.lists(
    st.tuples(
        st.sampled_from(SCOPES),
        st.integers(0, 1 << 12),  # which of the values before it takes
        st.integers(-3, 3),  # which weight it has; none below 0
        st.integers(-4, 2),  # how many bodies it has
    ),
    max_size=12,
)


@st.composite
def models(draw):
    builder = ModelBuilder(Path("/m"), "test")
    waiting = [("", "", 0)]
    count = 0
    while waiting:
        id, owner, depth = waiting.pop()
        graph = builder.graph(id, id, owner)
        made = []
        for scope, taken, which, bodies in draw(NODES):
            count += 1
            inside = [f"g{count}.{at}" for at in range(bodies if depth < 2 else 0)]
            name = f"{scope}n{count}"
            inputs = {made[taken % len(made)], made[-taken % len(made)]} if made else ()
            graph.add_node(
                Node(
                    id=name,
                    name=name,
                    op="Op",
                    dialect="onnx",
                    inputs=tuple(sorted(inputs)),
                    outputs=(name,),
                    parameters=(weight(f"w{which}", which, 2),) if which > 0 else (),
                    multiply_adds=count,
                    bodies=tuple(inside),
                )
            )
            made.append(name)
            waiting += [(body, name, depth + 1) for body in inside]
    return builder.freeze()


@given(models())
def test_every_node_lies_in_one_group_and_every_level_flows_one_way(model):
    check(model, group(model))


@given(models())
def test_the_same_model_has_the_same_groups(model):
    assert group(model) == group(model)


@given(models(), st.integers(4, 6))
def test_small_limits_keep_the_rules(model, most):
    before = _sections.MOST, _sections.COMFORTABLE, _circles.WORK
    _sections.MOST, _sections.COMFORTABLE, _circles.WORK = most, 2, 20
    try:
        check(model, group(model), most)
    finally:
        _sections.MOST, _sections.COMFORTABLE, _circles.WORK = before
