"""One sentence about operators that runtimes added to ONNX without a definition there.

After the documentation of ONNX Runtime's contributed operators and of QONNX.
"""

from collections.abc import Mapping
from types import MappingProxyType

_MICROSOFT = {
    "Attention": "Multi-head attention in one step: queries, keys and values are made "
    "from the input by one matrix, then weighted and summed.",
    "BiasAdd": "Adds a bias per channel, then a second tensor of the same shape.",
    "BiasDropout": "Adds a bias, then drops out elements while training.",
    "BiasGelu": "Adds a bias, then applies the GELU activation.",
    "BiasSoftmax": "Adds a bias (such as a mask), then applies softmax.",
    "DynamicQuantizeLSTM": "An LSTM whose weights are 8-bit; its inputs are quantized "
    "while it runs.",
    "DynamicQuantizeMatMul": "Quantizes its input while it runs, multiplies by 8-bit "
    "weights and gives back floats.",
    "EmbedLayerNormalization": "Adds word, position and segment embeddings and "
    "normalizes the sum.",
    "FastGelu": "The GELU activation, computed by a quicker approximation.",
    "FusedConv": "A convolution with its activation, and perhaps an addition, in one "
    "step.",
    "FusedGemm": "A matrix product with its activation in one step.",
    "FusedMatMul": "A matrix product that can transpose its inputs and scale its "
    "result.",
    "GatherBlockQuantized": "Looks rows up in a table of small integers and turns them "
    "into floats, block by block.",
    "Gelu": "The GELU activation: x · Φ(x).",
    "GroupQueryAttention": "Attention in which several query heads share one head of "
    "keys and values; it also keeps the cache of past keys and values.",
    "LayerNormalization": "Normalizes the last axes to mean 0 and variance 1, then "
    "scales and shifts.",
    "MatMulBnb4": "A matrix product with 4-bit weights in the format of bitsandbytes.",
    "MatMulInteger16": "A product of 16-bit integer matrices.",
    "MatMulNBits": "A matrix product with weights of few bits: blocks of neighbours "
    "share a scale and a zero point.",
    "MultiHeadAttention": "Multi-head attention over given queries, keys and values.",
    "NhwcConv": "A convolution whose channels come last.",
    "PackedAttention": "Attention over sequences without their padding.",
    "QAttention": "Multi-head attention computed with 8-bit integers.",
    "QGemm": "A matrix product of 8-bit integers with a bias, rounded again.",
    "QLinearAdd": "Adds two tensors of 8-bit integers and rounds the sum again.",
    "QLinearAveragePool": "Average pooling of 8-bit integers.",
    "QLinearConcat": "Joins tensors of 8-bit integers, brought to one scale.",
    "QLinearGlobalAveragePool": "The mean over all positions of 8-bit integers.",
    "QLinearLeakyRelu": "Leaky ReLU of 8-bit integers.",
    "QLinearMul": "Multiplies two tensors of 8-bit integers and rounds the product.",
    "QLinearSigmoid": "The sigmoid of 8-bit integers, looked up in a table.",
    "QLinearSoftmax": "Softmax of 8-bit integers.",
    "QuickGelu": "The activation x · sigmoid(1.702 · x).",
    "RotaryEmbedding": "Turns pairs of channels by an angle that grows with the "
    "position.",
    "SimplifiedLayerNormalization": "Divides by the root of the mean square of the "
    "last axis (RMS normalization), then scales.",
    "SkipGroupNorm": "Adds a shortcut, then normalizes groups of channels.",
    "SkipLayerNormalization": "Adds a shortcut, then normalizes the last axis.",
    "SkipSimplifiedLayerNormalization": "Adds a shortcut, then divides by the root of "
    "the mean square of the last axis.",
}
_QONNX = {
    "Quant": "Rounds to a grid of any bit width: scale and zero point are inputs, and "
    "the result stays a float.",
    "BipolarQuant": "Rounds to −1 or +1, times a scale.",
    "Trunc": "Cuts low bits off, as after an average pooling of integers.",
}

OWN_WORDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **{("com.microsoft", op): words for op, words in _MICROSOFT.items()},
        **{
            (domain, op): words
            for domain in ("qonnx.custom_op.general", "onnx.brevitas")
            for op, words in _QONNX.items()
        },
    }
)
"""By domain and operator."""
