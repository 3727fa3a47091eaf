"""Weights of layers that Keras 3 has quantized: ``layer.quantize("int8")`` and kin.

The order is that in which the layers save them (``variable_serialization_spec`` of
``keras.layers.Dense``, Keras 3.15); all of them count in Keras' ``summary()``.
"""

import math
from typing import Any

from loaders.ir.graph import Attributes, Axis, Dim
from loaders.ir.steps import WeightSteps
from loaders.kinds import Settings
from loaders.kinds._spatial import whole

_AMAX_HISTORY = 1024


def quantization_of(settings: Settings) -> Attributes | None:
    """Return how Keras has quantized a layer; ``None`` if it has not.

    ``mode`` is int8, int4, float8, gptq or awq; ``bits`` of one weight; ``block``: how
    many inputs share a scale, -1 for all of them.
    """
    match settings.get("dtype"):
        case {"class_name": str(policy), "config": {"mode": str(mode), **config}}:
            pass
        case _:
            return None
    name, *numbers = mode.split("/")
    found: Attributes = {"mode": name, "bits": 8, "block": -1}
    match name, numbers:
        case "float8", []:
            history = config.get("amax_history_length", _AMAX_HISTORY)
            return {**found, "history": whole(history)}
        case "int4", [block]:
            return {**found, "bits": 4, "block": int(block)}
        case "int4", []:  # before sub-channels
            return {**found, "bits": 4}
        case "gptq" | "awq", [bits, block]:
            return {**found, "bits": int(bits), "block": int(block)}
        case "int8", []:
            return found
    raise ValueError(f"a dtype policy {policy} with mode {mode} is not known")


def quantized_weights(
    quantized: Attributes,
    kernel: WeightSteps,
    bias: list[WeightSteps],
    rows: Dim,
    columns: Dim,
    scale_shape: tuple[Dim, ...] | None = None,
) -> list[WeightSteps]:
    """Return the weights of a quantized layer in the order in which they are saved.

    Args:
        quantized: What ``quantization_of`` found.
        kernel: As it would be without quantization.
        bias: The bias, or nothing.
        rows: Inputs that are summed, all of the kernel's inner axes together.
        columns: Outputs, all of its outer axes together.
        scale_shape: Of the int8 scales; ``None`` for one per column.
    """
    match quantized["mode"]:
        case "float8":
            return [kernel, *bias, *_float8(quantized["history"])]
        case "int8":
            shape = scale_shape or (columns,)
            axes = (Axis.OTHER,) * (len(shape) - 1) + (Axis.UNIT,)
            scale = _state("kernel_scale", shape, axes)
            return [_codes(kernel, kernel.shape, kernel.axes, "int8"), *bias, scale]
        case "int4":
            packed = _codes(kernel, (rows, _half(columns)), _ROWS_COLUMNS, "int8")
            return [packed, *bias, *_int4_state(quantized["block"], rows, columns)]
    shape = (_half(columns) if quantized["bits"] == 4 else columns, rows)
    codes = _codes(kernel, shape, _COLUMNS_ROWS, "uint8")
    return [*bias, codes, *_grouped_state(quantized, rows, columns)]


_ROWS_COLUMNS = (Axis.IN_FEATURE, Axis.UNIT)
_COLUMNS_ROWS = (Axis.UNIT, Axis.IN_FEATURE)


def _half(length: Dim) -> Dim:
    """Return how many bytes hold so many codes of 4 bits."""
    return (length + 1) // 2 if isinstance(length, int) else None


def _groups(rows: Dim, block: int) -> Dim:
    if block < 1:
        return 1
    return math.ceil(rows / block) if isinstance(rows, int) else None


def _codes(
    kernel: WeightSteps, shape: tuple[Dim, ...], axes: tuple[Axis, ...], dtype: str
) -> WeightSteps:
    return WeightSteps(
        role="kernel",
        shape=shape,
        axes=axes,
        meaning=f"{kernel.meaning}, stored as integers",
        trainable=False,
        dtype=dtype,
    )


def _state(
    role: str,
    shape: tuple[Dim, ...],
    axes: tuple[Axis, ...],
    dtype: str = "float32",
    trainable: bool = False,
) -> WeightSteps:
    return WeightSteps(
        role=role,
        shape=shape,
        axes=axes,
        meaning="how the stored integers become numbers",
        trainable=trainable,
        dtype=dtype,
    )


def _int4_state(block: int, rows: Dim, columns: Dim) -> list[WeightSteps]:
    if block < 1:
        return [_state("kernel_scale", (columns,), (Axis.UNIT,))]
    shape, axes = (_groups(rows, block), columns), (Axis.OTHER, Axis.UNIT)
    return [
        _state("kernel_scale", shape, axes),
        _state("kernel_zero", shape, axes, "int8"),
        _state("g_idx", (rows,), (Axis.IN_FEATURE,)),
    ]


def _grouped_state(quantized: Attributes, rows: Dim, columns: Dim) -> list[WeightSteps]:
    shape = (columns, _groups(rows, quantized["block"]))
    axes = (Axis.UNIT, Axis.OTHER)
    states = [_state("kernel_scale", shape, axes)]
    if quantized["mode"] == "awq":
        states.append(_state("awq_scales", (rows,), (Axis.IN_FEATURE,)))
    states.append(_state("g_idx", (rows,), (Axis.IN_FEATURE,)))
    # Keras 3.15 has zero points too but does not save them, so they come last.
    return [*states, _state("kernel_zero", shape, axes, "uint8")]


def _float8(history: int) -> list[WeightSteps]:
    states: list[Any] = []
    for what in ("inputs", "kernel", "outputs_grad"):
        states.append(_state(f"{what}_scale", (), (), trainable=True))
        role = f"{what}_amax_history"
        states.append(_state(role, (history,), (Axis.OTHER,), trainable=True))
    return states
