"""What one layer's output sees of its input along an axis, kind by kind."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from app.analysis.axes import ALIGNED, Axes
from app.analysis.diagrams.windows import cut_off
from app.analysis.spans import (
    NEAREST,
    Look,
    between,
    scaled_look,
    window_look,
    written_look,
)
from loaders.ir.errors import ShapeError
from loaders.ir.graph import Dim, Node
from loaders.kinds import BAD_SETTINGS, Call
from loaders.kinds._arguments import axis_at
from loaders.kinds._calls import call_of
from loaders.kinds._inner import inner_kind
from loaders.kinds._kernels import plan_of
from loaders.kinds._sliding import input_of
from loaders.kinds._spatial import windows_of
from loaders.kinds._windows import Fill, Taps, Window, added
from loaders.kinds.padding import pads_of
from loaders.kinds.pooling import pool_size
from loaders.kinds.wrappers import each_step

OWN_PLACE = frozenset(
    ALIGNED
    | {"activation", "adaptive_activation", "batch_normalization", "cast", "identity"}
    | {"elementwise_function", "elementwise_test", "layer_scale", "learned_activation"}
    | {"masking", "quantized_activation", "quantized_activation_layer", "quantizer"}
    | {"regularization", "transpose", "quantize", "dequantize", "squeeze", "unsqueeze"}
    | {"data_normalization"}
)
"""Kinds whose numbers see their own place alone along every axis that goes on."""

_NEARBY = ("constant", "edge", "reflect", "symmetric")
"""Paddings whose elements hold nothing, or what lies near the end of the axis."""


def look_of(axes: Axes, node: Node, source: int, result: Dim) -> Look | None:
    """Return what a layer sees along one axis of its first input.

    Args:
        axes: Of the model.
        node: The layer.
        source: The axis of its first input.
        result: Length of the axis of the output that comes from it.
    """
    if node.kind in OWN_PLACE:
        return Look()
    try:
        call = call_of(axes.index.values, node, axes.outside)
        shape = call.shape()
        if shape is None or source >= len(shape):
            return None
        if node.kind in _LOOKS:
            return _LOOKS[node.kind](call, source, shape[source], result)
        windows = _WINDOWS.get(node.kind)
        window = windows(call).get(source) if windows is not None else None
    except (*BAD_SETTINGS, ShapeError):
        return None
    return None if window is None else _slid(window, shape[source])


def _slid(window: Window, length: Dim) -> Look | None:
    if window.fill is Fill.GIVEN:
        return window_look(window, window.before)
    if window.fill is Fill.CAUSAL:
        return window_look(window, window.reach - 1)
    if isinstance(length, int):
        return window_look(window, added(length, window)[0])
    if window.stride != 1:
        return None
    lower = window.fill is Fill.SAME_LOWER
    return window_look(window, (window.reach - 1 + lower) // 2)


# windows


_ONE = Window(1)


def _sliding(call: Call) -> dict[int, Window]:
    plan = plan_of(call)
    if plan is None:
        return {}
    pairs = zip(plan.given.space, plan.windows, strict=True)
    return _others(call) | {at: window for at, window in pairs if window is not None}


def _pooling(call: Call) -> dict[int, Window]:
    size = pool_size(call)
    if size is None:
        return {}
    given = input_of(call, len(size), call.attributes["data_format"])
    windows = windows_of(call.attributes, size)
    return _others(call) | dict(zip(given.space, windows, strict=True))


def _around(sign: int) -> Callable[[Call], dict[int, Window]]:
    """Return the windows of a padding (1) or a cropping (−1)."""

    def windows(call: Call) -> dict[int, Window]:
        attributes = call.attributes
        given = input_of(call, attributes["rank"], attributes["data_format"])
        moved = {
            place: Window(1, before=sign * before)
            for place, (before, _) in zip(given.space, attributes["pairs"], strict=True)
        }
        return _others(call) | moved

    return windows


def _pad(call: Call) -> dict[int, Window]:
    """What lies around an axis is nothing, or what is near its end."""
    pads = pads_of(call, len(call.shape() or ()))
    if pads is None or call.attributes["mode"] not in _NEARBY:
        return {}
    moved = {place: Window(1, before=before) for place, (before, _) in pads.items()}
    return _others(call) | moved


def _others(call: Call) -> dict[int, Window]:
    """Return one place each for all axes; those of the window replace theirs."""
    return dict.fromkeys(range(len(call.shape() or ())), _ONE)


def _dense(call: Call) -> dict[int, Window]:
    return _others(call)


def _per_step(call: Call) -> dict[int, Window]:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return {}
    given = each_step(call)
    windows = _WINDOWS.get(kind.id)
    own = _others(given) if kind.id in OWN_PLACE else {}
    inside = windows(given) if windows is not None else own
    moved = {at + 1 if at else at: window for at, window in inside.items()}
    return moved | {1: _ONE}


def _layer_norm(call: Call) -> dict[int, Window]:
    """Only the axes that are not brought to one scale see their own place alone."""
    rank, attributes = len(call.shape() or ()), call.attributes
    if "from" in attributes:
        mixed = set(range(attributes["from"] % rank, rank))
    else:
        mixed = {axis % rank for axis in attributes["axis"]}
    return {at: _ONE for at in range(rank) if at not in mixed}


_WINDOWS: Mapping[str, Callable[[Call], dict[int, Window]]] = {
    "convolution": _sliding,
    "cropping": _around(-1),
    "dense": _dense,
    "depthwise_convolution": _sliding,
    "layer_normalization": _layer_norm,
    "locally_connected": _sliding,
    "pad": _pad,
    "padding": _around(1),
    "pooling": _pooling,
    "separable_convolution": _sliding,
    "time_distributed": _per_step,
}


# what is stretched


def _up_sampled(call: Call, source: int, _length: Dim, _result: Dim) -> Look | None:
    attributes = call.attributes
    given = input_of(call, attributes["rank"], attributes["data_format"])
    sizes = dict(zip(given.space, attributes["size"], strict=True))
    scale = Fraction(sizes.get(source, 1))
    match attributes["interpolation"]:
        case "nearest":
            return scaled_look(scale, False, NEAREST["floor"])
        case "bilinear":
            return scaled_look(scale, True, between)
    return None


def _resized(call: Call, source: int, length: Dim, result: Dim) -> Look | None:
    """What an ONNX Resize takes; not those that look further than both neighbours."""
    attributes, shape = call.attributes, call.shape() or ()
    how, pick = attributes["coordinates"], None
    scale = _scale(call, source, len(shape), length, result)
    if attributes["mode"] == "nearest":
        pick = NEAREST.get(attributes["rounding"])
    elif attributes["mode"] == "linear" and not attributes["antialias"]:
        pick = between
    if scale == 1:
        return Look()
    if pick is None or scale is None or how not in ("asymmetric", "half_pixel"):
        return None
    return scaled_look(scale, how == "half_pixel", pick)


def _scale(
    call: Call, source: int, rank: int, length: Dim, result: Dim
) -> Fraction | None:
    scales = call.attributes.get("scales")
    if not scales:
        if isinstance(length, int) and isinstance(result, int) and length:
            return Fraction(result, length)
        return None
    wanted = call.attributes.get("axes") or range(rank)
    places = [axis_at(axis, rank, call.op) for axis in wanted]
    found = dict(zip(places, scales, strict=True))
    return Fraction(found.get(source, 1.0))


def _transposed(call: Call, source: int, length: Dim, result: Dim) -> Look | None:
    plan, attributes = plan_of(call), call.attributes
    if plan is None or source == plan.given.channel:
        return None
    if source not in plan.given.space:
        return Look()
    at = plan.given.space.index(source)
    size = plan.sizes[at]
    if not isinstance(size, int):
        return None
    stride, dilation = (
        attributes[name][at] if attributes.get(name) else 1
        for name in ("strides", "dilation")
    )
    taps = Taps(size, stride, dilation)
    if isinstance(length, int) and isinstance(result, int):
        surplus = (length - 1) * stride + taps.reach - result
        return written_look(taps, cut_off(attributes["padding"], at, surplus)[0])
    if attributes["padding"] == "valid":
        return written_look(taps, 0)
    return None


_LOOKS: Mapping[str, Callable[[Call, int, Dim, Dim], Look | None]] = {
    "resize": _resized,
    "transposed_convolution": _transposed,
    "up_sampling": _up_sampled,
}
