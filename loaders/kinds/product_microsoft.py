"""ONNX Runtime's matrix products: fused, transposed, on codes."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import length_text, positive, whole
from loaders.kinds._broadcast import common_length
from loaders.kinds._steps import kept, times

# a product whose second side may lie in the file


def _fused(settings: Settings, _version: int) -> Attributes:
    return {
        "transpose_a": whole(settings.get("transA", 0)) != 0,
        "transpose_b": whole(settings.get("transB", 0)) != 0,
        "batched": any(settings.get(name) for name in ("transBatchA", "transBatchB")),
    }


def _plain(_settings: Settings, _version: int) -> Attributes:
    return {"transpose_a": False, "transpose_b": False, "batched": False}


def fused_sides(call: Call) -> tuple[Shape, tuple[Axis, ...], Shape] | None:
    """Return left shape, left axes and right shape, transposed as the file says."""
    kernel = call.weights.get("kernel")
    left = call.shape()
    right: Shape | None = call.shape(1) if kernel is None else kernel.shape
    if left is None or right is None or len(left) < 2 or len(right) < 2:
        return None
    axes = call.axes()
    if call.attributes["batched"]:
        return None
    if call.attributes["transpose_a"]:
        left, axes = (*left[:-2], left[-1], left[-2]), (*axes[:-2], axes[-1], axes[-2])
    if call.attributes["transpose_b"]:
        right = (*right[:-2], right[-1], right[-2])
    return left, axes, right


def _shape(call: Call) -> list[OutputSteps | None]:
    sides = fused_sides(call)
    if sides is None:
        return [None]
    left, axes, right = sides
    one, other = left[-1], right[-2]
    if isinstance(one, int) and isinstance(other, int) and one != other:
        raise ShapeError(
            f"{call.op} sums products over {one:,} and {other:,} numbers: "
            f"{shape_text(left)} and {shape_text(right)} do not fit."
        )
    return [_product(axes, left, right[-1], right[:-2])]


def _product(
    axes: Sequence[Axis], left: Shape, columns: Dim, batch: Shape
) -> OutputSteps:
    rows = left[:-1]
    if len(batch) > len(left) - 2:
        rows = (*[1] * (len(batch) - len(left) + 2), *rows)
        axes = (*[Axis.OTHER] * (len(rows) + 1 - len(axes)), *axes)
    shift = len(rows) - len(left) + 1
    steps = []
    for at, (axis, length) in enumerate(zip(axes[:-1], rows, strict=True)):
        behind = len(rows) - 1 - at  # the last row axis is never stretched
        other = batch[-behind] if 0 < behind <= len(batch) else 1
        result = common_length([length, other])
        steps.append(kept(axis, result, at - shift if at >= shift else None))
    unit = AxisStep(axis=Axis.FEATURE, result=columns, meaning="one per unit")
    reason = f"products are summed over {length_text(left[-1])} numbers"
    gone = EndedAxis(axis=axes[-1], length=left[-1], reason=reason)
    return OutputSteps(axes=(*steps, unit), ended=(gone,))


def _cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    """Every output number is a sum of as many products as were summed."""
    [main] = outputs
    lengths = [
        1 if axis is Axis.BATCH else length
        for axis, length in zip(main.names, main.shape, strict=True)
    ]
    cost = times([*lengths, *(gone.length for gone in main.ended)])
    return cost if isinstance(cost, int) else None


def _weights(call: Call) -> list[WeightSteps]:
    kernel = call.weights.get("kernel")
    if kernel is None or len(kernel.tensor.shape) != 2:
        return []
    names = (Axis.IN_FEATURE, Axis.UNIT)
    if call.attributes["transpose_b"]:
        names = (Axis.UNIT, Axis.IN_FEATURE)
    words = f"{' × '.join(map(length_text, kernel.shape))} weights"
    return [WeightSteps(role="kernel", shape=kernel.shape, axes=names, meaning=words)]


KINDS.add(
    LayerKind(
        id="product_fused",
        title="Matrix product",
        category=Category.DENSE,
        dialects={
            "onnx.com.microsoft.FusedMatMul": Dialect(
                translate=_fused, inputs=("", "kernel")
            ),
            "onnx.com.microsoft.QGemm": Dialect(
                translate=_fused,
                inputs=(
                    "",
                    "@a_scale",
                    "@a_zero_point",
                    "kernel",
                    "@b_scale",
                    "@b_zero_point",
                    "bias",
                    "@y_scale",
                    "@y_zero_point",
                ),
            ),
            "onnx.com.microsoft.DynamicQuantizeMatMul": Dialect(
                translate=_plain,
                inputs=("", "kernel", "@b_scale", "@b_zero_point", "bias"),
            ),
            "onnx.com.microsoft.MatMulIntegerToFloat": Dialect(
                translate=_plain,
                inputs=(
                    "",
                    "kernel",
                    "",
                    "@b_scale",
                    "",
                    "@b_zero_point",
                    "bias",
                ),
            ),
        },
        shape=_shape,
        weights=_weights,
        multiply_adds=_cost,
    )
)


# weights of a few bits


def _few_bits(settings: Settings, _version: int) -> Attributes:
    return {
        "rows": positive(settings["K"]),
        "columns": positive(settings["N"]),
        "bits": positive(settings.get("bits", 4)),
        "block": positive(settings["block_size"]),
    }


def _few_bits_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    if not shape:
        return [None]
    rows = attributes["rows"]
    if isinstance(shape[-1], int) and shape[-1] != rows:
        raise ShapeError(
            f"{call.op} was made for {rows:,} numbers; its input has {shape[-1]:,}."
        )
    return [_product(call.axes(), shape, attributes["columns"], ())]


def _few_bits_fields(call: Call) -> list[Field]:
    attributes = call.attributes
    bits, block = attributes["bits"], attributes["block"]
    return [
        Field(
            name="bits",
            value=str(bits),
            meaning=f"Each weight is one of {1 << bits if bits < 64 else 0} codes.",
        ),
        Field(
            name="block_size",
            value=str(block),
            meaning=f"{block} neighbours share a scale.",
        ),
    ]


KINDS.add(
    LayerKind(
        id="product_few_bits",
        title="Matrix product with weights of a few bits",
        category=Category.DENSE,
        dialects={
            "onnx.com.microsoft.MatMulNBits": Dialect(
                translate=_few_bits,
                inputs=("", "kernel", "@scale", "@zero_point", "", "bias"),
            )
        },
        shape=_few_bits_shape,
        multiply_adds=_cost,
        fields=_few_bits_fields,
    )
)
