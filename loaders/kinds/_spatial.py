"""Settings and axes of layers that look at space or time.

Nonsense in a setting raises ``TypeError``, ``ValueError`` or ``KeyError``.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from loaders.ir.graph import Axis
from loaders.kinds import Settings
from loaders.kinds._windows import Fill, Window

MISSING = object()


class Layout(StrEnum):
    """Where the channels of a picture or a series lie."""

    LAST = "channels_last"
    FIRST = "channels_first"


def first_of(settings: Settings, *names: str, default: Any = MISSING) -> Any:
    """Return the first setting that is there and not null.

    Raises:
        KeyError: none is and there is no default.
    """
    for name in names:
        if settings.get(name) is not None:
            return settings[name]
    if default is MISSING:
        raise KeyError(names[0])
    return default


def whole(value: Any) -> int:
    """Return a whole number; a float without a fraction is one too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a whole number is expected, not {type(value).__name__}")
    if value != int(value):
        raise ValueError("a whole number is expected, not a fraction")
    return int(value)


def per_axis(value: Any, rank: int) -> list[int]:
    """Return one whole number for each of ``rank`` axes."""
    if not isinstance(value, list | tuple):
        return [whole(value)] * rank
    if len(value) != rank:
        raise ValueError(f"{rank} numbers are expected, not {len(value)}")
    return [whole(entry) for entry in value]


def whole_list(value: Any) -> list[int]:
    """Return a list of whole numbers; one number is a list of one."""
    if not isinstance(value, list | tuple):
        return [whole(value)]
    return [whole(entry) for entry in value]


def flag(settings: Settings, *names: str, default: bool) -> bool:
    """Return a yes or no."""
    return bool(first_of(settings, *names, default=default))


def layout_of(settings: Settings) -> Layout:
    """Return where the channels lie, in the words of any Keras."""
    value = first_of(settings, "data_format", "dim_ordering", default="channels_last")
    match value:
        case "channels_first" | "th":
            return Layout.FIRST
        case "channels_last" | "tf" | "default":
            return Layout.LAST
    raise ValueError("data_format is neither channels_first nor channels_last")


def layout_is_unsaid(settings: Settings, version: int) -> bool:
    """Whether the file leaves open where the channels lie.

    Early Keras 1 did not save it for padding and up-sampling; it was the user's
    default, as in the layers around.
    """
    names = ("data_format", "dim_ordering")
    return version == 1 and all(settings.get(name) is None for name in names)


def activation_of(settings: Settings, name: str = "activation") -> str:
    """Return the name of the activation inside a layer; empty for none."""
    match settings.get(name):
        case str(text):
            found = text
        case {"class_name": "function", "config": str(text)}:
            found = text
        case {"class_name": str(text)}:
            found = text
        case {"registered_name": str(text)}:
            found = text
        case _:
            found = ""
    return "" if found == "linear" else found


def spatial_axes(rank: int) -> tuple[Axis, ...]:
    """Return what the axes between batch and channels stand for."""
    match rank:
        case 1:
            return (Axis.TIME,)
        case 2:
            return (Axis.HEIGHT, Axis.WIDTH)
        case 3:
            return (Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)
    return (Axis.OTHER,) * rank


def layout_axes(rank: int, layout: str) -> tuple[Axis, ...]:
    """Return what the axes of a whole input stand for, with ``rank`` spatial ones."""
    if layout == Layout.FIRST:
        return (Axis.BATCH, Axis.CHANNEL, *spatial_axes(rank))
    return (Axis.BATCH, *spatial_axes(rank), Axis.CHANNEL)


def axes_text(axes: Sequence[Axis]) -> str:
    """Return ``batch, height, width, channel``."""
    return ", ".join(axis.value for axis in axes)


def padding_of(settings: Settings) -> str:
    """Return Keras' padding in our spelling."""
    match first_of(settings, "padding", "border_mode", default="valid"):
        case str(word) if word.lower() in ("valid", "same", "causal", "full"):
            return word.lower()
        case "half":  # Theano's word for an odd kernel's "same"
            return "same"
    raise ValueError("padding is not valid, same or causal")


def onnx_padding(settings: Settings) -> Any:
    """Return ONNX's ``auto_pad`` and ``pads`` in our spelling; pairs per axis."""
    match settings.get("auto_pad", "NOTSET"):
        case "SAME_UPPER":
            return "same"
        case "SAME_LOWER":
            return "same_lower"
        case "VALID":
            return "valid"
    pads = settings.get("pads")
    if pads is None:
        return "valid"
    if len(pads) % 2:
        raise ValueError(f"{len(pads)} pads, two per axis are expected")
    half = len(pads) // 2  # all starts, then all ends
    return [[whole(a), whole(b)] for a, b in zip(pads[:half], pads[half:], strict=True)]


def onnx_layout(settings: Settings) -> str:
    """Return where the channels lie; only some of Microsoft's operations can choose."""
    last = bool(settings.get("channels_last", 0))
    return Layout.LAST.value if last else Layout.FIRST.value


def windows_of(attributes: Mapping[str, Any], sizes: Sequence[int]) -> list[Window]:
    """Return the window along each spatial axis.

    Args:
        attributes: ``strides`` and ``dilation`` (per axis, one for all, or absent for
            1), ``padding`` and ``ceil`` in our spelling.
        sizes: Lengths of the window, one per spatial axis.
    """
    rank = len(sizes)
    strides, dilation = (
        _per_size(attributes.get(name), rank, name) for name in ("strides", "dilation")
    )
    pads, fill = _pads(attributes.get("padding", "valid"), sizes, dilation)
    if len(pads) != rank:
        raise ValueError(f"{len(pads)} pairs of padding for a window of {rank} axes")
    ceil = bool(attributes.get("ceil"))
    parts = zip(sizes, strides, dilation, pads, strict=True)
    return [
        Window(size, stride, spread, before, after, fill, ceil)
        for size, stride, spread, (before, after) in parts
    ]


def _per_size(value: Any, rank: int, name: str) -> list[int]:
    """Return one number for each axis of a window; 1 where none is set."""
    if value is None:
        return [1] * rank
    numbers = [whole(value)] * rank if isinstance(value, int) else whole_list(value)
    if len(numbers) != rank:
        raise ValueError(f"{len(numbers)} {name} for a window of {rank} axes")
    return numbers


def _pads(
    padding: Any, sizes: Sequence[int], dilation: Sequence[int]
) -> tuple[list[list[int]], Fill]:
    none = [[0, 0]] * len(sizes)
    match padding:
        case "valid":
            return none, Fill.GIVEN
        case "same":
            return none, Fill.SAME
        case "same_lower":
            return none, Fill.SAME_LOWER
        case "causal":
            return none, Fill.CAUSAL
        case "full":
            reach = [(k - 1) * d for k, d in zip(sizes, dilation, strict=True)]
            return [[more, more] for more in reach], Fill.GIVEN
        case [*pairs]:
            return [[whole(a), whole(b)] for a, b in pairs], Fill.GIVEN
    raise ValueError("padding is neither a word nor pairs of numbers")


def argument(
    settings: Settings, name: str, position: int, default: Any = MISSING
) -> Any:
    """Return an argument of a ``keras.ops`` call: by name, or by its position.

    Raises:
        KeyError: it is not there and there is no default.
    """
    if settings.get(name) is not None:
        return settings[name]
    args = settings.get("args")
    if isinstance(args, list | tuple) and position < len(args):
        return args[position]
    if default is MISSING:
        raise KeyError(name)
    return default
