"""Why one layer has its shape and its weights, as prepared data for the inspector."""

from collections.abc import Collection, Mapping

from msgspec.structs import replace

from loaders.ir.errors import ShapeError
from loaders.ir.graph import Axis, Dim, Node, Value
from loaders.ir.steps import AxisStep, NodeSteps, OutputSteps, Setting, WeightSteps
from loaders.ir.text import shape_text
from loaders.kinds import BAD_SETTINGS, Call, LayerKind
from loaders.kinds._calls import call_of, kind_of


def explain_node(
    values: Mapping[str, Value], node: Node, outside: Collection[str] = ()
) -> NodeSteps:
    """Run the rules of one node again and return what they say.

    The first call imports every layer kind (about 0.1 s), so call it in a job. What is
    returned never contradicts the shapes in ``values``: where the file declares
    something else than the rule finds, the step says so.

    Args:
        values: All values of the model by id.
        node: Any node of it.
        outside: Ids of the values that are inputs of the whole model.
    """
    kind = kind_of(node)
    if kind is None or node.bodies:
        return NodeSteps(problem=node.problem)
    call = call_of(values, node, outside)
    problem, advice = node.problem, ""
    outputs: tuple[OutputSteps | None, ...] = ()
    try:
        outputs = tuple(
            _agreeing(steps, values.get(id))
            for steps, id in zip(kind.shape(call), node.outputs, strict=False)
        )
    except ShapeError as error:
        problem, advice = error.what, error.advice
    except BAD_SETTINGS:
        pass  # reading the file has left a note that says what makes no sense
    return NodeSteps(
        summary=_summary(kind, call),
        outputs=outputs,
        weights=_weights(kind, call),
        settings=_settings(kind, call),
        problem=problem,
        advice=advice,
    )


def _summary(kind: LayerKind, call: Call) -> str:
    if kind.summary is None:
        return ""
    try:
        return kind.summary(call)
    except (*BAD_SETTINGS, ShapeError):
        return ""  # the line under the name then shows the operation alone


def _weights(kind: LayerKind, call: Call) -> tuple[WeightSteps, ...]:
    try:
        return tuple(kind.weights(call))
    except (*BAD_SETTINGS, ShapeError):
        return ()  # the problem or a note says why


def _settings(kind: LayerKind, call: Call) -> tuple[Setting, ...]:
    try:
        return tuple(
            Setting(name=field.name, value=field.value, meaning=field.meaning)
            for field in kind.fields(call)
        )
    except (*BAD_SETTINGS, ShapeError):
        return ()  # the file's own words are shown below in any case


def _agreeing(steps: OutputSteps | None, value: Value | None) -> OutputSteps | None:
    """Return steps whose results are the lengths that the program shows."""
    if steps is None or value is None or value.shape is None:
        return None
    if len(steps.axes) != len(value.shape):
        return None  # a note of the reader tells both shapes
    axes = tuple(map(_agree, steps.axes, value.shape))
    return replace(steps, axes=tuple(map(_named, axes, value.axes)))


def _named(step: AxisStep, axis: Axis) -> AxisStep:
    """Call an axis that the rule cannot name what the layers behind it call it."""
    return replace(step, axis=axis) if step.axis is Axis.OTHER else step


def _agree(step: AxisStep, length: Dim) -> AxisStep:
    if step.result == length:
        return step
    if isinstance(step.result, int) and length is not None:
        rule = f"the file declares it; the rule gives {shape_text((step.result,))}"
        return replace(step, result=length, meaning=rule, rule="", numbers="")
    if isinstance(length, int) and not step.numbers:
        return replace(step, result=length)
    meaning = step.meaning if step.meaning else "as the file declares it"
    return replace(step, result=length, meaning=meaning, rule="", numbers="")
