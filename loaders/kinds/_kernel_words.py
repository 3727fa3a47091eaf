"""Words about windows and kernels: counts, summaries, fields of the inspector."""

from collections.abc import Sequence
from typing import Any

from loaders.ir.graph import Dim
from loaders.kinds import Call, Field
from loaders.kinds._arguments import length_text
from loaders.kinds._spatial import layout_axes
from loaders.kinds._steps import product_text, times


def kernel_meaning(sizes: Sequence[Dim], count: Dim, noun: str) -> str:
    """Return ``3 × 3 × 3 weights for each of 32 filters``."""
    weights = f"{product_text(sizes)} weight{'' if times(sizes) == 1 else 's'}"
    if count == 1:
        return f"{weights} for the one {noun}"
    return f"{weights} for each of {length_text(count)} {noun}s"


def counted(count: Dim, noun: str, many: str = "") -> str:
    """Return ``1 filter``, ``32 filters``, ``? filters``."""
    return f"{length_text(count)} {noun if count == 1 else many or noun + 's'}"


def sliding_summary(call: Call, what: str) -> str:
    """Return ``24 filters of 8 × 8 · stride 2``, leaving out what is usual."""
    strides, dilation = call.attributes.get("strides"), call.attributes.get("dilation")
    parts = [what]
    for word, numbers in (("stride", strides), ("dilation", dilation)):
        if isinstance(numbers, int):
            numbers = [numbers]
        if numbers and any(number != 1 for number in numbers):
            same = len(set(numbers)) == 1
            parts.append(f"{word} {numbers[0] if same else product_text(numbers)}")
    if (groups := call.attributes.get("groups", 1)) != 1:
        parts.append(f"{groups} groups")
    return " · ".join(parts)


def sliding_fields(
    call: Call, word: str = "kernel", *, counts: bool = True
) -> list[Field]:
    """Return the fields that say how a window slides and how axes lie.

    Args:
        call: The layer's call.
        word: What slides.
        counts: Whether what is added around the input is zeros like any others.
    """
    attributes = call.attributes
    fields = []
    strides, dilation = (
        [value] if isinstance(value, int) else value
        for value in (attributes.get("strides"), attributes.get("dilation"))
    )
    if strides:
        fields.append(_stride_field(strides, word))
    fields.append(
        _padding_field(attributes.get("padding", "valid"), word, counts=counts)
    )
    if dilation and any(number != 1 for number in dilation):
        text = product_text(dilation)
        meaning = f"The {word} looks at every {text} positions, with gaps between them."
        fields.append(Field(name="dilation", value=text, meaning=meaning))
    rank, shape = attributes.get("rank"), call.shape()
    if rank is None and shape is not None:
        rank = len(shape) - 2
    if rank is not None and rank > 0:
        layout = attributes["data_format"]
        read = ", ".join(axis.value for axis in layout_axes(rank, layout))
        fields.append(
            Field(name="data_format", value=layout, meaning=f"The axes are {read}.")
        )
    return fields


def _stride_field(strides: Sequence[int], word: str) -> Field:
    if all(stride == 1 for stride in strides):
        meaning = f"The {word} stops at every position."
    else:
        meaning = f"The {word} moves on by {product_text(strides)} positions."
    return Field(name="strides", value=product_text(strides), meaning=meaning)


def _padding_field(padding: Any, word: str, *, counts: bool) -> Field:
    match padding:
        case "valid":
            meaning = f"Nothing is added: the {word} stays inside the input."
        case "same" | "same_lower":
            side = "end" if padding == "same" else "start"
            what = "Zeros" if counts else "Empty places, which do not count,"
            meaning = (
                f"{what} are added at both ends so that there is one result per "
                f"stride; an odd one goes to the {side}."
            )
        case "causal":
            meaning = (
                "Zeros are added at the start only: no result sees what comes later."
            )
        case "full":
            meaning = f"Every place where the {word} touches the input counts."
        case _:
            pairs = ", ".join(
                f"{before} before and {after} after" for before, after in padding
            )
            value = " × ".join(f"({before}, {after})" for before, after in padding)
            of = "" if counts else " of empty places, which do not count"
            meaning = f"Added per axis{of}: {pairs}."
            if not any(map(any, padding)):
                meaning = f"Nothing is added: the {word} stays inside the input."
            return Field(name="padding", value=value, meaning=meaning)
    return Field(name="padding", value=padding, meaning=meaning)


def shared_fields(call: Call, each: str) -> list[Field]:
    """Return the fields about bias and activation."""
    attributes = call.attributes
    fields = []
    if "use_bias" in attributes:
        if attributes["use_bias"]:
            value, meaning = "true", f"One number is added to each {each}."
        else:
            value, meaning = "false", "Nothing is added to the sums."
        fields.append(Field(name="use_bias", value=value, meaning=meaning))
    if attributes.get("activation"):
        fields.append(
            Field(
                name="activation",
                value=attributes["activation"],
                meaning="Every result goes through this function.",
            )
        )
    return fields
