"""Drawings of numbers that belong together: normalization, softmax, sums over axes."""

from collections.abc import Collection, Sequence

from app.analysis.diagrams._case import (
    ALL,
    FIRST,
    Case,
    Made,
    Mark,
    at_each,
    block,
    counted,
    labels_of,
    picture,
    product,
    sentence,
    without_batch,
)
from app.analysis.diagrams.windows import even_pooling
from loaders.ir.diagram import Block, Blocks
from loaders.ir.graph import Axis, Dim, Shape
from loaders.kinds._arguments import axis_at
from loaders.kinds._steps import times
from loaders.kinds.normalization import channel_places
from loaders.kinds.normalization_layer import normalized_places
from loaders.kinds.reduction import reduction_words

_MOST_NOTE = 16
"""Letters that fit above an arrow."""


def batch_normalization(case: Case) -> Made:
    """All samples and places of one channel share a mean."""
    shape = case.call.shape()
    if shape is None:
        return None
    own = channel_places(case.call, len(shape))
    marks = [FIRST if at in own else ALL for at in range(len(shape))]
    each = product(shape[at] for at in own)
    words = sentence(
        "in training the marked numbers, of all samples, share one mean and one "
        "variance",
        f"in use the layer takes the {each} means and variances measured in training",
    )
    return _same(case, shape, marks, "normalize", words)


def layer_normalization(case: Case) -> Made:
    """The numbers along some axes of one sample share a mean."""
    shape = case.call.shape()
    if shape is None:
        return None
    places = normalized_places(case.call, len(shape))
    how = "one mean and one variance"
    if case.call.attributes["rms"]:
        how = "one root mean square"
    return _along(case, shape, places, "normalize", f"share {how}")


def unit_normalization(case: Case) -> Made:
    """The numbers along some axes are scaled together."""
    shape, attributes = case.call.shape(), case.call.attributes
    if shape is None:
        return None
    places = [axis_at(axis, len(shape), case.call.op) for axis in attributes["axis"]]
    if "size" not in attributes:
        return _along(case, shape, places, "scale", "are scaled together")
    around = attributes["size"]
    [place] = places
    last = around // 2
    length = shape[place]
    if isinstance(length, int):
        last = min(last, length - 1)
    labels, lengths, cut = without_batch(case.call.axes(), shape)
    if place < cut:
        return None
    axes = case.call.axes()[cut:]
    first: list[Mark] = [FIRST] * len(lengths)
    marks = [*first]
    marks[place - cut] = (0, last)
    given = picture("input", axes, labels, lengths, marks)
    made = picture("output", axes, labels, lengths, first)
    if given is None or made is None:
        return None
    words = sentence(
        f"each number is divided by the size of {around} channels around it, at the "
        "same place; at the first channel there are none before it"
    )
    return Blocks(inputs=(given,), result=made, note="divide"), words


