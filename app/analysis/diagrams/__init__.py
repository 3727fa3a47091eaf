"""From a layer to a drawing of what it does: pure, for jobs.

The numbers are those of the same call that the shape comes from; which kind has which
drawing says the table below.
"""

from collections.abc import Callable, Mapping

from app.analysis.diagrams import windows
from app.analysis.diagrams._case import Case, Made
from loaders.ir.diagram import Drawing
from loaders.ir.errors import ShapeError
from loaders.ir.graph import Node, Value
from loaders.ir.steps import NodeSteps
from loaders.kinds import BAD_SETTINGS
from loaders.kinds._calls import call_of

Maker = Callable[[Case], Made]

MAKERS: Mapping[str, Maker] = {
    "convolution": windows.convolution,
    "depthwise_convolution": windows.depthwise,
    "locally_connected": windows.locally_connected,
    "pooling": windows.pooling,
    "separable_convolution": windows.separable,
    "transposed_convolution": windows.transposed,
}
"""What draws each kind of layer, by the kind's id."""


def drawing_of(
    values: Mapping[str, Value], node: Node, steps: NodeSteps
) -> Drawing | None:
    """Return the drawing of a node; ``None`` if there is none, or it cannot work.

    Args:
        values: All values of the model by id.
        node: Any node of it.
        steps: What ``explain_node`` says of it.
    """
    if steps.problem or node.bodies:
        return None
    return drawn(node.kind, Case(call_of(values, node), steps.outputs))


def drawn(kind: str, case: Case) -> Drawing | None:
    """Return the drawing of one call of a kind of layer."""
    maker = MAKERS.get(kind)
    if maker is None:
        return None
    try:
        made = maker(case)
    except (*BAD_SETTINGS, ShapeError):
        return None  # the page above says what makes no sense
    return None if made is None else Drawing(diagram=made[0], caption=made[1])
