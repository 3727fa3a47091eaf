"""The modules that an exporter noted at its nodes."""

import pytest
from onnx import helper

from loaders.formats import read_model
from loaders.formats._onnx_modules import CLASSES, NAMES, NAMESPACE, read_modules
from tests.loaders.formats.onnx_files import model, save, value


def noted(names, classes=None):
    texts = {NAMES: repr(names)}
    return texts if classes is None else texts | {CLASSES: repr(classes)}


def test_cumulative_names_become_the_modules_own():
    names = ["", "model", "model.layers.3", "model.layers.3.mlp", "linear_1"]
    classes = ["a.Top", "a.Model", "a.Block", "torch.nn.MLP", "aten.linear"]
    assert read_modules(noted(names, classes)) == (
        ("model", "Model"),
        ("layers.3", "Block"),
        ("mlp", "MLP"),
    )


def test_a_module_named_apart_from_those_around_it_keeps_its_name():
    assert read_modules(noted(["", "encoder", "shared", "add"])) == (
        ("encoder", ""),
        ("shared", ""),
    )


def test_classes_of_another_number_are_not_believed():
    assert read_modules(noted(["", "a", "n"], ["Top"])) == (("a", ""),)


def test_a_namespace_stands_in():
    text = ": a.Top/model: a.Model/model.fc: torch.nn.Linear/linear: aten.linear"
    assert read_modules({NAMESPACE: text}) == (("model", "Model"), ("fc", "Linear"))


def test_quotes_in_names_are_read_as_python_writes_them():
    names = ["", "it's", "both \"'", "n"]
    assert [name for name, _ in read_modules(noted(names))] == ["it's", "both \"'"]


@pytest.mark.parametrize("text", ["", "[]", "[1, 2]", "__import__('os')", "['a"])
def test_what_is_no_list_of_names_tells_nothing(text):
    assert read_modules({NAMES: text}) == ()


def test_nodes_of_a_file_lie_in_their_modules(tmp_path):
    nodes = []
    for at, name in enumerate(("a", "b", "c")):
        made = helper.make_node("Relu", [f"v{at}"], [f"v{at + 1}"], name=name)
        scopes = ["", "net.act", name] if name != "c" else ["", name]
        made.metadata_props.add(key=NAMES, value=repr(scopes))
        made.metadata_props.add(key="other", value="x" * 300)
        nodes.append(made)
    path = save(model(nodes, [value("v0", [1])], [value("v3", [1])]), tmp_path)
    found = read_model(path)
    assert found.grouping.top == ("net.act/", "c")
    assert found.grouping.groups["net.act/"].members == ("a", "b")
