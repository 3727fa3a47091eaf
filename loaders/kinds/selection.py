"""ONNX operations that pick elements: TopK, OneHot, NonZero ..."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_cost,
    no_settings,
)
from loaders.kinds._arguments import axis_at, counted, whole, wholes
from loaders.kinds._steps import kept, one_replaced, same_shape

# like the first input


KINDS.add(
    LayerKind(
        id="scatter",
        title="Elements replaced",
        category=Category.TENSOR,
        dialects={
            f"onnx.{op}": Dialect(translate=no_settings)
            for op in (
                "Scatter",
                "ScatterElements",
                "ScatterND",
                "TensorScatter",
                "ReverseSequence",
                "Trilu",
                "CumSum",
                "CumProd",
            )
        },
        shape=same_shape,
        multiply_adds=no_cost,
    )
)


# lengths that only a run can tell


def _non_zero_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    words = f"one place along each of {len(shape)} axes"
    places = AxisStep(axis=Axis.OTHER, result=len(shape), meaning=words)
    found = AxisStep(axis=Axis.OTHER, result=None, meaning="as many as are not zero")
    return [OutputSteps(axes=(places, found), dtype="int64")]


KINDS.add(
    LayerKind(
        id="non_zero",
        title="Places that are not zero",
        category=Category.TENSOR,
        dialects={"onnx.NonZero": Dialect(translate=no_settings)},
        shape=_non_zero_shape,
        multiply_adds=no_cost,
    )
)


def _optional_axis(settings: Settings, _version: int) -> Attributes:
    axis = settings.get("axis")
    return {"axis": None if axis is None else whole(axis)}


def _compress_shape(call: Call) -> list[OutputSteps | None]:
    shape, axis = call.shape(), call.attributes["axis"]
    if shape is None:
        return [None]
    words = "as many as the condition is true for"
    if axis is None:
        step = AxisStep(axis=Axis.OTHER, result=None, meaning=words)
        return [OutputSteps(axes=(step,))]
    place = axis_at(axis, len(shape), call.op)
    step = AxisStep(axis=call.axes()[place], result=None, meaning=words, source=place)
    return [OutputSteps(axes=one_replaced(call, step))]


def _unique_shape(call: Call) -> list[OutputSteps | None]:
    count = max(1, call.outputs)
    [main] = _compress_shape(call)
    if main is None:
        return [None] * count
    places = AxisStep(axis=Axis.OTHER, result=None, meaning="one per element")
    rest = OutputSteps(axes=(places,), dtype="int64")
    return [main, *[rest] * (count - 1)]


KINDS.add(
    LayerKind(
        id="compress",
        title="Elements kept by a condition",
        category=Category.TENSOR,
        dialects={"onnx.Compress": Dialect(translate=_optional_axis)},
        shape=_compress_shape,
        multiply_adds=no_cost,
    )
)
KINDS.add(
    LayerKind(
        id="unique",
        title="Different elements",
        category=Category.TENSOR,
        dialects={"onnx.Unique": Dialect(translate=_optional_axis)},
        shape=_unique_shape,
        multiply_adds=no_cost,
    )
)


# largest elements, codes as positions


def _top_k(settings: Settings, _version: int) -> Attributes:
    k = settings.get("k")
    return {
        "axis": whole(settings.get("axis", -1)),
        "k": None if k is None else wholes(k)[0],
    }


def _top_shape(call: Call) -> list[OutputSteps | None]:
    shape, k = call.shape(), call.attributes["k"]
    if shape is None:
        return [None, None]
    place = axis_at(call.attributes["axis"], len(shape), call.op)
    words = "the largest" if k is None else f"the {k:,} largest"
    step = AxisStep(axis=call.axes()[place], result=k, meaning=words, source=place)
    steps = one_replaced(call, step)
    return [OutputSteps(axes=steps), OutputSteps(axes=steps, dtype="int64")]


def _top_fields(call: Call) -> list[Field]:
    k = call.attributes["k"]
    meaning = "How many of the largest (or smallest) are kept, with their places."
    return [Field(name="k", value="computed" if k is None else str(k), meaning=meaning)]


KINDS.add(
    LayerKind(
        id="top_k",
        title="Largest elements",
        category=Category.TENSOR,
        dialects={"onnx.TopK": Dialect(translate=_top_k, inputs=("", "@k"))},
        shape=_top_shape,
        multiply_adds=no_cost,
        fields=_top_fields,
    )
)


def _one_hot(settings: Settings, _version: int) -> Attributes:
    depth = settings.get("depth")
    return {
        "axis": whole(settings.get("axis", -1)),
        "depth": None if depth is None else wholes(depth)[0],
    }


def _one_hot_shape(call: Call) -> list[OutputSteps | None]:
    shape, depth = call.shape(), call.attributes["depth"]
    if shape is None:
        return [None]
    place = axis_at(call.attributes["axis"], len(shape) + 1, call.op)
    steps = [
        kept(name, n, at)
        for at, (name, n) in enumerate(zip(call.axes(), shape, strict=True))
    ]
    words = "one place per code"
    steps.insert(place, AxisStep(axis=Axis.OTHER, result=depth, meaning=words))
    values = [v for v in call.inputs[1:] if v is not None and v.dtype]
    return [OutputSteps(axes=tuple(steps), dtype=values[-1].dtype if values else "")]


KINDS.add(
    LayerKind(
        id="one_hot",
        title="One-hot",
        category=Category.TENSOR,
        dialects={
            "onnx.OneHot": Dialect(translate=_one_hot, inputs=("", "@depth", ""))
        },
        shape=_one_hot_shape,
        multiply_adds=no_cost,
    )
)


# pieces


def _split(settings: Settings, version: int) -> Attributes:
    pieces, number = settings.get("split"), settings.get("num_outputs")
    return {
        "axis": whole(settings.get("axis", 0)),
        "split": None if pieces is None else wholes(pieces),
        "number": None if number is None else whole(number),
        "computed": pieces is None and number is None and version >= 13,
    }


def _split_shape(call: Call) -> list[OutputSteps | None]:
    shape, attributes = call.shape(), call.attributes
    count = max(1, call.outputs)
    if shape is None:
        return [None] * count
    place = axis_at(attributes["axis"], len(shape), call.op)
    lengths = _split_lengths(call, shape[place], count)
    name = call.axes()[place]
    outputs: list[OutputSteps | None] = []
    for index, length in enumerate(lengths):
        words = f"piece {index + 1} of {count}, out of {counted(shape[place], name)}"
        step = AxisStep(axis=name, result=length, meaning=words, source=place)
        outputs.append(OutputSteps(axes=one_replaced(call, step)))
    return outputs


def _split_lengths(call: Call, length: Dim, count: int) -> list[Dim]:
    attributes = call.attributes
    pieces = attributes["split"]
    if pieces is not None:
        if isinstance(length, int) and sum(pieces) != length:
            raise ShapeError(
                f"{call.op} cuts pieces of {' + '.join(map(str, pieces[:12]))} = "
                f"{sum(pieces):,} out of {length:,}."
            )
        return [*pieces, *[None] * count][:count]
    dynamic = attributes["computed"] and len(call.inputs) > 1
    if dynamic or not isinstance(length, int):
        return [None] * count
    each = -(-length // count)  # the last one is smaller if it does not divide
    last = length - each * (count - 1)
    return [*[each] * (count - 1), last] if last >= 0 else [None] * count


def _split_fields(call: Call) -> list[Field]:
    axis = call.attributes["axis"]
    meaning = "The input is cut into pieces along this axis."
    return [Field(name="axis", value=str(axis), meaning=meaning)]


KINDS.add(
    LayerKind(
        id="split",
        title="Split",
        category=Category.TENSOR,
        dialects={"onnx.Split": Dialect(translate=_split, inputs=("", "@split"))},
        shape=_split_shape,
        multiply_adds=no_cost,
        fields=_split_fields,
    )
)
