"""Layers and operations that an equation of axis letters describes."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Dim, Shape
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._kernel_words import kernel_meaning, shared_fields
from loaders.kinds._kernels import lora_steps
from loaders.kinds._quantized import quantization_of, quantized_weights
from loaders.kinds._spatial import activation_of, first_of, whole
from loaders.kinds._steps import kept, product_text, times

_LETTERS = re.compile(r"[a-zA-Z]*(\.\.\.)?[a-zA-Z]*")
_MOST_LETTERS = 64


def _from_keras(settings: Settings, version: int) -> Attributes:
    shape = first_of(settings, "output_shape")
    shape = list(shape) if isinstance(shape, list | tuple) else [shape]
    return {
        "equation": _checked(settings["equation"], terms=2),
        "output_shape": [None if n is None else whole(n) for n in shape],
        "bias_axes": settings.get("bias_axes") or "",
        "open_as_input": version == 2,
        "activation": activation_of(settings),
        "use_bias": bool(settings.get("bias_axes")),
        "lora_rank": whole(first_of(settings, "lora_rank", default=0)),
        "quantized": quantization_of(settings),
    }


def _from_equation(settings: Settings, _version: int) -> Attributes:
    equation = settings.get("equation", settings.get("subscripts"))
    return {"equation": _checked(equation)}


def _checked(equation: Any, terms: int = 0) -> str:
    """Return an equation without blanks.

    Raises:
        ValueError: it is none; the sentence says which part.
    """
    if not isinstance(equation, str):
        raise TypeError("the equation is not text")
    text = equation.replace(" ", "")
    inputs = text.partition("->")[0].split(",")
    parts = [*inputs, text.partition("->")[2]]
    if terms and len(inputs) != terms:
        raise ValueError(f"an equation of {terms} terms is expected")
    if any(len(p) > _MOST_LETTERS or not _LETTERS.fullmatch(p) for p in parts):
        raise ValueError("the equation holds more than letters and one ellipsis")
    return text


def equation_terms(equation: str) -> tuple[list[str], str | None]:
    """Return the letters of each input, and of the output if it is written."""
    left, arrow, right = equation.partition("->")
    return left.split(","), right if arrow else None


def term_names(term: str, rank: int, most: int) -> list[str]:
    """Return one name per axis: a letter, or a number for an axis of the ellipsis.

    Ellipses are aligned at their last axis, which is ``0`` counted from behind.
    """
    before, dots, after = term.partition("...")
    if not dots:
        if len(term) != rank:
            raise ShapeError(
                f"The equation has {len(term)} letters ({term}) for an input of "
                f"{rank} axes."
            )
        return list(term)
    extra = rank - len(before) - len(after)
    if extra < 0 or extra > most:
        raise ShapeError(f"The equation ({term}) needs more axes than the input has.")
    return [*before, *(str(extra - 1 - at) for at in range(extra)), *after]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known of a letter: its length and the first axis that had it."""

    length: Dim
    axis: Axis
    source: int | None


def _gather(
    equation: str, shapes: Sequence[tuple[Shape, tuple[Axis, ...]]]
) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    terms, _ = equation_terms(equation)
    for index, (term, (shape, axes)) in enumerate(zip(terms, shapes, strict=True)):
        names = term_names(term, len(shape), len(shape))
        for place, name in enumerate(names):
            length, old = shape[place], seen.get(name)
            source = place if index == 0 else None
            if old is None:
                seen[name] = _Seen(length, axes[place], source)
                continue
            seen[name] = _meet(equation, name, old, length)
    return seen


def _meet(equation: str, name: str, old: _Seen, length: Dim) -> _Seen:
    if old.length == length or length == 1 or length is None:
        return old
    if isinstance(old.length, int) and isinstance(length, int) and old.length != 1:
        raise ShapeError(
            f"In {equation} the axes called {name} must be equally long; they have "
            f"{old.length} and {length}."
        )
    if isinstance(length, int):
        return _Seen(length, old.axis, old.source)
    return (
        old
        if isinstance(old.length, int) and old.length != 1
        else _Seen(length if old.length in (1, None) else None, old.axis, old.source)
    )


def _einsum_shape(call: Call) -> list[OutputSteps | None]:
    equation = call.attributes["equation"]
    terms, out = equation_terms(equation)
    known: list[tuple[Shape, tuple[Axis, ...]]] = []
    for index in range(len(terms)):
        shape = call.shape(index)
        if shape is None:
            return [None]
        known.append((shape, call.axes(index)))
    seen = _gather(equation, known)
    names = output_names(terms, out, seen)
    steps = []
    for name in names:
        found = seen[name]
        steps.append(kept(found.axis, found.length, found.source))
    return [OutputSteps(axes=tuple(steps), ended=_einsum_ended(seen, names))]


