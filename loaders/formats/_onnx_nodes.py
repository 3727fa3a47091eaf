"""One ONNX node as the program's node: inputs sorted into data, weights, settings."""

import functools
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from loaders.formats._onnx_attributes import config_of, settings_of
from loaders.formats._onnx_constants import QUANTIZING, Constant, Constants
from loaders.formats._onnx_parameters import ELEMENTWISE, Parameters, with_codes
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import NodeRecord
from loaders.formats._onnx_scope import Scope
from loaders.formats._onnx_strip import STANDARD
from loaders.ir.graph import Category, Node, Parameter, Severity
from loaders.ir.text import shown
from loaders.kinds import Dialect, LayerKind, find_kind, understand
from loaders.quantizers.onnx_packed import CODE_INPUTS

_ROUNDING = ("_scale", "scales", "zero_point", "zero_points")
LINEAR = frozenset({"MatMul", "Gemm", "Conv", "ConvTranspose", "Einsum"})
"""What a bias is added to: there, a single number is the bias of a single unit."""


@dataclass(slots=True)
class Taken:
    """What the inputs of a node turned out to be.

    ``given`` are ids of constants that are no data and whose makers are shown.
    """

    data: list[str]
    parameters: list[Parameter]
    settings: dict[str, Any]
    missing: list[str]
    given: list[str]


