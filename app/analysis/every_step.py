"""What would have to change for one answer per step instead of one for all."""

from itertools import pairwise

from app.analysis.axes import Axes, Place
from app.analysis.lengths import MOST_NODES
from app.analysis.paths import ANSWERING, ended_places, is_outside, name_of
from loaders.ir.graph import Attributes, Axis, Model, Node
from loaders.ir.index import ModelIndex
from loaders.ir.text import count_of, listed
from loaders.ir.why import Finding
from loaders.kinds._what_if import what_if


def every_step_findings(axes: Axes, node: Node) -> list[Finding]:
    """Return how a model that gives one answer for all steps would give one for each.

    The changes are tried: nothing is said if the length does not come out.
    """
    place = _ended_time(axes, node)
    if place is None or len(axes.index.nodes) > MOST_NODES:
        return []
    trail = axes.back(place)
    length = axes.length(trail[-1])
    changers = _changers(axes, trail)
    if not isinstance(length, int) or not is_outside(axes, trail[-1]) or not changers:
        return []
    widened = {n.id: _widened(n) for n in changers if n.kind != "pooling"}
    pools = {n.id: _without_pool(n) for n in changers if n.kind == "pooling"}
    if None in widened.values():
        return []
    changes = {id: made for id, made in (widened | pools).items() if made is not None}
    model = axes.index.model
    if _length_in(what_if(model, attributes=changes), place) != length:
        return []
    convolved = [name_of(n) for n in changers if n.id in widened]
    gone = [name_of(n) for n in changers if n.id in pools]
    found = [Finding(label="one per step", text=_cure(node, convolved, gone, length))]
    if convolved and pools:
        found.append(_only_padded(axes, changes, widened, trail, convolved))
    return found


def _ended_time(axes: Axes, node: Node) -> Place | None:
    if node.kind not in ANSWERING or node.kind == "reduction":
        return None
    places = ended_places(axes, node)
    return next((p for p in places if axes.name(p) is Axis.TIME), None)


def _changers(axes: Axes, trail: list[Place]) -> list[Node]:
    """Return the layers on the way that made the axis shorter, the first one first."""
    found = []
    for after, before in pairwise(trail):
        maker = axes.index.maker(after.value)
        if maker is not None and axes.length(after) != axes.length(before):
            found.append(maker)
    return found[::-1]


def _widened(node: Node) -> Attributes | None:
    """Return settings with which a convolution keeps the length; ``None`` if none."""
    if node.kind not in ("convolution", "separable_convolution", "locally_connected"):
        return None
    strides = node.attributes.get("strides") or [1]
    return node.attributes | {"padding": "same", "strides": [1] * len(strides)}


def _without_pool(node: Node) -> Attributes:
    """Return settings with which a pooling passes everything on."""
    one = [1] * len(node.attributes.get("strides") or [1])
    return node.attributes | {"pool_size": one, "strides": one, "padding": "valid"}


def _length_in(model: Model, place: Place) -> object:
    value = model.values().get(place.value)
    return value.shape[place.axis] if value is not None and value.shape else None


def _cure(node: Node, convolved: list[str], gone: list[str], length: int) -> str:
    parts = []
    if convolved:
        parts.append(f"padding same and stride 1 in {_listed(convolved)}")
    recurrent = node.kind != "global_pooling"
    out = gone if recurrent else [*gone, name_of(node)]
    if out:
        parts.append(f"{_listed(out)} left out")
    if recurrent:
        parts.append(f"return_sequences=True in {name_of(node)}")
    return (
        f"For one answer per step ({count_of(length, 'answer')}): {', '.join(parts)}."
    )


def _only_padded(
    axes: Axes,
    changes: dict[str, Attributes],
    widened: dict[str, Attributes | None],
    trail: list[Place],
    names: list[str],
) -> Finding:
    padded = {id: made for id, made in changes.items() if id in widened}
    changed = Axes(ModelIndex(what_if(axes.index.model, attributes=padded)))
    lengths = [
        changed.length(place)
        for place in reversed(trail)
        if (maker := axes.index.maker(place.value)) is not None
        and (maker.id in changes or place == trail[-1])
    ]
    return Finding(
        label="padding same",
        numbers=" → ".join(map(str, lengths)),
        text=f"the lengths with padding same in {_listed(names)}, and the pooling kept",
    )


def _listed(names: list[str]) -> str:
    told = names if len(names) <= 8 else [*names[:7], f"{len(names) - 7} more"]
    return listed(told)
