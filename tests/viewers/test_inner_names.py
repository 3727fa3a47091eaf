"""Names on boxes inside the frames of their scopes."""

import pytest

from loaders.ir.graph import Node
from viewers.inner_names import inner_name


@pytest.mark.parametrize(
    ("name", "scope", "inner"),
    [
        ("/model/layers.0/Add", "model/layers.0", "Add"),
        ("/model/layers.0/mlp/Add", "model/layers.0", "mlp/Add"),
        ("If_0_then/decoder/rnn/LSTM", "rnn", "LSTM"),
        ("rnn/rnn/LSTM", "rnn", "rnn/LSTM"),
        ("/model/layers.01/Add", "model/layers.0", "model/layers.01/Add"),
        ("/model/Add", "", "model/Add"),
        ("/model/", "model", "model/"),
    ],
)
def test_the_scopes_around_a_node_are_left_out(name, scope, inner):
    node = Node(id="n", name=name, op="X", dialect="onnx")
    assert inner_name(node, scope) == inner
