"""One sentence each for kinds whose every call does the same."""

from collections.abc import Mapping

PLAIN: Mapping[str, str] = {
    "adaptive_activation": "Rounds each number to a grid whose range was found in "
    "training.",
    "cast": "Each number keeps its place and gets another type.",
    "cast_like": "Each number keeps its place and gets the type of the other input.",
    "category_codes": "Categories become numbers by a fixed table; nothing is learned "
    "in training.",
    "classic_classifier": "Gives the likeliest class and a score for each of them.",
    "classic_regressor": "Gives one number or more for each sample.",
    "compress": "Keeps the parts for which the condition is true; how many they are is "
    "known only when the model runs.",
    "constant": "The same numbers in every run; they are stored in the file.",
    "constant_like": "Makes new numbers in the shape of the input; the input's own "
    "numbers do not matter.",
    "control": "Which of the graphs inside runs, or how often, is decided when the "
    "model runs.",
    "crossed_codes": "Each pair of categories becomes one code.",
    "depth_to_space": "Channels become positions: the picture gets larger and has "
    "fewer channels; no number changes.",
    "dequantize": "Codes become numbers again: (code − zero point) × scale.",
    "elementwise_choice": "Each number is taken from one of two inputs, as the "
    "condition at its place says.",
    "elementwise_function": "Works on each number on its own; the shape stays as it "
    "is.",
    "elementwise_test": "Answers yes or no for each number; the shape stays as it is.",
    "embedding_onnx": "Looks up the rows of words, places and segments, adds them and "
    "normalizes the sum.",
    "expand": "Axes of length 1 are repeated; nothing is computed.",
    "feature_cleaning": "Works on each feature on its own; the shape stays as it is.",
    "feature_map": "Turns named values into rows of numbers, or back.",
    "feature_one_hot": "Each category becomes a row with one 1 and zeros.",
    "feature_scaling": "Each feature is shifted and scaled by fixed numbers.",
    "feature_vector": "Features are put side by side; nothing is computed.",
    "foreign": "A layer of another library: what it does is not in the file.",
    "gather": "Picks parts of the first input by whole numbers; no number changes.",
    "gather_codes": "Picks rows of a table by whole numbers and makes numbers of their "
    "codes.",
    "gather_elements": "Picks numbers one by one by their place along one axis.",
    "gather_nd": "Picks parts by several indices at once; no number changes.",
    "identity": "Gives on what it gets.",
    "label_encoder": "Each value is replaced by another one from a fixed table.",
    "lambda": "Runs Python code that is stored in the file; Layerscope does not.",
    "learned_activation": "Works on each number on its own, with slopes that are "
    "learned.",
    "mel_spectrogram": "Cuts sound into short windows and measures how loud each band "
    "of pitch is.",
    "moments": "Mean and variance along the named axes.",
    "non_zero": "Gives the places of all numbers that are not 0; how many they are is "
    "known only when the model runs.",
    "one_hot": "Each whole number becomes a row with one number on and the others off.",
    "ops_argsort": "Gives the places of the numbers in sorted order.",
    "ops_cross": "The cross product of vectors.",
    "ops_diagonal": "Keeps the numbers on the diagonal.",
    "ops_diff": "Each number minus the one before it, so one less along that axis.",
    "ops_getitem": "Takes a part of its input; no number changes.",
    "ops_glu": "One half decides how much of the other half is let through.",
    "ops_linspace": "Makes evenly spaced numbers.",
    "ops_onehot": "Each whole number becomes a row with one 1 and zeros.",
    "ops_quantile": "The number below which a given share of the others lies.",
    "ops_ravel": "All numbers in one row; nothing is computed.",
    "ops_reorder": "The same numbers in another order.",
    "ops_repeat": "Each element is repeated; nothing is computed.",
    "ops_resize": "Pictures get another size; new pixels are made of their neighbours.",
    "ops_slice": "Takes a part of its input; no number changes.",
    "ops_split": "Cuts its input into pieces along one axis; nothing is computed.",
    "ops_stack": "Puts its inputs one behind the other along a new axis.",
    "ops_take": "Picks parts by whole numbers; no number changes.",
    "ops_take_along": "Picks numbers one by one by their place along one axis.",
    "ops_topk": "Keeps the largest numbers along the last axis, and their places.",
    "ops_unstack": "Gives one output for each element of an axis.",
    "other_operation": "Its shape is known from the file; it has no weights that are "
    "learned.",
    "pad": "Numbers are put around the input; what was there stays as it is.",
    "picture_size": "Pictures of any size become pictures of one size.",
    "pipeline": "Several preparations, one after the other.",
    "preprocessing": "Prepares the input; changes made at random happen in training "
    "only.",
    "product_few_bits": "A Dense layer whose weights are stored with a few bits each.",
    "quantize": "Numbers become codes: round(number ∕ scale) + zero point, cut off at "
    "the ends of the range.",
    "quantize_dynamic": "Numbers become codes; scale and zero point are found from the "
    "numbers themselves at each run.",
    "quantized_activation_layer": "Rounds each number to a grid; the shape stays as it "
    "is.",
    "quantized_arithmetic": "Works on codes place by place and rounds the result.",
    "quantizer": "Rounds each number to a grid and gives the rounded number.",
    "range": "Makes numbers from a start to an end in equal steps.",
    "regularization": "Acts in training alone: when the model is used, it gives on "
    "what it gets.",
    "resize": "The input gets another size; new positions follow from neighbours.",
    "rotary_embedding": "Pairs of numbers are turned by an angle that grows with the "
    "position, so that positions can be told apart.",
    "scaled_residual": "The sum of two inputs, one of them scaled first.",
    "scatter": "A copy of the first input with some numbers replaced.",
    "shape": "Gives the lengths of the axes as numbers; what the input holds does not "
    "matter.",
    "size": "Gives the number of elements; what the input holds does not matter.",
    "slice": "Takes a part of its input; no number changes.",
    "space_to_depth": "Positions become channels: the picture gets smaller and has "
    "more channels; no number changes.",
    "split": "Cuts its input into pieces along one axis; nothing is computed.",
    "squeeze": "Takes away axes of length 1; no number changes.",
    "stft_spectrogram": "Cuts sound into short windows and measures how loud each "
    "pitch is.",
    "stochastic_depth": "Leaves whole branches out at random, in training alone.",
    "tensordot": "Numbers along the named axes of both inputs are multiplied in pairs "
    "and summed.",
    "tensorflow_operation": "A TensorFlow function called between the layers.",
    "text_codes": "Text becomes whole numbers by a table of words.",
    "thresholds": "Counts how many thresholds each number reaches.",
    "tile": "The input is repeated along its axes; nothing is computed.",
    "top_k": "Keeps the largest or smallest numbers along one axis, and their places.",
    "unique": "Gives each different element once; how many they are is known only "
    "when the model runs.",
    "unsqueeze": "Adds axes of length 1; no number changes.",
    "window_function": "Makes the numbers of a window that fades in and out.",
}
