"""The models that ship with the program."""

from app.samples import samples


def test_lists_every_shipped_model_with_words_about_it():
    found = samples()
    assert {sample.path.name for sample in found} >= {"figures_cnn.keras"}
    assert all(sample.about for sample in found)


def test_lists_only_what_is_there_and_named_in_the_table(tmp_path):
    table = "| `a.keras` | A. |\n| `gone.onnx` | Gone. |\n| `../x` | Outside. |\n"
    (tmp_path / "SOURCES.md").write_text(table)
    (tmp_path / "a.keras").touch()
    (tmp_path / "unnamed.h5").touch()
    [sample] = samples(tmp_path)
    assert (sample.path.name, sample.about) == ("a.keras", "A.")


def test_a_package_without_samples_has_none(tmp_path):
    assert samples(tmp_path) == []
