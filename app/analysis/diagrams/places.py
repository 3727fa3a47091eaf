"""Drawings of numbers that only change their places: cut, moved, repeated, picked."""

from collections.abc import Sequence

from app.analysis.diagrams._case import (
    ALL,
    FIRST,
    MOST_EDGES,
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
from loaders.ir.diagram import Block, Blocks, Edge, LookedUp, Reordered
from loaders.ir.graph import Axis, Dim, Shape
from loaders.ir.steps import OutputSteps
from loaders.kinds._arguments import axis_at, length_text
from loaders.kinds._sliding import input_of
from loaders.kinds._spatial import whole
from loaders.kinds._steps import times
from loaders.kinds.gather import indices_of, picked_from
from loaders.kinds.keras_ops_index import whole_key
from loaders.kinds.padding import pads_of
from loaders.kinds.reshaping import reading_order
from loaders.kinds.slicing import cuts_of
from loaders.kinds.transposing import axis_order

# more or fewer elements at the ends


def padding(case: Case) -> Made:
    """Keras' padding layers."""
    return _bordered(case, _pairs(case, 1))


def cropping(case: Case) -> Made:
    """Keras' cropping layers."""
    return _bordered(case, _pairs(case, -1))


def pad(case: Case) -> Made:
    """Padding of any axes."""
    shape = case.call.shape()
    return None if shape is None else _bordered(case, pads_of(case.call, len(shape)))


def _pairs(case: Case, sign: int) -> dict[int, tuple[int, int]]:
    attributes = case.call.attributes
    given = input_of(case.call, attributes["rank"], attributes["data_format"])
    pairs = zip(given.space, attributes["pairs"], strict=True)
    return {place: (sign * before, sign * after) for place, (before, after) in pairs}


def _bordered(case: Case, pads: dict[int, tuple[int, int]] | None) -> Made:
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or pads is None:
        return None
    labels, lengths, cut = without_batch(result.names, shape)
    ends = [pads.get(at, (0, 0)) for at in range(cut, len(shape))]
    kept: list[Mark] = []
    for length, (before, after) in zip(lengths, ends, strict=True):
        if min(before, after) >= 0:
            kept.append(ALL)
        elif isinstance(length, int):
            kept.append((max(-before, 0), length - 1 - max(-after, 0)))
        else:
            return None
    inside = [
        length if min(end) >= 0 else new
        for length, new, end in zip(lengths, result.shape[cut:], ends, strict=True)
    ]
    around = [(max(before, 0), max(after, 0)) for before, after in ends]
    names = list(result.names)[cut:]
    given = _surrounded("input", names, labels, lengths, kept, [(0, 0)] * len(ends))
    made = _surrounded("output", names, labels, inside, [ALL] * len(ends), around)
    if given is None or made is None:
        return None
    adds = any(max(end) > 0 for end in ends)
    cuts = any(min(end) < 0 for end in ends)
    parts = [
        f"{label} {abs(before)} before and {abs(after)} after"
        for label, (before, after) in zip(labels, ends, strict=True)
        if before or after
    ]
    if not parts:
        return None
    verb = "cut off and added" if adds and cuts else "cut off" if cuts else "added"
    words = sentence(f"so many elements are {verb}: {', '.join(parts)}")
    diagram = Blocks(
        inputs=(given,),
        result=made,
        note="pad" if adds else "crop",
    )
    return diagram, words


def _surrounded(
    title: str,
    axes: Sequence[Axis],
    labels: Sequence[str],
    lengths: Sequence[Dim],
    marks: Sequence[Mark],
    around: Sequence[tuple[int, int]],
) -> Block | None:
    """Return an array with elements around it; its channels are sheets."""
    edges = [
        (axis, Edge(label=a, length=n, first=m[0], last=m[1], before=e[0], after=e[1]))
        for axis, a, n, m, e in zip(axes, labels, lengths, marks, around, strict=True)
    ]
    edges.sort(key=lambda pair: pair[0] is not Axis.CHANNEL)
    first = edges[0][1]
    if len(edges) > MOST_EDGES and first == Edge(
        label=first.label, length=first.length
    ):
        if edges[0][0] is Axis.CHANNEL:
            title = f"{title}, each of {counted(first.length, 'channel')}"
        edges = edges[1:]
    found = merged_edges([edge for _, edge in edges])
    return None if found is None else Block(title=title, edges=found)


# a part of each axis


def slicing(case: Case) -> Made:
    """A range of some axes."""
    shape = case.call.shape()
    if shape is None:
        return None
    cuts = cuts_of(case.call, len(shape))
    if cuts is None or any(cut is None for cut in cuts.values()):
        return None
    ranges = {at: slice(*cut) for at, cut in cuts.items() if cut is not None}
    return _ranges(case, shape, ranges, set())


def indexing(case: Case) -> Made:
    """``x[…]``: ranges of some axes, single elements of others."""
    shape = case.call.shape()
    if shape is None or len(case.call.inputs) > 1:
        return None
    ranges: dict[int, slice] = {}
    single: set[int] = set()
    place = 0
    for part in whole_key(case.call, shape):
        if part == "new":
            continue
        if isinstance(part, list):
            ranges[place] = slice(*part)
        else:
            ranges[place] = slice(part, None if part == -1 else part + 1)
            single.add(place)
        place += 1
    return _ranges(case, shape, ranges, single)


def _ranges(
    case: Case, shape: Shape, ranges: dict[int, slice], single: set[int]
) -> Made:
    """Draw the part of the input that is kept."""
    result = case.result
    if result is None:
        return None
    axes = case.call.axes()
    skip = 1 if axes[:1] == (Axis.BATCH,) and _is_whole(ranges.get(0), shape[0]) else 0
    edges = []
    for at in range(skip, len(shape)):
        edge = _range_edge(labels_of(axes)[at], shape[at], ranges.get(at))
        if edge is None:
            return None
        edges.append(edge)
    given = merged_edges(edges)
    made = block(
        "output",
        labels_of(result.names)[skip:],
        result.shape[skip:],
        [ALL] * (len(result.axes) - skip),
    )
    if given is None or made is None:
        return None
    kept = [
        f"{edge.label} {_range_words(edge)}"
        for edge in edges
        if (edge.first, edge.last, edge.step) != (0, None, 1)
    ]
    told = f"only these are kept (counted from 0): {', '.join(kept)}"
    caption = sentence(told if kept else "everything is kept")
    inputs = (Block(title="input", edges=given),)
    return Blocks(inputs=inputs, result=made, note="take"), caption


def _is_whole(part: slice | None, length: Dim) -> bool:
    if part is None or part == slice(None, None, None):
        return True
    return isinstance(length, int) and part.indices(length) == (0, length, 1)


def _range_edge(label: str, length: Dim, part: slice | None) -> Edge | None:
    """Return the part of an axis as marked elements; ``None`` if nobody knows it."""
    if _is_whole(part, length):
        return Edge(label=label, length=length)
    assert part is not None
    if isinstance(length, int):
        found = range(length)[part]
        if not found:
            return None
        first, last = min(found[0], found[-1]), max(found[0], found[-1])
        return Edge(
            label=label, length=length, first=first, last=last, step=abs(found.step)
        )
    start, stop, step = part.start or 0, part.stop, part.step or 1
    if start < 0 or step < 0 or (stop is not None and stop < 0):
        return None
    if stop is None or stop >= 1 << 30:
        return Edge(label=label, length=length, first=start, step=step)
    return Edge(label=label, length=length, first=start, last=stop - 1, step=step)


def _range_words(edge: Edge) -> str:
    if edge.first == edge.last:
        return str(edge.first)
    until = "the end" if edge.last is None else f"{edge.last:,}"
    every = "" if edge.step == 1 else f", in steps of {edge.step}"
    return f"{edge.first:,} to {until}{every}"


def merged_edges(edges: Sequence[Edge]) -> tuple[Edge, ...] | None:
    """Return edges of which leading ones that are taken whole became one."""
    rest = list(edges)
    while len(rest) > MOST_EDGES:
        one, other = rest[:2]
        whole_one = Edge(label=one.label, length=one.length)
        if one != whole_one or other != Edge(label=other.label, length=other.length):
            return None
        label = f"{one.label} × {other.label}"
        rest[:2] = [Edge(label=label, length=times((one.length, other.length)))]
    return tuple(rest)


def largest(case: Case) -> Made:
    """The largest numbers along one axis."""
    shape, k = case.call.shape(), case.call.attributes["k"]
    result = case.result
    if shape is None or result is None or k is None:
        return None
    rank = len(shape)
    place = axis_at(case.call.attributes.get("axis", -1), rank, case.call.op)
    marks = [ALL if at == place else FIRST for at in range(rank)]
    labels, lengths, cut = without_batch(case.call.axes(), shape)
    if place < cut:
        return None
    given = block("input", labels, lengths, marks[cut:])
    made = block("output", labels, result.shape[cut:], marks[cut:])
    if given is None or made is None:
        return None
    caption = sentence(
        f"of the marked numbers the {counted(k, 'largest', 'largest')} are given on, "
        "sorted, and their places"
    )
    return Blocks(inputs=(given,), result=made, note="sort"), caption


# rows of a table


def embedding(case: Case) -> Made:
    """A vector for each token."""
    attributes, shape = case.call.attributes, case.call.shape()
    if attributes["reverse"]:
        return None
    indices = None if shape is None else shape[1:]
    if indices is None:
        return None
    return _table(attributes["input_dim"], (attributes["output_dim"],), indices)


def gathering(case: Case) -> Made:
    """Elements along an axis, by their index."""
    data, indices = picked_from(case.call), indices_of(case.call)
    if data is None or indices is None:
        return None
    shape, _ = data
    place = axis_at(case.call.attributes["axis"], len(shape), case.call.op)
    return _gathered(case, shape, place, indices)


def taking(case: Case) -> Made:
    """``keras.ops.take``."""
    shape, axis = case.call.shape(), case.call.attributes["axis"]
    constant = case.call.attributes["indices"]
    indices = tuple(constant) if constant is not None else case.call.shape(1)
    if shape is None or axis is None or indices is None:
        return None
    place = axis_at(axis, len(shape), case.call.op)
    return _gathered(case, shape, place, (indices, case.call.axes(1)))


def _gathered(
    case: Case, shape: Shape, place: int, indices: tuple[Shape, tuple[Axis, ...]]
) -> Made:
    lengths, axes = indices
    if "embeddings" in case.call.weights and axes[:1] == (Axis.BATCH,):
        lengths = lengths[1:]
    rest = tuple(n for at, n in enumerate(shape) if at != place)
    return _table(shape[place], rest, lengths)


def _table(rows: Dim, width: Shape, indices: Shape) -> Made:
    one = f"its row of {product(width)} numbers" if width else "its number"
    many = times(indices)
    count = f"each of {product(indices)} indices" if indices else "the index"
    if many == 1:
        count = "the index"
    caption = sentence(
        f"{count} picks {one} out of a table of {counted(rows, 'row')}: index k picks "
        "row k, counted from 0"
    )
    return LookedUp(rows=rows, width=times(width), indices=indices), caption


# repetition


def up_sampling(case: Case) -> Made:
    """Every element becomes several neighbours."""
    attributes = case.call.attributes
    given = input_of(case.call, attributes["rank"], attributes["data_format"])
    factors = dict(zip(given.space, attributes["size"], strict=True))
    how = attributes["interpolation"]
    return _grown(case, given.shape, factors, given.axes, how == "nearest", how)


def resizing(case: Case) -> Made:
    """Axes scaled by whole factors; other factors have no simple drawing."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or case.call.attributes.get("crop"):
        return None
    factors: dict[int, int] = {}
    for at, (have, want) in enumerate(zip(shape, result.shape, strict=True)):
        if have == want:
            continue
        if not isinstance(have, int) or not isinstance(want, int):
            return None
        if have == 0 or want % have:
            return None
        factors[at] = want // have
    mode = case.call.attributes["mode"]
    axes = result.names
    return _grown(case, shape, factors, axes, mode == "nearest", mode)


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


def one_hot(case: Case) -> Made:
    """A code becomes a row with a single 1."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None or len(result.axes) != len(shape) + 1:
        return None
    place = axis_at(case.call.attributes["axis"], len(result.axes), case.call.op)
    labels, lengths, cut = without_batch(case.call.axes(), shape)
    given = block("codes", labels, lengths, [FIRST] * len(lengths))
    marks = [ALL if at == place else FIRST for at in range(cut, len(result.axes))]
    names = labels_of(result.names)[cut:]
    made = block("output", names, result.shape[cut:], marks)
    if given is None or made is None or place < cut:
        return None
    depth = result.shape[place]
    caption = sentence(
        f"every code becomes {counted(depth, 'number')}: 1 at the place that the code "
        "names, 0 at all others"
    )
    return Blocks(inputs=(given,), result=made, note="one 1"), caption


# the same numbers in other places


def flattening(case: Case) -> Made:
    """All axes behind the batch in one row."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    if case.call.attributes.get("matrix"):
        return _reshaped(case, shape, result)
    order = tuple(at - 1 for at in reading_order(case.call, len(shape)))
    if len(shape) < 2:
        return None
    return _reordered(case, shape, result, order, 1)


def reshaping(case: Case) -> Made:
    """The same numbers, divided anew."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    return _reshaped(case, shape, result)


def _reshaped(case: Case, shape: Shape, result: OutputSteps) -> Made:
    first = shape[:1] == result.shape[:1] and case.call.axes()[:1] == (Axis.BATCH,)
    cut = int(bool(first and result.names[:1] == (Axis.BATCH,)))
    order = tuple(range(len(shape) - cut))
    return _reordered(case, shape, result, order, cut)


def transposing(case: Case) -> Made:
    """Axes in another order."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    order = axis_order(case.call, len(shape))
    first = order[:1] == [0] and case.call.axes()[:1] == (Axis.BATCH,)
    cut = 1 if first else 0
    moved = tuple(at - cut for at in order[cut:])
    return _reordered(case, shape, result, moved, cut)


def _reordered(
    case: Case, shape: Shape, result: OutputSteps, order: tuple[int, ...], cut: int
) -> Made:
    source, target = shape[cut:], result.shape[cut:]
    if not source or not target:
        return None
    labels = labels_of(case.call.axes())[cut:]
    diagram = Reordered(
        source=source,
        target=target,
        labels=labels,
        order=order,
        result_labels=labels_of(result.names)[cut:],
    )
    kept = order == tuple(range(len(order)))
    how = "in the same order, the last axis fastest"
    if not kept:
        read = " × ".join(labels[at] for at in order)
        how = f"in another order: they are read as {read}, the last one fastest"
    many = times(source)
    count = "the" if many is None else f"the {length_text(many)}"
    caption = sentence(f"{count} numbers stay as they are, {how}")
    return diagram, caption


# blocks of places become channels, and back


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


# single steps


def masking(case: Case) -> Made:
    """Steps that later layers skip."""
    shape = case.call.shape()
    if shape is None or len(shape) < 2:
        return None
    labels, lengths, _ = without_batch(case.call.axes(), shape)
    marks = [*[FIRST] * (len(lengths) - 1), ALL]
    given = block("input", labels, lengths, marks)
    made = block("output", labels, lengths, marks)
    if given is None or made is None:
        return None
    value = f"{case.call.attributes['mask_value']:g}"
    caption = sentence(
        f"if all {counted(lengths[-1], 'number')} of a step equal {value}, layers that "
        "know masks skip it, and its numbers become 0"
    )
    return Blocks(inputs=(given,), result=made, note="all equal?"), caption
