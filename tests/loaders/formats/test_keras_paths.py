"""Which variables of a Keras 3 weights file belong to which layer."""

from pathlib import Path
from typing import Any

import numpy as np

from loaders.formats import read_model
from loaders.formats._keras_paths import snake_case
from loaders.ir.graph import Model, Severity
from tests.keras_files import (
    Arrays,
    archive,
    dense,
    layer,
    numbered,
    sequential,
    start,
    weights_h5,
)


def opened(
    folder: Path,
    config: dict[str, Any],
    arrays: Arrays,
    names: dict[str, str] | None = None,
) -> Model:
    return read_model(archive(folder / "m.keras", config, weights_h5(arrays, names)))


def places(model: Model) -> dict[str, str]:
    return {parameter.id: parameter.name for parameter in model.parameters()}


def test_class_names_are_spelled_as_keras_spells_them() -> None:
    names = ["Conv2D", "DepthwiseConv2D", "LSTM", "StackedRNNCells", "ReLU", "GRUCell"]
    assert [snake_case(name) for name in names] == [
        "conv2d",
        "depthwise_conv2d",
        "lstm",
        "stacked_rnn_cells",
        "re_lu",
        "gru_cell",
    ]


def test_layers_of_a_class_are_numbered_weightless_ones_too(tmp_path: Path) -> None:
    config = sequential(
        "net",
        start(4),
        layer("Dropout", "drop", rate=0.5),
        dense("b", 4),
        dense("a", 4),
    )
    arrays = {
        "layers/dense/vars/0": numbered(4, 4),
        "layers/dense/vars/1": numbered(4),
        "layers/dense_1/vars/0": numbered(4, 4),
        "layers/dense_1/vars/1": numbered(4),
        "layers/dropout/seed_generator/vars/0": np.zeros(2, "u4"),
    }
    model = opened(tmp_path, config, arrays)
    found = places(model)
    assert found["b/kernel"] == "layers/dense/vars/0"
    assert found["a/bias"] == "layers/dense_1/vars/1"
    assert sum(parameter.count for parameter in model.parameters()) == 40


def test_ten_variables_are_taken_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    config = sequential("net", start(4), layer("Mine", "mine"))
    config["config"]["layers"][1]["module"] = "my.package"
    arrays = {f"layers/mine/vars/{number}": numbered(1) for number in range(12)}
    model = opened(tmp_path, config, arrays)
    roles = [parameter.role for parameter in model.parameters()]
    assert roles == [str(number) for number in range(12)]


def test_layers_of_nested_models_are_found(tmp_path: Path) -> None:
    inner = sequential("inner", start(4), dense("deep", 2))
    config = sequential("net", start(4), dense("shallow", 4), inner)
    arrays = {
        "layers/dense/vars/0": numbered(4, 4),
        "layers/dense/vars/1": numbered(4),
        "layers/sequential/layers/dense/vars/0": numbered(4, 2),
        "layers/sequential/layers/dense/vars/1": numbered(2),
    }
    found = list(places(opened(tmp_path, config, arrays)).values())
    assert found == list(arrays)


def test_directions_are_told_apart_though_the_file_has_backward_first(
    tmp_path: Path,
) -> None:
    lstm = layer("LSTM", "lstm", units=3)
    both = layer("Bidirectional", "both", layer=lstm, merge_mode="concat")
    arrays = {
        f"layers/bidirectional/{way}_layer/cell/vars/{number}": array
        for way in ("backward", "forward")
        for number, array in enumerate([numbered(5, 12), numbered(3, 12), numbered(12)])
    }
    model = opened(tmp_path, sequential("net", start(7, 5), both), arrays)
    found = places(model)
    assert (
        found["both/forward.kernel"] == "layers/bidirectional/forward_layer/cell/vars/0"
    )
    assert (
        found["both/backward.bias"] == "layers/bidirectional/backward_layer/cell/vars/2"
    )


def test_what_a_custom_layer_holds_is_named_by_its_way(tmp_path: Path) -> None:
    config = sequential("net", start(4), layer("Mine", "mine"))
    config["config"]["layers"][1]["module"] = "my.package"
    arrays = {
        "layers/mine/part/vars/0": numbered(4, 2),
        "layers/mine/vars/0": numbered(3),
    }
    model = opened(tmp_path, config, arrays)
    assert [parameter.role for parameter in model.parameters()] == ["0", "part.0"]
    assert sum(parameter.count for parameter in model.parameters()) == 11


