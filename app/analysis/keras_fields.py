"""One line about every setting of Keras' layers, for the reader of a description.

``words_about`` knows all that the constructors of Keras 3.15 and tf_keras 2.21 take
(a test holds it to that), what Keras 1 and QKeras write, and says so of anything else.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.analysis.keras_preprocessing_fields import (
    PREPROCESSING,
    PREPROCESSING_PER_LAYER,
)

UNKNOWN = "Not a setting of this layer in Keras; whoever wrote the file added it."

_START = "How the {0} was filled before training; no effect on a trained model."
_PENALTY = "A penalty on the {0} while training; no effect on a trained model."
_LIMIT = "A limit on the {0} while training; no effect on a trained model."
_QUANTIZER = "How the {0} is rounded when the layer runs."

_WEIGHTS = {
    "kernel": "kernel",
    "bias": "bias",
    "depthwise": "kernels per channel",
    "pointwise": "1 × 1 kernels",
    "recurrent": "recurrent kernel",
    "embeddings": "table",
    "gamma": "scale gamma",
    "beta": "shift beta",
    "alpha": "slopes alpha",
    "moving_mean": "moving mean",
    "moving_variance": "moving variance",
}

_GENERAL = {
    "name": "What the layer is called; unique in its model.",
    "trainable": "Whether training changes the weights of this layer.",
    "dtype": "The type that the layer computes in and keeps its weights in.",
    "autocast": "Whether inputs are turned into the type that the layer computes in.",
    "dynamic": "Whether the layer runs as plain Python instead of as a graph.",
    "activity_regularizer": "A penalty on the output while training; no effect on a "
    "trained model.",
    "batch_input_shape": "The input shape that the first layer was told, batch first.",
    "batch_shape": "The shape of the input, the batch first; None is any length.",
    "shape": "The shape of one sample; the batch comes in front of it.",
    "input_shape": "The shape of one sample; the batch comes in front of it.",
    "batch_size": "The number of samples at a time; None is any number.",
    "sparse": "Whether the data holds only the numbers that are not zero.",
    "ragged": "Whether samples may differ in length within a batch.",
    "optional": "Whether the input may be left out.",
    "input_tensor": "A tensor that stands for the input.",
    "type_spec": "A TensorFlow description of the input.",
    "input_dtype": "Element type of the input, as Keras 1 wrote it.",
    "build_input_shape": "The input shape that the model was built for.",
    "seed": "Where the random numbers start, so that a training can be repeated.",
    "rng_type": "Which generator makes the random numbers.",
    "force_generator": "Whether the layer has a random generator of its own.",
    "weights": "Numbers that the weights were set to when the layer was made.",
    "rank": "How many axes the window slides along.",
    "conv_op": "The function that computes the convolution.",
    "pool_function": "The function that computes the pooling.",
    "pool_mode": "Whether the pooling takes the largest number or the mean.",
    "pool_dimensions": "How many axes the window slides along.",
    "quantization_config": "How the layer's numbers are rounded; None is not at all.",
    "lora_rank": "Rank of the small matrices that are trained instead of the kernel.",
    "lora_alpha": "How strongly the small trained matrices count.",
    "gptq_unpacked_column_size": "Columns of the kernel before it was packed by GPTQ.",
}

_CORE = {
    "units": "How many numbers come out for each position: one per unit.",
    "activation": "The function that each result goes through; linear is none.",
    "use_bias": "Whether a trained number is added to each result.",
    "filters": "How many filters there are; each makes one output channel.",
    "kernel_size": "How many positions a filter sees at a time, along each axis.",
    "strides": "How many positions the window moves at a time: 2 halves the length.",
    "padding": "valid: the window stays inside. same: places added at the ends keep "
    "the length (divided by the stride). causal: zeros in front only.",
    "data_format": "channels_last: channels are the last axis. channels_first: they "
    "follow the batch.",
    "dilation_rate": "Distance between the positions that a filter sees; 1 is next to "
    "each other.",
    "groups": "The channels are split into so many parts; each has its own filters.",
    "depth_multiplier": "How many outputs each input channel gets.",
    "output_padding": "How much is added to one end: several lengths would fit.",
    "pool_size": "How many positions become one, along each axis.",
    "output_size": "The lengths that come out, whatever comes in.",
    "keepdims": "Whether the axes that were averaged stay, with length 1.",
    "input_dim": "How many different tokens there are: rows of the table.",
    "output_dim": "How many numbers stand for a token: columns of the table.",
    "input_length": "How many tokens a sample has; None is any number.",
    "mask_zero": "Whether token 0 is padding that later layers skip.",
    "mask_value": "Steps in which every feature has this value are skipped.",
    "tie_weights": "Whether the way back uses the same table.",
    "reverse_dtype": "The type that the way back computes in.",
    "logit_soft_cap": "Scores are bent so that they stay below this.",
    "equation": "Which axes are multiplied and summed, in Einstein's notation.",
    "bias_axes": "Which output axes have a bias of their own.",
    "rate": "The share of numbers set to 0 while training; nothing happens later.",
    "noise_shape": "Which numbers are dropped together while training.",
    "stddev": "Strength of the noise while training; nothing happens later.",
    "axis": "Which axis it is about; −1 is the last one.",
    "axes": "Which axes are multiplied and summed, one of each input.",
    "normalize": "Whether vectors are brought to length 1 before the product.",
    "target_shape": "The shape of one sample afterwards; −1 is what is left.",
    "dims": "The new order of the axes, counted from 1 without the batch.",
    "n": "How often the vector is repeated: the new number of timesteps.",
    "size": "How often each position is repeated, along each axis.",
    "interpolation": "How numbers between the old ones are made.",
    "cropping": "How many positions are cut off at each end.",
    "function": "The code or name of the function; Layerscope does not run it.",
    "function_type": "Whether the function is code or a name.",
    "arguments": "What the function is given besides its input.",
    "mask": "The function that makes the mask.",
    "output_shape": "The shape of one sample that comes out, batch not counted.",
    "output_shape_type": "Whether the output shape is given as numbers or as code.",
    "l1": "Strength of the penalty on absolute values while training.",
    "l2": "Strength of the penalty on squares while training.",
}

_ACTIVATIONS = {
    "max_value": "Nothing comes out above this.",
    "negative_slope": "What negative numbers are multiplied by.",
    "threshold": "Numbers below this are treated as negative.",
    "theta": "Numbers up to this become 0.",
    "alpha": "How far negative numbers reach.",
    "shared_axes": "Axes along which all positions share one slope.",
    "robust_masking": "Whether masked scores are cut to a safe number first.",
}

_NORMALIZATION = {
    "momentum": "How slowly the moving mean and variance follow while training.",
    "epsilon": "A small number added to the variance, so that nothing is divided by 0.",
    "center": "Whether a trained shift, beta, is added.",
    "scale": "Whether the result is multiplied by a trained scale, gamma.",
    "synchronized": "Whether several devices share their means while training.",
    "rms_scaling": "Whether only the size is normalized, not the mean.",
    "renorm": "Whether training uses the moving mean and variance, too.",
    "renorm_clipping": "Limits of that correction while training.",
    "renorm_momentum": "How slowly that correction follows while training.",
    "fused": "Whether a faster implementation is used; the numbers are the same.",
    "virtual_batch_size": "Size of the parts that a batch is normalized in.",
    "adjustment": "A function that changes the normalized batch while training.",
    "power_iterations": "How often the largest singular value is estimated per step.",
}

_RECURRENT = {
    "return_sequences": "True: an output for every timestep. False: only for the last.",
    "return_state": "Whether the last state comes out, too.",
    "go_backwards": "Whether the sequence is read from its end.",
    "stateful": "Whether the state is kept from one batch to the next.",
    "unroll": "Whether the steps are written out one after another; same numbers.",
    "time_major": "Whether time is the first axis instead of the batch.",
    "zero_output_for_mask": "Whether skipped steps give zeros instead of the last "
    "output.",
    "recurrent_activation": "The function of the gates, usually a sigmoid.",
    "dropout": "The share of inputs dropped while training; nothing happens later.",
    "recurrent_dropout": "The share of the state dropped while training.",
    "unit_forget_bias": "Whether the forget gate's bias started at 1.",
    "reset_after": "Whether the reset gate acts after the product; then there are two "
    "biases.",
    "implementation": "Which way of computing is used; the numbers are the same.",
    "use_cudnn": "Whether a faster implementation for GPUs is used.",
    "cell": "The layer that computes one timestep.",
    "cells": "The layers that compute one timestep, one upon the other.",
    "layer": "The layer inside.",
    "backward_layer": "The layer that reads the sequence from its end.",
    "merge_mode": "How both directions are joined: concat puts them side by side.",
}

_ATTENTION = {
    "num_heads": "How many heads look at the sequence, each in its own way.",
    "key_dim": "Numbers per query and key in each head.",
    "value_dim": "Numbers per value in each head.",
    "head_dim": "Numbers per query, key and value in each head.",
    "num_query_heads": "How many heads ask.",
    "num_key_value_heads": "How many heads of keys and values the asking heads share.",
    "attention_axes": "Along which axes positions look at each other.",
    "flash_attention": "Whether a faster way of computing is used; same numbers.",
    "sliding_window": "How far back a position may look; None is any distance.",
    "use_gate": "Whether the result is multiplied by a trained gate.",
    "use_scale": "Whether scores are multiplied by a trained number.",
    "score_mode": "How query and key are compared: by their product, or added.",
    "softmax_robust_masking": "Whether masked scores are cut to a safe number first.",
}

_OTHERS = {
    "filepath": "Where a TensorFlow SavedModel lies; Layerscope does not open it.",
    "call_endpoint": "Which function of that SavedModel runs.",
    "call_training_endpoint": "Which function of that SavedModel runs while training.",
    "call_fn": "The JAX function that runs; Layerscope does not run it.",
    "init_fn": "The JAX function that made the weights.",
    "params": "The weights of a JAX function.",
    "state": "The state of a JAX function.",
    "variables": "The weights and state of a Flax module.",
    "module": "The module of another framework inside.",
    "method": "Which method of the module runs.",
    "native_serialization_platforms": "For which devices a JAX function was saved.",
    "layers": "The layers that run one after another.",
    "feature_columns": "TensorFlow's descriptions of the columns of a table.",
    "partitioner": "How TensorFlow splits a large weight.",
    "expected_column_type": "Which kind of TensorFlow column is allowed.",
    "constants": "Inputs of a TensorFlow operation that are fixed numbers.",
    "node_def": "The TensorFlow operation, as TensorFlow writes it.",
}

_KERAS_1 = {
    "nb_filter": "How many filters there are; each makes one output channel (Keras 1).",
    "nb_row": "Rows that a filter sees at a time (Keras 1).",
    "nb_col": "Columns that a filter sees at a time (Keras 1).",
    "filter_length": "Positions that a filter sees at a time (Keras 1).",
    "border_mode": "valid: no padding. same: zeros keep the length (Keras 1).",
    "subsample": "How many positions the window moves at a time (Keras 1).",
    "dim_ordering": "tf: channels last. th: channels first (Keras 1).",
    "bias": "Whether a trained number is added to each result (Keras 1).",
    "init": "How the kernel was filled before training (Keras 1).",
    "inner_init": "How the recurrent kernel was filled before training (Keras 1).",
    "inner_activation": "The function of the gates (Keras 1).",
    "forget_bias_init": "What the forget gate's bias started at (Keras 1).",
    "consume_less": "Which way of computing is used; same numbers (Keras 1).",
    "dropout_W": "The share of inputs dropped while training (Keras 1).",
    "dropout_U": "The share of the state dropped while training (Keras 1).",
    "p": "The share of numbers dropped while training (Keras 1).",
    "W_regularizer": _PENALTY.format("kernel"),
    "U_regularizer": _PENALTY.format("recurrent kernel"),
    "b_regularizer": _PENALTY.format("bias"),
    "W_constraint": _LIMIT.format("kernel"),
    "b_constraint": _LIMIT.format("bias"),
    "mode": "How the inputs are joined (Keras 1).",
    "mode_type": "Whether the way of joining is a name or code (Keras 1).",
    "concat_axis": "The axis along which inputs are joined (Keras 1).",
    "dot_axes": "The axes that are multiplied and summed (Keras 1).",
    "output_mask": "The function that makes the mask (Keras 1).",
    "output_mask_type": "Whether that function is a name or code (Keras 1).",
}

_QKERAS = {
    "folding_mode": "How the batch normalization is folded into the kernel (QKeras).",
    "ema_freeze_delay": "After how many steps the moving mean stops (QKeras).",
    "ema_decay": "How slowly the range follows while training (QKeras).",
    "kernel_range": "Limits that the kernel is cut to (QKeras).",
    "bias_range": "Limits that the bias is cut to (QKeras).",
    "depthwise_range": "Limits that the kernels per channel are cut to (QKeras).",
    "gamma_range": "Limits that gamma is cut to (QKeras).",
    "beta_range": "Limits that beta is cut to (QKeras).",
    "average_quantizer": "How the factor of the mean is rounded (QKeras).",
    "inverse_quantizer": "How the inverse of the deviation is rounded (QKeras).",
    "mean_quantizer": _QUANTIZER.format("mean"),
    "variance_quantizer": _QUANTIZER.format("variance"),
    "state_quantizer": _QUANTIZER.format("state"),
    "total_bits": "Bits of one number (QKeras).",
    "current_step": "Steps of training so far (QKeras).",
    "symmetric": "Whether the range is the same on both sides of 0 (QKeras).",
    "quantization_delay": "After how many steps rounding starts (QKeras).",
    "per_channel": "Whether each channel has a range of its own (QKeras).",
    "po2_rounding": "Whether the range is a power of two (QKeras).",
    "relu_neg_slope": "What negative numbers are multiplied by (QKeras).",
    "beta0": "How strongly the number of bit operations is punished (HGQ).",
    "ebops_factor": "A factor of the estimated bit operations (HGQ).",
    "enable_ebops": "Whether bit operations are estimated (HGQ).",
    "enable_iq": "Whether inputs are rounded (HGQ).",
    "enable_oq": "Whether outputs are rounded (HGQ).",
    "iq_conf": "How inputs are rounded (HGQ).",
    "oq_conf": "How outputs are rounded (HGQ).",
    "kq_conf": "How the kernel is rounded (HGQ).",
    "bq_conf": "How the bias is rounded (HGQ).",
    "parallelization_factor": "How many products are computed at once (HGQ).",
}


def _of_weights() -> dict[str, str]:
    found = {}
    for field, words in _WEIGHTS.items():
        found[f"{field}_initializer"] = _START.format(words)
        found[f"{field}_regularizer"] = _PENALTY.format(words)
        found[f"{field}_constraint"] = _LIMIT.format(words)
        found[f"{field}_quantizer"] = _QUANTIZER.format(words)
    return found


WORDS: Mapping[str, str] = MappingProxyType(
    {
        **PREPROCESSING,
        **_KERAS_1,
        **_QKERAS,
        **_OTHERS,
        **_of_weights(),
        **_ATTENTION,
        **_RECURRENT,
        **_NORMALIZATION,
        **_ACTIVATIONS,
        **_CORE,
        **_GENERAL,
    }
)
"""By the setting's name, for layers in general."""

