"""Whether a drawing says what the rule of the same call says."""

import math
from collections import Counter

from loaders.ir.diagram import (
    Attended,
    Blocks,
    Branched,
    Chain,
    Curved,
    Dropped,
    Joined,
    LookedUp,
    Looped,
    PerStep,
    Reordered,
    Sliding,
    Spreading,
    Stairs,
    Unrolled,
    Varied,
)
from loaders.ir.graph import Axis
from loaders.kinds._inner import inner_call, inner_kind

SPACE = (Axis.TIME, Axis.DEPTH, Axis.HEIGHT, Axis.WIDTH)


def check(diagram, kind, call, outputs):
    """Fail if a length in a drawing is not the one of the input, output or weight."""
    match diagram:
        case Sliding():
            check_sliding(diagram, kind, call, outputs)
        case Spreading():
            check_spreading(diagram, kind, call, outputs)
        case Chain(parts=parts):
            check_chain([part.diagram for part in parts], kind, call, outputs)
        case Blocks():
            check_blocks(diagram, call, outputs)
        case Joined():
            check_joined(diagram, call, outputs)
        case Reordered():
            check_reordered(diagram, call, outputs)
        case Unrolled():
            check_unrolled(diagram, kind, call, outputs)
        case LookedUp():
            check_looked_up(diagram, kind, call, outputs)
        case Attended():
            check_attended(diagram, call, outputs)
        case PerStep():
            check_per_step(diagram, call)
        case Curved(pieces=pieces):
            assert pieces
        case Stairs():
            check_stairs(diagram, call)
        case Varied(matrix=matrix):
            assert len(matrix) == 6
        case Branched(results=results):
            assert results == call.outputs
        case Looped():
            check_looped(diagram, call)
        case Dropped(rate=rate):
            assert rate == call.attributes.get("rate", call.attributes.get("ratio"))
        case _:
            raise AssertionError(f"nobody checks {type(diagram).__name__}")


def weight(kind, call, *roles):
    """Return the lengths of a weight by role."""
    for steps in kind.weights(call):
        if steps.role in roles:
            return steps
    return None


def space_of(names, shape, rank):
    """Return the lengths of the last ``rank`` axes that are no batch or channel."""
    pairs = zip(names, shape, strict=True)
    lengths = [n for axis, n in pairs if axis in SPACE]
    return lengths[len(lengths) - rank :]


def channels_of(steps):
    [*_, channels] = [s.result for s in steps.axes if s.axis is Axis.CHANNEL]
    return channels


def check_sliding(diagram, kind, call, outputs):
    [steps, *_] = outputs
    rank = len(diagram.slides)
    assert [s.result for s in diagram.slides] == space_of(
        steps.names, steps.shape, rank
    )
    assert diagram.results == channels_of(steps)
    drawn = [diagram.channels, *(s.length for s in diagram.slides)]
    if call.shape() is not None:
        known = [n for n in call.shape() if isinstance(n, int)]
        assert not Counter(n for n in drawn[1:] if isinstance(n, int)) - Counter(known)
    for slide, length in zip(diagram.slides, drawn[1:], strict=True):
        check_places(slide, length, bool(call.attributes.get("ceil")))
    kernel = weight(kind, call, "kernel", "depthwise_kernel")
    if kernel is None or kind.id == "locally_connected":
        return
    pairs = list(zip(kernel.axes, kernel.shape, strict=True))
    assert [n for a, n in pairs if a in SPACE] == [s.size for s in diagram.slides]
    share = dict(pairs)[Axis.IN_CHANNEL]
    if kind.id == "convolution" and share is None:
        assert call.shape() is None or any(n is None for n in call.shape()[1:])
    elif kind.id == "convolution":
        assert share * diagram.groups == diagram.channels
        assert dict(pairs)[Axis.FILTER] == diagram.results
    else:
        assert share == diagram.channels == diagram.groups


