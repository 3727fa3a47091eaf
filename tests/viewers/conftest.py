"""Small networks and their pictures, made by hand."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from loaders.grouping import group
from loaders.ir.builder import GraphBuilder, ModelBuilder, replace, unknown_axes
from loaders.ir.graph import Category, Model, Node, Parameter, Value
from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.layout import Box, Layout, Route
from loaders.ir.tensors import absent_tensor


class Network:
    """Builds a model node by node; values are called like the node that makes them."""

    def __init__(self, dialect: str = "keras") -> None:
        self.builder = ModelBuilder(Path("/models/net.keras"), "test")
        self.main = self.builder.graph()
        self.dialect = dialect

    def add(
        self,
        id: str,
        *inputs: str,
        graph: GraphBuilder | None = None,
        shape: tuple[int | str | None, ...] | None = (None, 8),
        count: int = 0,
        **more: object,
    ) -> str:
        """Add a node with one output that is called like it."""
        place = graph or self.main
        axes = unknown_axes(len(shape)) if shape is not None else ()
        place.add_value(Value(id=id, shape=shape, axes=axes))
        settings = {"name": id, "op": "Dense", "category": Category.DENSE, **more}
        if count:
            kernel = absent_tensor((count,), "float32")
            weight = Parameter(
                id=f"{id}/kernel", role="kernel", tensor=kernel, axes=unknown_axes(1)
            )
            settings["parameters"] = (weight,)
        node = Node(
            id=id, dialect=self.dialect, inputs=inputs, outputs=(id,), **settings
        )
        place.add_node(node)
        return id

    def chain(self, *ids: str) -> "Network":
        """Add nodes, each fed by the one before."""
        for before, id in zip((None, *ids), ids):
            self.add(id, *([before] if before else []))
        return self

    def edges(self, edges: Iterable[tuple[int, int]], count: int) -> "Network":
        """Add nodes ``n0``, ``n1`` ... with these edges."""
        feeds: dict[int, list[str]] = {}
        for source, target in edges:
            feeds.setdefault(target, []).append(f"n{source}")
        for index in range(count):
            self.add(f"n{index}", *feeds.get(index, ()))
        return self

    def model(self) -> Model:
        model = self.builder.freeze()
        return replace(model, grouping=group(model))


@pytest.fixture
def network() -> type[Network]:
    """Return the class that builds networks."""
    return Network


@pytest.fixture
def framed(network):
    """Return a model and a layout with a frame in a frame.

    ``a`` feeds, through the frames ``outer`` and ``inner``, ``c``; ``c`` feeds ``d``
    through both, and ``b`` in ``outer`` alone; ``a`` also feeds ``d`` by a stub.
    """
    net = network("onnx")
    net.add("a")
    net.add("outer/b", "outer/inner/c")
    net.add("outer/inner/c", "a", count=100)
    net.add("d", "outer/inner/c", "a")
    net.main.nodes = {
        id: net.main.nodes[id] for id in ("a", "outer/inner/c", "outer/b", "d")
    }
    model = net.builder.freeze()
    groups = {
        "outer": Group(
            id="outer",
            title="outer",
            kind=GroupKind.SCOPE,
            members=("inner", "outer/b"),
            nodes=2,
            parameters=100,
        ),
        "inner": Group(
            id="inner",
            title="inner",
            kind=GroupKind.SECTION,
            members=("outer/inner/c",),
            parent="outer",
            nodes=1,
            parameters=100,
            likeness=1,
        ),
    }
    grouping = Grouping(top=("a", "outer", "d"), groups=groups)
    boxes = (
        Box("a", 200.0, 24.0),
        Box("outer", 100.0, 130.0, 500.0, 420.0, True),
        Box("inner", 150.0, 190.0, 300.0, 160.0, True),
        Box("outer/inner/c", 200.0, 250.0),
        Box("outer/b", 200.0, 420.0),
        Box("d", 200.0, 600.0),
    )
    routes = (
        Route("a", "a", "outer", (300.0, 92.0, 300.0, 130.0)),
        Route("a", "outer", "inner", (300.0, 130.0, 300.0, 190.0)),
        Route("a", "inner", "outer/inner/c", (300.0, 190.0, 300.0, 250.0)),
        Route("outer/inner/c", "outer/inner/c", "inner", (300.0, 318.0, 300.0, 350.0)),
        Route("outer/inner/c", "inner", "outer/b", (300.0, 350.0, 300.0, 420.0)),
        Route("outer/inner/c", "inner", "outer", (300.0, 350.0, 550.0, 550.0)),
        Route("outer/inner/c", "outer", "d", (550.0, 550.0, 300.0, 600.0)),
        Route("a", "a", "d", (260.0, 92.0, 260.0, 600.0), True),
    )
    layout = Layout(graph="", boxes=boxes, routes=routes, width=624.0, height=700.0)
    return replace(model, grouping=grouping), layout
