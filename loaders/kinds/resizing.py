"""Layers that make pictures and series larger or smaller without weights."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings, no_cost
from loaders.kinds._arguments import axis_at
from loaders.kinds._kernels import read_axes
from loaders.kinds._sliding import input_of
from loaders.kinds._spatial import (
    Layout,
    axes_text,
    first_of,
    layout_is_unsaid,
    layout_of,
    per_axis,
    whole,
    whole_list,
)
from loaders.kinds._steps import kept, need_rank, product_text, times

Translate = Callable[[Settings, int], Attributes]


def _up_sampling(rank: int) -> Translate:
    def translate(settings: Settings, version: int) -> Attributes:
        return {
            "rank": rank,
            "layout_unsaid": layout_is_unsaid(settings, version),
            "size": per_axis(first_of(settings, "size", "length", default=2), rank),
            "data_format": layout_of(settings).value,
            "interpolation": str(
                first_of(settings, "interpolation", default="nearest")
            ),
        }

    return translate


def _up_shape(call: Call) -> list[OutputSteps | None]:
    attributes = call.attributes
    given = input_of(call, attributes["rank"], attributes["data_format"])
    factors = dict(zip(given.space, attributes["size"], strict=True))
    steps = []
    for place, (axis, length) in enumerate(zip(given.axes, given.shape, strict=True)):
        if place not in factors:
            steps.append(kept(axis, length, place))
            continue
        steps.append(
            AxisStep(
                axis=axis,
                result=times((length, factors[place])),
                meaning=f"each element becomes {factors[place]}",
                rule="n × f",
                numbers=product_text(
                    ["n" if length is None else length, factors[place]]
                ),
                source=place,
            )
        )
    return [OutputSteps(axes=tuple(steps))]


def _up_fields(call: Call) -> list[Field]:
    attributes, size = call.attributes, product_text(call.attributes["size"])
    given = input_of(call, attributes["rank"], attributes["data_format"])
    layout, read = given.layout, axes_text(given.axes)
    how = call.attributes["interpolation"]
    meaning = "Each element is repeated."
    if how != "nearest":
        meaning = f"New elements lie between their neighbours ({how})."
    return [
        Field(name="size", value=size, meaning=f"{size} elements for each one."),
        Field(name="interpolation", value=how, meaning=meaning),
        Field(name="data_format", value=layout, meaning=f"The axes are {read}."),
    ]


def _up_summary(call: Call) -> str:
    return f"{product_text(call.attributes['size'])} as large"


# ONNX Resize and Upsample


def _resize(settings: Settings, opset: int) -> Attributes:
    # Before the setting was there, the first element stayed where it is.
    old = opset < 11
    how = settings.get("coordinate_transformation_mode", "half_pixel")
    how = "asymmetric" if old else str(how)
    rounding = settings.get("nearest_mode", "round_prefer_floor")
    rounding = "floor" if old else str(rounding)
    attributes: Attributes = {
        "mode": str(settings.get("mode", "nearest")),
        "fit": str(settings.get("keep_aspect_ratio_policy", "stretch")),
        "crop": how == "tf_crop_and_resize",
        "coordinates": how,
        "rounding": rounding,
        "antialias": bool(settings.get("antialias")),
    }
    for name in ("axes", "sizes"):
        if settings.get(name) is not None:
            attributes[name] = whole_list(settings[name])
    if settings.get("roi") is not None:
        attributes["roi"] = _floats(settings["roi"])
    if settings.get("scales") is not None:
        attributes["scales"] = _floats(settings["scales"])
    elif settings.get("width_scale") is not None:  # opset 1
        height, width = settings["height_scale"], settings["width_scale"]
        attributes["scales"] = _floats([1, 1, height, width])
    return attributes


def _floats(values: Any) -> list[float]:
    return [float(value) for value in values]


def _resize_shape(call: Call) -> list[OutputSteps | None]:
    shape = call.shape()
    if shape is None:
        return [None]
    places = list(range(len(shape)))
    if "axes" in call.attributes:
        wanted = whole_list(call.attributes["axes"])
        places = [axis_at(axis, len(shape), call.op) for axis in wanted]
    sizes, scales = (list(call.attributes.get(k) or []) for k in ("sizes", "scales"))
    for name, numbers in (("sizes", sizes), ("scales", scales)):
        if numbers and len(numbers) != len(places):
            raise ShapeError(
                f"{call.op} has {len(numbers)} {name} for {len(places)} axes; one per "
                "axis is expected."
            )
    if sizes:
        found = _sized(call, shape, places, [whole(size) for size in sizes])
    elif scales:
        found = _scaled(call, shape, places, _floats(scales))
    else:
        found = {at: _computed(call.axes()[at], at) for at in places}
    steps = [
        found.get(at) or kept(axis, shape[at], at)
        for at, axis in enumerate(call.axes())
    ]
    return [OutputSteps(axes=tuple(steps))]


def _computed(axis: Axis, place: int) -> AxisStep:
    meaning = "as long as is computed while the model runs"
    return AxisStep(axis=axis, result=None, meaning=meaning, source=place)


def _sized(
    call: Call, shape: Shape, places: Sequence[int], sizes: Sequence[int]
) -> dict[int, AxisStep]:
    """Return the axes whose length is given, or at most or at least so long."""
    fit = call.attributes["fit"]
    lengths: list[Dim] = list(sizes)
    note = "set by sizes"
    if fit != "stretch":
        note = f"as large as fits into sizes ({fit}), the shape of the picture kept"
        pairs = [(shape[at], size) for at, size in zip(places, sizes, strict=True)]
        lengths = _same_aspect(pairs, fit)
    return {
        at: AxisStep(axis=call.axes()[at], result=length, meaning=note, source=at)
        for at, length in zip(places, lengths, strict=True)
    }


def _same_aspect(pairs: Sequence[tuple[Dim, int]], fit: str) -> list[Dim]:
    """Return lengths that all change by one factor (ONNX ``not_larger``, ``...``)."""
    ratios = [size / have for have, size in pairs if isinstance(have, int) and have]
    if len(ratios) != len(pairs):
        return [None] * len(pairs)
    scale = min(ratios) if fit == "not_larger" else max(ratios)
    return [
        math.floor(scale * have + 0.5) if isinstance(have, int) else None
        for have, _ in pairs
    ]


def _scaled(
    call: Call, shape: Shape, places: Sequence[int], scales: Sequence[float]
) -> dict[int, AxisStep]:
    found = {}
    for number, (at, scale) in enumerate(zip(places, scales, strict=True)):
        axis, length = call.axes()[at], shape[at]
        part = _part(call, number, len(places))
        if scale == 1 and part == 1:
            found[at] = kept(axis, length, at)
            continue
        result: Dim = None
        if isinstance(length, int) and part is not None:
            result = math.floor(length * part * scale)
        start = "n" if length is None else str(length)
        if part is not None and part != 1:
            start += f" × {part:g}"
        found[at] = AxisStep(
            axis=axis,
            result=result,
            meaning="scaled, rounded down",
            rule="⌊n × f⌋",
            numbers=f"⌊{start} × {scale:g}⌋",
            source=at,
        )
    return found


def _part(call: Call, number: int, count: int) -> float | None:
    """Return which part of an axis is cut out first; ``None`` if it is computed."""
    if not call.attributes.get("crop"):
        return 1.0
    roi = call.attributes.get("roi")
    if not roi or len(roi) != 2 * count:
        return None
    return float(roi[count + number]) - float(roi[number])


def _resize_fields(call: Call) -> list[Field]:
    mode = call.attributes["mode"]
    meaning = "The nearest element is taken."
    if mode != "nearest":
        meaning = "New elements lie between their neighbours."
    fields = [Field(name="mode", value=mode, meaning=meaning)]
    if call.attributes.get("scales"):
        text = " × ".join(f"{scale:g}" for scale in _floats(call.attributes["scales"]))
        meaning = "Factor of each axis."
        fields.insert(0, Field(name="scales", value=text, meaning=meaning))
    elif call.attributes.get("sizes"):
        text = product_text(whole_list(call.attributes["sizes"]))
        meaning = "Wanted length of each axis."
        fields.insert(0, Field(name="sizes", value=text, meaning=meaning))
    return fields


# channels to places and back


def _block(settings: Settings, _opset: int) -> Attributes:
    block = whole(settings["blocksize"])
    if block < 1:
        raise ValueError(f"blocksize is {block}")
    return {
        "block": block,
        "mode": str(settings.get("mode", "DCR")),
        "data_format": Layout.FIRST.value,
    }


def _to_space(call: Call) -> list[OutputSteps | None]:
    shape = need_rank(call, (4,), "batch, channel, height, width")
    if shape is None:
        return [None]
    block = whole(call.attributes["block"])
    channels = shape[1]
    if isinstance(channels, int) and channels % block**2:
        raise ShapeError(
            f"{call.op} spreads {channels} channels over blocks of {block} × {block}: "
            f"{channels} is not a multiple of {block**2}."
        )
    channel = AxisStep(
        axis=Axis.CHANNEL,
        result=channels // block**2 if isinstance(channels, int) else None,
        meaning=f"{block} × {block} channels become neighbours",
        rule="c / (b × b)",
        numbers=f"{product_text([channels])} / ({block} × {block})",
        source=1,
    )
    space = [
        AxisStep(
            axis=axis,
            result=times((shape[at], block)),
            meaning=f"each place becomes {block}",
            rule="n × b",
            numbers=product_text([shape[at], block]),
            source=at,
        )
        for at, axis in ((2, Axis.HEIGHT), (3, Axis.WIDTH))
    ]
    return [OutputSteps(axes=(kept(Axis.BATCH, shape[0], 0), channel, *space))]


def _to_depth(call: Call) -> list[OutputSteps | None]:
    shape = need_rank(call, (4,), "batch, channel, height, width")
    if shape is None:
        return [None]
    block = whole(call.attributes["block"])
    channel = AxisStep(
        axis=Axis.CHANNEL,
        result=times((shape[1], block, block)),
        meaning=f"{block} × {block} neighbours become channels",
        rule="c × b × b",
        numbers=product_text([shape[1], block, block]),
        source=1,
    )
    space = []
    for at, axis in ((2, Axis.HEIGHT), (3, Axis.WIDTH)):
        length = shape[at]
        if isinstance(length, int) and length % block:
            raise ShapeError(
                f"{call.op} takes blocks of {block} × {block}: {axis.value} {length} "
                f"is not a multiple of {block}."
            )
        space.append(
            AxisStep(
                axis=axis,
                result=length // block if isinstance(length, int) else None,
                meaning=f"{block} places become one",
                rule="n / b",
                numbers=f"{product_text([length])} / {block}",
                source=at,
            )
        )
    return [OutputSteps(axes=(kept(Axis.BATCH, shape[0], 0), channel, *space))]


def _block_fields(call: Call) -> list[Field]:
    block = str(call.attributes["block"])
    meaning = f"Blocks of {block} × {block} places; channels come first."
    return [Field(name="blocksize", value=block, meaning=meaning)]


KINDS.add(
    LayerKind(
        id="up_sampling",
        title="Up-sampling",
        category=Category.TENSOR,
        dialects={
            f"keras.UpSampling{rank}D": Dialect(translate=_up_sampling(rank))
            for rank in (1, 2, 3)
        },
        shape=_up_shape,
        multiply_adds=no_cost,
        fields=_up_fields,
        reads=read_axes,
        summary=_up_summary,
    )
)

KINDS.add(
    LayerKind(
        id="resize",
        title="Resize",
        category=Category.TENSOR,
        dialects={
            "onnx.Resize": Dialect(
                translate=_resize, inputs=("", "@roi", "@scales", "@sizes")
            ),
            "onnx.Upsample": Dialect(translate=_resize, inputs=("", "@scales")),
        },
        shape=_resize_shape,
        multiply_adds=no_cost,
        fields=_resize_fields,
    )
)

for _id, _title, _op, _shape in (
    ("depth_to_space", "Channels to places", "DepthToSpace", _to_space),
    ("space_to_depth", "Places to channels", "SpaceToDepth", _to_depth),
):
    KINDS.add(
        LayerKind(
            id=_id,
            title=_title,
            category=Category.TENSOR,
            dialects={f"onnx.{_op}": Dialect(translate=_block)},
            shape=_shape,
            multiply_adds=no_cost,
            fields=_block_fields,
        )
    )
