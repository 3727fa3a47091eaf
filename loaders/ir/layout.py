"""Where everything in a picture is drawn: made in the reader, drawn in the window."""

from msgspec import Struct


class Arrangement(Struct, frozen=True, kw_only=True):
    """What a picture shows of a model.

    Attributes:
        root: Id of the group whose inside fills the picture; empty for the whole model.
        opened: Ids of the groups drawn as frames around what is in them, sorted.
        horizontal: Whether it runs from left to right.
        hidden: Operations left out (``Reshape``), sorted; edges lead past them.
        fold_activations: Whether an activation alone after its layer is written on
            that layer's box.
    """

    root: str = ""
    opened: tuple[str, ...] = ()
    horizontal: bool = False
    hidden: tuple[str, ...] = ()
    fold_activations: bool = False


# Boxes and routes hold no others, so the collector need not look at them: among the
# tens of thousands of a large picture it took longer than a frame.
class Box(Struct, frozen=True, array_like=True, gc=False):
    """The place of a node, a closed group or an open one, in pixels at a scale of 1.

    Attributes:
        node: Id of the node or group; ``in:`` or ``out:`` and a value's id for what
            no node makes or takes.
        x: Left.
        y: Top.
        width: 0 for the common size of boxes.
        height: As ``width``.
        is_frame: Whether it is an open group; what is inside follows it.
        folded: Ids of the nodes written on this box besides its own, in order.
    """

    node: str
    x: float
    y: float
    width: float = 0.0
    height: float = 0.0
    is_frame: bool = False
    folded: tuple[str, ...] = ()


class Route(Struct, frozen=True, array_like=True, gc=False):
    """How an edge, or the piece of one inside one frame, is drawn.

    An edge into an open group is drawn in pieces: up to the frame, and from the frame
    on to what takes the value. A piece that starts or ends at the frame around it has
    the frame's group as its source or target.

    Attributes:
        value: The value that flows, the first if there are several.
        source: Id of the box or frame where it starts.
        target: Id of the box or frame where it ends.
        points: x, y, x, y ... of a smooth line's support points, from the source's
            lower edge to the target's upper edge (left to right if horizontal).
        stub: True if the edge is too long to draw whole: a short labelled piece at
            both ends; ``points`` then holds only the two ends.
        more: The other values that flow between the two.
    """

    value: str
    source: str
    target: str
    points: tuple[float, ...]
    stub: bool = False
    more: tuple[str, ...] = ()


class Layout(Struct, frozen=True, kw_only=True):
    """A picture's plan: its boxes, frames before what is in them, and its edges.

    ``fallback`` is empty, or says why a plainer layout was used.
    """

    graph: str
    boxes: tuple[Box, ...]
    routes: tuple[Route, ...]
    width: float
    height: float
    horizontal: bool = False
    fallback: str = ""
    arrangement: Arrangement = Arrangement()
