"""Numbers on request: a plain place for each weight, made if there is none."""

import json
import stat
import zipfile

import h5py
import numpy as np
import pytest
from msgspec.structs import replace as changed
from onnx import SparseTensorProto, TensorProto, helper, numpy_helper

from app.engine.messages import ReadTensor
from app.reader.tensors import PREFIX, Tensors
from loaders.formats import no_progress, read_model
from loaders.ir.errors import InspectorError
from loaders.ir.tensors import Packing
from loaders.limits import LIMITS
from tests.keras_files import (
    archive,
    layer,
    legacy_h5,
    sequential,
    start,
    weights_h5,
)
from tests.loaders.formats.onnx_files import model, save, tensor, value

NUMBERS = np.arange(4000, dtype="<f4").reshape(100, 40)


@pytest.fixture
def packed(tmp_path):
    """Weights packed in every way that HDF5 knows and Keras or its users write."""
    path = tmp_path / "packed.h5"
    with h5py.File(path, "w") as file:
        group = file.create_group("dense")
        more = {"chunks": (7, 9)}
        group.create_dataset("zipped", data=NUMBERS, compression="gzip", **more)
        group.create_dataset("shuffled", data=NUMBERS, shuffle=True, compression="lzf")
        group.create_dataset("checked", data=NUMBERS, fletcher32=True)
        group.create_dataset("big", data=NUMBERS.astype(">f8"), **more)
        group.create_dataset("small", data=NUMBERS.astype("f2")[:3], chunks=(1, 40))
        group.create_dataset("plain", data=NUMBERS)
        group.create_dataset("empty", data=NUMBERS[:0], maxshape=(None, 40))
        group.create_dataset("unwritten", (5, 4), "f4", chunks=(5, 4), fillvalue=2.5)
        group.create_dataset("words", data=["a", "b"])
    return path


def weights(model):
    """Return the ids of all weights by the last part of their names."""
    every = [*model.parameters(), *(t for group in model.others for t in group.tensors)]
    return {one.name.rpartition("/")[2]: one for one in every}


