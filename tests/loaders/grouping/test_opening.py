"""What is open at first: all of a small model, the layers of a large one."""

from loaders.grouping import group
from loaders.ir.graph import Category
from tests.loaders.grouping.models import model_of, replaced


def layers(count, size, around=""):
    """Return nodes in a row, in layers."""
    names = [
        f"{around}layer{layer}/n{at}" for layer in range(count) for at in range(size)
    ]
    before = ("x", *names)
    return [f"{name}: A {last}" for name, last in zip(names, before)]


def test_a_small_model_is_open():
    found = group(model_of(*layers(4, 5)))
    assert found.opened == ("layer0/", "layer1/", "layer2/", "layer3/")


def test_the_layers_of_a_large_model_are_closed():
    assert group(model_of(*layers(24, 10))).opened == ()


def test_what_wraps_nearly_everything_is_open():
    nodes = ["head/a: A x", "head/b: B x", "c: C x", "d: D x"]
    found = group(model_of(*layers(200, 4, "model/"), *nodes))
    assert found.opened == ("model/",)


def test_a_long_row_in_one_group_is_closed():
    row = [f"g/n{at}: A g/n{at - 1}" for at in range(122)]
    rest = ["h/a: A x", "h/b: B x", "c: C x", "d: D x"]
    assert group(model_of(*row, *rest)).opened == ()


def test_a_model_alone_between_its_input_and_output_is_open():
    row = [f"m/n{at}: A m/n{at - 1}" for at in range(150)]
    model = model_of("x: Input", "m: Net x", "y: Dense m", bodies={"m": row})
    nodes = dict(model.graph.nodes)
    nodes["x"] = replaced(nodes["x"], category=Category.ENDPOINT)
    main = replaced(model.graph, nodes=nodes)
    assert group(replaced(model, graphs={**model.graphs, "": main})).opened == ("m",)


def test_a_large_model_among_other_layers_is_closed():
    row = [f"m/n{at}: A m/n{at - 1}" for at in range(150)]
    model = model_of("x: A", "m: Net x", "y: Dense m", "z: Dense y", bodies={"m": row})
    assert group(model).opened == ()


def test_sections_are_closed():
    row = [f"n{at}: A n{at - 1}" for at in range(1000)]
    assert group(model_of(*row)).opened == ()
