"""What each name of an ONNX graph stands for: constants, inputs, results of nodes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from loaders.formats._onnx_constants import (
    QUANTIZING,
    Constant,
    Constants,
    constant_of_node,
    is_foldable,
)
from loaders.formats._onnx_functions import Functions, call_key
from loaders.formats._onnx_order import captured
from loaders.formats._onnx_patterns import Folded
from loaders.formats._onnx_problems import Problems
from loaders.formats._onnx_records import (
    GraphRecord,
    NodeRecord,
    SparseRecord,
    TensorRecord,
    TypeRecord,
    ValueRecord,
)
from loaders.formats._onnx_scope import Scope, contradicts, declared_types, merged
from loaders.ir.builder import GraphBuilder
from loaders.ir.folding import Folding
from loaders.ir.text import count_of, shape_text, shown


@dataclass(slots=True)
class Counts:
    """What became of the file's nodes, for one note each."""

    constants: int = 0
    computed: int = 0
    pairs: int = 0
    norms: int = 0


class Names:
    """Declares the names of graphs.

    Attributes:
        counts: What became of the file's nodes so far.
        ids: Every value id that is in use.
        unused: Initializers that nobody reads.
    """

    def __init__(
        self,
        graph: GraphRecord,
        constants: Constants,
        functions: Functions,
        problems: Problems,
        folding: Folding,
    ) -> None:
        self._folding = folding
        self._constants, self._functions = constants, functions
        self._problems = problems
        self._taken = frozenset(_names_of_lengths(graph.inputs))
        self.counts = Counts()
        self.ids: set[str] = set()
        self.unused: list[Constant] = []

    def note_order(
        self, was_sorted: bool, cyclic: int, twice: tuple[str, ...], scope: Scope
    ) -> None:
        where = f" in {shown('/'.join(scope.labels), 80)}" if scope.labels else ""
        if cyclic:
            self._problems.add(
                "cycle",
                f"{count_of(cyclic, 'node')}{where} lie on a cycle or behind one: "
                "they wait for their own results.",
            )
        if not was_sorted:
            self._problems.add(
                "order",
                f"The nodes{where} are not in the order in which they run, as ONNX "
                "demands; they were put in order.",
            )
        for name in twice:
            self._problems.add(
                "twice",
                f"The value {shown(name, 60)}{where} is made twice; its readers are "
                "shown with the first one.",
            )

    def declare_stored(self, record: GraphRecord, scope: Scope) -> None:
        stored: list[tuple[str, TensorRecord | SparseRecord]] = [
            (tensor.name, tensor) for tensor in record.initializers
        ]
        stored += [(tensor.values.name, tensor) for tensor in record.sparse]
        read = {name for node in record.nodes for name in node.inputs}
        read.update(value.name for value in record.outputs)
        read.update(captured(body for node in record.nodes for _, body in node.graphs))
        for name, tensor in stored:
            if name in scope.names:
                self._problems.add(
                    "twice",
                    f"The initializer {shown(name, 60)} is there twice; the first "
                    "one is used.",
                )
                continue
            constant = Constant(
                self.value_id(scope, name),
                name,
                stored=tensor,
                body=scope.body or (),
                is_initializer=True,
            )
            scope.names[name] = constant
            self._constants.ref(constant)  # notes what is wrong with it, used or not
            if name not in read:
                self.unused.append(constant)

    def declare_inputs(
        self, record: GraphRecord, scope: Scope, graph: GraphBuilder
    ) -> None:
        for value in record.inputs:
            if value.name in scope.names:
                continue  # an initializer's default, or bound by a function's call
            if scope.is_branch and scope.find(value.name) is not None:
                continue  # branches take nothing in; some writers list what they read
            id = self.value_id(scope, value.name)
            scope.names[value.name] = id
            graph.inputs.append(id)

    def without_constants(
        self,
        nodes: list[NodeRecord],
        record: GraphRecord,
        scope: Scope,
        graph: GraphBuilder,
    ) -> tuple[list[NodeRecord], list[NodeRecord]]:
        """Make constants of what depends on no input.

        Returns:
            The nodes that do, and the others that are to be shown all the same.
        """
        results = {value.name for value in record.outputs}
        nothing_comes_in = scope.parent is None and not graph.inputs
        kept: list[NodeRecord] = []
        shown: list[NodeRecord] = []
        names = scope.names
        for node in nodes:
            if any(name in results or name in names for name in node.outputs):
                kept.append(node)
            elif node.op == "Constant" and not node.domain and node.outputs:
                self._fold_constant(node, scope)
                if not self._folding.constants:
                    shown.append(node)
            elif (
                not nothing_comes_in
                and any(node.inputs)
                and call_key(node) not in self._functions.open
                and self._all_constant(node, scope)
                and is_foldable(node)
            ):
                self._fold_computed(node, scope)
                if self._shows(node):
                    shown.append(node)
            else:
                kept.append(node)
        return kept, shown

    def _shows(self, node: NodeRecord) -> bool:
        rounds = node.op in QUANTIZING or bool(node.domain)
        return not (self._folding.rounding if rounds else self._folding.constants)

    def _all_constant(self, node: NodeRecord, scope: Scope) -> bool:
        return all(
            not name or isinstance(scope.find(name), Constant) for name in node.inputs
        )

    def _fold_constant(self, node: NodeRecord, scope: Scope) -> None:
        name = node.outputs[0]
        constant = constant_of_node(
            node, scope.resolved(node), self.value_id(scope, name), scope.body or ()
        )
        scope.names[name] = constant
        constant.is_shown = not self._folding.constants
        self.counts.constants += not constant.is_shown

    def _fold_computed(self, node: NodeRecord, scope: Scope) -> None:
        inputs = tuple(scope.constant(name) if name else None for name in node.inputs)
        attributes = scope.resolved(node)
        for name in node.outputs:
            if name:
                scope.names[name] = Constant(
                    self.value_id(scope, name),
                    name,
                    node=node,
                    inputs=inputs,
                    body=scope.body or (),
                    attributes=attributes,
                    is_shown=self._shows(node),
                )
        self.counts.computed += not self._shows(node)

    def types(self, record: GraphRecord, scope: Scope) -> dict[str, TypeRecord]:
        declared = declared_types(record)
        inference = self._constants.inference
        if inference is None or scope.body is None:
            return declared
        inferred = inference.types(scope.body)
        found = dict(declared)
        for name, type in inferred.items():
            stated = declared.get(name)
            found[name] = merged(type, stated, self._taken)
            if stated is not None and contradicts(type, stated):
                self._problems.add(
                    "declared",
                    f"{shown(name, 60)} is declared as {shape_text(stated.shape)}; "
                    f"what its node computes is {shape_text(type.shape)}.",
                )
        return found

    def declare_results(
        self, folded: Folded, scope: Scope
    ) -> list[tuple[NodeRecord, list[str]]]:
        made: list[tuple[NodeRecord, list[str]]] = []
        for node in folded.nodes:
            if node is None:
                continue
            if node.op == "DequantizeLinear" and len(node.inputs) > 1:
                scope.rounding[node.outputs[0]] = node
            outputs: list[str] = []
            for name in node.outputs:
                if not name:
                    outputs.append("")
                    continue
                id = self.value_id(scope, name)
                outputs.append(id)
                if name in scope.names:
                    self._problems.add(
                        "twice",
                        f"The value {shown(name, 60)} is made twice or shares its "
                        "name with an input or initializer.",
                    )
                else:
                    scope.names[name] = id
            made.append((node, outputs))
        return made

    def value_id(self, scope: Scope, name: str) -> str:
        wanted = id = scope.prefix + name
        count = 1
        while id in self.ids:
            count += 1
            id = f"{wanted}#{count}"
        self.ids.add(id)
        return id


def _names_of_lengths(values: Iterable[ValueRecord]) -> Iterator[str]:
    for value in values:
        shape = value.type.shape if value.type is not None else None
        yield from (dim for dim in shape or () if isinstance(dim, str))
