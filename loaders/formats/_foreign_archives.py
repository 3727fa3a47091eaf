"""Saying what is in an archive or a folder that is not a model."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import PurePosixPath

from loaders.formats import Source
from loaders.formats._zip_directory import read_directory
from loaders.ir.errors import CorruptFileError, InspectorError, UnreadableFileError
from loaders.ir.text import count_of, file_size, shown

_MODELS = (".keras", ".h5", ".hdf5", ".onnx")
_LISTED = 5
_LOOKED_AT = 10_000


def what_zip(source: Source) -> InspectorError:
    """Return what a zip archive is that no format recognised."""
    try:
        with source.real.open("rb", buffering=0) as stream:
            archive = read_directory(source.path, stream, source.size, source.limits)
    except InspectorError as error:
        return error
    if archive is None:
        return CorruptFileError(
            source.path,
            "It starts as a zip archive (.keras is one), but the directory at its end "
            f"is missing: the file is incomplete, it ends at byte {source.size:,}.",
            "Download or save it again.",
        )
    names = list(archive.members)
    last = {name.rpartition("/")[2] for name in names}
    if found := _torch(names, last, source):
        return found
    if {"model.weights.h5", "metadata.json"} & set(names):
        return CorruptFileError(
            source.path,
            "It is a Keras archive without its description: config.json is missing. "
            f"It holds {_listing(names)}.",
            "Save the model again.",
        )
    if names and all(name.endswith(".npy") for name in names):
        arrays = count_of(len(names), "array")
        size = file_size(sum(member.size for member in archive.members.values()))
        return UnreadableFileError(
            source.path,
            "a NumPy archive (.npz), not a model",
            f"It holds {arrays}, {size} large when unpacked: {_listing(names)}.",
            "Open the model that the arrays belong to.",
        )
    return _other_zip(source, names, last)


def _torch(
    names: Sequence[str], last: set[str], source: Source
) -> InspectorError | None:
    if "data.pkl" not in last:
        return None
    script = "constants.pkl" in last or any("/code/" in name for name in names)
    return UnreadableFileError(
        source.path,
        "a TorchScript file of PyTorch" if script else "a PyTorch file",
        "It is a zip archive with data.pkl, a Python pickle; loading one runs code, so "
        "it is never opened here.",
        "Export the model to ONNX where it was made: "
        "torch.onnx.export(model, example_input, 'model.onnx').",
    )


def _other_zip(source: Source, names: Sequence[str], last: set[str]) -> InspectorError:
    why = f"It holds {_listing(names)}, and no config.json as a .keras file does."
    advice = "Open a model file instead."
    if "saved_model.pb" in last:
        what = "a zip archive with a SavedModel folder inside"
        advice = "Unpack it and open the folder."
    elif any(name.endswith(_MODELS) for name in names):
        inside = next(name for name in names if name.endswith(_MODELS))
        what = "a zip archive with a model file inside"
        advice = f"Unpack it and open {shown(inside, 80)}."
    elif "[Content_Types].xml" in last:
        what = "an office document"
    elif "MANIFEST.MF" in last:
        what = "a Java archive"
    elif {"coefficients.bin", "configuration.json"} <= last:
        what = "a Deeplearning4j model"
    elif any("com.apple.CoreML" in name for name in names):
        what = "a Core ML package"
    elif not names:
        what = "an empty zip archive"
    else:
        what = "a zip archive, but no Keras model"
    return UnreadableFileError(source.path, what, why, advice)


def what_tar(source: Source) -> InspectorError:
    """Return what a tar archive is; only its first member's name is looked at."""
    raw = source.head[:100].split(b"\0")[0]
    first = shown(raw.decode("utf-8", "replace"), 80)
    nemo = first.endswith((".nemo", "model_config.yaml"))
    return UnreadableFileError(
        source.path,
        "a tar archive" + (" of NVIDIA NeMo" if nemo else ""),
        f"Its first member is {first}.",
        "Unpack it and open the model inside.",
    )


def what_folder(source: Source) -> InspectorError:
    """Return what a folder is; the names in it are looked at, nothing is opened."""
    try:
        entries = sorted(
            islice(source.real.iterdir(), _LOOKED_AT), key=lambda path: path.name
        )
    except OSError as error:
        return InspectorError(
            f"The folder {shown(source.path.name)} cannot be listed.",
            f"{error.strerror or error}.",
        )
    names = [entry.name for entry in entries]
    if not names:
        return UnreadableFileError(
            source.path,
            "an empty folder (directory)",
            "A SavedModel folder has a file saved_model.pb.",
            "Open a model file or a SavedModel folder.",
        )
    why = f"It holds {_listing(names)}."
    if {"config.json", "metadata.json"} <= set(names):
        return UnreadableFileError(
            source.path,
            "the folder (directory) of an unpacked Keras archive",
            why,
            "Pack its files into a zip archive called model.keras and open that.",
        )
    if "variables" in names or "assets" in names:
        return UnreadableFileError(
            source.path,
            "a SavedModel folder (directory) without its saved_model.pb",
            why,
            "Copy the whole folder again; saved_model.pb has the description.",
        )
    if "variables.index" in names:
        return UnreadableFileError(
            source.path,
            "the folder (directory) of a SavedModel's variables",
            why,
            "Open the folder around it, which has saved_model.pb.",
        )
    what = "a folder (directory) without saved_model.pb, so no SavedModel"
    models = [name for name in names if name.lower().endswith(_MODELS)]
    folders = [
        entry.name
        for entry in entries[:200]
        if entry.is_dir() and (entry / "saved_model.pb").is_file()
    ]
    advice = "Open a model file or a SavedModel folder."
    if models:
        advice = f"Open a file in it: {_listing(models)}."
    elif folders:
        advice = f"Open a folder in it: {_listing(folders)}."
    elif any(name.endswith(".mlmodel") or name == "Manifest.json" for name in names):
        what = "a Core ML package, a folder that this program does not read"
    return UnreadableFileError(source.path, what, why, advice)


def _listing(names: Iterable[str]) -> str:
    """Return the first names and how many more there are, by suffix."""
    every = list(names)
    if not every:
        return "nothing"
    text = ", ".join(shown(name, 60) for name in every[:_LISTED])
    rest = every[_LISTED:]
    if not rest:
        return text
    kinds = Counter(PurePosixPath(name).suffix.lower() or "other" for name in rest)
    common = ", ".join(
        f"{count} {shown(kind, 20)}" for kind, count in kinds.most_common(3)
    )
    return f"{text} and {len(rest):,} more ({common})"
