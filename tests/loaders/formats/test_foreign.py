"""What a file is that is no model: one sentence with advice."""

import io
import pickle
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from loaders.formats import open_source, read_model
from loaders.formats._foreign import foreign_file
from loaders.ir.errors import InspectorError
from tests.keras_files import archive, sequential, start


def told(path: Path) -> str:
    with pytest.raises(InspectorError) as caught:
        read_model(path)
    return str(caught.value)


def said(folder: Path, data: bytes, name: str = "file.bin") -> str:
    path = folder / name
    path.write_bytes(data)
    return told(path)


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 98761234\n"
TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (LFS, ["Git LFS pointer", "98.8 MB", "sha256:4d7a21", "git lfs pull"]),
        (b"\x1c\0\0\0TFL3" + b"\0" * 40, ["TensorFlow Lite"]),
        (b"\x1c\0\0\0ORTM" + b"\0" * 40, ["ONNX Runtime", "ORT format", ".onnx"]),
        (b"\x1c\0\0\0ET12" + b"\0" * 40, ["ExecuTorch"]),
        (b"GGUF\x03\0\0\0" + b"\0" * 40, ["GGUF"]),
        (b"\x1f\x8b\x08" + b"\0" * 40, ["gzip", "Unpack"]),
        (b"7z\xbc\xaf\x27\x1c\0\4", ["7-Zip"]),
        (b"Rar!\x1a\x07\0", ["RAR"]),
        (b"\x93NUMPY\x01\0v\0{'descr'", ["NumPy array"]),
        (b"\x89PNG\r\n\x1a\n\0", ["picture (PNG)"]),
        (b"%PDF-1.7\n", ["PDF"]),
        (b"\x7fELF\x02\x01", ["program or library"]),
        (b"MZ\x90\0\x03", ["Windows program"]),
        (pickle.dumps({"a": 1}), ["Python pickle", "runs code"]),
        (pickle.dumps({"a": 1}, 0), ["Python pickle"]),
        (TORCH + b"\x80\x02", ["PyTorch", "torch.onnx.export"]),
        (b"\x80\x04csklearn.svm\nSVC\n.", ["scikit-learn"]),
        (b"<!DOCTYPE html><title>404 x</title>", ["web page (HTML)", "“404 x”"]),
        (b"\n <HTML><body>", ["web page"]),
        (b"<?xml version='1.0'?><net name='x'>", ["OpenVINO"]),
        (b'{"nbformat": 4, "cells": [{}, {}]}', ["Jupyter notebook", "2 cells"]),
        (b'{"model_type": "bert"}', ["Hugging Face", "model_type"]),
        (b'{"name": "x", "version": "1"}', ["not a model", "keys name, version"]),
        (b"[1, 2]", ["JSON", "not a model"]),
        (b'{"class_name": ', ["starts as JSON", "line 1"]),
        ("{}".encode("utf-16"), ["UTF-16"]),
        (b"hello world\n", ["text file", "“hello world”"]),
        (b"import keras\n", ["Python source"]),
        (b"class_name: Sequential\n", ["YAML", "to_json"]),
        (b"\xb1\x02\xfe\x9c\xff\xff\xff\xff\0\xff", ["b1 02 fe 9c", "Readable are"]),
        (b"", ["empty"]),
    ],
)
def test_the_sentence_says_what_it_is(
    tmp_path: Path, data: bytes, words: list[str]
) -> None:
    sentence = said(tmp_path, data)
    assert [word for word in words if word not in sentence] == []


def test_a_pytorch_archive_is_named(tmp_path: Path) -> None:
    data = zipped(("m/data.pkl", b"\x80\x02."), ("m/data/0", b"\0" * 8))
    assert "PyTorch file" in said(tmp_path, data, "model.keras")


def test_a_torchscript_archive_is_named(tmp_path: Path) -> None:
    data = zipped(("m/data.pkl", b"\x80\x02."), ("m/constants.pkl", b"\x80\x02."))
    assert "TorchScript" in said(tmp_path, data)


