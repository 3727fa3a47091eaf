"""What the tabs of open files are called, so that no two are called the same: no Qt."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def tab_titles(paths: Sequence[Path]) -> list[str]:
    """Return a title for each path: its name, with folders where names are the same.

    ``run1/model.onnx`` and ``run2/model.onnx`` become ``model.onnx – run1`` and
    ``model.onnx – run2``; as many folders are named as tell them apart.
    """
    names = Counter(path.name for path in paths)
    return [
        path.name if names[path.name] == 1 else _with_folders(path, paths)
        for path in paths
    ]


def _with_folders(path: Path, paths: Sequence[Path]) -> str:
    folders = path.parent.parts
    others = [p.parent.parts for p in paths if p != path and p.name == path.name]
    for count in range(1, len(folders) + 1):
        own = folders[-count:]
        if all(other[-count:] != own for other in others):
            break
    else:
        own = folders
    return f"{path.name} – {Path(*own)}" if own else path.name
