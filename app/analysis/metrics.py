"""What can be painted on the picture of a model: one number or word per node and group.

Each metric visits every node once, and each group once for what lies in it, so that
50,000 nodes take a fraction of a second: make them in a job.
"""

from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from loaders.ir.graph import Category, Model, Node, Parameter, Structure
from loaders.ir.index import ModelIndex
from loaders.ir.quantization import Affine
from loaders.ir.tensors import bits_of
from loaders.ir.text import shown
from loaders.ir.walk import knows_weights, lacks_weights, multiply_adds_of, output_bytes
from viewers.drawing.metric import Metric, Number, Scale

NOT_ROUNDED = "not quantized"
MIXED = "mixed"
"""The word on a group whose inside does not agree."""
SUM, LARGEST, MEAN, COMMON = (
    "groups: sum",
    "groups: largest inside",
    "groups: mean over all weights",
    "groups: what all inside share",
)


class Measure(Struct, frozen=True, kw_only=True):
    """A metric before it is made for a model.

    Attributes:
        id: Unique.
        title: What a menu says.
        of: Makes the numbers by id of node and group.
        unit: See ``Metric``.
        scale: See ``Metric``.
        note: See ``Metric``.
        of_weights: Whether it tells of weights only, so that a file without layers
            has it, too.
    """

    id: str
    title: str
    of: Callable[[ModelIndex], dict[str, Number]]
    unit: str = ""
    scale: Scale = Scale.MAGNITUDE
    note: str = SUM
    of_weights: bool = False


def measures_of(model: Model) -> tuple[Measure, ...]:
    """Return what there is to be painted on a model's picture."""
    holds_layers = model.structure is not Structure.TENSORS
    return tuple(one for one in MEASURES if holds_layers or one.of_weights)


def make_metric(index: ModelIndex, measure: Measure) -> Metric:
    """Return the numbers of one metric for a whole model."""
    return Metric(
        id=measure.id,
        title=measure.title,
        numbers=measure.of(index),
        unit=measure.unit,
        scale=measure.scale,
        note=measure.note if index.model.grouping.groups else "",
    )


def _parameters(index: ModelIndex) -> dict[str, Number]:
    numbers: dict[str, Number] = {
        node.id: node.parameter_count if knows_weights(node) else None
        for node in _plain_nodes(index)
    }
    groups = index.model.grouping.groups.values()
    return numbers | {group.id: group.parameters for group in groups}


def _multiply_adds(index: ModelIndex) -> dict[str, Number]:
    numbers: dict[str, Number] = {
        node.id: multiply_adds_of(index.model, node) for node in _plain_nodes(index)
    }
    groups = index.model.grouping.groups.values()
    return numbers | {group.id: group.multiply_adds for group in groups}


def _memory(index: ModelIndex) -> dict[str, Number]:
    """Return the stored bytes of the weights; small types are packed."""
    numbers: dict[str, Number] = {}
    for id, weights in _weights(index).items():
        sizes = [_stored_bytes(weight) for weight in weights]
        known = all(size is not None for size in sizes)
        numbers[id] = sum(size or 0 for size in sizes) if known else None
    return numbers | dict.fromkeys(_without_weights(index), None)


def _trained(index: ModelIndex) -> dict[str, Number]:
    """Return how many parameters training changes."""
    numbers: dict[str, Number] = {}
    for id, weights in _weights(index).items():
        known = all(weight.known for weight in weights)
        trained = sum(weight.count for weight in weights if weight.trainable)
        numbers[id] = trained if known else None
    return numbers | dict.fromkeys(_without_weights(index), None)


def _weight_bits(index: ModelIndex) -> dict[str, Number]:
    """Return how many bits a weight takes, on average."""
    numbers: dict[str, Number] = {}
    for id, weights in _weights(index).items():
        bits = [(_bits(weight), weight.count) for weight in weights]
        if any(each is None and count for each, count in bits):
            numbers[id] = None
        elif total := sum(count for _bits_each, count in bits):
            numbers[id] = sum((each or 0) * count for each, count in bits) / total
    return numbers | dict.fromkeys(_without_weights(index), None)


def _weight_types(index: ModelIndex) -> dict[str, Number]:
    numbers: dict[str, Number] = {}
    for id, weights in _weights(index).items():
        if words := {_type_words(weight) for weight in weights}:
            numbers[id] = _common(words)
    return numbers


def _output_types(index: ModelIndex) -> dict[str, Number]:
    def word(node: Node) -> str:
        value = index.first_output(node)
        return shown(value.dtype, 40) if value is not None else ""

    return _words(index, word)


def _quantization(index: ModelIndex) -> dict[str, Number]:
    """Return how a device rounds the weights, else the output."""

    def word(node: Node) -> str:
        value = index.first_output(node)
        found = [weight.quantizer for weight in node.parameters if weight.quantizer]
        quantizer = found[0] if found else (value.quantizer if value else None)
        return shown(quantizer.badge, 40) if quantizer is not None else NOT_ROUNDED

    return _words(index, word)


