"""Why a layer is what it is: its rule, what it does, and what the model makes of it."""

from app.analysis.alternatives import alternatives_of
from app.analysis.axes import Axes, Place
from app.analysis.branches import branch_findings
from app.analysis.causes import upstream_findings, with_causes
from app.analysis.every_step import every_step_findings
from app.analysis.lengths import problem_findings, shortest_findings
from app.analysis.paths import (
    is_outside,
    is_outside_node,
    length_findings,
    paths_of,
    value_paths,
)
from app.analysis.picks import picks_of
from app.analysis.remarks import remarks_on
from app.analysis.sees import sees_findings
from app.analysis.steps import explain_node
from loaders.ir.graph import Node, Value
from loaders.ir.index import ModelIndex
from loaders.ir.steps import NodeSteps
from loaders.ir.why import Finding, Why
from loaders.kinds._calls import call_of, kind_of


def explain(index: ModelIndex, node: Node) -> Why:
    """Return all that can be said about one layer's shape and weights.

    The first call imports every layer kind (about 0.1 s), and rules of other layers
    run too, so call it in a job.

    Args:
        index: Look-ups in the model of the node.
        node: Any node of it.
    """
    axes = Axes(index)
    steps = with_causes(axes, node, explain_node(index.values, node, axes.outside))
    kind = kind_of(node)
    call = call_of(index.values, node, axes.outside)
    runs = kind is not None and not node.bodies
    return Why(
        steps=steps,
        remarks=remarks_on(kind.id, call, steps.outputs) if kind and runs else (),
        paths=() if steps.problem else paths_of(axes, node),
        picks=picks_of(node, steps.weights),
        alternatives=alternatives_of(kind, call) if kind and runs else (),
        findings=tuple(_findings(axes, node, steps)),
    )


def explain_input(index: ModelIndex, value: Value) -> Why:
    """Return where the axes of an input of the model end, and how short it may be.

    Nothing is said of other values: the layers that make them have pages of their own.

    Args:
        index: Look-ups in the model of the value.
        value: A value that no layer of the file makes.
    """
    axes = Axes(index)
    if not is_outside(axes, Place(value.id, 0)):
        return Why()
    return Why(
        paths=(value_paths(axes, value),),
        findings=tuple(shortest_findings(axes, value.id)),
    )


def _findings(axes: Axes, node: Node, steps: NodeSteps) -> list[Finding]:
    if steps.problem:
        return problem_findings(axes, node)
    found = [
        *upstream_findings(axes, node),
        *branch_findings(axes, node),
        *length_findings(axes, node),
        *every_step_findings(axes, node),
        *sees_findings(axes, node),
    ]
    if is_outside_node(axes, node):
        found += shortest_findings(axes, node.outputs[0])
    return found
