"""What the modules about ``keras.ops`` share: no weights, no multiplications."""

from collections.abc import Callable, Sequence

from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import OutputSteps
from loaders.kinds import KINDS, Call, Dialect, LayerKind, Settings, no_cost


def add_op(
    id: str,
    title: str,
    ops: Sequence[str],
    translate: Callable[[Settings, int], Attributes],
    shape: Callable[[Call], list[OutputSteps | None]],
) -> None:
    """Add a kind that only ``keras.ops`` has, under the names of its operations."""
    KINDS.add(
        LayerKind(
            id=id,
            title=title,
            category=Category.TENSOR,
            dialects={f"keras.ops.{op}": Dialect(translate=translate) for op in ops},
            shape=shape,
            multiply_adds=no_cost,
        )
    )


def named_axes(call: Call, shape: Shape) -> list[tuple[int, Axis, Dim]]:
    """Return place, meaning and length of each axis of the first input."""
    pairs = zip(call.axes(), shape, strict=True)
    return [(at, axis, length) for at, (axis, length) in enumerate(pairs)]
