"""Models in HDF5: groups by layer, nested models, names of every age."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loaders.formats import read_model
from loaders.formats._keras_legacy import role_of
from loaders.ir.errors import CorruptFileError
from loaders.ir.graph import Axis, Model, Severity
from tests.keras_files import dense, layer, legacy_h5, numbered, sequential, start

CONFIG = sequential("net", start(4), dense("first", 3), dense("last", 2))
GROUPS = [
    ("first", [("first/kernel:0", numbered(4, 3)), ("first/bias:0", numbered(3))]),
    ("last", [("last/kernel:0", numbered(3, 2)), ("last/bias:0", numbered(2))]),
]


def places(model: Model) -> dict[str, str]:
    return {parameter.id: parameter.name for parameter in model.parameters()}


def warnings(model: Model) -> list[str]:
    return [note.message for note in model.notes if note.severity is Severity.WARNING]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.h5"


def test_every_weight_is_read_from_where_it_lies(path: Path) -> None:
    model = read_model(legacy_h5(path, CONFIG, GROUPS))
    arrays = [array for _, members in GROUPS for _, array in members]
    for parameter, array in zip(model.parameters(), arrays, strict=True):
        np.testing.assert_array_equal(parameter.tensor.read(model.files), array)
    assert warnings(model) == []


def test_version_and_backend_are_told(path: Path) -> None:
    model = read_model(legacy_h5(path, CONFIG, GROUPS, version="2.2.4-tf"))
    assert (model.format, model.producer) == ("Keras 2 HDF5", "Keras 2.2.4-tf")
    assert "tensorflow" in {fact.text for fact in model.facts}


def test_an_hdf5_file_named_keras_is_read_and_told(tmp_path: Path) -> None:
    model = read_model(legacy_h5(tmp_path / "m.keras", CONFIG, GROUPS))
    assert "an HDF5 file" in warnings(model)[0]
    assert len(places(model)) == 4


@pytest.mark.parametrize(
    ("weight", "group", "role"),
    [
        ("conv/kernel:0", "conv", "kernel"),
        ("dense_3/bias_1:0", "dense_3", "bias"),
        ("convolution2d_1_W", "convolution2d_1", "kernel"),
        ("dense_1_b:0", "dense_1", "bias"),
        ("lstm_1_U_i", "lstm_1", "recurrent_kernel_i"),
        ("bn_1_running_std", "bn_1", "moving_variance"),
        ("bidi/forward_lstm/lstm_cell/kernel:0", "bidi", "forward.kernel"),
        ("forward_lstm_1_W_i:0", "bidirectional_1", "forward.kernel_i"),
        ("mha/query/kernel:0", "mha", "query.kernel"),
        ("mha/attention_output/bias:0", "mha", "output.bias"),
        ("conv/kq/quantizer/b:0", "conv", "b"),
        ("dense/lora_kernel_b:0", "dense", "lora_kernel_b"),
    ],
)
def test_names_of_every_age_say_what_a_weight_is(
    weight: str, group: str, role: str
) -> None:
    assert role_of(weight, group) == role


def test_statistics_are_told_by_name_in_any_order(path: Path) -> None:
    config = sequential("net", start(3), layer("BatchNormalization", "bn", axis=-1))
    names = ["moving_variance", "gamma", "moving_mean", "beta"]
    members = [
        (f"bn/{name}:0", numbered(3, start=10 * at)) for at, name in enumerate(names)
    ]
    model = read_model(legacy_h5(path, config, [("bn", members)]))
    assert places(model) == {
        f"bn/{name}": f"bn/{name}:0"
        for name in ["gamma", "beta", "moving_mean", "moving_variance"]
    }
    trained = [p.role for p in model.parameters() if p.trainable]
    assert trained == ["gamma", "beta"]


def nested(**config: Any) -> dict[str, Any]:
    inner = sequential(
        "inner",
        start(4),
        dense("one", 4),
        layer("BatchNormalization", "bn", axis=-1),
        dense("two", 4, **config),
    )
    return sequential("net", start(4), inner, dense("head", 2))


def inner_arrays(order: list[str]) -> list[tuple[str, Any]]:
    return [
        (name, numbered(4, 4) if "kernel" in name else numbered(4)) for name in order
    ]


HEAD = ("head", [("head/kernel:0", numbered(4, 2)), ("head/bias:0", numbered(2))])


def test_a_nested_model_is_one_group_shared_out_by_name(path: Path) -> None:
    order = ["one/kernel:0", "one/bias:0", "bn/gamma:0", "bn/beta:0", "two/kernel:0"]
    order += ["two/bias:0", "bn/moving_mean:0", "bn/moving_variance:0"]
    groups = [("inner", inner_arrays(order)), HEAD]
    found = places(read_model(legacy_h5(path, nested(), groups)))
    assert found["inner/bn/moving_mean"] == "bn/moving_mean:0"
    assert found["inner/two/bias"] == "two/bias:0"
    assert len(found) == 10


def test_names_that_say_nothing_are_shared_out_in_the_frameworks_order(
    path: Path,
) -> None:
    members = [
        (f"param_{number}", numbered(4, 4) if number in (0, 4) else numbered(4))
        for number in range(8)
    ]
    model = read_model(legacy_h5(path, nested(), [("inner", members), HEAD]))
    found = places(model)
    assert found["inner/two/kernel"] == "param_4"
    assert found["inner/bn/moving_variance"] == "param_7"
    assert warnings(model) == []


def test_a_nested_model_that_does_not_fit_is_told_and_not_guessed(path: Path) -> None:
    members = [(f"param_{number}", numbered(5)) for number in range(8)]
    model = read_model(legacy_h5(path, nested(), [("inner", members), HEAD]))
    assert any("neither by name nor in order" in text for text in warnings(model))
    assert [len(group.tensors) for group in model.others] == [8]


def test_kernels_in_theanos_order_keep_the_meaning_of_their_axes(path: Path) -> None:
    conv = layer(
        "Conv2D",
        "conv",
        filters=5,
        kernel_size=[2, 3],
        strides=[1, 1],
        padding="valid",
        data_format="channels_last",
        dilation_rate=[1, 1],
        use_bias=False,
    )
    group = ("conv", [("conv_W", numbered(5, 4, 2, 3))])
    model = read_model(
        legacy_h5(path, sequential("net", start(8, 8, 4), conv), [group])
    )
    [kernel] = model.parameters()
    assert kernel.tensor.shape == (5, 4, 2, 3)
    assert kernel.axes == (Axis.FILTER, Axis.IN_CHANNEL, Axis.HEIGHT, Axis.WIDTH)
    assert kernel.count == 120


def test_names_of_weights_that_are_not_there_are_told(path: Path) -> None:
    legacy_h5(path, CONFIG, GROUPS)
    import h5py

    with h5py.File(path, "r+") as file:
        file["model_weights/last"].attrs["weight_names"] = [b"last/kernel:0", b"../x"]
    model = read_model(path)
    assert any("missing from it" in text for text in warnings(model))
    assert any("bias of last" in text for text in warnings(model))


def test_a_group_of_no_layer_is_told(path: Path) -> None:
    model = read_model(
        legacy_h5(path, CONFIG, [*GROUPS, ("gone", [("gone/x:0", numbered(3))])])
    )
    assert any("named after no layer" in text for text in warnings(model))


def test_optimizer_state_is_listed_and_not_counted(path: Path) -> None:
    state = {"Adam/first/kernel/m:0": numbered(4, 3)}
    model = read_model(legacy_h5(path, CONFIG, GROUPS, optimizer=state))
    assert [group.title for group in model.others] == ["Optimizer state"]
    assert sum(p.count for p in model.parameters()) == 23


def test_a_description_that_is_no_text_is_damage(path: Path) -> None:
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = [1, 2, 3]
    with pytest.raises(CorruptFileError, match="model_config is not a text"):
        read_model(path)
