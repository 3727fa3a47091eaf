"""Names, modules and bodies say what belongs together."""

from loaders.grouping import group
from loaders.ir.grouping import GroupKind
from tests.loaders.grouping.models import model_of, node_of, replaced, tree


def with_nodes(model, change):
    """Return a model whose main graph's nodes are changed."""
    nodes = {id: change(node) for id, node in model.graph.nodes.items()}
    return replaced(
        model, graphs={**model.graphs, "": replaced(model.graph, nodes=nodes)}
    )


def test_names_with_slashes_make_groups():
    model = model_of("/in/a: A x", "/in/b: B /in/a", "c: C /in/b")
    assert tree(group(model)) == [("in", ["/in/a", "/in/b"]), "c"]


def test_a_group_of_one_node_is_no_group():
    model = model_of("a/x: A i", "b/x: B a/x", "b/y: C b/x")
    assert tree(group(model)) == ["a/x", ("b", ["b/x", "b/y"])]


def test_a_group_of_one_group_is_named_with_it():
    model = model_of("a/b/x: A i", "a/b/y: B a/b/x", "c: C a/b/y")
    found = group(model)
    assert tree(found) == [("a/b", ["a/b/x", "a/b/y"]), "c"]
    assert list(found.groups) == ["a/b/"]


def test_a_group_around_everything_is_no_group():
    model = model_of("m/a: A x", "m/b: B m/a")
    assert tree(group(model)) == ["m/a", "m/b"]


def test_names_of_results_stand_in_for_nodes_without_names():
    model = with_nodes(
        model_of("n/a: A x", "n/b: B n/a", "c: C n/b"),
        lambda node: replaced(node, name=""),
    )
    values = {id: replaced(value, name=id) for id, value in model.graph.values.items()}
    model = replaced(model, graphs={"": replaced(model.graph, values=values)})
    assert tree(group(model)) == [("n", ["n/a", "n/b"]), "c"]


def test_the_first_of_several_names_counts():
    model = model_of("m/a/x;m/b/x: A i", "m/a/y: B m/a/x;m/b/x", "z: C m/a/y")
    assert tree(group(model))[0] == ("m/a", ["m/a/x;m/b/x", "m/a/y"])


def test_noted_modules_win_over_names():
    modules = (("model", "Net"), ("layers.3", "Block"))
    model = with_nodes(
        model_of("wrong/a: A x", "wrong/b: B wrong/a", "c: C wrong/b"),
        lambda node: replaced(node, modules=modules[: 1 if node.id == "c" else 2]),
    )
    found = group(model)
    assert tree(found) == [("layers.3", ["wrong/a", "wrong/b"]), "c"]
    assert found.groups["model/layers.3/"].subtitle == "Block"


def test_a_module_of_one_node_gives_its_class_to_no_other():
    paths = {"a": ("net",), "b": ("net", "fc"), "c": ("net",), "d": ()}
    model = with_nodes(
        model_of("a: A x", "b: B a", "c: C b", "d: D c"),
        lambda node: replaced(
            node, modules=tuple((name, name.upper()) for name in paths[node.id])
        ),
    )
    found = group(model)
    assert tree(found) == [("net", ["a", "b", "c"]), "d"]
    assert found.groups["net/"].subtitle == "NET"


def test_scopes_of_tensorflow_are_those_below_the_container():
    model = model_of(
        "w: While x",
        dialect="tf",
        bodies={"w": ["w/a: A x", "w/b: B w/a:0", "w/c: C w/b:0"]},
    )
    body = model.graphs["w/body"]
    scopes = {"w/a": ("w", "cell"), "w/b": ("w", "cell"), "w/c": ("w",)}
    nodes = {id: replaced(body.nodes[id], scope=scopes[id]) for id in body.nodes}
    graphs = {**model.graphs, "w/body": replaced(body, nodes=nodes)}
    found = group(replaced(model, graphs=graphs))
    assert tree(found) == [("w", [("cell", ["w/a", "w/b"]), "w/c"])]


def test_the_inside_of_a_node_is_a_group_with_its_id():
    model = model_of("a: A x", "n: Net a", bodies={"n": ["n/b: B a", "n/c: C n/b"]})
    found = group(model)
    assert tree(found) == ["a", ("n", ["n/b", "n/c"])]
    body = found.groups["n"]
    assert (body.kind, body.graph, body.subtitle) == (GroupKind.BODY, "n/body", "Net")


def test_several_bodies_are_groups_inside_one():
    branches = {"then_branch": ["t: A x", "u: A t"], "else_branch": ["e: B x"]}
    found = group(model_of("if: If x", bodies={"if": branches}))
    assert tree(found) == [
        ("if", [("then_branch", ["t", "u"]), ("else_branch", ["e"])])
    ]
    assert found.groups["if"].members == ("if/then_branch", "if/else_branch")
    assert found.groups["if/else_branch"].graph == "if/else_branch"


def test_a_node_with_an_empty_inside_stays_a_node():
    found = group(model_of("n: Net x", bodies={"n": []}))
    assert (found.top, found.groups) == (("n",), {})


def test_ids_of_groups_are_not_those_of_nodes():
    model = model_of("g/: A x", "g/a: B g/", "g/b: C g/a", "c: D g/b")
    found = group(model)
    assert not set(found.groups) & set(model.graph.nodes)
    assert tree(found) == [("g", ["g/", "g/a", "g/b"]), "c"]


def test_names_may_nest_as_deep_as_they_like():
    deep = "/".join(str(at) for at in range(5000))
    found = group(model_of(f"{deep}/a: A x", f"{deep}/b: B {deep}/a", "c: C x"))
    assert len(found.groups) == 1
    assert len(node_of(f"{deep}/a: A x").name) > 20_000