def check_places(slide, length, ceil):
    """Lay the window down place by place, and count."""
    if not all(isinstance(n, int) for n in (length, slide.result, slide.size)):
        return
    end = length + slide.after
    places = 0
    while -slide.before + places * slide.stride + slide.reach <= end:
        places += 1
    if ceil:  # a last one may lie partly outside if it starts inside
        start = -slide.before + places * slide.stride
        places += start + slide.reach - slide.stride < end and start < length
    assert places == slide.result


def check_spreading(diagram, kind, call, outputs):
    [steps, *_] = outputs
    spreads = diagram.spreads
    assert [s.result for s in spreads] == space_of(
        steps.names, steps.shape, len(spreads)
    )
    assert diagram.results == channels_of(steps)
    for spread in spreads:
        if isinstance(spread.length, int) and isinstance(spread.result, int):
            touched = set()
            for place in range(spread.length):
                start = place * spread.stride - spread.before
                touched |= {start + at * spread.dilation for at in range(spread.size)}
            assert -min(touched) == spread.before
            assert max(touched) + 1 - spread.result == spread.after
    kernel = weight(kind, call, "kernel")
    pairs = list(zip(kernel.axes, kernel.shape, strict=True))
    assert [n for a, n in pairs if a in SPACE] == [s.size for s in spreads]
    assert dict(pairs)[Axis.IN_CHANNEL] == diagram.channels
    if isinstance(diagram.results, int):
        assert dict(pairs)[Axis.FILTER] * diagram.groups == diagram.results


def check_chain(parts, kind, call, outputs):
    first, second = parts
    [steps, *_] = outputs
    assert first.channels == first.groups
    assert second.channels == first.results
    assert second.results == channels_of(steps)
    assert [s.result for s in first.slides] == space_of(
        steps.names, steps.shape, len(first.slides)
    )
    for slide in first.slides:
        check_places(slide, slide.length, ceil=False)
    pointwise = weight(kind, call, "pointwise_kernel")
    assert second.channels in pointwise.shape
    assert second.results in pointwise.shape


def size_of(block):
    """Return how many numbers an array has, with what is put around it."""
    total = 1
    for edge in block.edges:
        if not isinstance(edge.length, int):
            return None
        total *= edge.length + edge.before + edge.after
    return total


