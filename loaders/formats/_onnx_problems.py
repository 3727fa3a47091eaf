"""Notes about what is wrong with an ONNX file: a few of each sort, then a count."""

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Severity
from loaders.ir.text import count_of

SHOWN_PER_SORT = 8
"""A damaged file may have the same fault ten thousand times."""


class Problems:
    """Collects notes; ``flush`` hands them to the model once."""

    def __init__(self, builder: ModelBuilder) -> None:
        self._builder = builder
        self._found: dict[str, dict[tuple[str, str], Severity]] = {}

    def add(
        self,
        sort: str,
        message: str,
        where: str = "",
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Remember one problem; the same sentence about the same place counts once."""
        self._found.setdefault(sort, {}).setdefault((message, where), severity)

    def flush(self) -> None:
        """Add the notes to the model."""
        for notes in self._found.values():
            kept = list(notes.items())
            for (message, where), severity in kept[:SHOWN_PER_SORT]:
                self._builder.note(message, where, severity)
            more = len(kept) - SHOWN_PER_SORT
            if more > 0:
                worst = (
                    Severity.WARNING
                    if Severity.WARNING in notes.values()
                    else Severity.INFO
                )
                self._builder.note(
                    f"The same was found in {count_of(more, 'more place')}.",
                    "",
                    worst,
                )
        self._found.clear()
