"""Layers whose work is code that the file does not explain: open on purpose.

Nothing is guessed about them: their shapes stay unknown unless the file tells.
"""

from typing import Any

from loaders.ir.graph import Attributes, Axis, Category, Shape
from loaders.ir.steps import AxisStep, OutputSteps
from loaders.ir.text import shown
from loaders.kinds import KINDS, Call, Dialect, Field, LayerKind, Settings
from loaders.kinds._arguments import name_of, whole
from loaders.kinds._steps import kept, unknown_shapes


def _lambda(settings: Settings, _version: int) -> Attributes:
    function = settings.get("function")
    return {
        "function": name_of(function, "Python code"),
        "output_shape": _declared(settings.get("output_shape")),
    }


def _declared(value: Any) -> list[int | None] | None:
    """Return the lengths without the batch, if the file writes them as numbers."""
    if not isinstance(value, (list, tuple)):
        return None
    if not all(
        length is None or (isinstance(length, int) and not isinstance(length, bool))
        for length in value
    ):
        return None
    return [None if length is None else whole(length) for length in value]


def _lambda_shape(call: Call) -> list[OutputSteps | None]:
    declared = call.attributes["output_shape"]
    if declared is None:
        return [None] * max(1, call.outputs)
    shape: Shape | None = call.shape()
    batch = kept(Axis.BATCH, shape[0] if shape else None, 0 if shape else None)
    rest = (
        AxisStep(axis=Axis.OTHER, result=length, meaning="as the file declares it")
        for length in declared
    )
    return [OutputSteps(axes=(batch, *rest))]


def _lambda_fields(call: Call) -> list[Field]:
    meaning = "Python code stored in the file. It is shown, never run, when opening."
    return [Field(name="function", value=call.attributes["function"], meaning=meaning)]


KINDS.add(
    LayerKind(
        id="lambda",
        title="Python code",
        category=Category.OTHER,
        dialects={"keras.Lambda": Dialect(translate=_lambda)},
        shape=_lambda_shape,
        fields=_lambda_fields,
    )
)


def _foreign(settings: Settings, _version: int) -> Attributes:
    name = settings.get("function", settings.get("op"))
    return {"function": shown(name, 120) if isinstance(name, str) else ""}


def _foreign_fields(call: Call) -> list[Field]:
    if not call.attributes["function"]:
        return []
    meaning = "What the layer calls; the file does not say what it gives back."
    return [Field(name="function", value=call.attributes["function"], meaning=meaning)]


KINDS.add(
    LayerKind(
        id="foreign",
        title="Layer of another library",
        category=Category.OTHER,
        dialects={
            f"keras.{op}": Dialect(translate=_foreign)
            for op in (
                "FlaxLayer",
                "JaxLayer",
                "TorchModuleWrapper",
                "TFSMLayer",
                "Layer",
            )
        },
        shape=unknown_shapes,
        fields=_foreign_fields,
    )
)
