"""Drawings of elements that are repeated, or spread out between places and channels."""

from collections.abc import Sequence

from app.analysis.diagrams._case import (
    ALL,
    FIRST,
    Case,
    Made,
    Mark,
    block,
    counted,
    labels_of,
    merged,
    picture,
    product,
    sentence,
    without_batch,
)
from loaders.ir.diagram import Block, Blocks, Edge
from loaders.ir.graph import Axis, Dim, Shape
from loaders.kinds._arguments import axis_at
from loaders.kinds._sliding import input_of
from loaders.kinds._spatial import whole
from loaders.kinds._steps import times


def up_sampling(case: Case) -> Made:
    """Every element becomes several neighbours."""
    attributes = case.call.attributes
    given = input_of(case.call, attributes["rank"], attributes["data_format"])
    factors = dict(zip(given.space, attributes["size"], strict=True))
    how = attributes["interpolation"]
    return _grown(case, given.shape, factors, given.axes, how == "nearest", how)


def resizing(case: Case) -> Made:
    """Axes scaled by whole factors, or as a whole by any other."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or case.call.attributes.get("crop"):
        return None
    factors: dict[int, int] = {}
    mode = str(case.call.attributes.get("mode", ""))
    for at, (have, want) in enumerate(zip(shape, result.shape, strict=True)):
        if have == want:
            continue
        if not isinstance(have, int) or not isinstance(want, int) or not have:
            return None
        if want % have or not mode:
            return _rescaled(case, shape, mode)
        factors[at] = want // have
    axes = result.names
    return _grown(case, shape, factors, axes, mode == "nearest", mode)


def _rescaled(case: Case, shape: Shape, mode: str) -> Made:
    """Draw an array that is stretched or shrunk: all of it, since places shift."""
    result = case.result
    assert result is not None
    labels, lengths, cut = without_batch(result.names, shape)
    changed = [
        f"{label} {old:,} to {new:,} (× {new / old:.4g})"
        for label, old, new in zip(labels, lengths, result.shape[cut:], strict=True)
        if isinstance(old, int) and isinstance(new, int) and old and old != new
    ]
    names, marks = list(result.names)[cut:], [ALL] * len(lengths)
    given = picture("input", names, labels, lengths, marks)
    made = picture("output", names, labels, result.shape[cut:], marks)
    if given is None or made is None:
        return None
    end = {"nearest": "the nearest element is taken", "": ""}.get(
        mode, f"new numbers lie between their neighbours ({mode})"
    )
    caption = sentence(f"scaled: {', '.join(changed)}", end)
    return Blocks(inputs=(given,), result=made, note="scale"), caption


def _grown(
    case: Case,
    shape: Shape,
    factors: dict[int, int],
    axes: Sequence[Axis],
    repeats: bool,
    how: str,
) -> Made:
    result = case.result
    if result is None or not factors:
        return None
    labels, lengths, cut = without_batch(axes, shape)
    ranges = range(cut, len(shape))
    marks: list[Mark] = [(0, factors.get(at, 1) - 1) for at in ranges]
    names = list(axes)[cut:]
    given = picture("input", names, labels, lengths, [FIRST] * len(lengths))
    made = picture("output", names, labels, result.shape[cut:], marks)
    if given is None or made is None:
        return None
    size = product(list(factors.values()))
    end = (
        "all with the same number"
        if repeats
        else f"with numbers between it and its neighbours ({how})"
    )
    caption = sentence(f"every element becomes {size}, {end}")
    note = "repeat" if repeats else "in between"
    return Blocks(inputs=(given,), result=made, note=note), caption


def repeating(case: Case) -> Made:
    """Every element of an axis several times in a row."""
    shape, repeats = case.call.shape(), case.call.attributes["repeats"]
    axis = case.call.attributes["axis"]
    if shape is None or axis is None or not repeats or len(repeats) != 1:
        return None
    place = axis_at(axis, len(shape), case.call.op)
    factors = {place: int(repeats[0])}
    return _grown(case, shape, factors, case.call.axes(), True, "")


def repeat_vector(case: Case) -> Made:
    """The same vector n times."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    given = block("input", labels_of(case.call.axes())[1:], shape[1:], [ALL])
    made = block("output", labels_of(result.names)[1:], result.shape[1:], [ALL, ALL])
    if given is None or made is None:
        return None
    n = whole(case.call.attributes["n"])
    caption = sentence(f"the same vector stands at each of {counted(n, 'step')}")
    return Blocks(inputs=(given,), result=made, note="repeat"), caption