PER_LAYER: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        **PREPROCESSING_PER_LAYER,
        ("Concatenate", "axis"): "The axis along which inputs are put one behind the "
        "other.",
        ("Softmax", "axis"): "The axis along which the results add up to 1.",
        ("BatchNormalization", "axis"): "The axis whose positions (the channels) each "
        "have a mean of their own.",
        ("LayerNormalization", "axis"): "The axes that share one mean, in each sample.",
        ("GroupNormalization", "axis"): "The axis that is split into groups.",
        (
            "GroupNormalization",
            "groups",
        ): "Into how many groups the channels are split; each group has its own mean.",
        ("UnitNormalization", "axis"): "The axis along which vectors get length 1.",
        ("Dropout", "rate"): "The share of numbers set to 0 while training; the others "
        "grow to make up for it. Nothing happens later.",
        ("GaussianDropout", "rate"): "Strength of the random factors while training.",
        ("AdditiveAttention", "dropout"): "The share of scores dropped while training.",
        ("Attention", "dropout"): "The share of scores dropped while training.",
        (
            "MultiHeadAttention",
            "dropout",
        ): "The share of scores dropped while training.",
        ("Lambda", "output_shape"): "The shape that comes out, as its writer says.",
        ("EinsumDense", "output_shape"): "The axes that come out; None is any length.",
        ("MultiHeadAttention", "output_shape"): "Numbers per position that come out; "
        "None for as many as the query has.",
        ("TimeDistributed", "layer"): "The layer that runs on each timestep, with the "
        "same weights.",
        ("Bidirectional", "layer"): "The layer that reads the sequence from its "
        "beginning.",
        ("PReLU", "alpha_initializer"): _START.format("slopes alpha"),
        ("Conv1D", "strides"): "How many positions the window moves at a time: 2 makes "
        "the output about half as long.",
        ("UpSampling1D", "size"): "How often each timestep is repeated.",
    }
)
"""By the layer and the setting's name, where it means something else."""


def words_about(layer: str, setting: str) -> str:
    """Return one line about a setting.

    Args:
        layer: Class of the layer (``Conv2D``).
        setting: Its name in the description (``kernel_size``).
    """
    own = PER_LAYER.get((layer, setting))
    return own or WORDS.get(setting) or UNKNOWN