def test_a_layer_kept_as_an_attribute_is_found_by_the_name_in_the_file(
    tmp_path: Path,
) -> None:
    config = sequential("net", start(4), dense("head", 2))
    arrays = {"head_of_mine/vars/0": numbered(4, 2), "head_of_mine/vars/1": numbered(2)}
    model = opened(tmp_path, config, arrays, {"head_of_mine/vars": "head"})
    assert places(model)["head/kernel"] == "head_of_mine/vars/0"


def test_a_class_with_another_name_in_python_is_found(tmp_path: Path) -> None:
    config = sequential("net", start(4), layer("GroupQueryAttention", "g"))
    arrays = {"layers/grouped_query_attention/_query_dense/vars/0": numbered(4, 2)}
    model = opened(tmp_path, config, arrays)
    assert model.others == ()


def test_a_weight_that_is_saved_twice_is_counted_once(tmp_path: Path) -> None:
    inner = dense("inner", 3)
    norm = layer("SpectralNormalization", "norm", layer=inner, power_iterations=1)
    place = "layers/spectral_normalization"
    arrays = {
        f"{place}/layer/vars/0": numbered(4, 3),
        f"{place}/layer/vars/1": numbered(3),
        f"{place}/vars/0": numbered(4, 3),
        f"{place}/vars/1": numbered(1, 3),
    }
    model = opened(tmp_path, sequential("net", start(4), norm), arrays)
    assert sum(parameter.count for parameter in model.parameters()) == 12 + 3 + 3
    assert [group.title for group in model.others] == ["Second copies of weights"]


def test_optimizer_and_metrics_are_listed_and_not_counted(tmp_path: Path) -> None:
    config = sequential("net", start(4), dense("head", 2))
    arrays = {
        "layers/dense/vars/0": numbered(4, 2),
        "layers/dense/vars/1": numbered(2),
        "optimizer/vars/0": numbered(1),
        "metrics/mean/vars/0": numbered(1),
    }
    model = opened(tmp_path, config, arrays)
    assert {group.title for group in model.others} == {
        "Optimizer state",
        "Metrics state",
    }
    assert sum(parameter.count for parameter in model.parameters()) == 10


def test_arrays_of_no_layer_are_listed(tmp_path: Path) -> None:
    config = sequential("net", start(4), dense("head", 2))
    arrays = {"somewhere/vars/0": numbered(3)}
    model = opened(tmp_path, config, arrays)
    [group] = model.others
    assert group.tensors[0].name == "somewhere/vars/0"
    assert any("belong to no layer: somewhere/vars/0" in n.message for n in model.notes)


def test_the_list_of_layers_has_another_name_in_older_files(tmp_path: Path) -> None:
    config = sequential("net", start(4), dense("head", 2))
    place = "_layer_checkpoint_dependencies/dense/vars"
    arrays = {f"{place}/0": numbered(4, 2), f"{place}/1": numbered(2)}
    found = places(opened(tmp_path, config, arrays))
    assert found == {"head/kernel": f"{place}/0", "head/bias": f"{place}/1"}


def test_weights_that_the_file_lacks_are_told(tmp_path: Path) -> None:
    config = sequential("net", start(4), dense("head", 2))
    model = opened(tmp_path, config, {"layers/dense/vars/0": numbered(4, 2)})
    told = [n.message for n in model.notes if n.severity is Severity.WARNING]
    assert told == ["1 weight missing from the file: bias of head."]


def test_frozen_layers_have_no_trained_weights(tmp_path: Path) -> None:
    frozen = dense("frozen", 4)
    frozen["config"]["trainable"] = False
    config = sequential("net", start(4), frozen, dense("free", 2))
    arrays = {
        "layers/dense/vars/0": numbered(4, 4),
        "layers/dense/vars/1": numbered(4),
        "layers/dense_1/vars/0": numbered(4, 2),
        "layers/dense_1/vars/1": numbered(2),
    }
    model = opened(tmp_path, config, arrays)
    trained = sum(p.count for p in model.parameters() if p.trainable)
    assert (trained, sum(p.count for p in model.parameters())) == (10, 30)


def test_weights_that_keras_never_stores_are_no_reason_to_worry(tmp_path: Path) -> None:
    config = sequential("net", start(4), dense("head", 2, lora_rank=3))
    arrays = {
        "layers/dense/vars/0": numbered(4, 2),
        "layers/dense/vars/1": numbered(2),
    }
    model = opened(tmp_path, config, arrays)
    [note] = [one for one in model.notes if "weights" in one.message]
    assert note.severity is Severity.INFO
    assert note.message.startswith("2 weights that Keras counts but does not write")
    assert "lora_kernel_a of head" in note.message
    assert sum(p.count for p in model.parameters()) == 4 * 2 + 2 + 4 * 3 + 3 * 2


