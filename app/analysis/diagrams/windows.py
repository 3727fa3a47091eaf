"""Drawings of layers whose window slides: convolutions, pooling, and back again."""

from collections.abc import Sequence
from typing import Any

from app.analysis.diagrams._case import (
    Case,
    Made,
    counted,
    each_of,
    every,
    product,
    sentence,
    size,
)
from loaders.ir.diagram import (
    Chain,
    Does,
    Part,
    Slide,
    Sliding,
    Spread,
    Spreading,
)
from loaders.ir.graph import Axis, Dim
from loaders.kinds._arguments import article
from loaders.kinds._kernels import (
    FILTERS_FIRST,
    Plan,
    divided,
    kernel_shape,
    plan_of,
)
from loaders.kinds._sliding import Input, input_of
from loaders.kinds._spatial import whole, windows_of
from loaders.kinds._steps import times
from loaders.kinds._windows import Fill, Window, added
from loaders.kinds.pooling import pool_size

_DOES = {"the largest": Does.LARGEST, "the mean": Does.MEAN, "the norm": Does.NORM}
_WORDS = {
    Does.LARGEST: "the largest number is kept",
    Does.MEAN: "the mean of its numbers is given on",
    Does.NORM: "the norm of its numbers is given on",
}


def convolution(case: Case) -> Made:
    """A filter sums over all channels of its window."""
    return _convolution(case, same_weights=True)


def locally_connected(case: Case) -> Made:
    """As a convolution, with other weights at every place."""
    return _convolution(case, same_weights=False)


def _convolution(case: Case, same_weights: bool) -> Made:
    plan = plan_of(case.call)
    found = _results(case)
    if plan is None or found is None:
        return None
    lengths, filters = found
    groups = whole(case.call.attributes["groups"])
    channels = _channels(case, plan, groups)
    diagram = Sliding(
        slides=_slides(plan.given, plan.windows, plan.sizes, lengths),
        channels=channels,
        results=filters,
        groups=groups,
        same_weights=same_weights,
    )
    share = divided(channels, groups)
    over = every(channels, "channel")
    if groups > 1:
        over = f"the {counted(share, 'channel')} of one of {groups} groups"
    own = "" if same_weights else "every place has weights of its own"
    kernel = _window_words(diagram.slides, f" over {over}")
    every_filter = (
        f"its numbers are weighted and summed: {each_of(filters, 'filter')} "
        f"makes one channel of {size(lengths)}"
    )
    caption = sentence(kernel, every_filter, own, _added_words(diagram.slides))
    return diagram, caption


def _channels(case: Case, plan: Plan, groups: int) -> Dim:
    """Return how many channels the input has, or the kernel reads."""
    kernel, known = kernel_shape(case.call), plan.given.channels
    if known is not None or kernel is None or len(kernel) != len(plan.sizes) + 2:
        return known
    first = case.call.attributes["kernel_order"] == FILTERS_FIRST
    return times((kernel[1 if first else -2], groups))


def depthwise(case: Case) -> Made:
    """One kernel per channel, or several."""
    plan = plan_of(case.call)
    found = _results(case)
    if plan is None or found is None:
        return None
    lengths, results = found
    diagram = _depthwise(plan, lengths, results)
    multiplier = whole(case.call.attributes["multiplier"])
    own = "has a kernel of its own"
    if multiplier > 1:
        own = f"has {multiplier} kernels of its own, each for one output channel"
    channels = each_of(plan.given.channels, "channel")
    many = f"{_window_words(diagram.slides)}; {channels} {own}"
    return diagram, sentence(
        many, "no channels are summed", _added_words(diagram.slides)
    )


def _depthwise(plan: Plan, lengths: Sequence[Dim], results: Dim) -> Sliding:
    channels = plan.given.channels
    return Sliding(
        slides=_slides(plan.given, plan.windows, plan.sizes, lengths),
        channels=channels,
        results=results,
        groups=channels,
    )


