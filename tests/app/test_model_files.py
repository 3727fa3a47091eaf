"""Files and folders on a command line."""

from pathlib import Path

import pytest

from app.model_files import model_files


@pytest.fixture
def folder(tmp_path):
    for name in ("b.onnx", "A.KERAS", "notes.txt", "c.h5", "d.json"):
        (tmp_path / name).touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "deep.keras").touch()
    return tmp_path


def test_a_folder_of_models_stands_for_them(folder):
    names = [path.name for path in model_files([folder])]
    assert names == ["A.KERAS", "b.onnx", "c.h5"]


def test_files_stay_in_their_order_and_missing_ones_stay_too(folder):
    given = [folder / "notes.txt", Path("gone.keras"), folder / "c.h5"]
    assert model_files(given) == given


@pytest.mark.parametrize("name", ["saved_model.pb", "metadata.json", "variables"])
def test_a_folder_that_is_a_model_is_one(folder, name):
    (folder / name).touch()
    assert model_files([folder]) == [folder]


def test_a_folder_without_models_is_left_to_the_reader(tmp_path):
    assert model_files([tmp_path]) == [tmp_path]