def test_zero_points_of_gptq_are_not_stored(tmp_path: Path) -> None:
    policy = {
        "class_name": "GPTQDTypePolicy",
        "config": {"mode": "gptq/8/-1", "source_name": "float32"},
    }
    config = sequential("net", start(4), dense("head", 2, dtype=policy))
    arrays = {
        "layers/dense/vars/0": numbered(2),
        "layers/dense/vars/1": numbered(2, 4).astype(np.uint8),
        "layers/dense/vars/2": numbered(2, 1),
        "layers/dense/vars/3": numbered(4),
    }
    model = opened(tmp_path, config, arrays)
    [note] = [one for one in model.notes if "kernel_zero" in one.message]
    assert note.severity is Severity.INFO


def test_how_often_words_were_seen_is_listed_not_counted(tmp_path: Path) -> None:
    text = layer("TextVectorization", "words", output_mode="tf_idf", max_tokens=5)
    arrays = {
        "layers/text_vectorization/_lookup_layer/idf_weights": numbered(5),
        "layers/text_vectorization/idf_weights": numbered(5),
    }
    model = opened(tmp_path, sequential("net", start(1), text), arrays)
    assert [(p.count, p.trainable) for p in model.parameters()] == [(0, False)] * 2
    assert not [n for n in model.notes if n.severity is Severity.WARNING]


def test_parts_of_attention_take_only_what_lies_in_their_place(tmp_path: Path) -> None:
    heads = layer("MultiHeadAttention", "heads", num_heads=2, key_dim=3)
    at = "layers/multi_head_attention"
    arrays = {
        f"{at}/{part}_dense/vars/{number}": numbered(*shape, start=start)
        for start, (part, number, shape) in enumerate(
            [
                ("value", 0, (4, 2, 3)),
                ("value", 1, (2, 3)),
                ("output", 0, (2, 3, 4)),
                ("output", 1, (4,)),
                ("query", 0, (4, 2, 3)),
                ("query", 1, (2, 3)),
                ("key", 1, (2, 3)),
            ]
        )
    }
    model = opened(tmp_path, sequential("net", start(5, 4), heads), arrays)
    found = {p.role: p.name for p in model.parameters() if p.name}
    assert found["value.kernel"] == f"{at}/value_dense/vars/0"
    assert found["key.bias"] == f"{at}/key_dense/vars/1"
    assert "key.kernel" not in found


def test_a_counter_that_qkeras_saved_twice_is_counted_once(tmp_path: Path) -> None:
    folded = layer(
        "QDepthwiseConv2DBatchnorm",
        "folded",
        kernel_size=[3, 3],
        depth_multiplier=1,
        use_bias=True,
    )
    folded |= {"module": "qkeras", "registered_name": "qkeras>Q"}
    at = "layers/q_depthwise_conv2d_batchnorm"
    arrays: dict[str, Any] = {
        f"{at}/vars/0": numbered(3, 3, 2, 1),
        f"{at}/vars/1": numbered(2),
        f"{at}/vars/2": np.array(7, np.int64),
        f"{at}/vars/iteration": np.array(7, np.int64),
    }
    arrays |= {f"{at}/batchnorm/vars/{k}": numbered(2) for k in range(4)}
    model = opened(tmp_path, sequential("net", start(9, 9, 2), folded), arrays)
    [other] = model.others
    assert [one.name for one in other.tensors] == [f"{at}/vars/iteration"]
    assert sum(p.count for p in model.parameters()) == 18 + 2 + 1 + 4 * 2


def test_nobody_knows_which_weights_of_a_custom_layer_are_trained(
    tmp_path: Path,
) -> None:
    own = layer("Mine", "mine")
    own |= {"module": "somewhere", "registered_name": "my>Mine"}
    arrays = {
        "layers/mine/vars/0": numbered(4),
        "layers/mine/bn/vars/0": numbered(4),
    }
    model = opened(tmp_path, sequential("net", start(4), own), arrays)
    [note] = [one for one in model.notes if "does not say which weights" in one.message]
    assert note.severity is Severity.INFO
    assert note.message.endswith("2 weights of mine count as trained.")