def output_names(
    terms: Sequence[str], out: str | None, seen: Collection[str]
) -> list[str]:
    """Return the names of the output's axes; ``seen`` are those of all inputs."""
    dots = sorted((name for name in seen if name.isdigit()), key=int, reverse=True)
    if out is None:  # numpy: letters that occur once, in the alphabet's order
        every = "".join(terms).replace(".", "")
        once = sorted(letter for letter in set(every) if every.count(letter) == 1)
        return [*dots, *once]
    before, ellipsis, after = out.partition("...")
    return [*before, *(dots if ellipsis else []), *after]


def _einsum_ended(
    seen: Mapping[str, _Seen], names: Sequence[str]
) -> tuple[EndedAxis, ...]:
    return tuple(
        EndedAxis(
            axis=found.axis,
            length=found.length,
            reason=f"the products along {name} are summed",
        )
        for name, found in seen.items()
        if name not in names and found.source is not None
    )


# EinsumDense: one term is the layer's kernel


def _dense_terms(call: Call) -> tuple[str, str, str]:
    [data, kernel], out = equation_terms(call.attributes["equation"])
    if out is None:
        raise ValueError("the equation has no arrow")
    return data, kernel, out


def _lengths(call: Call, shape: Shape) -> tuple[dict[str, _Seen], list[str]]:
    """Return what is known of every letter, and the output's names."""
    data, _, out = _dense_terms(call)
    names = term_names(data, len(shape), len(shape))
    axes = call.axes()
    seen = {
        name: _Seen(length, axis, place)
        for place, (name, length, axis) in enumerate(zip(names, shape, axes))
    }
    extra = [name for name in names if name.isdigit()]
    before, dots, after = out.partition("...")
    return seen, [*before, *(extra if dots else []), *after]


def _dense_shape(call: Call) -> list[OutputSteps | None]:
    """A length that ``output_shape`` leaves open stays open in Keras 3.

    Keras 2 took it from the input.
    """
    shape = call.shape()
    if shape is None:
        return [None]
    seen, names = _lengths(call, shape)
    steps = []
    for name, length in zip(names, _asked(call, names, shape), strict=True):
        found = seen.get(name)
        if found is None:
            axis = Axis.FEATURE if len(names) == 2 else Axis.CHANNEL
            steps.append(AxisStep(axis=axis, result=length, meaning="one per unit"))
            continue
        if length is None and call.attributes["open_as_input"]:
            length = found.length
        if _differ(found.length, length):
            raise ShapeError(
                f"{call.op} with {call.attributes['equation']}: the axis {name} has "
                f"{product_text([found.length])} elements in the input "
                f"({shape_text(shape)}) and {product_text([length])} in output_shape."
            )
        steps.append(kept(found.axis, length, found.source))
    ended = tuple(
        EndedAxis(
            axis=found.axis,
            length=found.length,
            reason="weighted and summed inside each unit",
        )
        for name, found in seen.items()
        if name not in names
    )
    return [OutputSteps(axes=tuple(steps), ended=ended)]


def _differ(one: Dim, other: Dim) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one != other


def _asked(call: Call, names: Sequence[str], shape: Shape) -> list[Dim]:
    """Return the output's lengths: the input's batch and elided axes, then as set."""
    asked = iter(call.attributes["output_shape"])
    data, _, _ = _dense_terms(call)
    elided = term_names(data, len(shape), len(shape))
    lengths: list[Dim] = []
    for at, name in enumerate(names):
        if at == 0 or name.isdigit():
            place = 0 if at == 0 else elided.index(name)
            lengths.append(shape[place])
        else:
            lengths.append(next(asked, None))
    return lengths


def _dense_weights(call: Call) -> list[WeightSteps]:
    shape, attributes = call.shape(), call.attributes
    if shape is None:
        return []
    seen, names = _lengths(call, shape)
    made = dict(zip(names, _asked(call, names, shape), strict=True))
    _, term, out = _dense_terms(call)
    lengths = tuple(made[n] if n in made else seen[n].length for n in term)
    axes = tuple(Axis.UNIT if n in made else Axis.IN_FEATURE for n in term)
    inner = [length for length, n in zip(lengths, term) if n not in made]
    outer = [length for length, n in zip(lengths, term) if n in made]
    lora = whole(attributes["lora_rank"])
    kernel = WeightSteps(
        role="kernel",
        shape=lengths,
        axes=axes,
        meaning=kernel_meaning(inner, times(outer), "unit"),
        trainable=not lora,
    )
    bias = _dense_bias(attributes["bias_axes"], out, made, names)
    adapters = lora_steps(kernel, lora)
    if attributes["quantized"]:
        scale = _scale_shape(call, made, lengths)
        coded = quantized_weights(
            attributes["quantized"], kernel, bias, times(inner), times(outer), scale
        )
        return [*coded, *adapters]
    return [kernel, *bias, *adapters]


