"""The wiring of a ``Functional`` model: whom each call names as its inputs."""

from collections.abc import Iterable
from typing import Protocol

from loaders.formats._keras_calls import (
    CallRecord,
    Reference,
    read_calls,
    read_ends,
)
from loaders.formats._keras_layer import Arrangement, KerasLayer
from loaders.formats._keras_masks import fold_masks
from loaders.formats._keras_notices import Notices
from loaders.formats._keras_outputs import MOST_OUTPUTS
from loaders.formats._keras_steps import End, Step, Wiring, declared_input, declares
from loaders.ir.text import shown


class Models(Protocol):
    """What is known of the models inside the one that is wired."""

    def of(self, model: KerasLayer) -> Wiring:
        """Return the wiring of a model inside."""

    def outputs(self, layer: KerasLayer, step: Step) -> int:
        """Return how many outputs a call has."""


class GraphWiring:
    """The wiring of a ``Functional`` model."""

    def __init__(
        self,
        model: KerasLayer,
        wirings: Models,
        notices: Notices,
        *,
        folds_masks: bool = True,
    ) -> None:
        self._model, self._wirings, self._notices = model, wirings, notices
        self._folds_masks = folds_masks
        self._wiring = Wiring()
        self._first: dict[str, int] = {}
        self._calls: dict[str, int] = {}
        self._offset: dict[tuple[str, bool, bool], int] = {}

    def wire(self) -> Wiring:
        config = self._model.config
        records = self._records()
        inputs, _ = read_ends(config.get("input_layers"))
        outputs, _ = read_ends(config.get("output_layers"))
        told = [one for r in records if r for one in (*r.tensors, *r.masks)]
        legacy = all(one.legacy for one in told) and bool(told)
        self._count_calls(told, outputs, legacy)
        for step, record in zip(self._wiring.steps, records):
            if record is not None:
                self._connect(step, record)
        self._wiring.inputs = self._ends(inputs, "an input", legacy)
        self._wiring.outputs = self._ends(outputs, "an output", legacy)
        self._count_outputs()
        self._drop_bad_outputs()
        self._order_keyed_inputs()
        if self._folds_masks:
            fold_masks(self._wiring)
        self._find_cycle()
        steps = self._wiring.steps
        self._wiring.input_names = [
            steps[at].layer.name for at, _ in self._wiring.inputs
        ]
        return self._wiring

    def _records(self) -> list[CallRecord | None]:
        """Make one step per call; return what the file says of each."""
        records: list[CallRecord | None] = []
        for layer in self._model.layers:
            if layer.name in self._first:
                self._notices.add(
                    "A layer's name is used twice in one model; connections go to "
                    "the first one: {who}.",
                    layer.label,
                )
            self._first.setdefault(layer.name, len(records))
            calls: list[CallRecord | None] = list(read_calls(layer.inbound))
            self._calls.setdefault(layer.name, max(1, len(calls)))
            for record in calls or [None]:
                step = Step(layer)
                if record is None and layer.class_name == "InputLayer":
                    step.declared[0] = declared_input(layer)
                elif record is None or record.odd:
                    what = record.odd if record else "nothing flows into it"
                    self._notices.add(
                        "A layer is not connected as the others are: {who}.",
                        f"{layer.label}, {what}",
                    )
                self._wiring.steps.append(step)
                records.append(record)
        return records

    def _count_calls(
        self, told: Iterable[Reference], outputs: Iterable[Reference], legacy: bool
    ) -> None:
        """Find from which number on the calls of each nested model are counted."""
        models = {one.name: one for one in self._model.layers if one.is_model}
        seen: dict[tuple[str, bool, bool], set[int]] = {}
        for is_end, references in ((False, told), (True, outputs)):
            for one in references:
                if one.layer in models:
                    old = legacy if is_end else one.legacy
                    # Keras 1 and 2 count alike in both places.
                    key = (one.layer, old, is_end and not old)
                    seen.setdefault(key, set()).add(one.call)
        for (name, old, is_end), numbers in seen.items():
            model = models[name]
            expected = int(
                _has_own_node(model)
                if old
                else is_end and model.arrangement is Arrangement.GRAPH
            )
            count = self._calls[name]
            fits = [
                base
                for base in (expected, 1 - expected)
                if all(base <= number < base + count for number in numbers)
            ]
            self._offset[name, old, is_end] = fits[0] if fits else expected

    def _find(self, one: Reference, is_end: bool, legacy: bool) -> End | None:
        """Return the step and output that a reference means, or ``None``."""
        first = self._first.get(one.layer)
        offset = self._offset.get((one.layer, legacy, is_end and not legacy), 0)
        call = one.call - offset
        if (
            first is None
            or not 0 <= call < self._calls[one.layer]
            or not 0 <= one.output < MOST_OUTPUTS
        ):
            return None
        return first + call, one.output

    def _connect(self, step: Step, record: CallRecord) -> None:
        step.args, step.kwargs, step.keys = record.args, record.kwargs, record.keys
        for one in record.tensors:
            end = self._find(one, False, one.legacy)
            step.inputs.append(end)
            if end is None:
                self._missing(step.layer.label, one)
            else:
                self._declare(end, one)
        for one in record.masks:
            end = self._find(one, False, one.legacy)
            if end is None:
                self._missing(step.layer.label, one)
            else:
                step.masks.append(end)
                self._declare(end, one)

    def _declare(self, end: End, one: Reference) -> None:
        if one.shape is not None or one.dtype:
            declared = self._wiring.steps[end[0]].declared
            shape, dtype = declared.get(end[1], (None, ""))
            declared[end[1]] = (
                one.shape if shape is None else shape,
                dtype or one.dtype,
            )
        if one.shape is None and not one.legacy:
            self._notices.add(
                "A shape that the file declares has lengths (dimensions) that make no "
                "sense and is left open: {who}.",
                shown(one.layer, 60),
            )

    def _missing(self, who: str, one: Reference) -> None:
        what = f"call {one.call:,}, output {one.output:,} of {shown(one.layer, 60)}"
        if one.layer not in self._first:
            what = f"layer {shown(one.layer, 60) or '(empty)'}"
        self._notices.add(
            "The file names something as an input that is missing in it: {who}.",
            f"{who} needs {what}",
        )

    def _ends(self, told: list[Reference], what: str, legacy: bool) -> list[End]:
        found = []
        for one in told:
            end = self._find(one, True, legacy)
            if end is None:
                self._missing(f"{what} of the model", one)
            else:
                found.append(end)
        return found

    def _count_outputs(self) -> None:
        used = [0] * len(self._wiring.steps)
        for step in self._wiring.steps:
            for end in (*step.inputs, *step.masks):
                if end is not None:
                    used[end[0]] = max(used[end[0]], end[1] + 1)
        for at, output in (*self._wiring.inputs, *self._wiring.outputs):
            used[at] = max(used[at], output + 1)
        for at, step in enumerate(self._wiring.steps):
            fixed = max(self._wirings.outputs(step.layer, step), self._pieces(step))
            is_fixed = step.layer.is_model
            step.outputs = fixed if is_fixed else max(fixed, used[at])

    def _pieces(self, step: Step) -> int:
        """Return how many outputs ``unstack`` has by the length that it takes apart."""
        config, ends = step.layer.config, step.inputs
        if not (step.layer.is_op and step.layer.class_name == "Unstack" and ends):
            return 1
        axis = config.get("axis", 0)
        [source, *_] = ends
        if source is None or type(axis) is not int:
            return 1
        shape, _ = self._wiring.steps[source[0]].declared.get(source[1], (None, ""))
        if shape is None or not -len(shape) <= axis < len(shape):
            return 1
        length = shape[axis]
        return min(max(1, length), MOST_OUTPUTS) if isinstance(length, int) else 1

    def _drop_bad_outputs(self) -> None:
        """Take away connections to outputs that a nested model does not have."""
        steps = self._wiring.steps
        for step in steps:
            for position, end in enumerate(step.inputs):
                if end is not None and end[1] >= steps[end[0]].outputs:
                    other = steps[end[0]].layer
                    step.inputs[position] = None
                    self._missing(step.layer.label, Reference(other.name, 0, end[1]))
            step.masks = [end for end in step.masks if end[1] < steps[end[0]].outputs]
        wiring = self._wiring
        for ends in (wiring.inputs, wiring.outputs):
            ends[:] = [end for end in ends if end[1] < steps[end[0]].outputs]

    def _order_keyed_inputs(self) -> None:
        """Bring inputs given by name into the order of the nested model's inputs."""
        for step in self._wiring.steps:
            if not (step.keys and step.layer.is_model):
                continue
            names = self._wirings.of(step.layer).input_names
            inner = step.layer.config.get("input_layers")
            if isinstance(inner, dict) or set(names) != set(step.keys):
                continue
            by_key = dict(zip(step.keys, step.inputs, strict=False))
            step.inputs = [by_key.get(name) for name in names]

    def _find_cycle(self) -> None:
        """Note calls that wait for each other."""
        steps = self._wiring.steps
        feeds: dict[int, list[int]] = {}
        waiting = [0] * len(steps)
        for at, step in enumerate(steps):
            sources = {end[0] for end in (*step.inputs, *step.masks) if end is not None}
            waiting[at] = len(sources)
            for source in sources:
                feeds.setdefault(source, []).append(at)
        ready = [at for at, count in enumerate(waiting) if not count]
        done = 0
        while ready:
            done += 1
            for at in feeds.get(ready.pop(), ()):
                waiting[at] -= 1
                if not waiting[at]:
                    ready.append(at)
        if done == len(steps):
            return
        for at, step in enumerate(steps):
            if waiting[at]:
                itself = any(end and end[0] == at for end in step.inputs)
                self._notices.add(
                    "Layers feed each other in a cycle (a loop), so nothing can ever "
                    "flow through them: {who}.",
                    f"{step.layer.label}, fed by itself"
                    if itself
                    else step.layer.label,
                )


def _has_own_node(model: KerasLayer) -> bool:
    """Whether Keras 1 and 2 count a node of the model's own before its calls.

    All models but a ``Sequential`` that was built without an input shape.
    """
    if model.arrangement is Arrangement.GRAPH or not model.layers:
        return True
    first = model.layers[0]
    return first.class_name == "InputLayer" or declares(first)
