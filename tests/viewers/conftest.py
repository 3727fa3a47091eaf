"""Small networks for pictures, made by hand."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from loaders.grouping import group
from loaders.ir.builder import GraphBuilder, ModelBuilder, replace, unknown_axes
from loaders.ir.graph import Category, Model, Node, Parameter, Value
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
