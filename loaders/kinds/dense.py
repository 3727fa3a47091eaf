"""Dense layers and matrix products: every output is a weighted sum of all inputs."""

from collections.abc import Sequence

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import argument, constant_shape
from loaders.kinds._kernel_words import counted, kernel_meaning, shared_fields
from loaders.kinds._kernels import bias_steps, lora_steps, once_it_fits
from loaders.kinds._products import (
    inner_lengths,
    product_cost,
    product_steps,
    product_weights,
    sides_of,
    transposed,
)
from loaders.kinds._quantized import quantization_of, quantized_weights
from loaders.kinds._spatial import activation_of, first_of, flag, whole
from loaders.kinds._steps import kept, need_rank, product_text


def _from_keras(settings: Settings, _version: int) -> Attributes:
    return {
        "units": whole(first_of(settings, "units", "output_dim")),
        "use_bias": flag(settings, "use_bias", "bias", default=True),
        "activation": activation_of(settings),
        "lora_rank": whole(first_of(settings, "lora_rank", default=0)),
        "quantized": quantization_of(settings),
    }


def _from_gemm(settings: Settings, _opset: int) -> Attributes:
    return {
        "product": "gemm",
        "transA": flag(settings, "transA", default=False),
        "transB": flag(settings, "transB", default=False),
        "alpha": settings.get("alpha", 1.0),
        "beta": settings.get("beta", 1.0),
    }


def _from_matmul(_settings: Settings, _version: int) -> Attributes:
    return {"product": "matmul"}


def _from_ops_matmul(settings: Settings, _version: int) -> Attributes:
    """Return the settings of ``keras.ops.matmul``: a side may be a constant."""
    found: Attributes = {"product": "matmul"}
    for side, name, position in (("left", "x1", 0), ("right", "x2", 1)):
        shape = constant_shape(argument(settings, name, position))
        if shape is not None:
            found[f"{side}_constant"] = list(shape)
    return found


def _shape(call: Call) -> list[OutputSteps | None]:
    if "product" in call.attributes:
        return _product_shape(call)
    shape = call.shape()
    if shape is None:
        return [None]
    if len(shape) < 2:
        raise ShapeError(
            f"{call.op} expects at least 2 axes (batch, features); its input has "
            f"{len(shape)}: {shape_text(shape)}.",
            "The batch axis is missing.",
        )
    units = whole(call.attributes["units"])
    _check_inputs(call, shape, units)
    axis = Axis.FEATURE if len(shape) == 2 else Axis.CHANNEL
    place, axes = len(shape) - 1, call.axes()
    leading = [kept(axes[at], shape[at], at) for at in range(place)]
    unit = AxisStep(axis=axis, result=units, meaning="one per unit")
    ended = EndedAxis(axis=axes[place], length=shape[place], reason=_summed(shape))
    return [OutputSteps(axes=(*leading, unit), ended=(ended,))]


def _summed(shape: Shape) -> str:
    count = "" if shape[-1] is None else f"{product_text([shape[-1]])} "
    reason = f"all {count}numbers along it are weighted and summed inside each unit"
    if len(shape) > 2:
        reason += "; the same weights at each place of the axes before"
    return reason


def _check_inputs(call: Call, shape: Shape, units: int) -> None:
    """Check that the number of weights is known and agrees with the saved kernel."""
    kernel = call.weights.get("kernel")
    length = shape[-1]
    if kernel is not None:
        _check_saved(call, shape, kernel.tensor.shape)
    elif length is None:
        raise ShapeError(
            f"{call.op} cannot know its kernel's size: the last axis of its input "
            f"({shape_text(shape)}) has no fixed length, and each of the {units} units "
            "needs one weight per number along it.",
            "If it is a flattened picture or series of any size, use "
            "GlobalMaxPooling or GlobalAveragePooling (1D, 2D, 3D) instead of Flatten: "
            "they keep one number per channel, whatever the size. Or give the input a "
            "fixed size.",
        )


def _check_saved(call: Call, shape: Shape, kernel: tuple[int, ...]) -> None:
    length = shape[-1]
    if call.attributes.get("quantized") or len(kernel) != 2 or kernel[0] < 0:
        return
    if isinstance(length, int) and kernel[0] != length:
        raise ShapeError(
            f"The saved kernel ({shape_text(kernel)}) reads {kernel[0]} numbers, the "
            f"last axis of the input ({shape_text(shape)}) has {length}.",
            "The weights belong to another input shape, or a layer before is missing.",
        )


def _product_shape(call: Call) -> list[OutputSteps | None]:
    if call.attributes["product"] == "gemm":
        need_rank(call, (2,), "rows, columns")
    sides = sides_of(call)
    if sides is None:
        return [None]
    left = transposed(sides[0], bool(call.attributes.get("transA")))
    right = transposed(sides[1], bool(call.attributes.get("transB")))
    dtype = "int32" if call.op == "MatMulInteger" else ""
    return [product_steps(call, left, right, dtype)]


