"""Small readings of one layer's settings: text for display, activation, odd numbers."""

import json
import math
import re
from typing import Any

from loaders.formats._keras_layer import KerasLayer
from loaders.ir.text import shown

SHOWN_SETTING = 200_000
"""Characters of one setting that are kept for display; vocabularies can be larger."""

_OWN_ACTIVATION = frozenset({"Activation", "QActivation", "HActivation"})
_LARGEST = 1 << 63


def config_text(layer: KerasLayer) -> str:
    """Return a layer's settings as JSON text for display.

    A model's own layers are left out: they are nodes. Very long settings are replaced
    by a sentence about their length.
    """
    config = layer.config
    if layer.is_model:
        config = {key: value for key, value in config.items() if key != "layers"}
    text = _dumped(config)
    if len(text) <= SHOWN_SETTING:
        return text
    return _dumped({key: _shortened(value) for key, value in config.items()})


def _shortened(value: Any) -> Any:
    size = len(_dumped(value))
    return value if size <= SHOWN_SETTING else f"({size:,} characters, not shown)"


def _dumped(value: Any) -> str:
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:  # NaN and infinities have no JSON
        return json.dumps(_spelled_out(value))


def _spelled_out(value: Any) -> Any:
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case dict():
            return {key: _spelled_out(one) for key, one in value.items()}
        case list():
            return [_spelled_out(one) for one in value]
        case _:
            return value


def activation_of(layer: KerasLayer) -> str:
    """Return the activation fused into a layer, empty if there is none to speak of."""
    if layer.class_name in _OWN_ACTIVATION or layer.is_op or layer.is_model:
        return ""
    name = _function_name(layer.config.get("activation"))
    if name in ("", "linear") or (
        name == "tanh" and "recurrent_activation" in layer.config
    ):
        return ""
    return shown(name, 60)


def _function_name(value: Any) -> str:
    match value:
        case str():
            return value
        case {"class_name": "function", "config": str() as name}:
            return name
        case {"class_name": "__lambda__"}:
            return "lambda"
        case {"class_name": str() as name}:
            return name.rpartition(">")[2]
        case _:
            return ""


def computed_dtype(policy: Any) -> str:
    """Return the float type that a layer with a dtype policy computes in, if told.

    ``mixed_float16`` computes in float16; a quantized layer in what it was before.
    """
    match policy:
        case {"config": {"default_policy": default}}:
            policy = default
    match policy:
        case {"config": {"source_name": str() as name}}:
            pass
        case {"config": {"name": str() as name}}:
            pass
        case str() as name:
            pass
        case _:
            return ""
    name = name.rpartition("_from_")[2].removeprefix("mixed_")
    return name if name in ("float16", "bfloat16", "float32", "float64") else ""


_SURROGATE = re.compile("[\ud800-\udfff]")


def kept(text: str, limit: int = 65_535) -> str:
    """Return text from a file as it is, so that it can be sent between processes.

    Lone surrogates, which JSON can spell and nothing can encode, become marks.
    """
    cut = text[:limit]
    if cut.isascii():
        return cut
    return _SURROGATE.sub(lambda one: f"⟨{ord(one[0]):04X}⟩", cut)


def sendable(settings: Any) -> Any:
    """Return settings in which every text can be sent between processes."""
    match settings:
        case str():
            return kept(settings)
        case dict():
            return {kept(str(key)): sendable(one) for key, one in settings.items()}
        case list():
            return [sendable(one) for one in settings]
        case tuple():
            return tuple(sendable(one) for one in settings)
        case _:
            return settings


def number_problem(settings: dict[str, Any]) -> str:
    """Return which setting holds a number that nothing can be counted with, or empty.

    NaN and infinities as settings of the layer itself (quantizers have honest ones),
    and integers anywhere that need more than 64 bits.
    """
    for key, value in settings.items():
        if type(value) is float and not math.isfinite(value):
            return f"{shown(key, 40)} is {value}"
    waiting: list[tuple[str, Any]] = list(settings.items())
    while waiting:
        key, value = waiting.pop()
        # Exact types, as JSON has them: this is done for every layer.
        kind = type(value)
        if kind is int:
            if not -_LARGEST <= value < _LARGEST:
                return f"{shown(key, 40)} has more than 64 bits"
        elif kind is dict:
            waiting.extend((key, one) for one in value.values())
        elif kind is list or kind is tuple:
            waiting.extend((key, one) for one in value)
    return ""
