"""Levels too wide to look at are cut into sections, where few edges cross."""

import pytest

from loaders.grouping import _sections, group
from loaders.grouping._sections import MOST
from loaders.ir.grouping import GroupKind
from tests.loaders.grouping.models import model_of
from tests.loaders.grouping.rules import check


def row(count):
    return [f"n{at}: A n{at - 1}" for at in range(count)]


def test_a_level_of_the_largest_size_is_not_cut():
    assert group(model_of(*row(MOST))).groups == {}


@pytest.mark.parametrize("count", [MOST + 1, 3000])
def test_a_larger_one_is_cut_in_order(count):
    model = model_of(*row(count))
    found = group(model)
    check(model, found)
    sections = [found.groups[id] for id in found.top]
    assert {one.kind for one in sections} == {GroupKind.SECTION}
    assert sections[0].title == f"Section 1 of {len(sections)}"
    assert sections[0].subtitle == f"n0 – {sections[0].members[-1]}"
    inside = [id for one in sections for id in one.members]
    assert inside == list(model.graph.nodes)


def test_it_is_cut_where_few_edges_cross():
    """Blocks of about a hundred nodes of which each feeds the block's last one."""
    nodes = []
    last = []
    for size in (90, 110, 95, 105, 120, 80):
        start = len(nodes)
        ids = [f"n{start + at}" for at in range(size - 1)]
        nodes += [f"{id}: A n{start - 1}" for id in ids]
        last.append(f"n{len(nodes)}")
        nodes.append(f"{last[-1]}: Sum {' '.join(ids)}")
    found = group(model_of(*nodes))
    assert [found.groups[id].members[-1] for id in found.top] == last


def test_sections_are_cut_themselves_if_they_are_too_many(monkeypatch):
    monkeypatch.setattr(_sections, "MOST", 6)
    monkeypatch.setattr(_sections, "COMFORTABLE", 4)
    model = model_of(*row(100))
    found = group(model)
    assert len(found.top) <= 6
    assert max(len(one.members) for one in found.groups.values()) <= 6
    check(model, found)


def test_a_wide_group_is_cut_inside():
    nodes = [f"g/n{at}: A g/n{at - 1}" for at in range(MOST + 1)]
    found = group(model_of(*nodes, f"c: C g/n{MOST}"))
    outer = found.groups["g/"]
    assert {found.groups[id].kind for id in outer.members} == {GroupKind.SECTION}
