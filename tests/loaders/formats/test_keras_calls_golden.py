"""Every call of every layer is connected as Keras itself connects it."""

import json
from pathlib import Path

import pytest

from loaders.formats._keras_config import build
from loaders.formats._keras_layer import KerasVersion
from loaders.ir.builder import ModelBuilder

GOLDEN = Path(__file__).parent / "golden"
CASES = [
    pytest.param(engine, name, id=f"{engine}-{name}")
    for engine in ("keras", "tf_keras")
    for name in json.loads((GOLDEN / f"calls_{engine}.json").read_text())
]


def golden(engine, name):
    return json.loads((GOLDEN / f"calls_{engine}.json").read_text())[name]


def read(case):
    builder = ModelBuilder(Path("model.json"), "test")
    build(builder, case["description"], KerasVersion.parse(case["version"]))
    return builder.freeze()


def made_up(node):
    return node.op == "InputLayer" and node.config == "{}"


def calls(model, graph):
    """Return name and feeders of each call in one graph, as the golden file has it."""
    makers = {out: node.name for node in graph.nodes.values() for out in node.outputs}
    rows = []
    for node in graph.nodes.values():
        if made_up(node):
            continue
        feeders = {
            makers.get(value, value.rpartition(":")[0])
            for value in (*node.inputs, *node.masks)
        }
        rows.append([node.name, sorted(feeders)])
    return sorted(rows)


def graph_of(model, path):
    """Return the graph of the first call of the model at a path of layer names."""
    graph = model.graph
    for name in path.split("/")[:-1]:
        node = next(one for one in graph.nodes.values() if one.name == name)
        graph = model.graphs[node.bodies[0]]
    return graph


def is_mask_maker(name):
    return name.startswith(("not_equal", "any"))


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_each_call_is_fed_by_what_keras_feeds_it(engine, name):
    case = golden(engine, name)
    model = read(case)
    for path, rows in case["calls"].items():
        graph = graph_of(model, path)
        wanted = sorted([name, feeders] for name, feeders, _ in rows)
        assert calls(model, graph) == [
            call for call in wanted if not is_mask_maker(call[0])
        ], path


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_no_layer_is_left_out(engine, name):
    case = golden(engine, name)
    model = read(case)
    for path, rows in case["calls"].items():
        ours = {node.name for node in graph_of(model, path).nodes.values()}
        missing = {row[0] for row in rows} - ours
        assert all(map(is_mask_maker, missing)), path


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_the_file_leaves_nothing_to_warn_of(engine, name):
    model = read(golden(engine, name))
    odd = [note.message for note in model.notes if "connected" in note.message]
    missing = [note.message for note in model.notes if "missing" in note.message]
    assert not odd
    assert not missing


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_each_call_has_the_outputs_that_keras_gives(engine, name):
    case = golden(engine, name)
    model = read(case)
    for path, rows in case["calls"].items():
        wanted = {row[0]: len(row[2]) for row in rows}
        for node in graph_of(model, path).nodes.values():
            if not made_up(node):
                assert len(node.outputs) == wanted[node.name], node.id


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_bodies_meet_their_containers_end_by_end(engine, name):
    model = read(golden(engine, name))
    for graph in model.graphs.values():
        if graph.owner:
            owner = next(n for n in model.nodes() if n.id == graph.owner)
            assert len(owner.inputs) == len(graph.inputs), graph.id
            assert len(owner.outputs) == len(graph.outputs), graph.id
