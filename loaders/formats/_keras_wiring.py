"""How the calls inside one model hang together, whatever spelling told it.

A ``Wiring`` is worked out once per model and drawn once per call of the model. Here
the counting of calls is put right: Keras 1 and 2 count a nested model's own node as
its call 0 everywhere, Keras 3 does so in ``output_layers`` only.
"""

from loaders.formats._keras_calls import shape_of
from loaders.formats._keras_graph import GraphWiring
from loaders.formats._keras_layer import Arrangement, KerasLayer
from loaders.formats._keras_notices import Notices
from loaders.formats._keras_outputs import output_count
from loaders.formats._keras_steps import (
    End,
    Step,
    Wiring,
    declared_input,
    declares,
    input_dtype,
)
from loaders.ir.graph import Shape


class Wirings:
    """The wiring of every model in a description, each worked out once."""

    def __init__(self, notices: Notices, *, folds_masks: bool = True) -> None:
        self._notices, self._folds_masks = notices, folds_masks
        self._made: dict[KerasLayer, Wiring] = {}

    def of(self, model: KerasLayer) -> Wiring:
        """Return the wiring of a model.

        Models inside it are wired first, by recursion: what is called needs its number
        of outputs. Their depth is bounded by that of the JSON.
        """
        if model not in self._made:
            self._made[model] = Wiring()  # a model inside itself ends here
            self._made[model] = (
                GraphWiring(
                    model, self, self._notices, folds_masks=self._folds_masks
                ).wire()
                if model.arrangement is Arrangement.GRAPH
                else _Chain(model, self).wire()
            )
        return self._made[model]

    def outputs(self, layer: KerasLayer, step: Step) -> int:
        """Return how many outputs a call of a layer has."""
        if layer.is_model:
            return max(1, len(self.of(layer).outputs))
        inner = layer.children.get("layer")
        if layer.class_name == "TimeDistributed" and inner and inner.is_model:
            return max(1, len(self.of(inner).outputs))
        return output_count(layer, step.args, step.kwargs, step.declared)

    def input_shape(self, layer: KerasLayer) -> tuple[Shape | None, str]:
        """Return the shape and dtype of input that a layer says it takes."""
        seen: set[int] = set()
        while layer.is_model and id(layer) not in seen:
            seen.add(id(layer))
            if layer.arrangement is Arrangement.GRAPH:
                wiring = self.of(layer)
                if not wiring.inputs:
                    return None, ""
                layer = wiring.steps[wiring.inputs[0][0]].layer
            elif layer.layers:
                built = shape_of(layer.config.get("build_input_shape"))
                first = layer.layers[0]
                if built is not None and not declares(first):
                    return built, input_dtype(first)
                layer = first
            else:
                return None, ""
        return declared_input(layer)


class _Chain:
    """The wiring of a ``Sequential``."""

    def __init__(self, model: KerasLayer, wirings: Wirings) -> None:
        self._model, self._wirings = model, wirings
        self._wiring = Wiring()

    def wire(self) -> Wiring:
        layers = self._model.layers
        last: End | None = None
        for position, layer in enumerate(layers):
            if position == 0 and layer.class_name == "InputLayer":
                last = self._input(layer, made_up=False)
            elif position == 0 and layer.arrangement is Arrangement.BRANCHES:
                last = self._branches(layer)
            else:
                source = self._made_up(layer) if last is None else last
                last = self._call(layer, [source])
        self._wiring.outputs = [] if last is None else [last]
        return self._wiring

    def _call(self, layer: KerasLayer, inputs: list[End]) -> End:
        step = Step(layer, inputs=list(inputs))
        step.outputs = self._wirings.outputs(layer, step)
        for end in inputs:
            self._declare(end, layer)
        self._wiring.steps.append(step)
        return len(self._wiring.steps) - 1, 0

    def _declare(self, end: End, layer: KerasLayer) -> None:
        """Say of a value what the layer that reads it was built with."""
        built = shape_of((layer.build_config or {}).get("input_shape"))
        step = self._wiring.steps[end[0]]
        if built and step.layer.kind == "unknown":
            # The number of samples at building says nothing about the model.
            step.declared.setdefault(end[1], ((None, *built[1:]), ""))

    def _input(self, layer: KerasLayer, made_up: bool) -> End:
        shape, dtype = declared_input(layer)
        step = Step(layer, made_up=made_up, declared={0: (shape, dtype)})
        self._wiring.steps.append(step)
        end = (len(self._wiring.steps) - 1, 0)
        self._wiring.inputs.append(end)
        self._wiring.input_names.append(layer.name)
        return end

    def _made_up(self, layer: KerasLayer) -> End:
        """Add the input that Keras adds itself when it loads the model."""
        shape, dtype = self._wirings.input_shape(layer)
        if shape is None:
            model = self._model
            shape = shape_of(model.config.get("build_input_shape"))
            shape = shape or shape_of((model.build_config or {}).get("input_shape"))
        return self._input(
            KerasLayer(
                class_name="InputLayer",
                name=f"{layer.name[:1000]}_input",
                config={"batch_input_shape": _listed(shape), "dtype": dtype},
                kind="input",
            ),
            made_up=True,
        )

    def _branches(self, merge: KerasLayer) -> End:
        """Wire Keras 1's ``Merge``, whose branches are written inside it."""
        ends = []
        for branch in merge.layers:
            if branch.class_name == "InputLayer":
                ends.append(self._input(branch, made_up=False))
            else:
                ends.append(self._call(branch, [self._made_up(branch)]))
        return self._call(merge, ends)


def _listed(shape: Shape | None) -> list[int | str | None] | None:
    return None if shape is None else list(shape)