def _operations(index: ModelIndex) -> dict[str, Number]:
    return _words(index, lambda node: shown(node.op, 40))


def _output_sizes(index: ModelIndex) -> dict[str, Number]:
    """Return the bytes of the outputs for one sample."""
    sizes: dict[str, Number] = {}
    largest: dict[str, int] = {}
    unknown: set[str] = set()
    for node in _plain_nodes(index):
        size = output_bytes(index.values, node)
        sizes[node.id] = size
        for group in index.groups_around(node.id):
            if size is None:
                unknown.add(group)
            else:
                largest[group] = max(size, largest.get(group, 0))
    return sizes | largest | dict.fromkeys(unknown)


# what they are made of


def _plain_nodes(index: ModelIndex) -> Iterator[Node]:
    """Yield the nodes that do something themselves: no inputs, no containers."""
    for graph in index.model.graphs.values():
        for node in graph.nodes.values():
            if not node.bodies and (
                node.category is not Category.ENDPOINT or node.parameters
            ):
                yield node


def _weights(index: ModelIndex) -> dict[str, list[Parameter]]:
    """Return the counted weights of each node and each group, each weight once."""
    found: dict[str, list[Parameter]] = {
        node.id: [weight for weight in node.parameters if weight.counted]
        for node in _plain_nodes(index)
    }
    seen: set[tuple[str, str]] = set()
    for graph in index.model.graphs.values():
        for node in graph.nodes.values():
            counted = [weight for weight in node.parameters if weight.counted]
            around = index.groups_around(node.id)
            groups = (*around, node.id) if node.bodies else around
            for group in groups:
                inside = found.setdefault(group, [])
                for weight in counted:
                    if (group, weight.id) not in seen:
                        seen.add((group, weight.id))
                        inside.append(weight)
    return found


def _without_weights(index: ModelIndex) -> set[str]:
    """Return the nodes that must have weights which nothing tells, and all around."""
    return {
        id
        for node in _plain_nodes(index)
        if lacks_weights(node)
        for id in (node.id, *index.groups_around(node.id))
    }


def _stored_bytes(weight: Parameter) -> int | None:
    bits = bits_of(weight.tensor.dtype)
    if not weight.known or bits is None:
        return None
    return -(-weight.count * bits // 8)


def _bits(weight: Parameter) -> int | None:
    if not weight.known:
        return None
    match weight.quantizer:
        case None:
            return bits_of(weight.tensor.dtype)
        case Affine(bits=bits):
            return bits
        case _:
            return None  # the file has its own words for it, and no number


def _type_words(weight: Parameter) -> str:
    match weight.quantizer:
        case None:
            return shown(weight.tensor.dtype, 40)
        case Affine(code_dtype=dtype):
            return shown(dtype, 40)
        case named:
            return shown(named.badge, 40)


def _words(index: ModelIndex, word_of: Callable[[Node], str]) -> dict[str, Number]:
    """Return a word per node, and what all in a group share; empty for unknown."""
    found: dict[str, set[str]] = {}
    for node in _plain_nodes(index):
        word = word_of(node)
        for id in (node.id, *index.groups_around(node.id)):
            found.setdefault(id, set()).add(word)
    return {id: _common(words) for id, words in found.items()}


def _common(words: Iterable[str]) -> Number:
    """Return the word that all share; ``None`` where one is unknown."""
    several = set(words)
    if "" in several:
        return None
    return several.pop() if len(several) == 1 else MIXED


MEASURES = (
    Measure(id="parameters", title="Parameters", of=_parameters, of_weights=True),
    Measure(id="trained", title="Trainable parameters", of=_trained, of_weights=True),
    Measure(id="multiply-adds", title="Multiply-adds", of=_multiply_adds),
    Measure(id="memory", title="Memory", of=_memory, unit="B", of_weights=True),
    Measure(
        id="output-size",
        title="Output size",
        of=_output_sizes,
        unit="B",
        note=LARGEST,
    ),
    Measure(
        id="weight-bits",
        title="Bits per weight",
        of=_weight_bits,
        unit="bits",
        note=MEAN,
        of_weights=True,
    ),
    Measure(
        id="weight-type",
        title="Type of weights",
        of=_weight_types,
        scale=Scale.NAMES,
        note=COMMON,
        of_weights=True,
    ),
    Measure(
        id="output-type",
        title="Type of output",
        of=_output_types,
        scale=Scale.NAMES,
        note=COMMON,
    ),
    Measure(
        id="quantization",
        title="Quantization",
        of=_quantization,
        scale=Scale.NAMES,
        note=COMMON,
    ),
    Measure(
        id="operation",
        title="Operation",
        of=_operations,
        scale=Scale.NAMES,
        note=COMMON,
    ),
)
