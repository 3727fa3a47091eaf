"""Layers around another layer: TimeDistributed, Bidirectional, SpectralNormalization.

The rule of the layer inside is run on what it is given; the wrapper says what it adds.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Attributes, Axis, Category, Value
from loaders.ir.steps import AxisStep, EndedAxis, OutputSteps, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
)
from loaders.kinds._arguments import counted, last_of, length_text
from loaders.kinds._inner import cost_of, inner_call, inner_kind, inner_layer
from loaders.kinds._steps import kept, unknown_shapes


def _first(call: Call) -> Value | None:
    return call.inputs[0] if call.inputs else None


def _layer_field(inner: Mapping[str, Any], meaning: str) -> Field:
    name = f"{inner['op']} {inner['name']}".strip()
    return Field(name="layer", value=name, meaning=meaning)


def _inner_fields(call: Call, given: Call) -> list[Field]:
    kind = inner_kind(call.attributes["layer"])
    return [] if kind is None else kind.fields(given)


def _inner_summary(inner: Mapping[str, Any], given: Call) -> str:
    kind = inner_kind(inner)
    if kind is None or kind.summary is None:
        return str(inner["op"])
    return f"{inner['op']}: {kind.summary(given)}"


# TimeDistributed


def _time_distributed(settings: Settings, version: int) -> Attributes:
    return {"layer": inner_layer(settings["layer"], version)}


def _one_step(call: Call) -> Value | None:
    """Return what the layer inside sees: the input without its time axis.

    Raises:
        ShapeError: there is no time axis.
    """
    value = _first(call)
    if value is None or value.shape is None:
        return value
    if len(value.shape) < 3:
        raise ShapeError(
            f"{call.op} runs {call.attributes['layer']['op']} on each step of "
            f"(batch, time, …); its input is {shape_text(value.shape)}.",
            "A time axis is missing: the input needs at least three axes.",
        )
    return replace(
        value,
        shape=(value.shape[0], *value.shape[2:]),
        axes=(value.axes[0], *value.axes[2:]),
    )


def each_step(call: Call) -> Call:
    """Return the call that the layer inside a TimeDistributed gets for one step."""
    return inner_call(call, call.attributes["layer"], _one_step(call))


def _distributed_shape(call: Call) -> list[OutputSteps | None]:
    inner = call.attributes["layer"]
    kind, value = inner_kind(inner), _first(call)
    if kind is None or value is None or value.shape is None:
        return unknown_shapes(call)
    given = each_step(call)
    time = value.shape[1]
    try:
        found = kind.shape(given)
    except ShapeError as error:
        steps = counted(time, Axis.TIME)
        raise ShapeError(
            f"Inside {call.op}, each of {steps} is "
            f"{shape_text(value.shape[2:])}. {error.what}",
            error.advice,
        ) from None
    return [None if steps is None else _with_time(steps, time) for steps in found]


def _with_time(steps: OutputSteps, time: Any) -> OutputSteps:
    moved = [
        replace(step, source=step.source + 1) if step.source else step
        for step in steps.axes
    ]
    words = "the same layer at every step"
    if isinstance(time, int):
        words = f"the same layer at each of {counted(time, Axis.TIME)}"
    step = kept(Axis.TIME, time, 1, words)
    return replace(steps, axes=(*moved[:1], step, *moved[1:]))


def _distributed_weights(call: Call) -> list[WeightSteps]:
    kind = inner_kind(call.attributes["layer"])
    return [] if kind is None else kind.weights(each_step(call))


def _distributed_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    kind, value = inner_kind(call.attributes["layer"]), _first(call)
    if kind is None or value is None or value.shape is None:
        return None
    given, time = each_step(call), value.shape[1]
    step = cost_of(kind, given)
    return step * time if step is not None and isinstance(time, int) else None


def _distributed_fields(call: Call) -> list[Field]:
    shape = call.shape() or ()
    steps = shape[1] if len(shape) > 1 else None
    many = f"each of {counted(steps, Axis.TIME)}" if steps is not None else "every step"
    meaning = f"The same layer with the same weights runs on {many}."
    return [
        _layer_field(call.attributes["layer"], meaning),
        *_inner_fields(call, each_step(call)),
    ]


def _distributed_reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if rank < 3:
        return None
    axes = None
    if kind is not None and kind.reads is not None:
        axes = kind.reads(inner_call(call, inner, None), rank - 1)
    rest = (Axis.OTHER,) * (rank - 2) if axes is None else axes[1:]
    return (Axis.BATCH, Axis.TIME, *(rest if rank > 3 else (Axis.FEATURE,)))


KINDS.add(
    LayerKind(
        id="time_distributed",
        title="Layer at every step",
        category=Category.OTHER,
        dialects={
            "keras.TimeDistributed": Dialect(translate=_time_distributed),
            "keras.QTimeDistributed": Dialect(translate=_time_distributed),
        },
        shape=_distributed_shape,
        weights=_distributed_weights,
        multiply_adds=_distributed_cost,
        fields=_distributed_fields,
        reads=_distributed_reads,
        summary=lambda call: _inner_summary(call.attributes["layer"], each_step(call)),
    )
)


# Bidirectional

_MERGED = {
    "sum": "forward + backward",
    "mul": "forward × backward",
    "ave": "the mean of forward and backward",
}


def _bidirectional(settings: Settings, version: int) -> Attributes:
    mode = settings.get("merge_mode", "concat")
    if mode not in (None, "concat", *_MERGED):
        raise ValueError("merge_mode is not concat, sum, mul, ave or null")
    found: Attributes = {
        "layer": inner_layer(settings["layer"], version),
        "merge_mode": mode,
    }
    if settings.get("backward_layer") is not None:
        found["backward_layer"] = inner_layer(settings["backward_layer"], version)
    return found


def _backward(call: Call) -> Mapping[str, Any]:
    attributes = call.attributes
    found: Mapping[str, Any] = attributes.get("backward_layer") or attributes["layer"]
    return found


def _both_shape(call: Call) -> list[OutputSteps | None]:
    """What runs backward may be a layer of its own, with another number of units.

    Keras 3 declares twice the forward units then, yet gives the sum when it runs.
    """
    found = []
    for inner in (call.attributes["layer"], _backward(call)):
        kind = inner_kind(inner)
        if kind is None:
            return unknown_shapes(call)
        found.append(kind.shape(inner_call(call, inner, _first(call))))
    [main, *states], [back, *later] = found
    mode = call.attributes["merge_mode"]
    if mode is None:
        return [main, back, *states, *later]
    merged = None if main is None or back is None else _merged(main, back, str(mode))
    return [merged, *states, *later]


def _merged(main: OutputSteps, back: OutputSteps, mode: str) -> OutputSteps:
    [*axes, last] = main.axes
    if mode == "concat":
        one, other = last.result, back.axes[-1].result
        both = None
        if isinstance(one, int) and isinstance(other, int):
            both = one + other
        step = AxisStep(
            axis=last.axis,
            result=both,
            meaning="forward and backward, side by side",
            rule="2 × units" if one == other else "units forward + units backward",
            numbers=f"2 × {length_text(one)}"
            if one == other
            else f"{length_text(one)} + {length_text(other)}",
        )
    else:
        step = replace(last, meaning=f"{last.meaning}: {_MERGED[mode]}")
    ended = tuple(_both_ends(gone) for gone in main.ended)
    return replace(main, axes=(*axes, step), ended=ended)


def _both_ends(gone: EndedAxis) -> EndedAxis:
    if gone.axis is not Axis.TIME:
        return gone
    reason = (
        f"forward: only the answer after {last_of(gone.length)}; backward: only the "
        "answer after the first, which it reads last"
    )
    return replace(gone, reason=reason)


def _both_weights(call: Call) -> list[WeightSteps]:
    found = []
    for prefix, inner in (
        ("forward.", call.attributes["layer"]),
        ("backward.", _backward(call)),
    ):
        kind = inner_kind(inner)
        if kind is None:
            return []
        given = inner_call(call, inner, _first(call), prefix)
        found += [
            replace(weight, role=prefix + weight.role) for weight in kind.weights(given)
        ]
    return found


def _both_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    total = 0
    for inner in (call.attributes["layer"], _backward(call)):
        kind = inner_kind(inner)
        if kind is None:
            return None
        cost = cost_of(kind, inner_call(call, inner, _first(call)))
        if cost is None:
            return None
        total += cost
    return total


def _both_fields(call: Call) -> list[Field]:
    inner, mode = call.attributes["layer"], call.attributes["merge_mode"]
    words = {
        None: "Both answers are given out, one after the other.",
        "concat": "The two answers are put side by side: twice as many numbers.",
    }
    meaning = words.get(mode) or f"The two answers become one: {_MERGED[str(mode)]}."
    given = inner_call(call, inner, _first(call))
    return [
        _layer_field(inner, "Two copies with weights of their own read the sequence."),
        Field(name="merge_mode", value=str(mode), meaning=meaning),
        *_inner_fields(call, given),
    ]


def _inner_reads(call: Call, rank: int) -> tuple[Axis, ...] | None:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None or kind.reads is None:
        return None
    return kind.reads(inner_call(call, inner, None), rank)


def _plain_summary(call: Call) -> str:
    inner = call.attributes["layer"]
    return _inner_summary(inner, inner_call(call, inner, _first(call)))


KINDS.add(
    LayerKind(
        id="bidirectional",
        title="Recurrent layer in both directions",
        category=Category.RECURRENT,
        dialects={
            "keras.Bidirectional": Dialect(translate=_bidirectional),
            "keras.QBidirectional": Dialect(translate=_bidirectional),
        },
        shape=_both_shape,
        weights=_both_weights,
        multiply_adds=_both_cost,
        fields=_both_fields,
        reads=_inner_reads,
        summary=_plain_summary,
    )
)


# SpectralNormalization and other wrappers that pass everything on


def _wrapper(settings: Settings, version: int) -> Attributes:
    return {"layer": inner_layer(settings["layer"], version), "vector": False}


def _spectral(settings: Settings, version: int) -> Attributes:
    return {
        "layer": inner_layer(settings["layer"], version),
        "power_iterations": settings.get("power_iterations", 1),
        "vector": True,
        # Keras 3 lists it behind the kernel, Keras 2 behind all that is trained.
        "vector_last": version < 3,
    }


def _passed_shape(call: Call) -> list[OutputSteps | None]:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return unknown_shapes(call)
    return kind.shape(inner_call(call, inner, _first(call)))


def _passed_weights(call: Call) -> list[WeightSteps]:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return []
    found = list(kind.weights(inner_call(call, inner, _first(call))))
    names = ("kernel", "embeddings")
    place = next((i for i, w in enumerate(found) if w.role in names), None)
    if call.attributes["vector"] and place is not None:
        last = found[place].shape[-1]
        vector = WeightSteps(
            role="vector_u",
            shape=(1, last),
            axes=(Axis.OTHER, found[place].axes[-1]),
            meaning="estimates how far the kernel can stretch its input; not trained",
            trainable=False,
        )
        at = len(found) if call.attributes["vector_last"] else place + 1
        found.insert(at, vector)
    return found


def _passed_cost(call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    if kind is None:
        return None
    return cost_of(kind, inner_call(call, inner, _first(call)))


def _passed_fields(meaning: str) -> Callable[[Call], list[Field]]:
    def fields(call: Call) -> list[Field]:
        inner = call.attributes["layer"]
        given = inner_call(call, inner, _first(call))
        return [_layer_field(inner, meaning), *_inner_fields(call, given)]

    return fields


KINDS.add(
    LayerKind(
        id="spectral_normalization",
        title="Spectral normalization",
        category=Category.NORMALIZATION,
        dialects={"keras.SpectralNormalization": Dialect(translate=_spectral)},
        shape=_passed_shape,
        weights=_passed_weights,
        multiply_adds=_passed_cost,
        fields=_passed_fields("Its kernel is divided by its largest singular value."),
        reads=_inner_reads,
        summary=_plain_summary,
    )
)
KINDS.add(
    LayerKind(
        id="wrapper",
        title="Wrapper",
        category=Category.OTHER,
        dialects={"keras.Wrapper": Dialect(translate=_wrapper)},
        shape=_passed_shape,
        weights=_passed_weights,
        multiply_adds=_passed_cost,
        fields=_passed_fields("The layer inside does the work."),
        reads=_inner_reads,
        summary=_plain_summary,
    )
)
