"""What is different between two readings of a file: layers, shapes, parameters.

Nodes are matched by id, which is made of names and places and so the same at every
reading. Numbers are not compared: a model does not hold them.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import msgspec
from msgspec import Struct

from loaders.ir.graph import Model, Node, Parameter, Shape, Value
from loaders.ir.index import ModelIndex
from loaders.ir.text import count_of, grouped, grouped_shape, shown
from loaders.ir.walk import totals
from viewers.inspector_config import setting_text

ABSENT = "none"
"""What stands for something that one of the two does not have."""


class Difference(Struct, frozen=True, kw_only=True):
    """One thing about a layer that is another one now, in words.

    Attributes:
        what: ``output shape``, ``kernel``, ``filters`` ...
        before: What it was.
        after: What it is.
    """

    what: str
    before: str
    after: str


class NodeChange(Struct, frozen=True, kw_only=True):
    """A layer that is in both models and not the same."""

    before: Node
    after: Node
    differences: tuple[Difference, ...]


class Changes(Struct, frozen=True, kw_only=True):
    """What is different in the second of two models, in graph order.

    Attributes:
        added: Layers that the first does not have.
        removed: Layers that the second does not have.
        changed: Layers of both that differ.
        parameters: Parameters of the first and of the second.
        facts: What differs about the whole file.
    """

    added: tuple[Node, ...] = ()
    removed: tuple[Node, ...] = ()
    changed: tuple[NodeChange, ...] = ()
    parameters: tuple[int, int] = (0, 0)
    facts: tuple[Difference, ...] = ()

    @property
    def any(self) -> bool:
        """Whether a layer differs."""
        return bool(self.added or self.removed or self.changed)

    @property
    def phrase(self) -> str:
        """The rest of a sentence: ``1 layer added, 2 changed; +1,024 parameters``."""
        if not self.any:
            return (
                "the layers, shapes and settings are the same; "
                "the weights may have other values"
            )
        counts = (
            (len(self.added), "added"),
            (len(self.removed), "removed"),
            (len(self.changed), "changed"),
        )
        told = [(number, verb) for number, verb in counts if number]
        layers = [
            f"{grouped(number) if place else count_of(number, 'layer')} {verb}"
            for place, (number, verb) in enumerate(told)
        ]
        parts = [", ".join(layers)]
        before, after = self.parameters
        if more := after - before:
            sign = "+" if more > 0 else "\u2212"
            noun = "parameter" if abs(more) == 1 else "parameters"
            parts.append(f"{sign}{grouped(abs(more))} {noun} ({grouped(after)} now)")
        return "; ".join(parts)


def compare(first: ModelIndex, second: ModelIndex) -> Changes:
    """Return what is different in the second model.

    Visits every node of both: some 0.2 s for 50,000, so call it in a job.
    """
    before, after = first.nodes, second.nodes
    changed = (
        NodeChange(before=before[id], after=node, differences=differences)
        for id, node in after.items()
        if id in before
        and (differences := tuple(_differences(first, second, before[id], node)))
    )
    return Changes(
        added=tuple(node for id, node in after.items() if id not in before),
        removed=tuple(node for id, node in before.items() if id not in after),
        changed=tuple(changed),
        parameters=(totals(first.model).total, totals(second.model).total),
        facts=tuple(_facts(first.model, second.model)),
    )


def _differences(
    first: ModelIndex, second: ModelIndex, before: Node, after: Node
) -> Iterator[Difference]:
    yield from _difference("type", shown(before.op), shown(after.op))
    yield from _outputs(first, second, before, after)
    yield from _weights(before.parameters, after.parameters)
    if before.config != after.config:
        yield from _settings(before, after)
    else:  # only what reading makes of the file can differ
        yield from _difference(
            "activation", shown(before.activation), shown(after.activation)
        )
    if before.inputs != after.inputs:
        yield from _difference(
            "inputs", _sources(first, before), _sources(second, after)
        )
    yield from _difference("problem", shown(before.problem), shown(after.problem))


def _outputs(
    first: ModelIndex, second: ModelIndex, before: Node, after: Node
) -> Iterator[Difference]:
    several = max(len(before.outputs), len(after.outputs)) > 1
    pairs = zip_longest(before.outputs, after.outputs, fillvalue="")
    for number, (old, new) in enumerate(pairs, 1):
        which = f" {number}" if several else ""
        one, two = first.values.get(old), second.values.get(new)
        yield from _difference(f"output{which} shape", _shape(one), _shape(two))
        yield from _difference(f"output{which} type", _dtype(one), _dtype(two))


def _weights(
    before: Sequence[Parameter], after: Sequence[Parameter]
) -> Iterator[Difference]:
    old = {weight.role: weight for weight in before}
    new = {weight.role: weight for weight in after}
    for role in dict.fromkeys((*old, *new)):
        one, two = old.get(role), new.get(role)
        yield from _difference(shown(role, 60), _weight(one), _weight(two))
        if one is not None and two is not None and one.trainable != two.trainable:
            words = {True: "trained", False: "not trained"}
            yield Difference(
                what=shown(role, 60),
                before=words[one.trainable],
                after=words[two.trainable],
            )


def _settings(before: Node, after: Node) -> Iterator[Difference]:
    """Compare the file's own settings one by one."""
    old, new = _parsed(before.config), _parsed(after.config)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield from _difference(
                shown(str(name), 60), _setting(old, name), _setting(new, name)
            )


def _facts(first: Model, second: Model) -> Iterator[Difference]:
    yield from _difference("format", first.format, second.format)
    yield from _difference("written by", shown(first.producer), shown(second.producer))
    old = {(fact.section, fact.name): fact.text for fact in first.facts}
    new = {(fact.section, fact.name): fact.text for fact in second.facts}
    for key in dict.fromkeys((*old, *new)):
        yield from _difference(
            shown(key[1], 60), shown(old.get(key, "")), shown(new.get(key, ""))
        )


def _difference(what: str, before: str, after: str) -> Iterator[Difference]:
    if before != after:
        yield Difference(what=what, before=before or ABSENT, after=after or ABSENT)


def _shape(value: Value | None) -> str:
    return "" if value is None else grouped_shape(value.shape)


def _dtype(value: Value | None) -> str:
    return "" if value is None else shown(value.dtype or value.note, 60)


def _weight(weight: Parameter | None) -> str:
    if weight is None:
        return ""
    shape: Shape = weight.shape
    return f"{grouped_shape(shape)} {shown(weight.tensor.dtype, 40)}"


def _sources(index: ModelIndex, node: Node) -> str:
    names = []
    for id in node.inputs:
        maker = index.maker(id)
        names.append(shown(maker.title if maker else id, 60) if id else ABSENT)
    return ", ".join(names)


def _parsed(config: str) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(config)
    except (msgspec.DecodeError, RecursionError):
        found = config
    return found if isinstance(found, dict) else {"settings": found}


def _setting(settings: dict[str, Any], name: str) -> str:
    if name not in settings:
        return ""
    return setting_text(settings[name])
