"""What a layer does, in a newcomer's words: pure, by kind.

Every kind has a function that makes sentences with the numbers of one call, or one
sentence that holds for all calls. Nothing is said of a kind that is in neither table.
"""

from collections.abc import Callable, Mapping, Sequence

from app.analysis.remarks import (
    functions,
    norms,
    products,
    sequences,
    shapes,
    windows,
    wrappers,
)
from app.analysis.remarks._plain import PLAIN
from app.analysis.remarks._words import Remarks
from loaders.ir.errors import ShapeError
from loaders.ir.steps import OutputSteps
from loaders.kinds import BAD_SETTINGS, Call

_REMARKS: Mapping[str, Remarks] = {
    "activation": functions.activation,
    "adaptive_pooling": windows.adaptive_pooling,
    "attention": sequences.attention,
    "attention_microsoft": sequences.attention_operation,
    "attention_onnx": sequences.attention_operation,
    "batch_normalization": norms.batch,
    "concatenation": shapes.concatenation,
    "convolution": windows.convolution,
    "cropping": shapes.cropping,
    "data_normalization": norms.data,
    "dense": products.dense,
    "depthwise_convolution": windows.depthwise,
    "einsum": products.einsum,
    "einsum_dense": products.einsum_dense,
    "elementwise_arithmetic": shapes.elementwise,
    "elementwise_comparison": shapes.elementwise,
    "embedding": sequences.embedding,
    "flatten": shapes.flatten,
    "global_pooling": windows.global_pooling,
    "group_normalization": norms.group,
    "highway": products.highway,
    "input": sequences.input_layer,
    "instance_normalization": norms.group,
    "layer_normalization": norms.layer,
    "layer_scale": norms.layer_scale,
    "locally_connected": windows.locally_connected,
    "masking": sequences.masking,
    "maxout": products.maxout,
    "merge": shapes.merge,
    "multi_head_attention": sequences.multi_head,
    "ops_attention": sequences.attention_operation,
    "padding": shapes.padding,
    "pooling": windows.pooling,
    "product_fused": products.matrix_product,
    "quantized_activation": functions.activation_of_codes,
    "recurrent": sequences.recurrent,
    "recurrent_cell": sequences.recurrent_cell,
    "recurrent_convolution": sequences.recurrent_convolution,
    "recurrent_onnx": sequences.recurrent_onnx,
    "recurrent_run": sequences.recurrent_run,
    "reduction": shapes.reduction,
    "repeat_vector": sequences.repeat_vector,
    "reshape": shapes.reshape,
    "separable_convolution": windows.separable,
    "transpose": shapes.transpose,
    "transposed_convolution": windows.transposed,
    "unit_normalization": norms.unit,
    "up_sampling": shapes.up_sampling,
}

_AROUND: Mapping[
    str,
    Callable[[Call, Sequence[OutputSteps | None], Mapping[str, Remarks]], list[str]],
] = {
    "bidirectional": wrappers.bidirectional,
    "spectral_normalization": wrappers.spectral,
    "time_distributed": wrappers.time_distributed,
    "wrapper": wrappers.wrapper,
}


def known_kinds() -> frozenset[str]:
    """Return the ids of all kinds of which something is said."""
    return frozenset((*_REMARKS, *_AROUND, *PLAIN))


def remarks_on(
    kind: str, call: Call, outputs: Sequence[OutputSteps | None]
) -> tuple[str, ...]:
    """Return what a layer does, a sentence or two each; empty if nobody knows.

    Args:
        kind: Id of the layer's kind.
        call: The call that is explained.
        outputs: What the kind's rule says of its outputs; none if it cannot work.
    """
    try:
        if (around := _AROUND.get(kind)) is not None:
            return tuple(around(call, outputs, _REMARKS))
        if (remarks := _REMARKS.get(kind)) is not None:
            return tuple(remarks(call, outputs))
    except (*BAD_SETTINGS, ShapeError):
        return ()  # a note or the problem says what makes no sense
    return (PLAIN[kind],) if kind in PLAIN else ()
