"""The sample models that ship with the program."""

import re
from dataclasses import dataclass
from pathlib import Path

import resources

_ROW = re.compile(r"^\|\s*`([^`/\\]+)`\s*\|\s*(.+?)\s*\|\s*$")


@dataclass(frozen=True, slots=True)
class Sample:
    """One shipped model: where it lies and what it is, in one sentence."""

    path: Path
    about: str


def samples(folder: Path | None = None) -> list[Sample]:
    """Return the samples that ``SOURCES.md`` lists and that are there."""
    place = folder or Path(resources.__file__).parent / "samples"
    try:
        lines = (place / "SOURCES.md").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []  # a package built without samples
    rows = filter(None, map(_ROW.match, lines))
    found = [Sample(place / row[1], row[2]) for row in rows]
    return [sample for sample in found if sample.path.exists()]