def tiling(case: Case) -> Made:
    """The whole is written several times along an axis."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or len(shape) != len(result.axes):
        return None
    return _copies(
        case,
        [
            Edge(label="", length=new, step=old)
            if new != old and isinstance(old, int) and old > 0
            else Edge(label="", length=new, last=0)
            for old, new in zip(shape, result.shape, strict=True)
        ],
        "the whole input is repeated",
    )


def stretching(case: Case) -> Made:
    """Axes of length 1 become longer."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    added = len(result.axes) - len(shape)
    olds: list[Dim] = [*[1] * added, *shape]
    return _copies(
        case,
        [
            Edge(label="", length=new, last=None if old == 1 and new != 1 else 0)
            for old, new in zip(olds, result.shape, strict=True)
        ],
        "where the input has a single element, it is repeated",
    )


def _copies(case: Case, edges: Sequence[Edge], words: str) -> Made:
    """Draw the first element of the input, and all places where it stands."""
    shape, result = case.call.shape(), case.result
    assert shape is not None
    assert result is not None
    given = block("input", labels_of(case.call.axes()), shape, [FIRST] * len(shape))
    labels = labels_of(result.names)
    named = [
        Edge(label=label, length=e.length, last=e.last, step=e.step)
        for label, e in zip(labels, edges, strict=True)
    ]
    while len(named) > 3 and named[0].last == 0 and named[1].last == 0:
        one, other = named[:2]
        both = times((one.length, other.length))
        named[:2] = [Edge(label=f"{one.label} × {other.label}", length=both, last=0)]
    if given is None or len(named) > 3:
        return None
    made = Block(title="output", edges=tuple(named))
    caption = sentence(f"{words}: the marked number stands at all marked places")
    return Blocks(inputs=(given,), result=made, note="repeat"), caption


def to_depth(case: Case) -> Made:
    """Neighbouring places become channels."""
    return _blocks(case, True)


def to_space(case: Case) -> Made:
    """Channels become neighbouring places."""
    return _blocks(case, False)


def _blocks(case: Case, to_depth: bool) -> Made:
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    block_size = whole(case.call.attributes["block"])
    deep, flat = (result.shape, shape) if to_depth else (shape, result.shape)
    # The channels of one block are as far apart as there are channels of places.
    step: Dim = flat[1]
    if not to_depth and case.call.attributes["mode"] == "CRD":
        step = 1
    if not isinstance(step, int):
        return None
    names = ("channel", "height", "width")
    channels = Edge(
        label=names[0], length=deep[1], last=(block_size**2 - 1) * step, step=step
    )
    one = (
        channels,
        Edge(label=names[1], length=deep[2], last=0),
        Edge(label=names[2], length=deep[3], last=0),
    )
    places = merged(names, flat[1:], [FIRST, (0, block_size - 1), (0, block_size - 1)])
    assert places is not None
    deep_block, flat_block = one, places
    given, made = (flat_block, deep_block) if to_depth else (deep_block, flat_block)
    size = f"{block_size} × {block_size}"
    caption = sentence(
        f"{size} neighbouring places of a channel become {block_size**2} channels of "
        "one place"
        if to_depth
        else f"{block_size**2} channels of one place become {size} neighbouring places"
    )
    diagram = Blocks(
        inputs=(Block(title="input", edges=given),),
        result=Block(title="output", edges=made),
        note="move",
    )
    return diagram, caption