class NodeMaker:
    """Makes nodes; the same for the main graph, bodies and functions."""

    def __init__(
        self, constants: Constants, parameters: Parameters, problems: Problems
    ) -> None:
        self._constants, self._parameters = constants, parameters
        self._problems = problems
        self.linear: set[str] = set()
        """Ids of values to which a bias may be added."""

    def make(
        self,
        record: NodeRecord,
        id: str,
        scope: Scope,
        outputs: list[str],
        *,
        is_function: bool = False,
    ) -> Node:
        """Return the node; ``outputs`` are its value ids."""
        dialect = f"onnx.{record.domain}" if record.domain else "onnx"
        found = _kind(dialect, record.op)
        attributes = scope.resolved(record)
        settings = settings_of(attributes, self._constants.tensors)
        taken = self._take(record, scope, found, dialect, settings)
        for name in taken.missing:
            self._problems.add(
                "missing",
                f"{_title(record, id)}: its input {shown(name, 60)} is missing: "
                "nobody makes it.",
                id,
            )
        version = scope.opsets.get(record.domain, 1)
        settings.update(taken.settings)
        if record.op == "Range" and record.outputs:
            settings["length"] = scope.lengths.get(record.outputs[0])
        kind, ours, complaint = understand(dialect, record.op, settings, version)
        if kind is None and not complaint and not is_function:
            self._note_unknown(record, scope)
        if complaint:
            self._problems.add(
                "settings", f"{_title(record, id)}: {shown(complaint)}.", id
            )
        if record.op in LINEAR or (taken.data[:1] and self._passes(record, taken.data)):
            self.linear.update(outputs)
        return Node(
            id=id,
            name=record.name,
            op=record.op,
            dialect=dialect,
            kind=kind.id if kind is not None else "unknown",
            category=kind.category if kind is not None else Category.OTHER,
            inputs=tuple(taken.data),
            given=tuple(dict.fromkeys(taken.given)),
            outputs=tuple(outputs),
            attributes=ours,
            config=config_of(attributes),
            parameters=tuple(taken.parameters),
            scope=scope.labels,
            modules=record.modules,
        )

    def _note_unknown(self, record: NodeRecord, scope: Scope) -> None:
        domain = record.domain or "ai.onnx"
        inference = self._constants.inference
        types = {} if inference is None else inference.types(scope.body or ())
        is_standard = record.domain in STANDARD and (
            scope.body is None or any(name in types for name in record.outputs)
        )
        self._problems.add(
            f"operator {domain}",
            f"The operator {shown(record.op, 60) or 'without a name'} of "
            f"{shown(domain, 60)} is unknown to this program: its shapes are what the "
            "file states.",
            severity=Severity.INFO if is_standard else Severity.WARNING,
        )

    def _passes(self, record: NodeRecord, data: list[str]) -> bool:
        moves = record.op in (
            "Squeeze",
            "Reshape",
            "Transpose",
            "Unsqueeze",
            *QUANTIZING,
        )
        return moves and data[0] in self.linear

    def constant_inputs(self, node: NodeRecord, scope: Scope) -> list[Constant]:
        """Return constants that stay on edges: they need a value of their own."""
        dialect = f"onnx.{node.domain}" if node.domain else "onnx"
        found = _kind(dialect, node.op)
        if found is None:
            return []
        kept = []
        for at, name in enumerate(node.inputs):
            if name and not found[1].role(at):
                constant = scope.constant(name)
                if constant is not None:
                    kept.append(constant)
        return kept

    def _take(
        self,
        record: NodeRecord,
        scope: Scope,
        found: tuple[LayerKind, Dialect] | None,
        dialect: str,
        settings: dict[str, Any],
    ) -> Taken:
        taken = Taken([], [], {}, [], [])
        rounding: list[str] = []
        for at, name in enumerate(record.inputs):
            role = found[1].role(at) if found is not None else ""
            meaning = scope.find(name) if name else ""
            if meaning is None:
                taken.missing.append(name)
                taken.data.append(scope.prefix + name)
            elif isinstance(meaning, str):
                if meaning and role.endswith(_ROUNDING):
                    rounding.append(meaning)
                elif meaning or not role:
                    taken.data.append(meaning)
            elif role.startswith("@"):
                self._setting(taken, role[1:], meaning)
            else:
                if found is not None and not role:
                    taken.data.append(meaning.id)
                self._parameter(
                    taken, record, scope, dialect, at, role, meaning, settings
                )
            if isinstance(meaning, Constant) and meaning.is_shown:
                taken.given.append(meaning.id)
        taken.given = [id for id in taken.given if id not in taken.data]
        # Rules count the operands: scales that come from elsewhere stand behind them.
        taken.data.extend(rounding)
        return taken

    def _setting(self, taken: Taken, role: str, constant: Constant) -> None:
        values = self._constants.values(constant)
        if values is not None and values.dtype.kind in "biuf":
            taken.settings[role] = values.tolist()

    def _parameter(
        self,
        taken: Taken,
        record: NodeRecord,
        scope: Scope,
        dialect: str,
        at: int,
        role: str,
        constant: Constant,
        settings: dict[str, Any],
    ) -> None:
        unknown = _kind(dialect, record.op) is None
        word = role or (f"input_{at}" if unknown else "constant")
        parameter = self._parameters.make(
            constant,
            _free(word, taken.parameters),
            weight=self._may_be_weight(dialect, record, at, role, unknown),
            operand=record.op in ELEMENTWISE,
            scalar_counts=self._scalar_counts(record, scope, at, role, constant),
        )
        if parameter is None:
            self._problems.add(
                "computed",
                f"{_title(record, record.op)}: its {word} is computed from constants "
                "and nothing tells its shape; it is not counted.",
                severity=Severity.INFO,
            )
            return

        def other(position: int) -> Constant | None:
            if position < 0:
                return scope.scales.get(record.outputs[0]) if record.outputs else None
            name = record.inputs[position] if position < len(record.inputs) else ""
            return scope.constant(name) if name else None

        parameter = with_codes(
            parameter, dialect, record, at, settings, other, self._parameters
        )
        annotation = scope.annotations.get(constant.name)
        if annotation is not None and parameter.quantizer is None:
            said = self._parameters.annotated(annotation, scope.constant)
            parameter = replace(parameter, quantizer=said)
        taken.parameters.append(parameter)

    def _may_be_weight(
        self, dialect: str, record: NodeRecord, at: int, role: str, unknown: bool
    ) -> bool:
        """Whether an input holds trained numbers, not how they are rounded."""
        if record.op in QUANTIZING or role.endswith(_ROUNDING):
            return False
        spec = CODE_INPUTS.get(f"{dialect}.{record.op}")
        return bool(role) or (unknown and (spec is None or at == spec.at))

    def _scalar_counts(
        self, record: NodeRecord, scope: Scope, at: int, role: str, constant: Constant
    ) -> bool:
        """Whether one number is a weight here, not a number of a formula."""
        if record.op not in ELEMENTWISE:
            return bool(role) and record.op != "Concat"
        if record.op != "Add" or not self._constants.type(constant).shape:
            return False
        others = [
            scope.find(name) for pos, name in enumerate(record.inputs) if pos != at
        ]
        return any(isinstance(one, str) and one in self.linear for one in others)


@functools.cache
def _kind(dialect: str, op: str) -> tuple[LayerKind, Dialect] | None:
    return find_kind(dialect, op)


def _free(role: str, parameters: list[Parameter]) -> str:
    """Return a role that no other weight of the node has."""
    used = {parameter.role for parameter in parameters}
    count, free = 1, role
    while free in used:
        count += 1
        free = f"{role}_{count}"
    return free


def _title(record: NodeRecord, id: str) -> str:
    return shown(record.name or id, 80)
