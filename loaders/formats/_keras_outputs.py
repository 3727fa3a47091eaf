"""How many outputs a call of a Keras layer or operation has.

A file names an output only where something reads it; the rest follow from settings.
"""

from collections.abc import Mapping
from typing import Any

from loaders.formats._keras_layer import KerasLayer
from loaders.ir.graph import Shape

MOST_OUTPUTS = 4096
"""No real call has more."""

Declared = Mapping[int, tuple[Shape | None, str]]

_STATES = {"LSTM": 2, "QLSTM": 2, "CuDNNLSTM": 2, "LSTMCell": 2, "QLSTMCell": 2}
_RECURRENT = frozenset(
    {"LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "RNN", "QLSTM", "QGRU"}
    | {"QSimpleRNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "ConvRNN2D"}
)
_FIXED = {
    "topk": 2,
    "moments": 2,
    "modf": 2,
    "frexp": 2,
    "divmod": 2,
    "eig": 2,
    "eigh": 2,
    "qr": 2,
    "slogdet": 2,
    "lufactor": 2,
}


def output_count(
    layer: KerasLayer, args: list[Any], kwargs: dict[str, Any], declared: Declared
) -> int:
    """Return the number of outputs that the settings of a layer and its call imply.

    Args:
        layer: What is called.
        args: Positional constants of the call, ``None`` where a tensor stands.
        kwargs: Named constants.
        declared: What the file says of the call's outputs.
    """
    told = max(declared, default=0) + 1
    if not layer.known:
        return told
    if layer.is_op:
        return max(told, _of_operation(layer, args, kwargs))
    return max(told, _of_layer(layer, kwargs))


def _of_layer(layer: KerasLayer, kwargs: dict[str, Any]) -> int:
    name, config = layer.class_name, layer.config
    if name in _RECURRENT:
        return 1 + _states(layer) if config.get("return_state") is True else 1
    if name in ("Bidirectional", "QBidirectional"):
        inner = layer.children.get("forward_layer")
        several = 2 if config.get("merge_mode", "concat") is None else 1
        if inner is not None and inner.config.get("return_state") is True:
            return several + 2 * _states(inner)
        return several
    if kwargs.get("return_attention_scores") is True:
        return 2
    return 1


def _states(layer: KerasLayer) -> int:
    """Return how many states a recurrent layer carries from step to step."""
    cell = layer.children.get("cell")
    if cell is None:
        return 2 if layer.class_name.startswith("ConvLSTM") else _own_states(layer)
    if cell.class_name == "StackedRNNCells":
        cells = [one for key, one in cell.children.items() if key.startswith("cells/")]
        return sum(_own_states(one) for one in cells) or 1
    return _own_states(cell)


def _own_states(layer: KerasLayer) -> int:
    return _STATES.get(layer.class_name, 1)


def _of_operation(layer: KerasLayer, args: list[Any], kwargs: dict[str, Any]) -> int:
    name = layer.class_name.lower()
    settings = {**layer.config, **kwargs}
    if name in ("split", "arraysplit"):
        given = args[1] if len(args) > 1 else None
        match settings.get("indices_or_sections", given):
            case bool():
                return 1
            case int() as parts:
                return min(max(1, parts), MOST_OUTPUTS)
            case list() as places:
                return min(len(places) + 1, MOST_OUTPUTS)
    if name == "unstack":
        number = settings.get("num")
        return min(number, MOST_OUTPUTS) if type(number) is int and number > 0 else 1
    if name == "meshgrid":
        return max(1, len(args))
    if name == "svd":
        return 3 if settings.get("compute_uv", True) else 1
    return _FIXED.get(name, 1)
