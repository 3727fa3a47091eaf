"""From a layer to a drawing of what it does: pure, for jobs.

The numbers are those of the same call that the shape comes from; which kind has which
drawing says the table below.
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from app.analysis.diagrams import (
    borders,
    copies,
    functions,
    merging,
    order,
    parts,
    pictures,
    products,
    rounding,
    running,
    sequences,
    sharing,
    tables,
    turning,
    windows,
)
from app.analysis.diagrams._case import Case, Made
from loaders.ir.diagram import Drawing
from loaders.ir.errors import ShapeError
from loaders.ir.graph import Category, Node, Value
from loaders.ir.steps import NodeSteps, OutputSteps
from loaders.ir.text import shown
from loaders.kinds import BAD_SETTINGS, Call, LayerKind
from loaders.kinds._calls import call_of

Maker = Callable[[Case], Made]

MAKERS: Mapping[str, Maker] = {
    "activation": functions.activation,
    "adaptive_pooling": sharing.adaptive_pooling,
    "attention": sequences.attention,
    "attention_microsoft": sequences.self_attention,
    "attention_onnx": sequences.attention_onnx,
    "batch_normalization": sharing.batch_normalization,
    "bidirectional": lambda case: sequences.bidirectional(case, _inside),
    "concatenation": merging.concatenated,
    "control": running.control,
    "convolution": windows.convolution,
    "cropping": borders.cropping,
    "data_normalization": sharing.data_normalization,
    "dense": products.dense,
    "depth_to_space": copies.to_space,
    "depthwise_convolution": windows.depthwise,
    "dequantize": rounding.dequantizing,
    "einsum": products.einsum,
    "einsum_dense": products.einsum_dense,
    "elementwise_arithmetic": merging.arithmetic,
    "elementwise_choice": merging.choice,
    "elementwise_comparison": merging.arithmetic,
    "elementwise_function": functions.elementwise,
    "embedding": tables.embedding,
    "expand": copies.stretching,
    "flatten": order.flattening,
    "gather": tables.gathering,
    "gather_codes": tables.gathering,
    "global_pooling": sharing.global_pooling,
    "group_normalization": sharing.group_normalization,
    "highway": products.highway,
    "instance_normalization": sharing.group_normalization,
    "layer_normalization": sharing.layer_normalization,
    "layer_scale": merging.scaled_channels,
    "learned_activation": functions.learned_activation,
    "locally_connected": windows.locally_connected,
    "masking": parts.masking,
    "maxout": products.maxout,
    "merge": merging.merging,
    "moments": sharing.moments,
    "multi_head_attention": sequences.multi_head,
    "one_hot": parts.one_hot,
    "ops_attention": sequences.plain_attention,
    "ops_getitem": parts.indexing,
    "ops_onehot": parts.one_hot,
    "ops_ravel": order.reshaping,
    "ops_repeat": copies.repeating,
    "ops_slice": parts.cutting,
    "ops_split": merging.split,
    "ops_stack": merging.stacked,
    "ops_take": tables.taking,
    "ops_topk": parts.largest,
    "ops_unstack": merging.split,
    "pad": borders.pad,
    "padding": borders.padding,
    "picture_size": pictures.sizing,
    "pooling": windows.pooling,
    "preprocessing": pictures.preparing,
    "product_few_bits": products.few_bits,
    "product_fused": products.fused_product,
    "quantize": rounding.quantizing,
    "quantize_dynamic": rounding.quantizing,
    "quantized_activation_layer": rounding.rounding_activation,
    "quantized_arithmetic": merging.arithmetic,
    "quantizer": rounding.quantizer,
    "recurrent": sequences.recurrent,
    "recurrent_cell": sequences.recurrent_cell,
    "recurrent_convolution": sequences.recurrent_convolution,
    "recurrent_onnx": sequences.recurrent_onnx,
    "recurrent_run": sequences.recurrent_run,
    "reduction": sharing.reduction,
    "regularization": functions.dropout,
    "repeat_vector": copies.repeat_vector,
    "reshape": order.reshaping,
    "resize": copies.resizing,
    "rotary_embedding": turning.rotary,
    "separable_convolution": windows.separable,
    "slice": parts.slicing,
    "space_to_depth": copies.to_depth,
    "spectral_normalization": lambda case: sequences.wrapped(case, _inside),
    "split": merging.split,
    "squeeze": order.reshaping,
    "tensordot": products.tensordot,
    "tile": copies.tiling,
    "time_distributed": lambda case: sequences.time_distributed(case, _inside),
    "top_k": parts.largest,
    "transpose": order.transposing,
    "transposed_convolution": windows.transposed,
    "unit_normalization": sharing.unit_normalization,
    "unsqueeze": order.reshaping,
    "up_sampling": copies.up_sampling,
    "wrapper": lambda case: sequences.wrapped(case, _inside),
}
"""What draws each kind of layer, by the kind's id."""

_ACTIVATED = (Category.CONVOLUTION, Category.DENSE)
"""Layers whose activation acts on what the drawing shows, not inside of it."""


def drawing_of(
    values: Mapping[str, Value], node: Node, steps: NodeSteps
) -> Drawing | None:
    """Return the drawing of a node; ``None`` if there is none, or it cannot work.

    Args:
        values: All values of the model by id.
        node: Any node of it.
        steps: What ``explain_node`` says of it.
    """
    if steps.problem or (node.bodies and node.kind != "control"):
        return None
    types = tuple(values[id].dtype if id in values else "" for id in node.outputs)
    found = drawn(node.kind, Case(call_of(values, node), steps.outputs, types))
    if found is None or node.category not in _ACTIVATED or not node.activation:
        return found
    then = f"{found.caption} Then {shown(node.activation, 60)} acts on each number."
    return replace(found, caption=then)


def drawn(kind: str, case: Case) -> Drawing | None:
    """Return the drawing of one call of a kind of layer."""
    maker = MAKERS.get(kind)
    if maker is None:
        return None
    try:
        made = maker(case)
    except (*BAD_SETTINGS, ShapeError):
        return None  # the page above says what makes no sense
    return None if made is None else Drawing(diagram=made[0], caption=made[1])


def _inside(
    kind: LayerKind, call: Call, outputs: tuple[OutputSteps | None, ...]
) -> Made:
    maker = MAKERS.get(kind.id)
    return None if maker is None else maker(Case(call, outputs))
