"""Branches, loops and sequences: what comes out depends on what flows in.

Their bodies are graphs of their own; a shape rule would only guess.
"""

from loaders.ir.graph import Attributes, Category
from loaders.ir.steps import OutputSteps
from loaders.kinds import (
    KINDS,
    Call,
    Dialect,
    Field,
    LayerKind,
    Settings,
    no_settings,
)
from loaders.kinds._spatial import whole, whole_list
from loaders.kinds._steps import unknown_shapes

_MEANINGS = {
    "If": "One of two bodies runs, chosen by the condition.",
    "Loop": "The body runs again and again, as long as the condition holds.",
    "Scan": "The body runs once for each element along an axis.",
    "SequenceMap": "The body runs once for each tensor of a sequence.",
    "SequenceAt": "One tensor is taken out of a sequence.",
    "SequenceConstruct": "Tensors are put into a sequence.",
    "SequenceEmpty": "A sequence without tensors is made.",
    "SequenceErase": "One tensor is taken out; the rest of the sequence stays.",
    "SequenceInsert": "A tensor is put into a sequence.",
    "SequenceLength": "How many tensors the sequence has.",
    "SplitToSequence": "A tensor is cut into a sequence of tensors.",
    "ConcatFromSequence": "The tensors of a sequence become one.",
    "Optional": "A value that may be missing.",
    "OptionalGetElement": "The value inside, which must not be missing.",
    "OptionalHasElement": "Whether there is a value.",
    "cond": "One of two functions runs, chosen by the condition.",
    "switch": "One of several functions runs, chosen by an index.",
    "whileloop": "A function runs as long as the condition holds.",
    "foriloop": "A function runs a given number of times.",
    "map": "A function runs once for each element.",
    "vectorizedmap": "A function runs once for each element.",
    "scan": "A function runs once for each element along an axis.",
    "associativescan": "A function joins neighbours along an axis.",
}
_SCALARS = {"SequenceLength": "int64", "OptionalHasElement": "bool"}


def _control(settings: Settings, version: int) -> Attributes:
    """Scan, since opset 9, tells what of its inputs is read part by part."""
    count = settings.get("num_scan_inputs")
    if count is None or version < _SCAN_WITHOUT_BATCH:
        return {}
    axes = settings.get("scan_input_axes")
    return {
        "num_scan_inputs": whole(count),
        "scan_input_axes": [] if axes is None else whole_list(axes),
    }


_SCAN_WITHOUT_BATCH = 9


def _shape(call: Call) -> list[OutputSteps | None]:
    if call.op in _SCALARS:
        return [OutputSteps(axes=(), dtype=_SCALARS[call.op])]
    return [None] * max(1, call.outputs)


def _fields(call: Call) -> list[Field]:
    meaning = _MEANINGS.get(call.op) or _MEANINGS.get(call.op.lower(), "")
    return [Field(name="operation", value=call.op, meaning=meaning)]


KINDS.add(
    LayerKind(
        id="control",
        title="Control flow",
        category=Category.OTHER,
        dialects={
            f"{'keras.ops' if op.islower() else 'onnx'}.{op}": Dialect(
                translate=_control
            )
            for op in _MEANINGS
        },
        shape=_shape,
        fields=_fields,
    )
)


# operations whose results only a run can measure


_MEASURED = {
    "AffineGrid": "Where each output pixel looks in the picture.",
    "CausalConvWithState": "A convolution that remembers the end of the last call.",
    "CenterCropPad": "Cut or padded around the middle.",
    "Col2Im": "Patches are put together to a picture.",
    "DFT": "The frequencies in a signal.",
    "Det": "The determinant of each matrix.",
    "GridSample": "Pixels are read at computed places.",
    "ImageDecoder": "A compressed picture is unpacked.",
    "LinearAttention": "Attention whose cost grows with the length only.",
    "MaxRoiPool": "The largest number in parts of each region.",
    "MaxUnpool": "Numbers are put back where a pooling found them.",
    "MelWeightMatrix": "Weights from frequencies to bands as the ear hears them.",
    "Multinomial": "Samples are drawn.",
    "NegativeLogLikelihoodLoss": "How wrong the scores are.",
    "NonMaxSuppression": "Boxes that overlap a better one are dropped.",
    "RegexFullMatch": "Whether each text matches.",
    "RoiAlign": "Each region is read at regular places.",
    "STFT": "The frequencies in each frame of a signal.",
    "SoftmaxCrossEntropyLoss": "How wrong the scores are.",
    "StringConcat": "Texts are joined.",
    "StringNormalizer": "Texts are cleaned.",
    "StringSplit": "Texts are cut into words.",
    "SwiGLU": "One half opens and closes the other.",
    "TfIdfVectorizer": "Counts of words or pairs, weighted.",
}


def _measured_fields(call: Call) -> list[Field]:
    return [Field(name="operation", value=call.op, meaning=_MEASURED[call.op])]


KINDS.add(
    LayerKind(
        id="other_operation",
        title="Other operation",
        category=Category.OTHER,
        dialects={f"onnx.{op}": Dialect(translate=no_settings) for op in _MEASURED},
        shape=unknown_shapes,
        fields=_measured_fields,
    )
)