def sample_sizes(shape):
    """Return how many numbers there can be: all, without the first axis, per channel.

    A drawing of more than three axes shows one channel.
    """
    if shape is None or any(not isinstance(n, int) for n in shape[1:]):
        return None
    rest = math.prod(shape[1:])
    found = {rest, *(rest // n for n in shape[1:] if n)}
    if shape and isinstance(shape[0], int):
        found.add(rest * shape[0])
    return found


def check_blocks(diagram, call, outputs):
    [steps, *_] = outputs
    size, sizes = size_of(diagram.result), sample_sizes(steps.shape)
    if size is not None and sizes is not None:
        assert size in sizes
    known = [sample_sizes(value.shape) for value in call.inputs if value is not None]
    for block in diagram.inputs:
        size = size_of(block)
        if block.title.startswith("input") and size is not None and None not in known:
            assert any(size in sizes for sizes in known)
        for edge in block.edges:
            check_mark(edge)
    for edge in diagram.result.edges:
        check_mark(edge)


def check_mark(edge):
    """The marked elements lie on the axis."""
    assert edge.first >= 0
    assert edge.step >= 1
    if edge.last is not None and isinstance(edge.length, int):
        assert edge.first <= edge.last < max(edge.length, 1)


def check_joined(diagram, call, outputs):
    if all(isinstance(n, int) for n in (*diagram.pieces, diagram.whole)):
        assert sum(diagram.pieces) == diagram.whole
    shapes = [value.shape for value in call.inputs if value is not None]
    if diagram.is_cut:
        assert diagram.whole in shapes[0]
        assert len(diagram.pieces) == len(outputs)
        return
    assert diagram.whole in outputs[0].shape
    if len(outputs[0].shape) == len(shapes[0]):
        assert all(n in shape for n, shape in zip(diagram.pieces, shapes, strict=False))


def check_reordered(diagram, call, outputs):
    shape, target = call.shape(), outputs[0].shape
    assert diagram.source in (shape, shape[1:])
    assert diagram.target in (target, target[1:])
    assert sorted(diagram.order) == list(range(len(diagram.source)))
    lengths = (*diagram.source, *diagram.target)
    if all(isinstance(n, int) for n in lengths):
        assert math.prod(diagram.source) == math.prod(diagram.target)


def check_unrolled(diagram, kind, call, outputs):
    attributes = call.attributes
    if kind.id == "bidirectional":
        inner = attributes["layer"]
        one = inner_kind(inner)
        given = inner_call(call, inner, call.inputs[0])
        check_cell(diagram, one, given)
        call = given
    else:
        check_cell(diagram, kind, call)
    [steps, *_] = outputs
    if diagram.result[-1] is not None:
        assert diagram.result[-1] in steps.shape
    if kind.id == "recurrent_cell":
        assert diagram.steps == 1
        return
    shape = call.shape()
    if shape is not None:
        assert diagram.steps in shape
        assert diagram.features[-1] in shape
    # Of a series of series only one axis called time is left.
    kept = steps.names.count(Axis.TIME) == call_axes(kind, call).count(Axis.TIME)
    assert kept == diagram.every_step


def call_axes(kind, call):
    """Return what the input's axes stand for, as the layer reads them."""
    if kind.reads is None or kind.id == "bidirectional":
        return (Axis.BATCH, Axis.TIME, Axis.FEATURE)
    if kind.id == "recurrent_convolution" and call.attributes["rank"] == 1:
        return (Axis.BATCH, Axis.TIME, Axis.TIME, Axis.CHANNEL)
    return (Axis.BATCH, Axis.TIME)


def check_cell(diagram, kind, call):
    """Units times gates are the columns of the recurrent kernel."""
    recurrent = weight(kind, call, "recurrent_kernel")
    if recurrent is None or not diagram.gates:
        return
    wide = max(n for n in recurrent.shape if n is not None)
    filters = call.attributes.get("filters", diagram.units[-1])
    assert filters in diagram.units
    assert wide == len(diagram.gates) * filters


def check_looked_up(diagram, kind, call, outputs):
    table = weight(kind, call, "embeddings")
    [steps, *_] = outputs
    if table is not None and diagram.rows is not None:
        assert diagram.rows == table.shape[0]
    lengths = [n for n in diagram.indices if isinstance(n, int)]
    total = math.prod(n for n in steps.shape if isinstance(n, int))
    width = diagram.width if isinstance(diagram.width, int) else 1
    assert total % (math.prod(lengths) * width or 1) == 0 or total == 0


def check_attended(diagram, call, outputs):
    [steps, *_] = outputs
    assert diagram.result == steps.shape[-1]
    if diagram.queries is not None:
        assert diagram.queries in call.shape(0)
    if diagram.keys is not None:
        last = call.shape(1) or call.shape(0)
        assert diagram.keys in last


def check_per_step(diagram, call):
    shape = call.shape()
    assert diagram.steps == shape[1]
    if diagram.inner is None:
        return
    inner = call.attributes["layer"]
    kind = inner_kind(inner)
    value = call.inputs[0]
    step = type(value)(
        id=value.id,
        shape=(shape[0], *shape[2:]),
        axes=(value.axes[0], *value.axes[2:]),
        dtype=value.dtype,
    )
    given = inner_call(call, inner, step)
    check(diagram.inner, kind, given, kind.shape(given))


def check_stairs(diagram, call):
    """There are as many codes as the bits allow, and the scale is the call's own."""
    count = diagram.high - diagram.low + 1
    bits = call.attributes.get("bit_width")
    if bits is not None:
        assert count in (2**bits, 2**bits - 1)
    if "scale" in call.attributes and call.op != "BipolarQuant":
        assert diagram.step in (None, call.attributes["scale"])


def check_looped(diagram, call):
    given = 2 if call.op == "Loop" else diagram.read
    assert diagram.carried + given == len(call.inputs)
    assert diagram.carried + diagram.collected == call.outputs
