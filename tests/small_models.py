"""Small models made by hand, for tests of what shows them."""

from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

from loaders.grouping import group
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Axis, Category, Model, Node, Parameter, Severity, Value
from loaders.ir.layout import Box, Layout, Route
from loaders.ir.tensors import absent_tensor

IMAGE = (Axis.BATCH, Axis.HEIGHT, Axis.WIDTH, Axis.CHANNEL)
FLAT = (Axis.BATCH, Axis.FEATURE)


def weight(owner: str, role: str, shape: tuple[int, ...], **more) -> Parameter:
    """Return a weight whose numbers nobody has."""
    tensor = absent_tensor(shape, "float32")
    return Parameter(id=f"{owner}/{role}", role=role, tensor=tensor, **more)


def conv_model(path: Path = Path("/models/conv.keras")) -> Model:
    """Return input → Conv2D → a nested model (Flatten, Dense) → output."""
    made = ModelBuilder(path, "Keras 3 archive")
    made.producer = "Keras 3.15.1"
    main = made.graph()
    main.add_value(
        Value(id="x", shape=(None, 128, 128, 3), axes=IMAGE, dtype="float32")
    )
    main.add_value(Value(id="c", shape=(None, 61, 61, 24), axes=IMAGE, dtype="float32"))
    main.add_value(Value(id="y", shape=(None, 1), axes=FLAT, dtype="float32"))
    main.add_node(
        Node(
            id="input_1",
            name="input_1",
            op="InputLayer",
            dialect="keras",
            category=Category.ENDPOINT,
            outputs=("x",),
            multiply_adds=0,
        )
    )
    main.add_node(
        Node(
            id="conv_1",
            name="conv_1",
            op="Conv2D",
            dialect="keras",
            category=Category.CONVOLUTION,
            inputs=("x",),
            outputs=("c",),
            activation="relu",
            config='{"filters": 24, "kernel_size": [8, 8], "name": "conv_1"}',
            parameters=(
                weight("conv_1", "kernel", (8, 8, 3, 24)),
                weight("conv_1", "bias", (24,)),
            ),
            multiply_adds=17_142_000,
        )
    )
    main.add_node(
        Node(
            id="head",
            name="head",
            op="Functional",
            dialect="keras",
            inputs=("c",),
            outputs=("y",),
            bodies=("head",),
        )
    )
    main.inputs, main.outputs = ["x"], ["y"]
    _add_head(made)
    made.note("conv_1: something was left out.", where="conv_1")
    made.note("Good to know.", severity=Severity.INFO)
    made.fact("Training", "optimizer", "Adam")
    model = made.freeze()
    return replace(model, grouping=group(model))


def _add_head(made: ModelBuilder) -> None:
    head = made.graph("head", name="head", owner="head")
    head.add_value(Value(id="head/x", shape=(None, 61, 61, 24), axes=IMAGE))
    head.add_value(Value(id="head/f", shape=(None, 89_304), axes=FLAT, dtype="float32"))
    head.add_value(Value(id="head/y", shape=(None, 1), axes=FLAT, dtype="float32"))
    head.add_node(
        Node(
            id="head/flatten",
            name="flatten",
            op="Flatten",
            dialect="keras",
            category=Category.TENSOR,
            inputs=("head/x",),
            outputs=("head/f",),
            scope=("head",),
            multiply_adds=0,
        )
    )
    head.add_node(
        Node(
            id="head/output",
            name="output",
            op="Dense",
            dialect="keras",
            category=Category.DENSE,
            inputs=("head/f",),
            outputs=("head/y",),
            scope=("head",),
            parameters=(
                weight("output", "kernel", (89_304, 1)),
                weight("output", "bias", (1,), trainable=False),
            ),
            multiply_adds=89_304,
        )
    )
    head.inputs, head.outputs = ["head/x"], ["head/y"]


def column_layout(model: Model, graph: str = "", horizontal: bool = False) -> Layout:
    """Return a plan that puts a graph's nodes under each other."""
    nodes = list(model.graphs[graph].nodes.values())
    boxes = tuple(Box(node.id, 0.0, 100.0 * row) for row, node in enumerate(nodes))
    routes = tuple(
        Route(
            one.outputs[0],
            one.id,
            two.id,
            (100.0, 100.0 * row + 68, 100.0, 100.0 * row + 100),
        )
        for row, (one, two) in enumerate(pairwise(nodes))
    )
    return Layout(
        graph=graph,
        boxes=boxes,
        routes=routes,
        width=200.0,
        height=100.0 * len(nodes),
        horizontal=horizontal,
    )
