"""What each layer does: one module per family, every dialect of it side by side.

A ``LayerKind`` knows how each format spells the layer (``dialects``), why its output
has the shape it has (``shape`` returns *steps*, the plain shape is read off them),
which weights it has and why that many (``weights``), and what it costs
(``multiply_adds``). To add one: write a module here that ends in ``KINDS.add(...)``.

Rules are pure functions of a ``Call``: settings in our spelling, input shapes, shapes
of the weights. They never see a file. Lengths may be unknown (``None``) or have a name
(``"batch"``); rules pass on what they can and never guess.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from loaders.ir.graph import Attributes, Axis, Category, Parameter, Shape, Value
from loaders.ir.steps import OutputSteps, WeightSteps
from loaders.registry import Registry

Settings: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of one layer: everything that a rule may look at.

    Attributes:
        op: The operation in the file's words, without the dialect: ``Conv2D``.
        attributes: Settings in our spelling, as the dialect's translation made them,
            plus small constant inputs of ONNX operations under their role's name.
        inputs: The data inputs in order, ``None`` where an optional one is absent.
            Inputs that hold weights are not here but in ``weights``.
        weights: Weights that the file holds, by role. Empty for a Keras description
            without weights; ONNX rules read kernel sizes here.
        outputs: How many outputs the file says the layer has; 0 if it does not say.
        from_outside: Whether the first input is an input of the whole model: only
            then can its axes be in another order than the model expects.
    """

    op: str
    attributes: Attributes
    inputs: tuple[Value | None, ...] = ()
    weights: Mapping[str, Parameter] = field(default_factory=dict)
    outputs: int = 0
    from_outside: bool = False

    def shape(self, index: int = 0) -> Shape | None:
        """Return the shape of one input; ``None`` if absent or of unknown rank."""
        value = self.inputs[index] if index < len(self.inputs) else None
        return None if value is None else value.shape

    def axes(self, index: int = 0) -> tuple[Axis, ...]:
        """Return what the axes of one input stand for."""
        value = self.inputs[index] if index < len(self.inputs) else None
        return () if value is None else value.axes


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting in plain words with this layer's numbers, for the inspector.

    ``kernel_size`` · ``8 × 8`` · "Each filter looks at 8 × 8 positions at a time."
    """

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one format spells a kind.

    Attributes:
        translate: The file's settings -> ours. ``version`` is the Keras major version
            (1, 2, 3) or the ONNX opset. May raise KeyError, TypeError, ValueError,
            IndexError or AttributeError on nonsense: the node is then shown as
            unknown with a note.
        inputs: ONNX only: what each input position holds. ``""`` is data; a plain
            word is the role of a weight if the input is constant (``kernel``), data
            otherwise; ``"@axes"`` is a constant that shapes the result: its value
            is put into the attributes under ``axes`` and it is never counted.
            The last entry stands for all further positions.
    """

    translate: Callable[[Settings, int], Attributes]
    inputs: tuple[str, ...] = ("",)

    def role(self, position: int) -> str:
        """Return what the input at a position holds."""
        return self.inputs[min(position, len(self.inputs) - 1)] if self.inputs else ""


def no_settings(_settings: Settings, _version: int) -> Attributes:
    """No setting matters to the rules."""
    return {}


def no_weights(_call: Call) -> list[WeightSteps]:
    """The layer has no weights."""
    return []


def unknown_cost(_call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """Nobody counted."""
    return None


def no_cost(_call: Call, _outputs: Sequence[OutputSteps]) -> int | None:
    """The layer multiplies nothing."""
    return 0


def no_fields(_call: Call) -> list[Field]:
    """No setting needs a word."""
    return []


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerKind:
    """A family of layers that share one rule.

    Attributes:
        id: Unique: ``convolution``.
        title: In words: ``Convolution``.
        category: Colour family.
        dialects: Every spelling: ``keras.Conv2D``, ``keras.Convolution2D`` (Keras 1),
            ``keras.ops.relu`` (``keras.ops`` nodes; the class name in the file in
            lower case is used: ``keras.ops.relu``), ``onnx.Conv``,
            ``onnx.ai.onnx.ml.Scaler``.
        shape: One ``OutputSteps`` per output; ``None`` where the rank is unknown.
            Raises ``ShapeError`` if the shapes that meet cannot work; the sentence
            has the numbers.
        weights: Weights from settings and input shapes alone, in the order in which
            the framework creates them (that order maps files to roles).
        multiply_adds: For one sample (a batch axis counts as 1); ``None`` if a
            length is unknown.
        fields: The settings worth a sentence, most important first.
        reads: What the axes of the first input must stand for, given its rank; used
            to name the axes of model inputs. ``None`` where it does not matter.
        summary: A few words under the name: ``24 filters of 8 × 8 · stride 2``.
    """

    id: str
    title: str
    category: Category
    dialects: Mapping[str, Dialect]
    shape: Callable[[Call], list[OutputSteps | None]]
    weights: Callable[[Call], list[WeightSteps]] = no_weights
    multiply_adds: Callable[[Call, Sequence[OutputSteps]], int | None] = unknown_cost
    fields: Callable[[Call], list[Field]] = no_fields
    reads: Callable[[Call, int], tuple[Axis, ...] | None] | None = None
    summary: Callable[[Call], str] | None = None


KINDS: Registry[LayerKind] = Registry(__name__)

_by_dialect: dict[str, tuple[LayerKind, Dialect]] = {}


def find_kind(dialect: str, op: str) -> tuple[LayerKind, Dialect] | None:
    """Return the kind that understands an operation, e.g. ``("keras", "Conv2D")``."""
    if not _by_dialect:
        _by_dialect.update(_spellings())
    return _by_dialect.get(f"{dialect}.{op}")


def _spellings() -> dict[str, tuple[LayerKind, Dialect]]:
    found: dict[str, tuple[LayerKind, Dialect]] = {}
    for kind in KINDS:
        for spelling, how in kind.dialects.items():
            if spelling in found:
                other = found[spelling][0].id
                raise ValueError(f"{spelling} is in both {other} and {kind.id}")
            found[spelling] = (kind, how)
    return found


COMPUTED = "computes_in"
"""The setting of Keras' layers that names the float type that they compute in."""

BAD_SETTINGS = (
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    AttributeError,
    ArithmeticError,  # int(inf) and the like
)
"""What a translation or rule may raise on settings that make no sense."""


def understand(
    dialect: str, op: str, settings: Settings, version: int
) -> tuple[LayerKind | None, Attributes, str]:
    """Return kind, settings in our spelling, and a complaint (empty if all is well).

    Unknown operations give ``(None, {}, "")``; settings that make no sense give
    ``(None, {}, "...")`` with a sentence about the first bad one.
    """
    found = find_kind(dialect, op)
    if found is None:
        return None, {}, ""
    kind, how = found
    try:
        return kind, how.translate(settings, version), ""
    except BAD_SETTINGS as error:
        detail = (
            str(error) if not isinstance(error, KeyError) else f"{error} is missing"
        )
        return None, {}, f"its settings make no sense ({detail[:120]})"