def separable(case: Case) -> Made:
    """Each channel on its own first, then a sum over all results at each place."""
    plan = plan_of(case.call)
    found = _results(case)
    if plan is None or found is None:
        return None
    lengths, filters = found
    middle = times((plan.given.channels, whole(case.call.attributes["multiplier"])))
    first = _depthwise(plan, lengths, middle)
    second = Sliding(
        slides=tuple(
            Slide(label=slide.label, length=slide.result, result=slide.result, size=1)
            for slide in first.slides
        ),
        channels=middle,
        results=filters,
    )
    parts = (
        Part(title="1 · each channel on its own", diagram=first),
        Part(title="2 · summed over the channels", diagram=second),
    )
    caption = sentence(
        f"first {_window_words(first.slides)}, looks at "
        f"{each_of(plan.given.channels, 'channel')} on its own, which makes "
        f"{counted(middle, 'channel')}",
        f"then {each_of(filters, 'filter')} sums over "
        f"{every(middle, 'channel')} at each place",
        _added_words(first.slides),
    )
    return Chain(parts=parts), caption


def pooling(case: Case) -> Made:
    """One number of each window, channel by channel."""
    call, found, pool = case.call, _results(case), pool_size(case.call)
    if found is None or pool is None:
        return None
    lengths, channels = found
    given = input_of(call, len(pool), call.attributes["data_format"])
    windows = windows_of(call.attributes, pool)
    does = _DOES[call.attributes["what"]]
    diagram = Sliding(
        slides=_slides(given, windows, pool, lengths),
        channels=given.channels,
        results=channels,
        groups=given.channels,
        does=does,
    )
    caption = sentence(
        f"{_window_words(diagram.slides)}: {_WORDS[does]}",
        f"{each_of(given.channels, 'channel')} on its own",
        _added_words(diagram.slides),
    )
    return diagram, caption


def even_pooling(case: Case) -> Made:
    """As pooling, where as many windows as are wanted divide every axis evenly."""
    call, found = case.call, _results(case)
    if found is None:
        return None
    lengths, channels = found
    given = input_of(call, call.attributes["rank"], call.attributes["data_format"])
    slides = []
    for place, result in zip(given.space, lengths, strict=True):
        length = given.shape[place]
        if not isinstance(length, int) or not isinstance(result, int):
            return None
        if result < 1 or length % result:
            return None
        each = length // result
        label = given.axes[place].value
        slides.append(
            Slide(label=label, length=length, result=result, size=each, stride=each)
        )
    does = Does.LARGEST if call.attributes["what"] == "Max" else Does.MEAN
    diagram = Sliding(
        slides=tuple(slides),
        channels=given.channels,
        results=channels,
        groups=given.channels,
        does=does,
    )
    return diagram, sentence(
        f"{_window_words(slides)}: {_WORDS[does]}",
        f"{each_of(given.channels, 'channel')} on its own",
    )


def transposed(case: Case) -> Made:
    """Every input element writes a whole kernel."""
    plan = plan_of(case.call)
    found = _results(case)
    if plan is None or found is None:
        return None
    lengths, filters = found
    attributes = case.call.attributes
    ones = [1] * len(plan.sizes)
    spreads = [
        _spread(case, plan, at, size, result, stride, dilation)
        for at, (size, result, stride, dilation) in enumerate(
            zip(
                plan.sizes,
                lengths,
                attributes.get("strides") or ones,
                attributes.get("dilation") or ones,
                strict=True,
            )
        )
    ]
    channels = plan.given.channels
    groups = whole(attributes["groups"])
    diagram = Spreading(
        spreads=tuple(spreads), channels=channels, results=filters, groups=groups
    )
    moved = _by([spread.stride for spread in spreads])
    written = product(spread.size for spread in spreads)
    cut = any((s.before or 0) > 0 or (s.after or 0) > 0 for s in spreads)
    caption = sentence(
        f"every input element writes {written} numbers, neighbours {moved} apart; "
        "where they overlap they are added",
        f"{each_of(filters, 'filter')} sums over "
        + (
            every(channels, "channel")
            if groups == 1
            else f"the channels of one of {groups} groups"
        ),
        "what is drawn dashed is cut off" if cut else "",
    )
    return diagram, caption


