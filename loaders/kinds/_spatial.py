"""Reading settings as the frameworks spell them; nonsense raises ``ValueError``."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from loaders.ir.graph import Axis, Shape
from loaders.kinds import Settings

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


def spatial_places(rank: int, total: int, layout: str) -> list[int]:
    """Return the places of the spatial axes among ``total`` axes."""
    if layout == Layout.FIRST:
        return list(range(total - rank, total))
    return list(range(total - rank - 1, total - 1))


def channel_place(rank: int, total: int, layout: str) -> int:
    """Return the place of the channel axis among ``total`` axes."""
    return total - rank - 1 if layout == Layout.FIRST else total - 1


def open_shape(rank: int) -> Shape:
    """Return the shape of an input of which only the number of axes is known."""
    return (None,) * (rank + 2)
