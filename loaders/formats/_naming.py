"""Saying so when a file's name does not fit what is in it."""

from pathlib import Path

from loaders.ir.graph import Note, Severity
from loaders.ir.text import shown


def suffix_note(path: Path, is_what: str, usual: tuple[str, ...]) -> Note | None:
    """Return a warning if the name ends in a suffix that stands for something else.

    Args:
        path: The file as it was asked for.
        is_what: What it is by its content, with an article: ``a Keras archive``.
        usual: Suffixes in lower case that such files have.
    """
    suffix = path.suffix.lower()
    if suffix not in _KNOWN or suffix in usual:
        return None
    return Note(
        message=f"By its content the file is {is_what}, though its name has the "
        f"extension {shown(path.suffix, 20)}; it is read as what it is.",
        severity=Severity.WARNING,
    )


_KNOWN = frozenset(
    {".keras", ".h5", ".hdf5", ".json", ".onnx", ".pb", ".tflite", ".ort", ".zip"}
    | {".pt", ".pth", ".pkl", ".npz", ".npy", ".safetensors"}
)
"""Suffixes that promise one kind of content; any other name promises nothing."""
