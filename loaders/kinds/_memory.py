"""Remembering what the rules said: blocks repeat, and rules are pure.

A deep network calls the same layer on the same shapes a thousand times. What a rule
returns depends on its ``Call`` alone, so a call that looks the same gets the same.
"""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec
from msgspec import Struct

from loaders.ir.graph import Parameter, Value
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.kinds import Call, LayerKind

Key: TypeAlias = tuple[object, ...]

_encoder = msgspec.msgpack.Encoder()
_CANNOT = (UnicodeEncodeError, OverflowError, RecursionError, TypeError)


class Told(Struct, frozen=True):
    """What the rules of one call say.

    Attributes:
        outputs: The steps of each output.
        weights: The weights that the settings ask for; ``None`` to keep the file's as
            they are.
        multiply_adds: For one sample; ``None`` if unknown.
        problem: Why the shapes cannot work; empty if they can.
    """

    outputs: Sequence[OutputSteps | None]
    weights: Sequence[WeightSteps] | None
    multiply_adds: int | None
    problem: str = ""


def key_of(kind: LayerKind, call: Call) -> Key | None:
    """Return what the rules can tell two calls apart by; ``None`` if that is unclear.

    The names of values are left out: only sentences about problems have them, and
    those are not remembered.
    """
    try:
        settings = _encoder.encode(call.attributes)
    except _CANNOT:
        return None  # a file full of nonsense is read without a memory
    return (
        kind.id,
        call.op,
        settings,
        call.outputs,
        call.from_outside,
        tuple([None if value is None else _seen(value) for value in call.inputs]),
        tuple([(role, *_weight(one)) for role, one in call.weights.items()]),
    )


def _seen(value: Value) -> Key:
    return value.shape, value.axes, value.dtype, value.note


def _weight(weight: Parameter) -> Key:
    tensor = weight.tensor
    return tensor.shape, tensor.dtype, weight.axes, weight.trainable, weight.counted
