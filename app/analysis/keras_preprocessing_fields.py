"""One line about every setting of Keras' layers that prepare data."""

from collections.abc import Mapping
from types import MappingProxyType

_IMAGES = {
    "height": "Rows that come out.",
    "width": "Columns that come out.",
    "offset": "What is added after scaling.",
    "mean": "What is subtracted; one number per feature.",
    "variance": "What is divided by, after its root; one number per feature.",
    "invert": "Whether the way back is computed.",
    "antialias": "Whether small pictures are smoothed first.",
    "crop_to_aspect_ratio": "Whether edges are cut so that nothing is stretched.",
    "pad_to_aspect_ratio": "Whether edges are added so that nothing is stretched.",
    "fill_mode": "What stands where the picture was moved away.",
    "fill_value": "The number that stands where nothing else is.",
    "value_range": "The smallest and largest number of the pictures.",
    "bounding_box_format": "How boxes around things are written.",
    "max_number": "How many boxes each picture gets; missing ones are filled up.",
    "factor": "How strong the random change is while training.",
    "height_factor": "How far rows are moved or scaled at random while training.",
    "width_factor": "How far columns are moved or scaled at random while training.",
    "x_factor": "How far the picture is sheared sideways at random while training.",
    "y_factor": "How far the picture is sheared up and down at random while training.",
    "brightness_factor": "How much the brightness changes at random while training.",
    "contrast_factor": "How much the contrast changes at random while training.",
    "saturation_factor": "How much the colors' strength changes while training.",
    "hue_factor": "How much the hue changes at random while training.",
    "addition_factor": "What is added at random while training.",
    "threshold_factor": "Above which numbers are inverted while training.",
    "num_chains": "How many chains of changes are mixed while training.",
    "chain_depth": "How many changes a chain has while training.",
    "all_ops": "Whether every kind of change may be chosen while training.",
    "num_ops": "How many changes each picture gets while training.",
    "sigma": "Strength of the blur while training.",
    "bins": "Into how many steps brightness is counted.",
    "clip_limit": "How much the contrast may grow.",
    "tile_grid_size": "Into how many tiles the picture is cut.",
    "mode": "Which way is used: for flips the direction, for spectra what comes out.",
}

_WORDS = {
    "max_tokens": "Most entries of the vocabulary; None is any number.",
    "num_tokens": "How many different numbers there may be.",
    "num_oov_indices": "How many numbers stand for unknown words.",
    "oov_token": "The word that stands for unknown ones.",
    "oov_method": "How unknown words are spread over their numbers.",
    "mask_token": "The word that stands for padding.",
    "vocabulary": "The known words, in the order of their numbers.",
    "vocabulary_dtype": "Element type of the vocabulary.",
    "idf_weights": "How much each word counts.",
    "encoding": "How text is stored as bytes.",
    "output_mode": "What comes out: numbers of words, or counts of them.",
    "output_sequence_length": "How many numbers each text gets; None is as many as it "
    "has.",
    "pad_to_max_tokens": "Whether the output is as wide as the largest vocabulary.",
    "standardize": "How the text is cleaned first: lower case, no punctuation.",
    "split": "Where the text is cut into words.",
    "ngrams": "How many neighbouring words are taken together.",
    "num_bins": "Into how many classes the values are sorted.",
    "bin_boundaries": "Where one class ends and the next one begins.",
    "salt": "A number that changes how words are spread.",
}

_SOUND = {
    "fft_length": "Samples of sound per spectrum.",
    "frame_length": "Samples of sound per window.",
    "frame_step": "Samples of sound from one window to the next.",
    "sequence_length": "Samples of sound per window.",
    "sequence_stride": "Samples of sound from one window to the next.",
    "sampling_rate": "Samples of sound per second.",
    "num_mel_bins": "How many bands of pitch come out.",
    "min_freq": "Lowest frequency, in hertz.",
    "max_freq": "Highest frequency, in hertz.",
    "power_to_db": "Whether loudness is given in decibels.",
    "top_db": "Decibels below the loudest that are still told apart.",
    "mag_exp": "The power that the magnitude is raised to.",
    "min_power": "Smaller loudness counts as this.",
    "ref_power": "The loudness that counts as 0 decibels.",
    "window": "The shape that each window of sound is faded with.",
    "periodic": "Whether that shape is meant to repeat.",
    "scaling": "What the spectrum is scaled to.",
    "expand_dims": "Whether an axis of length 1 is added at the end.",
}

PREPROCESSING: Mapping[str, str] = MappingProxyType({**_IMAGES, **_WORDS, **_SOUND})
"""By the setting's name."""

PREPROCESSING_PER_LAYER: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("Rescaling", "scale"): "What every number is multiplied by.",
        ("Hashing", "mask_value"): "The value that stands for padding.",
        ("RandomElasticTransform", "scale"): "How strongly pictures are bent while "
        "training.",
        ("RandomErasing", "scale"): "How large the erased area is while training.",
        ("RandomPerspective", "scale"): "How much corners move while training.",
        ("Normalization", "axis"): "The axes whose positions each have a mean of their "
        "own.",
        ("MixUp", "alpha"): "How strongly two pictures are mixed while training.",
        ("CutMix", "factor"): "How much of another picture is pasted while training.",
        ("AugMix", "alpha"): "How evenly the chains are mixed while training.",
        ("STFTSpectrogram", "mode"): "What comes out: magnitude, phase or both parts.",
        ("STFTSpectrogram", "padding"): "Whether zeros are added at both ends.",
        ("Discretization", "epsilon"): "How exactly the boundaries were estimated.",
    }
)
"""By the layer and the setting's name."""
