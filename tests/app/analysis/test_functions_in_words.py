"""What is said of functions: one number each, or several together."""

import pytest

from app.analysis.why import explain
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from tests.app.analysis.question_files import save


@pytest.fixture
def remark(tmp_path):
    """Return the first sentence about a Keras layer after 10 steps of 4 features."""

    def asked(kind, settings):
        source = ["InputLayer", "x", [], {"batch_input_shape": [None, 10, 4]}]
        path = save([source, [kind, "layer", ["x"], settings]], tmp_path)
        index = ModelIndex(read_model(path))
        node = next(n for n in index.nodes.values() if n.name == "layer")
        return explain(index, node).remarks[0]

    return asked


def test_relu_works_on_each_number_on_its_own(remark):
    assert remark("Activation", {"activation": "relu"}).startswith(
        "Works on each number on its own"
    )


@pytest.mark.parametrize(
    ("kind", "settings", "where"),
    [
        ("Activation", {"activation": "softmax"}, "the last axis"),
        ("Softmax", {"axis": -1}, "the last axis"),
        ("Softmax", {"axis": 1}, "the second axis"),
    ],
)
def test_softmax_does_not(remark, kind, settings, where):
    assert remark(kind, settings).startswith(
        f"Each result depends on all numbers along {where}"
    )
