"""What layers do whose window slides: convolutions and pooling."""

from app.analysis.remarks._words import SPACE, Outputs, first_of, space_words, unit_word
from loaders.ir.graph import Axis, Dim
from loaders.ir.text import grouped
from loaders.kinds import Call
from loaders.kinds._arguments import all_of, article, length_text
from loaders.kinds._kernel_words import counted
from loaders.kinds._kernels import Plan, divided, plan_of
from loaders.kinds._spatial import spatial_axes, whole
from loaders.kinds._steps import product_text, times
from loaders.kinds.pooling import pool_size


def convolution(call: Call, outputs: Outputs) -> list[str]:
    """Every filter sums over all channels of its window."""
    plan = plan_of(call)
    if plan is None:
        return ["Each filter slides over the input and sums what it sees."]
    groups = whole(call.attributes["groups"])
    channels = divided(plan.given.channels, groups)
    alone = groups == 1 and _is_pointwise(plan)
    found = [_one_place(plan, outputs) if alone else _window(plan)]
    if groups > 1 and channels == 1:
        kernels = _kernels(plan, divided(_channels_made(outputs), groups))
        found.append(
            f"{kernels} per channel, nothing is summed over channels: {groups} groups, "
            "one for each input channel."
        )
    elif groups > 1:
        found.append(
            f"Channels and filters are split into {groups} groups of "
            f"{counted(channels, 'input channel')}; each filter sums the channels of "
            "its own group alone."
        )
    elif channels != 1:
        every = "all" if channels is None else f"all {length_text(channels)}"
        found.append(
            f"Each filter covers {every} input channels at once"
            f"{_colours(channels, plan)}, sums them and gives one output channel."
        )
    found.append(_layout(plan))
    return found


def _channels_made(outputs: Outputs) -> Dim:
    """Return how many channels come out; ``None`` if nobody knows."""
    steps = first_of(outputs)
    made = [s.result for s in steps.axes if s.axis is Axis.CHANNEL] if steps else []
    return made[0] if made else None


def _kernels(plan: Plan, many: Dim) -> str:
    """Return ``One 3 × 3 kernel``, ``2 kernels of 3 × 3``."""
    size = product_text(plan.sizes)
    return (
        f"One {size} kernel" if many == 1 else f"{length_text(many)} kernels of {size}"
    )


def _is_pointwise(plan: Plan) -> bool:
    return bool(plan.sizes) and all(size == 1 for size in plan.sizes)


def _one_place(plan: Plan, outputs: Outputs) -> str:
    steps = first_of(outputs)
    places = [s.result for s in steps.axes if s.axis in SPACE] if steps else []
    size = product_text(plan.sizes)
    where = f"each of the {product_text(places)} positions"
    if None in places or times(places) == 1:
        where = "each position" if None in places else "the one position"
    return (
        f"Kernel size {size}: no neighbours are looked at; {where} becomes a weighted "
        f"sum of its {counted(plan.given.channels, 'channel')}. It is a Dense layer "
        "at every position, with the same weights."
    )


def _window(plan: Plan) -> str:
    axes = spatial_axes(len(plan.sizes))
    size = product_text(plan.sizes)
    words = unit_word(axes, times(plan.sizes))
    return f"A window of {size} {words} slides over {space_words(axes)}."


def _colours(channels: Dim, plan: Plan) -> str:
    is_picture = channels == 3 and len(plan.sizes) == 2
    return " (the 3 colors of a picture, say)" if is_picture else ""


def _layout(plan: Plan) -> str:
    axes = ", ".join(axis.value for axis in plan.given.axes)
    return f"The layer is {plan.given.layout}: it reads {axes}."


def depthwise(call: Call, _outputs: Outputs) -> list[str]:
    """Every channel is looked at on its own."""
    plan = plan_of(call)
    if plan is None:
        return ["Each channel is looked at on its own."]
    many = whole(call.attributes["multiplier"])
    gives = counted(many, "output channel")
    return [
        f"{_kernels(plan, many)} per channel, nothing is summed over channels: each of "
        f"{counted(plan.given.channels, 'input channel')} gives {gives}.",
        _layout(plan),
    ]


