"""What a user reads when something cannot be done.

Three questions in this order: what happened, what was found and expected (with
numbers), what to do. Callers pass facts; the classes write the sentences.
"""

from pathlib import Path

from loaders.ir.text import shown


class InspectorError(Exception):
    """A problem with a file or a model that the user should read about.

    Attributes:
        what: One plain sentence: what went wrong, with which file or layer.
        why: What was found and what was expected, with the numbers.
        advice: What the user can do now; empty if there is nothing to do.
    """

    def __init__(self, what: str, why: str = "", advice: str = "") -> None:
        super().__init__(what)
        self.what, self.why, self.advice = what, why, advice

    def __str__(self) -> str:
        return " ".join(filter(None, (self.what, self.why, self.advice)))


class CorruptFileError(InspectorError):
    """The format is known, but the contents contradict themselves."""

    def __init__(
        self, path: Path, why: str, advice: str = "Save or download the file again."
    ) -> None:
        super().__init__(f"{shown(path.name)} is damaged.", why, advice)


class UnreadableFileError(InspectorError):
    """The file is something else than a model that this program reads.

    ``is_what`` continues the sentence "<name> is ...": "a Git LFS pointer, not the
    model itself".
    """

    def __init__(
        self, path: Path, is_what: str, why: str = "", advice: str = ""
    ) -> None:
        super().__init__(f"{shown(path.name)} is {is_what}.", why, advice)


class LimitError(InspectorError):
    """The file asks for more than any real model needs; see ``limits``."""

    def __init__(self, path: Path, what: str, found: object, limit: object) -> None:
        super().__init__(
            f"{shown(path.name)} is not opened: too {what}.",
            f"It has {found}; the limit is {limit}.",
            "If this is a real model, please report it with its source.",
        )


class UnsafeFileError(InspectorError):
    """The file points outside itself, or asks for code to be run, to be opened."""

    def __init__(self, path: Path, why: str, advice: str = "") -> None:
        super().__init__(f"{shown(path.name)} is not opened for safety.", why, advice)


class ShapeError(InspectorError):
    """The shapes that meet at a layer cannot work; says why with the numbers."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why, "", advice)
