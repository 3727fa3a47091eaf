"""Every layer that Keras has, and had, is known; nonsense never breaks a rule.

``keras_layers.txt`` lists the 143 classes behind the public names of ``keras.layers``
(3.15.1).
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders.ir.errors import ShapeError
from loaders.kinds import BAD_SETTINGS, KINDS, Call, LayerKind, find_kind, understand
from tests.loaders.kinds.calls import keras, value

HERE = Path(__file__).parent
LAYERS = (HERE / "keras_layers.txt").read_text("utf-8").split()
ROWS = json.loads((HERE / "keras_shapes.json").read_text("utf-8"))

DENSE = {"class_name": "Dense", "config": {"units": 3}}
MORE: list[tuple[str, dict[str, Any], tuple[Any, ...]]] = [
    (
        "Pipeline",
        {"layers": [{"class_name": "RandomFlip", "config": {}}]},
        (2, 8, 8, 3),
    ),
    ("STFTSpectrogram", {}, (2, 1000, 1)),
    (
        "StackedRNNCells",
        {"cells": [{"class_name": "LSTMCell", "config": {"units": 3}}]},
        (2, 6),
    ),
    ("Wrapper", {"layer": DENSE}, (2, 6)),
    ("Lambda", {"function": "f", "output_shape": [6]}, (2, 6)),
]
"""Typical calls of layers that ``keras_shapes.json`` lacks."""

OPEN = {"FlaxLayer", "JaxLayer", "TorchModuleWrapper", "TFSMLayer", "Layer"}
"""Layers whose work is code that no description holds."""

TYPICAL = {row["class"]: (row["config"], row["inputs"]) for row in reversed(ROWS)} | {
    op: (config, [shape]) for op, config, shape in MORE
}

KERAS_1 = """
    Convolution1D Convolution2D Convolution3D AtrousConvolution2D Deconvolution2D Merge
    MaxoutDense Highway TimeDistributedDense ThresholdedReLU ParametricSoftplus SReLU
"""
KERAS_2 = """
    CuDNNLSTM CuDNNGRU LocallyConnected1D LocallyConnected2D TFOpLambda
    SlicingOpLambda TensorFlowOpLayer BatchNormalizationV1
"""
QUANTIZED = """
    QDense QConv1D QConv2D QDepthwiseConv2D QSeparableConv1D QSeparableConv2D
    QConv2DTranspose QConv2DBatchnorm QDepthwiseConv2DBatchnorm QActivation
    QAdaptiveActivation QBatchNormalization QLSTM QGRU QSimpleRNN QBidirectional
    QAveragePooling2D HDense HConv2D HQuantize HActivation HAdd
"""
OLD = (KERAS_1 + KERAS_2 + QUANTIZED).split()


def typical(op: str) -> tuple[LayerKind, Call]:
    config, inputs = TYPICAL[op]
    return keras(op, config, *(value(shape) for shape in inputs))


def test_the_list_is_whole() -> None:
    assert len(LAYERS) == 143
    assert set(TYPICAL) | OPEN == set(LAYERS)


@pytest.mark.parametrize("op", LAYERS)
def test_every_layer_of_keras_is_known(op: str) -> None:
    assert find_kind("keras", op) is not None


@pytest.mark.parametrize("op", OLD)
def test_every_layer_that_keras_had_is_known(op: str) -> None:
    assert find_kind("keras", op) is not None


@pytest.mark.parametrize("op", sorted(TYPICAL))
def test_every_layer_gives_reasons_for_a_typical_call(op: str) -> None:
    kind, made = typical(op)
    outputs = kind.shape(made)
    assert outputs
    for steps in outputs:
        assert steps is not None
        for step in steps.axes:
            assert step.meaning
            assert step.source is None or 0 <= step.source < len(made.shape() or ())
            assert bool(step.rule) or not step.numbers


@pytest.mark.parametrize("op", sorted(TYPICAL))
def test_every_weight_is_explained(op: str) -> None:
    kind, made = typical(op)
    roles = set()
    for steps in kind.weights(made):
        assert len(steps.axes) == len(steps.shape)
        assert steps.meaning
        roles.add(steps.role)
    assert len(roles) == len(kind.weights(made))


@pytest.mark.parametrize("op", sorted(TYPICAL))
def test_every_setting_with_a_word_has_a_sentence(op: str) -> None:
    kind, made = typical(op)
    for field in kind.fields(made):
        assert field.name
        assert field.value
        assert field.meaning == field.meaning.strip()


@pytest.mark.parametrize("op", sorted(TYPICAL))
def test_settings_can_be_sent_to_another_process(op: str) -> None:
    _kind, made = typical(op)
    assert json.loads(json.dumps(made.attributes)) is not None


def test_every_kind_has_its_own_title_and_spelling() -> None:
    for kind in KINDS:
        assert kind.title
        assert kind.dialects


def test_nobody_claims_another_ones_spelling() -> None:
    spellings = [spelling for kind in KINDS for spelling in kind.dialects]
    assert len(spellings) == len(set(spellings))


# nonsense

NUMBERS = [None, -1, 0, 1, 2, 10**30, 1e308, math.inf, math.nan, True, "", "x"]
LISTS = [[], [None], [0], [-1, 5], [[1], [2, 3]], [1] * 40, ["a", 1]]
OBJECTS = [{}, {"class_name": "Dense"}, {"class_name": 3, "config": []}, {"config": {}}]
JUNK = st.sampled_from([*NUMBERS, *LISTS, *OBJECTS])
RULE_ERRORS = (*BAD_SETTINGS, ArithmeticError, ShapeError)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(TYPICAL)), st.data())
def test_nonsense_in_a_file_is_refused_or_survived(
    op: str, data: st.DataObject
) -> None:
    config, inputs = TYPICAL[op]
    changed = dict(config)
    names = [*sorted(config), "axis", "data_format", "layer", "dtype", "args"]
    for name in data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=2)):
        changed[name] = data.draw(JUNK)
    version = data.draw(st.sampled_from([1, 2, 3]))
    kind, attributes, complaint = understand("keras", op, changed, version)
    if kind is None:
        assert complaint
        return
    lengths = st.sampled_from([None, 0, 1, 3, "n", 10**12])
    given_inputs = tuple(
        value(data.draw(st.just(shape) | st.lists(lengths, max_size=6)))
        for shape in inputs
    )
    made = Call(op=op, attributes=attributes, inputs=given_inputs)
    for look in (
        lambda: kind.multiply_adds(made, [s for s in kind.shape(made) if s]),
        lambda: kind.weights(made),
        lambda: kind.fields(made),
        lambda: kind.summary(made) if kind.summary else "",
    ):
        try:
            look()
        except RULE_ERRORS:
            continue