def separable(call: Call, outputs: Outputs) -> list[str]:
    """Two steps; what they cost beside one normal convolution."""
    plan = plan_of(call)
    if plan is None:
        return ["First each channel on its own, then a weighted sum of all of them."]
    filters = whole(call.attributes["filters"])
    many = whole(call.attributes["multiplier"])
    middle = times((plan.given.channels, many))
    kernels = _kernels(plan, many).replace("One", "one")
    found = [
        f"Two steps. First, {kernels} per channel, nothing is summed over "
        f"channels; that gives {counted(middle, 'channel')}. Then "
        f"{counted(filters, 'filter')} of "
        f"{product_text([1] * len(plan.sizes))}, each a weighted sum of all "
        f"{length_text(middle)} at one position.",
        _layout(plan),
    ]
    return found + _compared(plan, middle, filters, outputs)


def _compared(plan: Plan, middle: Dim, filters: int, outputs: Outputs) -> list[str]:
    """Return multiply-adds and bytes beside those of a normal convolution."""
    steps = first_of(outputs)
    if steps is None:
        return []
    places = times(s.result for s in steps.axes if s.axis in SPACE)
    before = times(plan.given.shape[place] for place in plan.given.space)
    looking = times((places, middle, *plan.sizes))
    mixing = times((places, middle, filters))
    normal = times((places, plan.given.channels, *plan.sizes, filters))
    read = times((before, plan.given.channels))
    between, written = times((places, middle)), times((places, filters))
    known = [looking, mixing, normal, read, between, written]
    numbers = [n for n in known if isinstance(n, int)]
    if len(numbers) < len(known):
        return []
    looked, mixed, whole_one, first, passed, last = numbers
    two = looked + mixed
    moved, once = first + 2 * passed + last, first + last
    share = f"{whole_one / two:.1f} times"
    but = f"That does not make it {share} as fast: it" if whole_one > two else "It"
    return [
        f"Multiply-adds per sample: {grouped(looked)} + {grouped(mixed)} = "
        f"{grouped(two)}. A normal convolution takes {grouped(whole_one)}: "
        f"{share} as many.",
        f"{but} goes over the data twice. The two steps read and write "
        f"{grouped(moved)} numbers ({grouped(4 * moved)} bytes in float32), "
        f"a normal convolution {grouped(once)} ({grouped(4 * once)} bytes).",
    ]


def transposed(call: Call, _outputs: Outputs) -> list[str]:
    """Every input element writes a window."""
    plan = plan_of(call)
    if plan is None:
        return ["Every input position writes a whole window to the output."]
    size, groups = product_text(plan.sizes), whole(call.attributes["groups"])
    channels = divided(plan.given.channels, groups)
    own = " of its own group" if groups > 1 else ""
    return [
        f"A convolution the other way round: every input position writes "
        f"{article(plan.sizes[0])} {size} window to the output, and where windows "
        "overlap they are added.",
        f"Each filter sums over {all_of(channels, 'input channel')}{own}.",
        _layout(plan),
    ]


def locally_connected(call: Call, outputs: Outputs) -> list[str]:
    """As a convolution, other weights at each place."""
    return [
        "Like a convolution, but with other weights at every place of the window, "
        "which is why there are so many.",
        *convolution(call, outputs)[:-1],
    ]


def pooling(call: Call, _outputs: Outputs) -> list[str]:
    """One number of each window, channel by channel."""
    what, size = call.attributes["what"], pool_size(call)
    if size is None:
        return [f"Of each window {what} is kept, channel by channel; no weights."]
    axes = spatial_axes(len(size))
    count = times(size)
    return [
        f"A window of {product_text(size)} slides over {space_words(axes)}. Of its "
        f"{length_text(count)} numbers {what} is given on, each channel on its own. "
        "There are no weights to learn.",
        f"The layer is {call.attributes['data_format']}.",
    ]


def global_pooling(call: Call, outputs: Outputs) -> list[str]:
    """One number per channel, whatever the size."""
    what = {"Max": "the largest number", "Average": "the mean"}.get(
        call.attributes["what"], "the norm"
    )
    return [
        f"Of each channel {what} over all positions is kept: "
        f"{counted(_channels_made(outputs), 'number')} per sample, "
        "however large the input is.",
        f"The layer is {call.attributes['data_format']}.",
    ]


def adaptive_pooling(call: Call, _outputs: Outputs) -> list[str]:
    """A wanted number of places."""
    size = product_text(call.attributes["output_size"])
    return [f"The input is cut into {size} even parts; each becomes one number."]