def test_an_archive_of_arrays_is_named(tmp_path: Path) -> None:
    out = io.BytesIO()
    np.savez(out, x=np.zeros(3))
    assert "NumPy archive" in said(tmp_path, out.getvalue())


def test_a_model_inside_an_archive_is_pointed_to(tmp_path: Path) -> None:
    sentence = said(tmp_path, zipped(("a/net.onnx", b"x")))
    assert "open a/net.onnx" in sentence


def test_a_savedmodel_inside_an_archive_is_pointed_to(tmp_path: Path) -> None:
    sentence = said(tmp_path, zipped(("m/saved_model.pb", b"x")))
    assert "open the folder" in sentence


def test_a_keras_archive_without_its_end_is_incomplete(tmp_path: Path) -> None:
    path = archive(tmp_path / "m.keras", sequential("net", start(4)))
    path.write_bytes(path.read_bytes()[:300])
    sentence = told(path)
    assert "incomplete" in sentence
    assert "byte 300" in sentence


def test_a_keras_archive_without_its_description_is_damaged(tmp_path: Path) -> None:
    data = zipped(("metadata.json", b"{}"), ("model.weights.h5", b""))
    assert "config.json is missing" in said(tmp_path, data, "m.keras")


def test_a_tar_archive_tells_its_first_member(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "m.tar", "w") as file:
        file.addfile(tarfile.TarInfo("model/saved_model.pb"))
    assert "first member is model/saved_model.pb" in told(tmp_path / "m.tar")


def test_safetensors_are_counted(tmp_path: Path) -> None:
    header = b'{"__metadata__": {}, "a": {"dtype": "F32"}, "b": {"dtype": "F32"}}'
    data = struct.pack("<Q", len(header)) + header + b"\0" * 8
    assert "It holds 2 arrays" in said(tmp_path, data)


def test_safetensors_cut_short_are_damaged(tmp_path: Path) -> None:
    data = struct.pack("<Q", 5000) + b'{"a": {"dtype": "F32"'
    assert "cut short" in said(tmp_path, data)


def node(name: bytes, op: bytes) -> bytes:
    body = b"\x0a" + bytes([len(name)]) + name + b"\x12" + bytes([len(op)]) + op
    return b"\x0a" + bytes([len(body)]) + body


def test_a_frozen_graph_is_named(tmp_path: Path) -> None:
    data = node(b"x", b"Placeholder") + node(b"y", b"Relu")
    assert "frozen TensorFlow graph" in said(tmp_path, data, "frozen.pb")


def test_a_frozen_graph_longer_than_the_first_look_is_named(tmp_path: Path) -> None:
    data = node(b"x", b"Placeholder") * 500
    assert "frozen TensorFlow graph" in said(tmp_path, data, "frozen.pb")


def test_a_folder_tells_which_model_to_open(tmp_path: Path) -> None:
    (tmp_path / "net.keras").touch()
    (tmp_path / "notes.txt").touch()
    sentence = str(foreign_file(open_source(tmp_path)))
    assert "Open a file in it: net.keras" in sentence


def test_a_folder_tells_which_savedmodel_to_open(tmp_path: Path) -> None:
    (tmp_path / "v1").mkdir()
    (tmp_path / "v1" / "saved_model.pb").touch()
    assert "Open a folder in it: v1" in str(foreign_file(open_source(tmp_path)))


def test_an_unpacked_keras_archive_is_told(tmp_path: Path) -> None:
    for name in ("config.json", "metadata.json", "model.weights.h5"):
        (tmp_path / name).touch()
    assert "unpacked Keras archive" in str(foreign_file(open_source(tmp_path)))


def test_an_incomplete_savedmodel_is_told(tmp_path: Path) -> None:
    (tmp_path / "variables").mkdir()
    sentence = str(foreign_file(open_source(tmp_path)))
    assert "without its saved_model.pb" in sentence


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert "empty folder" in str(foreign_file(open_source(tmp_path)))


def test_names_from_the_file_cannot_break_the_line(tmp_path: Path) -> None:
    sentence = said(tmp_path, zipped(("a\x1b[31m\n.txt", b"")))
    assert "\n" not in sentence
    assert "\x1b" not in sentence