def _dense_bias(
    bias_axes: str, out: str, made: Mapping[str, Dim], names: Sequence[str]
) -> list[WeightSteps]:
    """Return the bias, shaped to be added to the output from its first axis on."""
    if not bias_axes:
        return []
    after = out.partition("...")[2] if out.startswith("...") else out.replace(".", "")
    start = min(after.index(letter) for letter in bias_axes)
    lengths: list[Dim] = [made[n] if n in bias_axes else 1 for n in after[start:]]
    if out.endswith("..."):
        lengths += [1 for name in names if name.isdigit()]
    axes = (Axis.UNIT,) * len(lengths)
    meaning = "one bias per unit"
    return [WeightSteps(role="bias", shape=tuple(lengths), axes=axes, meaning=meaning)]


def _scale_shape(
    call: Call, made: Mapping[str, Dim], lengths: Sequence[Dim]
) -> tuple[Dim, ...]:
    """Return the shape of int8 scales: one per unit, with ones where inputs were.

    They are multiplied with the output, so they have its number of axes.
    """
    _, term, _ = _dense_terms(call)
    by_letter = dict(zip(term, lengths, strict=True))
    return tuple(by_letter.get(name, 1) for name in made)


def _dense_cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    kernels = [weight for weight in _dense_weights(call) if weight.role == "kernel"]
    shape = call.shape()
    if not kernels or shape is None:
        return None
    seen, names = _lengths(call, shape)
    inner = [found.length for name, found in seen.items() if name not in names]
    # A length left open by output_shape is the input's.
    lengths = [
        seen[name].length if name in seen else step.result
        for name, step in zip(names, outputs[0].axes, strict=True)
        if step.axis is not Axis.BATCH
    ]
    total = times((*lengths, *inner))
    return total if isinstance(total, int) else None


def _dense_fields(call: Call) -> list[Field]:
    data, kernel, out = _dense_terms(call)
    summed = [n for n in kernel if n in data and n not in out]
    new = [n for n in out if n in kernel and n not in data]
    meaning = (
        f"Input axes {data}, kernel axes {kernel}, output axes {out}: "
        f"{', '.join(summed) or 'nothing'} is summed, {', '.join(new) or 'nothing'} is "
        "new."
    )
    equation = call.attributes["equation"]
    return [
        Field(name="equation", value=equation, meaning=meaning),
        *shared_fields(call, "unit's sum"),
    ]


def _equation_summary(call: Call) -> str:
    return str(call.attributes["equation"])


def _einsum_fields(call: Call) -> list[Field]:
    equation = call.attributes["equation"]
    meaning = "One letter per axis; letters missing on the right are summed."
    return [Field(name="equation", value=equation, meaning=meaning)]


def _einsum_cost(call: Call, outputs: Sequence[OutputSteps]) -> int | None:
    """Count one multiply-add for each combination of all letters (two inputs)."""
    terms, _ = equation_terms(call.attributes["equation"])
    if len(terms) != 2:
        return None
    known = [(call.shape(index) or (), call.axes(index)) for index in (0, 1)]
    seen = _gather(call.attributes["equation"], known)
    total = times(s.length for s in seen.values() if s.axis is not Axis.BATCH)
    return total if isinstance(total, int) else None


KINDS.add(
    LayerKind(
        id="einsum_dense",
        title="Dense by equation",
        category=Category.DENSE,
        dialects={
            "keras.EinsumDense": Dialect(translate=_from_keras),
            "keras.QEinsumDense": Dialect(translate=_from_keras),
        },
        shape=_dense_shape,
        weights=_dense_weights,
        multiply_adds=_dense_cost,
        fields=_dense_fields,
        summary=_equation_summary,
    )
)

KINDS.add(
    LayerKind(
        id="einsum",
        title="Sum of products by equation",
        category=Category.DENSE,
        dialects={
            "onnx.Einsum": Dialect(translate=_from_equation),
            "keras.ops.einsum": Dialect(translate=_from_equation),
        },
        shape=_einsum_shape,
        multiply_adds=_einsum_cost,
        fields=_einsum_fields,
        summary=_equation_summary,
    )
)
