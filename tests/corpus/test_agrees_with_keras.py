"""Shapes and counts of real models, held to what Keras itself says of them.

The golden files are written by ``make_framework_golden.py``; no framework is needed
here.
"""

import json
from collections import defaultdict
from pathlib import Path

import pytest

from loaders.formats import read_model

pytestmark = pytest.mark.corpus

GOLDEN = {
    engine: json.loads(
        (Path(__file__).parent / "golden" / f"{engine}.json").read_text()
    )
    for engine in ("keras", "tf_keras")
}
# What tf_keras loads was written by Keras 1 or 2, and tf_keras is right about it: Keras
# 3.15.1 gives an old Sequential's first layer one axis too many.
CASES = [
    pytest.param(engine, file, id=f"{engine}-{file[-60:]}")
    for engine, other in (("keras", GOLDEN["tf_keras"]), ("tf_keras", {}))
    for file in GOLDEN[engine]
    if file not in other
]


def calls_by_path(model):
    """Return the calls of each layer, keyed as the golden rows are."""
    found = defaultdict(list)
    for node in model.nodes():
        found["/".join((*node.scope, node.name))].append(node)
    return found


def inside(model, node):
    """Yield a node and all nodes in its bodies."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        for body in one.bodies:
            waiting.extend(model.graphs[body].nodes.values())


def weights(model, nodes):
    """Return the counted weights below some nodes, each once."""
    return {
        parameter.id: parameter
        for node in nodes
        for one in inside(model, node)
        for parameter in one.parameters
    }.values()


def shapes(values, node):
    return [list(values[output].shape or ()) for output in node.outputs]


def agrees(ours, theirs, nested):
    """Whether a call's shapes are Keras' own.

    Inside a nested model Keras keeps the shapes that it was built with, which may leave
    lengths open that this call of it fills in.
    """
    if len(ours) != len(theirs):
        return False
    for mine, wanted in zip(ours, theirs, strict=True):
        if len(mine) != len(wanted):
            return False
        for length, expected in zip(mine, wanted, strict=True):
            known = length if isinstance(length, int) else None
            if known != expected and not (nested and expected is None):
                return False
    return True


@pytest.mark.parametrize(("engine", "file"), CASES)
def test_every_layer_has_the_shapes_and_counts_that_keras_gives(corpus, engine, file):
    expected = GOLDEN[engine][file]
    model = read_model(corpus / file)
    values, calls = model.values(), calls_by_path(model)
    wrong = []
    for row in expected["layers"]:
        nodes = calls.get(row["path"])
        if not nodes:
            wrong.append(f"{row['path']}: missing")
            continue
        found = [shapes(values, node) for node in nodes]
        nested = "/" in row["path"]
        wrong += [
            f"{row['path']}: {one}, Keras {row['calls']}"
            for one in found
            if row["calls"] and not any(agrees(one, c, nested) for c in row["calls"])
        ]
        if not nested and len(row["calls"]) > len(nodes):
            wrong.append(f"{row['path']}: {len(nodes)} calls, Keras {row['calls']}")
        mine = weights(model, nodes)
        counted = sum(parameter.count for parameter in mine)
        trained = sum(parameter.count for parameter in mine if parameter.trainable)
        if (counted, trained) != (row["parameters"], row["trainable"]):
            wrong.append(
                f"{row['path']}: {counted} parameters, {trained} trainable; "
                f"Keras {row['parameters']}, {row['trainable']}"
            )
    assert not wrong, "\n".join(wrong)
    every = list(model.parameters())
    total = sum(parameter.count for parameter in every)
    trained = sum(parameter.count for parameter in every if parameter.trainable)
    assert (total, trained) == (expected["total"], expected["trainable"])
