"""How long it takes to find what belongs together in a large model."""

import pytest

from loaders.formats import read_model
from loaders.grouping import group

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]


@pytest.mark.parametrize(
    ("file", "seconds"), [("tf_20k.onnx", 0.4), ("tf_50k.onnx", 0.8)]
)
def test_groups_of_a_large_model(scale, benchmark, file, seconds):
    model = read_model(scale / file)
    found = benchmark.pedantic(lambda: group(model), rounds=3)
    assert len(found.groups) > 1000
    assert benchmark.disabled or benchmark.stats["median"] < seconds
