"""Cutting a part out along axes: ONNX Slice."""

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import axis_at
from loaders.kinds._spatial import whole_list
from loaders.kinds._steps import kept

TO_THE_END = (1 << 31) - 1
"""Exporters write this, or more, for "up to the end"."""


def _from_onnx(settings: Settings, _opset: int) -> Attributes:
    return {
        name: whole_list(settings[name])
        for name in ("starts", "ends", "axes", "steps")
        if settings.get(name) is not None
    }


def _shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    cuts = cuts_of(call, len(shape))
    steps = []
    for at, axis in enumerate(call.axes()):
        if cuts is None or at in cuts:
            cut = None if cuts is None else cuts[at]
            steps.append(_step(axis, shape[at], at, cut))
        else:
            steps.append(kept(axis, shape[at], at))
    return [OutputSteps(axes=tuple(steps))]


def cuts_of(call: Call, rank: int) -> dict[int, tuple[int, int, int] | None] | None:
    """Return start, end and step of each axis that is cut.

    ``None`` for an axis whose numbers are computed, or for all if even the axes are.
    """
    attributes = call.attributes
    numbers = {
        name: whole_list(attributes[name]) if name in attributes else None
        for name in ("starts", "ends", "axes", "steps")
    }
    starts, ends, axes, steps = numbers.values()
    given = starts if starts is not None else ends
    computed = sum(value is not None for value in call.inputs[1:])
    bounds = (starts is None) + (ends is None)
    if axes is None:
        if given is None or computed > bounds:  # perhaps the axes are computed too
            return None
        axes = list(range(len(given)))
    places = [axis_at(axis, rank, call.op) for axis in axes]
    if bounds or computed:
        return dict.fromkeys(places, None)
    assert starts is not None
    assert ends is not None
    steps = steps if steps is not None else [1] * len(places)
    if not len(starts) == len(ends) == len(places) == len(steps):
        raise ShapeError(
            f"{call.op} has {len(starts)} starts, {len(ends)} ends and {len(places)} "
            "axes; as many of each are expected."
        )
    return dict(zip(places, zip(starts, ends, steps, strict=True), strict=True))


def _step(
    axis: Axis, length: Dim, place: int, cut: tuple[int, int, int] | None
) -> AxisStep:
    if cut is None:
        meaning = "the part is computed while the model runs"
        return AxisStep(axis=axis, result=None, meaning=meaning, source=place)
    start, end, step = cut
    if start == 0 and step == 1 and end >= TO_THE_END:
        return kept(axis, length, place)
    result: Dim = None
    if isinstance(length, int):
        result = len(range(length)[start:end:step])
    until = "the end" if abs(end) >= TO_THE_END else f"{end}".replace("-", "−")
    begin = "the end" if abs(start) >= TO_THE_END else f"{start}".replace("-", "−")
    every = "" if step == 1 else f", every {step}".replace("-", "−")
    return AxisStep(
        axis=axis,
        result=result,
        meaning=f"from {begin} to {until}{every}",
        source=place,
    )


def _fields(call: Call) -> list[Field]:
    words = {
        "axes": "Which axes are cut.",
        "starts": "First element of the part; negative ones count from the end.",
        "ends": "The part ends before this element.",
        "steps": "Every how many elements.",
    }
    fields = []
    for name, meaning in words.items():
        if name in call.attributes:
            text = ", ".join(map(str, whole_list(call.attributes[name])))
            fields.append(Field(name=name, value=text, meaning=meaning))
    return fields


KINDS.add(
    LayerKind(
        id="slice",
        title="Slice",
        category=Category.TENSOR,
        dialects={
            "onnx.Slice": Dialect(
                translate=_from_onnx,
                inputs=("", "@starts", "@ends", "@axes", "@steps"),
            ),
        },
        shape=_shape,
        multiply_adds=no_cost,
        fields=_fields,
    )
)
