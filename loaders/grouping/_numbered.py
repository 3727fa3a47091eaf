"""Groups that names with numbers hint at: ``conv4_block11_1_bn``.

A file without scopes often has blocks whose nodes share the beginning of their names.
A beginning that ends in a number makes a group if others differ from it by the number
alone and most of them are about as large as a block.
"""

import re
from collections.abc import Iterable, Sequence
from statistics import median

from loaders.grouping._names import Path

FEW = 30
"""A graph of so many nodes is easily looked at without."""
LONGEST = 200
"""Characters of a name that are looked at."""
BLOCK = 4
"""A pattern makes groups if half of them have at least so many nodes."""

_NUMBER = re.compile(r"(?<!\d)\d+[a-z]?(?=$|[_.-])")
"""A number, perhaps with a letter, at the end of a part of a name."""
_DIMENSION = re.compile(r"(?<!block)(?<!stage)[123]d$", re.IGNORECASE)
"""``conv2d_1``: not a number of something."""


def numbered_paths(names: Sequence[str]) -> list[Path]:
    """Return the groups that the names of a graph's nodes hint at; often none."""
    if len(names) <= FEW:
        return [()] * len(names)
    starts = [_starts(name) for name in names]
    patterns: dict[str, dict[str, int]] = {}
    for some in starts:
        for start in some:
            sizes = patterns.setdefault(_NUMBER.sub("#", start), {})
            sizes[start] = sizes.get(start, 0) + 1
    good = {start for sizes in patterns.values() for start in _blocks(sizes)}
    return [_titles(start for start in some if start in good) for some in starts]


def _starts(name: str) -> list[str]:
    starts = (name[: found.end()] for found in _NUMBER.finditer(name[:LONGEST]))
    return [one for one in starts if one != name and not _DIMENSION.search(one)]


def _blocks(sizes: dict[str, int]) -> list[str]:
    several = [start for start, size in sizes.items() if size > 1]
    if len(several) < 2 or median(sizes[start] for start in several) < BLOCK:
        return []
    return several


def _titles(starts: Iterable[str]) -> Path:
    titles = []
    outer = ""
    for start in starts:
        titles.append(start[len(outer) :].lstrip("_.-"))
        outer = start
    return tuple(titles)
