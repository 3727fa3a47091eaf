"""Descriptions whose shapes cannot work, from questions that many people asked."""

import pytest

from loaders.formats import read_model

pytestmark = pytest.mark.corpus


def problem_of(path):
    """Return the one problem of a model and the layer that has it."""
    found = [(node.name, node.problem) for node in read_model(path).nodes()]
    [(name, problem)] = [one for one in found if one[1]]
    return name, problem


@pytest.mark.parametrize(
    ("file", "layer", "words"),
    [
        (
            "questions/S19_channels_first.json",
            "first",
            (
                "Height 2 is smaller than the kernel's 5",
                "channels_last",
                "131 × 131 × 2",
                "None × 127 × 1 × 512",
            ),
        ),
        (
            "questions/S21_too_short.json",
            "p2",
            ("Time 1 is smaller than the pool's 4", "at least 4"),
        ),
        (
            "questions/S27_flatten_none.json",
            "d",
            ("no fixed length", "GlobalMaxPooling or GlobalAveragePooling"),
        ),
        (
            "seed/q20_negative_dimension_config.json",
            "conv_b",
            ("Time 2 is smaller than the kernel's 3", "2 − 3 + 1 = 0"),
        ),
    ],
)
def test_the_layer_where_it_breaks_says_why(corpus, file, layer, words):
    name, problem = problem_of(corpus / file)
    assert name == layer
    assert all(word in problem for word in words)


def test_lengths_up_to_the_break_are_known(corpus):
    model = read_model(corpus / "questions/S21_too_short.json")
    values = model.values()
    lengths = [values[node.outputs[0]].shape for node in model.nodes()]
    assert [shape and shape[1] for shape in lengths] == [15, 13, 3, 1, None]
