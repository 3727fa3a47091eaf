"""``keras.ops`` that sum products: tensordot, dot, inner, attention."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, LayerKind, Settings, no_settings
from loaders.kinds._arguments import argument, constant_shape, length_text, wholes
from loaders.kinds._steps import kept

# tensordot, dot, inner, outer


def _tensordot(settings: Settings, _version: int) -> Attributes:
    axes = argument(settings, "axes", 2, 2)
    found = _product(settings, _version)
    if isinstance(axes, (list, tuple)):
        first, second = axes
        return {**found, "axes": [wholes(first), wholes(second)]}
    return {**found, "count": int(axes)}


def _product(settings: Settings, _version: int) -> Attributes:
    shape = constant_shape(argument(settings, "x2", 1))
    return {} if shape is None else {"constant": list(shape)}


def contracted_axes(
    call: Call, one: Shape, other: Shape
) -> tuple[list[int], list[int]]:
    """Return the axes of both sides along which products are summed."""
    attributes = call.attributes
    if "axes" in attributes:
        first, second = attributes["axes"]
    elif call.op == "Inner":
        first, second = [-1], [-1]
    elif call.op == "Dot":
        first, second = [-1], [-2 if len(other) > 1 else -1]
    else:
        count = attributes["count"]
        first, second = list(range(len(one) - count, len(one))), list(range(count))
    return [at % len(one) for at in first], [at % len(other) for at in second]


def _tensordot_shape(call: Call) -> list[OutputSteps | None]:
    one, other = call.shape(0), call.shape(1)
    names = call.axes(1) if other is not None else ()
    if other is None and "constant" in call.attributes:
        other = tuple(call.attributes["constant"])
        names = (Axis.OTHER,) * len(other)
    if one is None or other is None or not one or not other:
        return [None]
    first, second = contracted_axes(call, one, other)
    for a, b in zip(first, second, strict=True):
        left, right = one[a], other[b]
        if isinstance(left, int) and isinstance(right, int) and left != right:
            raise ShapeError(
                f"{call.op} sums products over axes of {left:,} and {right:,}: "
                f"{shape_text(one)} and {shape_text(other)}."
            )
    axes = call.axes(0)
    steps = [kept(axes[at], n, at) for at, n in enumerate(one) if at not in first]
    steps += [
        AxisStep(axis=names[at], result=n, meaning="from the second input")
        for at, n in enumerate(other)
        if at not in second
    ]
    ended = tuple(
        EndedAxis(
            axis=axes[at],
            length=one[at],
            reason=f"products are summed over {length_text(one[at])} pairs",
        )
        for at in first
    )
    return [OutputSteps(axes=tuple(steps), ended=ended)]


KINDS.add(
    LayerKind(
        id="tensordot",
        title="Sum of products",
        category=Category.DENSE,
        dialects={
            "keras.ops.tensordot": Dialect(translate=_tensordot),
            "keras.ops.inner": Dialect(translate=_product),
            "keras.ops.dot": Dialect(translate=_product),
        },
        shape=_tensordot_shape,
    )
)


# attention


def _attention_shape(call: Call) -> list[OutputSteps | None]:
    """(batch, queries, heads, numbers of the values)."""
    query, value = call.shape(0), call.shape(2)
    if query is None or value is None or len(query) != 4 or len(value) != 4:
        return [None]
    names = (Axis.BATCH, Axis.TIME, Axis.HEAD)
    steps = [
        kept(axis, n, at)
        for at, (axis, n) in enumerate(zip(names, query, strict=False))
    ]
    last = AxisStep(axis=Axis.FEATURE, result=value[3], meaning="from the values")
    return [OutputSteps(axes=(*steps, last))]


KINDS.add(
    LayerKind(
        id="ops_attention",
        title="Attention",
        category=Category.ATTENTION,
        dialects={"keras.ops.dotproductattention": Dialect(translate=no_settings)},
        shape=_attention_shape,
    )
)