def group_normalization(case: Case) -> Made:
    """Neighbouring channels of one sample share a mean."""
    shape, attributes = case.call.shape(), case.call.attributes
    if shape is None or attributes["axis"] is None:
        return None
    rank = len(shape)
    place = axis_at(attributes["axis"], rank, case.call.op)
    channels, groups = shape[place], attributes["groups"]
    group: Mark = FIRST
    size = "one channel"
    if groups not in (-1, channels):
        if not isinstance(channels, int):
            return None
        group = (0, channels // groups - 1)
        size = f"one of {groups} groups of {counted(channels // groups, 'channel')}"
    marks = [group if at == place else ALL if at else FIRST for at in range(rank)]
    words = sentence(
        f"the marked numbers, all places of {size} in one sample, share one mean and "
        "one variance"
    )
    return _same(case, shape, marks, "normalize", words)


def data_normalization(case: Case) -> Made:
    """Every position along the axes has a mean that was measured before."""
    shape, axes = case.call.shape(), case.call.attributes.get("axis")
    if shape is None or not axes:
        return None
    own = [axis_at(axis, len(shape), case.call.op) for axis in axes]
    marks = [FIRST if at in own else ALL for at in range(len(shape))]
    each = product(shape[at] for at in own)
    words = sentence(
        "the same mean is taken off the marked numbers, and they are divided by the "
        f"same deviation; both were measured for each of {each}"
    )
    return _same(case, shape, marks, "normalize", words)


def shares(case: Case) -> Made:
    """Softmax and its relatives: numbers along an axis become shares."""
    shape, attributes = case.call.shape(), case.call.attributes
    if shape is None:
        return None
    rank = len(shape)
    places = [axis_at(axis, rank, case.call.op) for axis in attributes["axis"]]
    if attributes.get("flattened"):
        places = list(range(places[0], rank))
    function = attributes["function"]
    what = {
        "softmax": "become shares that add up to 1",
        "log_softmax": "become the logarithms of shares that add up to 1",
        "hardmax": "become 1 for the largest and 0 for the others",
        "sparsemax": "become shares that add up to 1, small ones 0",
    }.get(function, "belong together")
    return _along(case, shape, places, function, what)


def _along(
    case: Case, shape: Shape, places: Collection[int], note: str, what: str
) -> Made:
    """Draw that the numbers along some axes do something together."""
    marks = [ALL if at in places else FIRST for at in range(len(shape))]
    many = times(shape[at] for at in places)
    each = [shape[at] for at in range(len(shape)) if at not in places]
    again = ""
    if each and case.call.axes()[:1] == (Axis.BATCH,) and 0 not in places:
        each = each[1:]
        again = f", and so at {at_each(each, 'place')} of a sample" if each else ""
    numbers = "numbers" if many is None else counted(many, "number")
    words = sentence(f"the {numbers} that are marked {what}{again}")
    return _same(case, shape, marks, note, words)


def _same(
    case: Case, shape: Shape, marks: Sequence[Mark], note: str, words: str
) -> Made:
    """Draw an output that is shaped like the input, with the same part marked."""
    labels = labels_of(case.call.axes())
    given = block("input", labels, shape, marks)
    made = block("output", labels, shape, marks)
    if given is None or made is None:
        return None
    return Blocks(inputs=(given,), result=made, note=note), words


# axes that end


def global_pooling(case: Case) -> Made:
    """All numbers of a channel become one."""
    what = {"Max": "largest", "Average": "mean", "Lp": "norm"}
    word = what[case.call.attributes["what"]]
    return _ended(case, word, f"the {word} of all marked numbers is given on")


def reduction(case: Case) -> Made:
    """All numbers along some axes become one."""
    words = reduction_words(case.call)
    note = words.removeprefix("the ").removeprefix("whether ").partition(",")[0]
    if len(note) > _MOST_NOTE:
        note = ""
    return _ended(case, note, f"{words} of the marked numbers is given on")


def moments(case: Case) -> Made:
    """Mean and variance along some axes."""
    words = "the mean and the variance of the marked numbers are given on"
    return _ended(case, "mean, variance", words)


def _ended(case: Case, note: str, words: str) -> Made:
    """Draw the axes that end, or stay with length 1."""
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    axes = case.call.axes()
    kept = {
        step.source
        for step in result.axes
        if step.source is not None and (step.result != 1 or shape[step.source] == 1)
    }
    gone = [at for at in range(len(shape)) if at not in kept]
    if not gone:
        return None
    cut = 1 if axes[:1] == (Axis.BATCH,) and 0 in kept else 0
    labels = labels_of(axes)
    marks = [ALL if at in gone else FIRST for at in range(len(shape))]
    draw = picture if cut else _plain
    given = draw("input", axes[cut:], labels[cut:], shape[cut:], marks[cut:])
    made = draw(
        "output",
        result.names[cut:],
        labels_of(result.names)[cut:],
        result.shape[cut:],
        [FIRST] * (len(result.axes) - cut),
    )
    if given is None or made is None:
        return None
    names = " and ".join(labels[at] for at in gone)
    lengths = [shape[at] for at in gone]
    over = "" if None in lengths else f" ({product(lengths)})"
    left = product(result.shape[cut:]) if len(result.axes) > cut else "1"
    many = times(result.shape[cut:])
    caption = sentence(
        f"{words}: over {names}{over}",
        f"{left} such {'number is' if many == 1 else 'numbers are'} left",
    )
    return Blocks(inputs=(given,), result=made, note=note), caption


def _plain(
    title: str,
    _axes: Sequence[Axis],
    labels: Sequence[str],
    shape: Sequence[Dim],
    marks: Sequence[Mark],
) -> Block | None:
    return block(title, labels, shape, marks)


def adaptive_pooling(case: Case) -> Made:
    """As many windows as wanted, as even as possible."""
    if (even := even_pooling(case)) is not None:
        return even
    shape, result = case.call.shape(), case.result
    if shape is None or result is None:
        return None
    axes = result.names[1:]
    labels = labels_of(axes)
    marks = [
        FIRST if have == want else (0, -(-have // want) - 1)
        for have, want in zip(shape[1:], result.shape[1:], strict=True)
        if isinstance(have, int) and isinstance(want, int)
    ]
    if len(marks) != len(labels):
        return None
    given = picture("input", axes, labels, shape[1:], marks)
    first = [FIRST] * len(labels)
    made = picture("output", axes, labels, result.shape[1:], first)
    if given is None or made is None:
        return None
    what = case.call.attributes["what"]
    note = "largest" if what == "Max" else "mean"
    parts = [s.result for s in result.axes[1:] if s.axis is not Axis.CHANNEL]
    caption = sentence(
        f"every channel is cut into {product(parts)} parts, as even as possible; the "
        f"{note} of each is given on"
    )
    return Blocks(inputs=(given,), result=made, note=note), caption
