"""What a layer would give with one setting changed: its own rule, run again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Dim, Shape
from loaders.ir.why import Alternative
from loaders.kinds import BAD_SETTINGS, Call, LayerKind
from loaders.kinds._inner import inner_kind
from loaders.kinds._steps import times

_SWITCHES = ("return_sequences", "keepdims", "reset_after", "use_bias")
_SAME = {
    "pooling": "the pool may reach over the edges, where nothing counts",
    "transposed_convolution": "what is written beyond the ends is cut off",
}
"""What ``padding same`` means where no zeros are added, by kind."""
_MEANINGS = {
    "padding same": "zeros are added at the edges",
    "return_sequences = True": "an answer after every step",
    "return_sequences = False": "the last answer only",
    "keepdims = True": "the pooled axes stay, with length 1",
    "ceil_mode = 1": "rounded up",
    "ceil_mode = 0": "rounded down",
    "data_format = channels_first": "the axes read as batch, channel, then space",
    "data_format = channels_last": "the axes read as batch, space, then channel",
}
"""What other settings mean, where their name does not say it."""
MOST = 6
"""More are not listed: the most telling come first."""


def alternatives_of(kind: LayerKind, call: Call) -> tuple[Alternative, ...]:
    """Return what the common other settings of a layer would give.

    Settings that would change neither shape nor number of parameters, and those with
    which the layer could not work, are left out.

    Args:
        kind: The layer's kind.
        call: The call as it is.
    """
    now = _result(kind, call, call.attributes)
    found = []
    for words, attributes in _changes(kind, call.attributes):
        then = _result(kind, call, attributes)
        if then is None or then == now:
            continue
        shape, count = then
        found.append(
            Alternative(
                change=words,
                meaning=_meaning(kind, words),
                shape=None if now and shape == now[0] else shape,
                parameters=None if now is None or count == now[1] else count,
            )
        )
        if len(found) == MOST:
            break
    return tuple(found)


def _meaning(kind: LayerKind, words: str) -> str:
    """Return what a setting means, where its name does not say it."""
    usual = _MEANINGS.get(words, "")
    return _SAME.get(kind.id, usual) if words == "padding same" else usual


def _result(
    kind: LayerKind, call: Call, attributes: Attributes
) -> tuple[Shape, int | None] | None:
    """Return shape and parameters with these settings; ``None`` if nothing works."""
    onnx = bool(call.weights) and "use_bias" not in call.attributes
    changed = Call(
        op=call.op,
        attributes=attributes,
        inputs=call.inputs,
        weights=call.weights if onnx else {},
        outputs=call.outputs,
    )
    try:
        [first, *_] = kind.shape(changed)
        counts: list[Dim] = [times(w.shape) for w in kind.weights(changed) if w.counted]
    except (*BAD_SETTINGS, ShapeError):
        return None
    if first is None or any(isinstance(n, int) and n < 0 for n in first.shape):
        return None
    known = [count for count in counts if isinstance(count, int)]
    return first.shape, sum(known) if len(known) == len(counts) else None


def _changes(
    kind: LayerKind, attributes: Attributes
) -> Iterator[tuple[str, Attributes]]:
    """Return other settings in words and as attributes."""
    if (inner := attributes.get("layer")) and isinstance(inner, Mapping):
        yield from _inner_changes(inner, attributes)
    if "merge_mode" in attributes:
        yield from _merge_modes(attributes)
    for words, name, value in (
        *_window_changes(kind, attributes),
        *_switches(attributes),
        *_layouts(attributes),
    ):
        yield words, attributes | {name: value}


def _inner_changes(
    inner: Mapping[str, Any], attributes: Attributes
) -> Iterator[tuple[str, Attributes]]:
    kind = inner_kind(inner)
    if kind is None or "backward_layer" in attributes:
        return
    for words, changed in _changes(kind, inner["attributes"]):
        layer = {**inner, "attributes": changed}
        yield f"{words} inside", attributes | {"layer": layer}


def _merge_modes(attributes: Attributes) -> Iterable[tuple[str, Attributes]]:
    other = "sum" if attributes["merge_mode"] == "concat" else "concat"
    yield f"merge_mode = {other}", attributes | {"merge_mode": other}


def _window_changes(
    kind: LayerKind, attributes: Attributes
) -> Iterator[tuple[str, str, Any]]:
    padding = attributes.get("padding")
    if padding in ("same", "same_lower", "causal"):
        yield "no padding (valid)", "padding", "valid"
    elif padding == "valid":
        yield "padding same", "padding", "same"
    elif isinstance(padding, list) and any(map(any, padding)):
        yield "no padding", "padding", "valid"
    strides, dilation = attributes.get("strides"), attributes.get("dilation")
    spread = dilation if isinstance(dilation, Sequence) else ()
    has_gaps = any(n != 1 for n in spread)
    if isinstance(strides, Sequence) and not isinstance(strides, str):
        if any(stride != 1 for stride in strides):
            if not any(attributes.get("extra") or ()):  # it must be below the stride
                yield "stride 1", "strides", [1] * len(strides)
        elif kind.id != "pooling" and not (has_gaps and "use_bias" in attributes):
            # Keras has no stride for a kernel with gaps.
            yield "stride 2", "strides", [2] * len(strides)
    if has_gaps:
        yield "dilation 1", "dilation", [1] * len(spread)
    groups = attributes.get("groups")
    if isinstance(groups, int) and groups > 1 and "filters" in attributes:
        yield "1 group", "groups", 1
    if kind.id == "pooling" and "ceil" in attributes:
        on = not attributes["ceil"]
        yield f"ceil_mode = {int(on)}", "ceil", on


def _switches(attributes: Attributes) -> Iterator[tuple[str, str, Any]]:
    for name in _SWITCHES:
        value = attributes.get(name)
        if name == "keepdims" and attributes.get("rank", 0) is None:
            continue  # ONNX's global poolings have no choice
        if isinstance(value, bool) and (value or name != "reset_after"):
            yield f"{name} = {not value}", name, not value


def _layouts(attributes: Attributes) -> Iterator[tuple[str, str, Any]]:
    if attributes.get("kernel_order") or "use_bias" not in attributes:
        return
    match attributes.get("data_format"):
        case "channels_last":
            yield "data_format = channels_first", "data_format", "channels_first"
        case "channels_first":
            yield "data_format = channels_last", "data_format", "channels_last"
