"""Which children of a level stand in one block: many chains between the same places."""

from collections.abc import Iterable
from typing import TypeAlias

from viewers.drawing._levels import Link

MOST_BESIDE = 17
"""More chains than that between the same places stand in a grid: about 4,000 pixels."""
MOST_ENDS = 6
"""So many of such places at most."""
LONGEST_CHAIN = 8
"""Boxes of one; longer ones would make the grid too high."""

Chain: TypeAlias = tuple[int, ...]
"""Children that feed one another and nothing else."""


def blocks_of(children: list[int], links: list[Link]) -> list[list[Chain]]:
    """Put chains between the same few places into one block if they are many."""
    single: list[list[Chain]] = [[(child,)] for child in children]
    if len(children) <= MOST_BESIDE:
        return single
    above: dict[int, set[int]] = {child: set() for child in children}
    below: dict[int, set[int]] = {child: set() for child in children}
    fed_from_below: set[int] = set()
    for link in links:
        if link.target in above:
            above[link.target].add(link.source)
        if link.source in below:
            below[link.source].add(link.target)
        if link.source > link.target:
            fed_from_below.update((link.source, link.target))
    alike: dict[tuple[int, ...], list[Chain]] = {}
    for chain in _chains(children, above, below):
        first, last = above[chain[0]], below[chain[-1]]
        if len(first) + len(last) <= MOST_ENDS and fed_from_below.isdisjoint(chain):
            key = (*sorted(first), -1, *sorted(last))
            alike.setdefault(key, []).append(chain)
    blocks = [chains for chains in alike.values() if len(chains) > MOST_BESIDE]
    taken = {child for block in blocks for chain in block for child in chain}
    return sorted(blocks + [block for block in single if block[0][0] not in taken])


def _chains(
    children: list[int], above: dict[int, set[int]], below: dict[int, set[int]]
) -> Iterable[Chain]:
    """Yield the short chains: children that feed one another and nothing else."""

    def follower(child: int) -> int | None:
        if len(below[child]) != 1:
            return None
        (other,) = below[child]
        return other if other in above and len(above[other]) == 1 else None

    following = {child: follower(child) for child in children}
    followers = set(following.values())
    for child in children:
        if child in followers:
            continue
        chain = [child]
        while (other := following[chain[-1]]) is not None and other not in chain:
            chain.append(other)
            if len(chain) > LONGEST_CHAIN:
                break
        if len(chain) <= LONGEST_CHAIN:
            yield tuple(chain)