def folder_of(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir(exist_ok=True)
    return folder


def test_whatever_hdf5_packs_comes_as_it_was_written(packed, tmp_path):
    model = read_model(packed)
    tensors = Tensors(model, folder_of(tmp_path))
    with h5py.File(packed) as file:
        for name, parameter in weights(model).items():
            if name == "words":
                continue
            found = tensors.read(ReadTensor(id=parameter.id), no_progress)
            expected = file["dense"][name][()]
            assert found.tensor.packing in (Packing.PLAIN, Packing.BIG_ENDIAN)
            assert found.read().shape == expected.shape
            np.testing.assert_array_equal(found.read(), expected)
    assert {"zipped", "big", "unwritten", "empty"} <= set(weights(model))


def test_rows_are_read_alone(packed, tmp_path):
    model = read_model(packed)
    parameter = weights(model)["zipped"]
    found = Tensors(model, folder_of(tmp_path)).read(
        ReadTensor(id=parameter.id), no_progress
    )
    np.testing.assert_array_equal(found.read(slice(20, 31)), NUMBERS[20:31])


def test_a_plain_array_stays_where_it_is(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    parameter = weights(model)["plain"]
    found = Tensors(model, folder).read(ReadTensor(id=parameter.id), no_progress)
    assert found.file == model.files[0]
    assert found.tensor.offset == parameter.tensor.offset
    assert not list(folder.iterdir())


def test_texts_are_not_numbers(packed, tmp_path):
    model = read_model(packed)
    parameter = weights(model)["words"]
    with pytest.raises(InspectorError, match="texts, not numbers"):
        Tensors(model, folder_of(tmp_path)).read(
            ReadTensor(id=parameter.id), no_progress
        )


def test_written_files_are_for_the_user_alone_and_named_by_us(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    tensors = Tensors(model, folder)
    for parameter in weights(model).values():
        if parameter.tensor.dtype != "string":
            tensors.read(ReadTensor(id=parameter.id), no_progress)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [f"{PREFIX}{number}" for number in range(1, len(names) + 1)]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {0o600}


def test_asking_twice_unpacks_once(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    tensors, id = Tensors(model, folder), weights(model)["zipped"].id
    first = tensors.read(ReadTensor(id=id), no_progress)
    assert tensors.read(ReadTensor(id=id), no_progress) == first
    assert len(list(folder.iterdir())) == 1


def test_the_oldest_make_room_and_come_back_when_asked_for(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    limits = changed(LIMITS, tensor_scratch_bytes=40_000)
    tensors, found = Tensors(model, folder, limits), weights(model)
    for name in ("zipped", "shuffled", "checked", "zipped"):
        answer = tensors.read(ReadTensor(id=found[name].id), no_progress)
        np.testing.assert_array_equal(answer.read(), NUMBERS)
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 40_000
    assert {path.name for path in folder.iterdir()} == {"tensor-3", "tensor-4"}


def test_files_of_an_earlier_reader_are_not_written_over(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    id = weights(model)["zipped"].id
    first = Tensors(model, folder).read(ReadTensor(id=id), no_progress)
    second = Tensors(model, folder).read(ReadTensor(id=id), no_progress)
    assert first.file.path != second.file.path
    np.testing.assert_array_equal(first.read(), second.read())


def test_one_that_is_too_large_says_so_and_takes_nobodys_place(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    limits, found = changed(LIMITS, tensor_scratch_bytes=16_000), weights(model)
    tensors = Tensors(model, folder, limits)
    tensors.read(ReadTensor(id=found["zipped"].id), no_progress)
    with pytest.raises(InspectorError) as error:
        tensors.read(ReadTensor(id=found["big"].id), no_progress)
    assert error.value.what == "This weight is too large to be unpacked."
    assert error.value.why == (
        "float64 of shape 100 × 40 takes 32.0 kB when it is plain; "
        "the limit is 16.0 kB."
    )
    assert [path.name for path in folder.iterdir()] == ["tensor-1"]


def test_a_weight_that_the_model_has_not_is_refused(packed, tmp_path):
    with pytest.raises(InspectorError, match="no weight 'x␊'"):
        Tensors(read_model(packed), tmp_path).read(ReadTensor(id="x\n"), no_progress)


def test_a_changed_file_is_not_unpacked(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    packed.write_bytes(packed.read_bytes() + b"\0")
    with pytest.raises(InspectorError, match="changed on disk"):
        Tensors(model, folder).read(
            ReadTensor(id=weights(model)["zipped"].id), no_progress
        )
    assert not list(folder.iterdir())


def test_a_file_that_became_something_else_is_not_unpacked(packed, tmp_path):
    model, folder = read_model(packed), folder_of(tmp_path)
    packed.write_bytes(b"Dear diary")
    with pytest.raises(InspectorError, match="changed on disk"):
        Tensors(model, folder).read(
            ReadTensor(id=weights(model)["zipped"].id), no_progress
        )


@pytest.fixture
def little_room():
    """Let no file grow beyond 8,000 bytes: what a full disk does, without one."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(packed, tmp_path, little_room):
    model, folder = read_model(packed), folder_of(tmp_path)
    with pytest.raises(InspectorError) as error:
        Tensors(model, folder).read(
            ReadTensor(id=weights(model)["zipped"].id), no_progress
        )
    assert error.value.what == "There is no room for the unpacked weight."
    assert "16.0 kB" in error.value.why
    assert not list(folder.iterdir())


def test_numbers_that_the_file_does_not_hold_are_said_to_be_missing(tmp_path):
    path = tmp_path / "model.json"
    layers = [
        {"class_name": "InputLayer", "config": {"batch_shape": [None, 4]}},
        {"class_name": "Dense", "config": {"units": 3, "name": "d"}},
    ]
    description = {"class_name": "Sequential", "config": {"layers": layers}}
    path.write_text(json.dumps(description))
    model = read_model(path)
    kernel = next(model.parameters())
    with pytest.raises(InspectorError) as error:
        Tensors(model, tmp_path).read(ReadTensor(id=kernel.id), no_progress)
    assert error.value.what == "The file does not hold the numbers of this weight."
    assert "float32 of shape 4 × 3" in error.value.why


CONFIG = sequential("net", start(100), layer("Dense", "d", units=40, use_bias=False))


def test_weights_compressed_inside_an_archive_are_unpacked(tmp_path):
    inner = weights_h5({"layers/dense/vars/0": NUMBERS}, {"layers/dense/vars": "d"})
    path = archive(tmp_path / "m.keras", CONFIG, inner, method=zipfile.ZIP_DEFLATED)
    found = numbers_of(read_model(path), folder_of(tmp_path))
    np.testing.assert_array_equal(found.read(), NUMBERS)


def test_weights_chosen_for_a_description_are_unpacked_from_their_own_file(tmp_path):
    path, weights = tmp_path / "net.json", tmp_path / "w.h5"
    path.write_text(json.dumps(CONFIG))
    legacy_h5(weights, None, [("d", [("d/kernel:0", NUMBERS)])], top="")
    with h5py.File(weights, "r+") as file:
        del file["d/d/kernel:0"]
        file["d"].create_dataset("d/kernel:0", data=NUMBERS, compression="gzip")
    found = numbers_of(read_model(path, weights=weights), folder_of(tmp_path))
    assert found.tensor.nbytes == NUMBERS.nbytes
    np.testing.assert_array_equal(found.read(), NUMBERS)


# ONNX


def using(folder, weight=None, sparse=None, before=()):
    """Open a model that multiplies by one weight."""
    made = model(
        [*before, helper.make_node("MatMul", ["x", "w"], ["y"])],
        [value("x", [1, 4])],
        [value("y", None)],
        [weight] if weight is not None else [],
    )
    if sparse is not None:
        made.graph.sparse_initializer.append(sparse)
    return read_model(save(made, folder))


def numbers_of(model, folder):
    [parameter] = model.parameters()
    return Tensors(model, folder).read(ReadTensor(id=parameter.id), no_progress)


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        (TensorProto.FLOAT16, "float16"),
        (TensorProto.BFLOAT16, "bfloat16"),
        (TensorProto.FLOAT8E4M3FN, "float8_e4m3fn"),
        (TensorProto.INT64, "int64"),
        (TensorProto.INT4, "int8"),
        (TensorProto.UINT4, "uint8"),
        (TensorProto.INT2, "int8"),
        (TensorProto.UINT2, "uint8"),
        (TensorProto.FLOAT4E2M1, "float32"),
        (TensorProto.BOOL, "bool"),
    ],
)
def test_whatever_onnx_packs_comes_as_onnx_reads_it(tmp_path, kind, dtype, raw):
    made = helper.make_tensor("w", kind, [4, 3], [0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 1])
    expected = numpy_helper.to_array(made)
    if raw:
        made = numpy_helper.from_array(expected, "w")
    found = numbers_of(using(tmp_path, made), folder_of(tmp_path))
    assert found.tensor.dtype == dtype
    np.testing.assert_array_equal(
        found.read().astype(np.float64), expected.astype(np.float64)
    )


def test_negative_codes_and_odd_counts_survive(tmp_path):
    codes = [-8, 7, -1, 0, 3, -2, 5, -5, 1, 2, 4, -7]
    made = helper.make_tensor("w", TensorProto.INT4, [4, 3], codes)
    made = numpy_helper.from_array(numpy_helper.to_array(made), "w")
    found = numbers_of(using(tmp_path, made), folder_of(tmp_path))
    assert found.read().reshape(-1).tolist() == codes


def test_packed_numbers_in_several_blocks_join_without_a_seam(tmp_path, monkeypatch):
    monkeypatch.setattr("loaders.formats._onnx_read.BLOCK_BYTES", 2)
    codes = [-8, 7, -1, 0, 3, -2, 5, -5, 1, 2, 4, -7]
    made = helper.make_tensor("w", TensorProto.INT4, [4, 3], codes)
    made = numpy_helper.from_array(numpy_helper.to_array(made), "w")
    found = numbers_of(using(tmp_path, made), folder_of(tmp_path))
    assert found.read().reshape(-1).tolist() == codes


def test_a_sparse_weight_is_filled(tmp_path):
    sparse = SparseTensorProto(dims=[4, 2])
    sparse.values.CopyFrom(tensor("w", [5.0, 7.0]))
    sparse.indices.CopyFrom(tensor("i", [1, 6], "int64"))
    found = numbers_of(using(tmp_path, sparse=sparse), folder_of(tmp_path))
    assert found.read().tolist() == [[0, 5], [0, 0], [0, 0], [7, 0]]


def test_a_turned_weight_is_turned(tmp_path):
    stored = np.arange(8, dtype=np.float32).reshape(2, 4)
    turn = helper.make_node("Transpose", ["v"], ["w"], perm=[1, 0])
    opened = using(tmp_path, tensor("v", stored), before=[turn])
    found = numbers_of(opened, folder_of(tmp_path))
    np.testing.assert_array_equal(found.read(), stored.T)


def test_the_scales_of_a_quantizer_can_be_asked_for(samples, tmp_path):
    model = read_model(samples / "figures_int8.onnx")
    quantized = [one for one in model.parameters() if one.quantizer is not None]
    tensors = Tensors(model, folder_of(tmp_path))
    request = ReadTensor(id=quantized[0].id, part="scale")
    scales = tensors.read(request, no_progress).read()
    assert scales.shape == quantized[0].quantizer.scale.shape
    assert (scales > 0).all()
    with pytest.raises(InspectorError, match="has no spice"):
        tensors.read(ReadTensor(id=quantized[0].id, part="spice"), no_progress)
