"""Damaged files of the formats that Python alone reads open or are refused."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz import changes, seeds
from tests.fuzz.journey import open_and_look
from tests.loaders.formats.saved_models import dense

TIMES = int(os.environ.get("LAYERSCOPE_FUZZ", "1"))
"""How many times the usual number of examples; above 1 they differ at each run."""
pytestmark = pytest.mark.timeout(240 * TIMES)
RANDOM = st.randoms(use_true_random=False)
ONNX = {"network": seeds.onnx_network(), "programs": seeds.onnx_programs()}


def many(examples):
    """Return the settings of one property."""
    return settings(
        max_examples=examples * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def look_at(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return open_and_look(path)


def as_text(tree):
    return json.dumps(tree).encode()


@pytest.mark.parametrize("name", seeds.DESCRIPTIONS)
def test_the_undamaged_descriptions_open(name, tmp_path):
    tree = seeds.DESCRIPTIONS[name]
    assert look_at(tmp_path, "m.json", as_text(tree))
    assert look_at(tmp_path, "m.keras", seeds.archive(tree, None))


@pytest.mark.parametrize("name", ONNX)
def test_the_undamaged_onnx_models_open(name, tmp_path):
    assert look_at(tmp_path, "m.onnx", ONNX[name])


@given(random=RANDOM)
@many(250)
@pytest.mark.parametrize("name", seeds.DESCRIPTIONS)
def test_a_description_with_odd_values_opens_or_is_refused(name, random, tmp_path):
    tree = changes.change_json(seeds.DESCRIPTIONS[name], random)
    look_at(tmp_path, "m.json", as_text(tree))


@given(random=RANDOM)
@many(100)
def test_a_description_with_odd_bytes_opens_or_is_refused(random, tmp_path):
    tree = random.choice(list(seeds.DESCRIPTIONS.values()))
    look_at(tmp_path, "m.json", changes.change_bytes(as_text(tree), random))


@given(random=RANDOM)
@many(150)
def test_an_archive_with_odd_bytes_opens_or_is_refused(random, tmp_path):
    data = seeds.archive(seeds.DESCRIPTIONS["pictures"], None)
    look_at(tmp_path, "m.keras", changes.change_bytes(data, random))


@given(random=RANDOM)
@many(120)
@pytest.mark.parametrize("name", ONNX)
def test_an_onnx_model_with_odd_fields_opens_or_is_refused(name, random, tmp_path):
    look_at(tmp_path, "m.onnx", changes.change_protobuf(ONNX[name], random))


@given(random=RANDOM)
@many(120)
@pytest.mark.parametrize("name", ONNX)
def test_an_onnx_model_with_odd_bytes_opens_or_is_refused(name, random, tmp_path):
    look_at(tmp_path, "m.onnx", changes.change_bytes(ONNX[name], random))


@given(random=RANDOM)
@many(150)
def test_a_saved_model_with_odd_fields_or_bytes_opens_or_is_refused(random, tmp_path):
    with tempfile.TemporaryDirectory(dir=tmp_path) as place:
        folder = dense(Path(place))
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        chosen = random.choice(files)
        change = changes.change_bytes
        if chosen.suffix == ".pb" and random.random() < 0.7:
            change = changes.change_protobuf
        chosen.write_bytes(change(chosen.read_bytes(), random))
        open_and_look(folder)
