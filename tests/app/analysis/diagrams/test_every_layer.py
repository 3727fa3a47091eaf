"""Every kind of layer has a drawing or a reason, and every drawing agrees with it."""

import random

import pytest

from app.analysis.diagrams import MAKERS, drawn
from app.analysis.diagrams._case import Case
from loaders.ir.errors import ShapeError
from loaders.kinds import KINDS
from tests.app.analysis.diagrams.agreement import check
from tests.loaders.kinds import onnx_calls
from tests.loaders.kinds.test_keras_ops import ROWS as OPERATIONS
from tests.loaders.kinds.test_keras_ops import made
from tests.loaders.kinds.test_onnx_shapes import CASES
from tests.loaders.kinds.test_oracle import ROWS, call_of, named

NUMBERS_STAY = "every number stays at its place and keeps its value"
ONE_NUMBER = "it makes numbers out of nothing, or just one"
BY_A_TABLE = "a table inside the file decides, which no picture of shapes shows"
BY_CHANCE = "it changes pictures by chance, in training alone"
NOT_KNOWN = "what it does is code that is not in the file, or differs with each model"
ROUNDS = "numbers are rounded to codes: the weights page shows that with its numbers"
NO_RULE = "what becomes of which number depends on the numbers"

WITHOUT = {
    "adaptive_activation": ROUNDS,
    "cast": NUMBERS_STAY,
    "cast_like": NUMBERS_STAY,
    "category_codes": BY_A_TABLE,
    "classic_classifier": BY_A_TABLE,
    "classic_regressor": BY_A_TABLE,
    "compress": NO_RULE,
    "constant": ONE_NUMBER,
    "constant_like": ONE_NUMBER,
    "crossed_codes": BY_A_TABLE,
    "elementwise_test": NUMBERS_STAY,
    "embedding_onnx": NOT_KNOWN,
    "feature_cleaning": BY_A_TABLE,
    "feature_map": BY_A_TABLE,
    "feature_one_hot": BY_A_TABLE,
    "feature_scaling": BY_A_TABLE,
    "feature_vector": BY_A_TABLE,
    "foreign": NOT_KNOWN,
    "gather_elements": NO_RULE,
    "gather_nd": NO_RULE,
    "identity": NUMBERS_STAY,
    "input": NUMBERS_STAY,
    "label_encoder": BY_A_TABLE,
    "lambda": NOT_KNOWN,
    "mel_spectrogram": NOT_KNOWN,
    "non_zero": NO_RULE,
    "ops_argsort": NO_RULE,
    "ops_cross": NOT_KNOWN,
    "ops_diagonal": NOT_KNOWN,
    "ops_diff": NOT_KNOWN,
    "ops_glu": NOT_KNOWN,
    "ops_linspace": ONE_NUMBER,
    "ops_quantile": NO_RULE,
    "ops_reorder": NO_RULE,
    "ops_resize": NOT_KNOWN,
    "ops_take_along": NO_RULE,
    "other_operation": NOT_KNOWN,
    "pipeline": NOT_KNOWN,
    "quantized_activation": ROUNDS,
    "range": ONE_NUMBER,
    "scaled_residual": NUMBERS_STAY,
    "scatter": NO_RULE,
    "shape": ONE_NUMBER,
    "size": ONE_NUMBER,
    "stft_spectrogram": NOT_KNOWN,
    "stochastic_depth": BY_CHANCE,
    "tensorflow_operation": NOT_KNOWN,
    "text_codes": BY_A_TABLE,
    "thresholds": ROUNDS,
    "unique": NO_RULE,
    "window_function": ONE_NUMBER,
}
"""Kinds that no drawing would explain, with the reason."""

PLAIN_CLASSES = {
    "ActivityRegularization",
    "AlphaDropout",
    "GaussianDropout",
    "GaussianNoise",
}
"""Classes of kinds with a drawing that have none themselves: they change no place."""

MIXES = {
    "AugMix",
    "AutoContrast",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "CutMix",
    "Equalization",
    "MaxNumBoundingBoxes",
    "MixUp",
    "RandAugment",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomGaussianBlur",
    "RandomPerspective",
    "RandomSharpness",
    "RandomShear",
    "Solarization",
}
"""Classes of them whose changes of a picture no letter F would show."""


def test_every_kind_has_a_drawing_or_a_reason_for_none():
    kinds = {kind.id for kind in KINDS}
    assert kinds == MAKERS.keys() | WITHOUT.keys()
    assert not MAKERS.keys() & WITHOUT.keys()


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_drawings_agree_with_the_rules_that_keras_confirms(row):
    kind, call = call_of(row)
    outputs = tuple(kind.shape(call))
    found = drawn(kind.id, Case(call, outputs))
    if kind.id in WITHOUT or row["class"] in PLAIN_CLASSES | MIXES:
        assert found is None
        return
    if found is None:
        assert nothing_happens(row, call, outputs)
        return
    assert found.caption.endswith(".")
    assert "None" not in found.caption
    check(found.diagram, kind, call, outputs)


def nothing_happens(row, call, outputs):
    """Return whether a layer is set so that it changes no number, or is too large."""
    if row["class"].startswith("Cropping"):
        return outputs[0].shape == call.shape()
    if row["class"].startswith(("Adaptive", "CenterCrop", "Resizing")):
        return any(not isinstance(n, int) for n in call.shape()[1:])
    return False


@pytest.mark.parametrize(
    ("op", "make", "opset"),
    [pytest.param(*one, id=f"{one[0]}-{one[1].__name__.strip('<>')}") for one in CASES],
)
def test_drawings_agree_with_the_rules_that_onnx_confirms(op, make, opset):
    draw, found = random.Random(op), 0
    for _ in range(40):
        shapes, settings, constants = make(draw)
        kind, call = onnx_calls.call_of(op, shapes, settings, constants, opset=opset)
        try:
            outputs = tuple(kind.shape(call))
        except ShapeError:
            continue
        drawing = drawn(kind.id, Case(call, outputs))
        if drawing is not None:
            check(drawing.diagram, kind, call, outputs)
            found += 1
    assert found >= {"Upsample": 0, "Resize": 1, "Expand": 1}.get(op, 10)


@pytest.mark.parametrize("row", OPERATIONS, ids=[row["op"] for row in OPERATIONS])
def test_drawings_of_operations_agree_with_their_rules(row):
    kind, call = made(row)
    outputs = tuple(kind.shape(call))
    found = drawn(kind.id, Case(call, outputs))
    if kind.id in WITHOUT:
        assert found is None
    elif found is not None:
        check(found.diagram, kind, call, outputs)


def test_most_operations_have_a_drawing():
    kinds = [made(row) for row in OPERATIONS]
    wanted = [(kind, call) for kind, call in kinds if kind.id in MAKERS]
    found = [
        call.op
        for kind, call in wanted
        if drawn(kind.id, Case(call, tuple(kind.shape(call)))) is not None
    ]
    assert len(found) > 0.85 * len(wanted), {c.op for _, c in wanted} - {*found}