def _spread(
    case: Case,
    plan: Plan,
    at: int,
    size: Dim,
    result: Dim,
    stride: int,
    dilation: int,
) -> Spread:
    length = plan.given.shape[plan.given.space[at]]
    before = after = None
    if isinstance(length, int) and isinstance(size, int) and isinstance(result, int):
        written = (length - 1) * stride + (size - 1) * dilation + 1
        before, after = cut_off(case.call.attributes["padding"], at, written - result)
    return Spread(
        label=plan.given.axes[plan.given.space[at]].value,
        length=length,
        result=result,
        size=size,
        stride=stride,
        dilation=dilation,
        before=before,
        after=after,
    )


def cut_off(padding: Any, at: int, surplus: int) -> tuple[int, int]:
    """Return how much of what is written is cut off at both ends."""
    match padding:
        case [*pairs]:
            before = int(pairs[at][0])
        case "same" | "same_lower" if surplus > 0:
            before = surplus // 2 if padding == "same" else surplus - surplus // 2
        case _:
            before = 0
    return before, surplus - before


def _results(case: Case) -> tuple[list[Dim], Dim] | None:
    """Return lengths in space and the number of channels of the output."""
    if case.result is None:
        return None
    steps = case.result.axes
    space = [
        step.result
        for at, step in enumerate(steps)
        if at and step.axis not in (Axis.CHANNEL, Axis.FEATURE, Axis.BATCH)
    ]
    [channels] = [step.result for step in steps if step.axis is Axis.CHANNEL][-1:]
    return space, channels


def _slides(
    given: Input,
    windows: Sequence[Window | None],
    sizes: Sequence[Dim],
    results: Sequence[Dim],
) -> tuple[Slide, ...]:
    parts = zip(given.space, windows, sizes, results[-len(given.space) :], strict=True)
    return tuple(
        slide_of(given.axes[place].value, given.shape[place], window, size, result)
        for place, window, size, result in parts
    )


def slide_of(
    label: str, length: Dim, window: Window | None, size: Dim, result: Dim
) -> Slide:
    """Return a window along one axis, as it is drawn."""
    if window is None:
        return Slide(label=label, length=length, result=result, size=size)
    before, after = _added(length, window)
    return Slide(
        label=label,
        length=length,
        result=result,
        size=window.size,
        stride=window.stride,
        dilation=window.dilation,
        before=before,
        after=after,
    )


def _added(length: Dim, window: Window) -> tuple[int | None, int | None]:
    if isinstance(length, int):
        return added(length, window)
    if window.fill is Fill.GIVEN or window.fill is Fill.CAUSAL or window.stride == 1:
        return added(window.reach, window)  # the same for every length
    return None, None


def _by(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(set(numbers)) == 1 else product(numbers)


def _window_words(slides: Sequence[Slide], over: str = "") -> str:
    """Return ``an 8 × 8 window over all 3 channels, moved by 2``."""
    sizes = [slide.size for slide in slides]
    window = f"{article(sizes[0])} {product(sizes)} window"
    if len(sizes) == 1:
        window = f"a window of {counted(sizes[0], 'step')}"
        if slides[0].label != Axis.TIME:
            window = f"a window of {counted(sizes[0], 'element')}"
    dilation = [slide.dilation for slide in slides]
    gaps = f" with gaps (dilation {_by(dilation)})" if max(dilation) > 1 else ""
    return f"{window}{gaps}{over}, moved by {_by([slide.stride for slide in slides])}"


def _added_words(slides: Sequence[Slide]) -> str:
    """Say what is added or cut off around the input."""
    ends = [(slide.before, slide.after) for slide in slides]
    if any(end is None for pair in ends for end in pair):
        return "the input is padded so that there is one result per stride"
    known = [(before or 0, after or 0) for before, after in ends]
    if not any(end for pair in known for end in pair):
        return ""
    if min(end for pair in known for end in pair) < 0:
        return "parts at the ends of the input are cut off first"
    if len({*known}) == 1 and len({*known[0]}) == 1:
        return f"{known[0][0]} added at every end of the input (dashed)"
    parts = [
        f"{slide.label} {before} before and {after} after"
        for slide, (before, after) in zip(slides, known, strict=True)
    ]
    return f"added around the input (dashed): {', '.join(parts)}"
