"""Every setting of every layer of Keras has a line of ours."""

import json
from pathlib import Path

import pytest

from app.analysis.keras_fields import PER_LAYER, UNKNOWN, WORDS, words_about
from loaders.formats import read_model
from loaders.ir.errors import InspectorError

LAYERS = json.loads(Path(__file__).with_name("keras_fields.json").read_text())


@pytest.mark.parametrize("layer", sorted(LAYERS))
def test_every_setting_of_a_layer_has_a_line(layer):
    unknown = [name for name in LAYERS[layer] if words_about(layer, name) == UNKNOWN]
    assert not unknown


def test_lines_are_sentences_of_one_line():
    for words in (*WORDS.values(), *PER_LAYER.values(), UNKNOWN):
        assert words.endswith("."), words
        assert "\n" not in words
        assert words[0].isupper() or words.split(":")[0].islower(), words
        assert len(words) < 140, words


def test_lines_of_one_layer_are_about_a_setting_that_it_has():
    for layer, setting in PER_LAYER:
        assert layer in LAYERS, layer
        assert setting in LAYERS[layer], (layer, setting)


def test_what_keras_does_not_know_is_said_to_be_foreign():
    assert words_about("Conv2D", "colour_of_the_sky") == UNKNOWN


@pytest.mark.corpus
def test_real_files_have_few_settings_without_a_line(corpus):
    missing: dict[str, set[str]] = {}
    for path in sorted(corpus.rglob("*")):
        if path.suffix not in (".keras", ".h5", ".json"):
            continue
        try:
            model = read_model(path)
        except InspectorError:
            continue
        for node in model.nodes():
            config = json.loads(node.config) if node.dialect == "keras" else {}
            for name in config if isinstance(config, dict) else ():
                if words_about(node.op, name) == UNKNOWN:
                    missing.setdefault(name, set()).add(node.op)
    # Settings of custom layers, which nobody but their writers knows.
    assert set(missing) <= {"by", "num"}, missing