def _weights(call: Call) -> list[WeightSteps]:
    if "product" in call.attributes:
        return product_weights(call)
    shape, attributes = call.shape(), call.attributes
    length: Dim = shape[-1] if shape else None
    units, lora = whole(attributes["units"]), whole(attributes["lora_rank"])
    kernel = WeightSteps(
        role="kernel",
        shape=(length, units),
        axes=(Axis.IN_FEATURE, Axis.UNIT),
        meaning=kernel_meaning((length,), units, "unit"),
        trainable=not lora,
    )
    bias = [bias_steps(units, "unit", Axis.UNIT)] if attributes["use_bias"] else []
    adapters = lora_steps(kernel, lora)
    if attributes["quantized"]:
        quantized = attributes["quantized"]
        coded = quantized_weights(quantized, kernel, bias, length, units)
        return [*coded, *adapters]
    return [kernel, *bias, *adapters]


def _cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    if "product" not in call.attributes:
        shape = call.shape()
        return product_cost(outputs, shape[-1]) if shape else None
    sides = sides_of(call)
    if sides is None:
        return None
    left = transposed(sides[0], bool(call.attributes.get("transA")))
    right = transposed(sides[1], bool(call.attributes.get("transB")))
    lengths = inner_lengths(left, right)
    inner = next((n for n in lengths if isinstance(n, int)), None)
    return product_cost(outputs, inner)


def _fields(call: Call) -> list[Field]:
    if "product" in call.attributes:
        return _product_fields(call)
    units, shape = whole(call.attributes["units"]), call.shape()
    every = "all numbers"
    if shape and shape[-1] is not None:
        every = f"{product_text([shape[-1]])} numbers"
    some = counted(units, "unit")
    meaning = f"{some}, each a weighted sum of {every}."
    if shape and len(shape) > 2:
        meaning = (
            f"{some}, each a weighted sum of {every} of the last axis; the same "
            f"weights at each of {product_text(shape[1:-1])} places."
        )
    return [
        Field(name="units", value=str(units), meaning=meaning),
        *shared_fields(call, "unit's sum"),
    ]


def _product_fields(call: Call) -> list[Field]:
    fields = []
    for name, which in (("transA", "first"), ("transB", "second")):
        if call.attributes.get(name):
            meaning = f"The {which} matrix is turned: rows become columns."
            fields.append(Field(name=name, value="1", meaning=meaning))
    for name, what in (("alpha", "The product"), ("beta", "The bias")):
        factor = call.attributes.get(name, 1.0)
        if factor != 1.0:
            meaning = f"{what} is multiplied by {factor:g}."
            fields.append(Field(name=name, value=f"{factor:g}", meaning=meaning))
    return fields


def _summary(call: Call) -> str:
    if "product" not in call.attributes:
        return counted(whole(call.attributes["units"]), "unit")
    sides = sides_of(call)
    if sides is None:
        return ""
    left, right = sides
    if left.weight or right.weight:
        weight = left if left.weight else right
        return f"{product_text(weight.shape)} weights"
    return f"{shape_text(left.shape)} by {shape_text(right.shape)}"


def _reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    """A matrix has one sample per row; more axes could be anything."""
    if rank != 2 or call.attributes.get("transA"):
        return None
    return (Axis.BATCH, Axis.FEATURE)


KINDS.add(
    LayerKind(
        id="dense",
        title="Dense (matrix product)",
        category=Category.DENSE,
        dialects={
            **{
                f"keras.{name}": Dialect(translate=_from_keras)
                for name in ("Dense", "TimeDistributedDense", "QDense", "HDense")
            },
            "keras.ops.matmul": Dialect(translate=_from_ops_matmul),
            "onnx.Gemm": Dialect(
                translate=_from_gemm, inputs=("left_kernel", "kernel", "bias")
            ),
            "onnx.com.microsoft.FusedGemm": Dialect(
                translate=_from_gemm, inputs=("left_kernel", "kernel", "bias")
            ),
            "onnx.MatMul": Dialect(
                translate=_from_matmul, inputs=("left_kernel", "kernel")
            ),
            "onnx.MatMulInteger": Dialect(
                translate=_from_matmul,
                inputs=(
                    "left_kernel",
                    "kernel",
                    "left_kernel_zero_point",
                    "kernel_zero_point",
                ),
            ),
            "onnx.QLinearMatMul": Dialect(
                translate=_from_matmul,
                inputs=(
                    "left_kernel",
                    "left_kernel_scale",
                    "left_kernel_zero_point",
                    "kernel",
                    "kernel_scale",
                    "kernel_zero_point",
                    "y_scale",
                    "y_zero_point",
                ),
            ),
        },
        shape=_shape,
        weights=once_it_fits(_shape, _weights),
        multiply_adds=_cost,
        fields=_fields,
        reads=_reads,
        summary=_summary,
    )
)
