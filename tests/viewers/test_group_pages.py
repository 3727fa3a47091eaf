"""What the inspector says of a group."""

from msgspec.structs import replace

from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model
from viewers.group_pages import group_page, group_pages
from viewers.sections import Line, Remark, Row


def index_of(*groups, model=None):
    grouping = Grouping(groups={group.id: group for group in groups})
    return ModelIndex(replace(model or conv_model(), grouping=grouping))


def scope(id, *members, **more):
    settings = {"kind": GroupKind.SCOPE, "title": id, "nodes": len(members), **more}
    return Group(id=id, members=members, **settings)


def rows(page, title):
    sections = [one for one in page.sections if one.title == title]
    return [row for one in sections for row in one.items if isinstance(row, Row)]


def test_a_group_tells_its_sums():
    group = scope("part", "conv_1", parameters=4_632, multiply_adds=17_142_000)
    pages = group_pages(index_of(group), group)
    assert pages.subtitle == "Everything under one name · 1 layer"
    sums = {row.label: row.value for row in rows(pages.pages[0], "All inside")}
    assert sums == {"Layers": "1", "Parameters": "4,632", "Multiply-adds": "17.1 M"}


def test_sums_that_nobody_knows_are_said_to_be_unknown():
    group = scope("part", "conv_1", parameters=None, multiply_adds=None)
    _nodes, parameters, cost = rows(group_page(index_of(group), group), "All inside")
    assert (parameters.value, cost.value) == ("unknown", "unknown")


def test_a_group_tells_what_it_is_made_of_most_frequent_first():
    group = scope("part", "head", "conv_1")
    inner = Group(
        id="head",
        title="head",
        kind=GroupKind.BODY,
        members=("head/flatten", "head/output"),
        graph="head",
        parent="part",
    )
    found = rows(group_page(index_of(group, inner), group), "Made of")
    assert {(row.label, row.value) for row in found} == {
        ("Conv2D", "× 1"),
        ("Dense", "× 1"),
        ("Flatten", "× 1"),
    }


def test_values_that_cross_the_border_are_listed_with_both_ends():
    group = scope("part", "conv_1")
    page = group_page(index_of(group), group)
    [source] = rows(page, "Comes in")
    assert (source.label, source.target) == ("input_1", "input_1")
    assert source.detail == "None × 128 × 128 × 3"
    [result] = rows(page, "Goes out")
    assert (result.label, result.below) == ("conv_1", "to head")


def test_what_ends_inside_a_group_is_an_output():
    group = scope("part", "conv_1", "head")
    [result] = rows(group_page(index_of(group), group), "Goes out")
    assert (result.label, result.below) == ("head", "an output")


def test_a_nested_model_has_the_inputs_and_outputs_of_its_node():
    group = Group(
        id="head",
        title="head",
        kind=GroupKind.BODY,
        members=("head/flatten", "head/output"),
        graph="head",
    )
    page = group_page(index_of(group), group)
    assert [row.label for row in rows(page, "Comes in")] == ["conv_1"]
    assert [row.label for row in rows(page, "Goes out")] == ["head"]


def test_groups_of_the_same_structure_are_links():
    one, two = scope("a", "conv_1", likeness=3), scope("b", "input_1", likeness=3)
    other = scope("c", "head", likeness=4)
    page = group_page(index_of(one, two, other), one)
    [row] = rows(page, "2 groups of the same structure")
    assert row.target == "b"
    assert rows(group_page(index_of(one, two, other), other), "1 groups") == []


def test_a_section_says_that_the_file_does_not_divide_it():
    group = scope("Section 1 of 2", "conv_1", kind=GroupKind.SECTION)
    first = group_page(index_of(group), group).sections[0].items[0]
    assert isinstance(first, Remark)
    assert "The file does not divide them" in first.text


def test_a_group_without_edges_says_so():
    group = scope("part", "head/output", graph="head")
    group = replace(group, members=())
    page = group_page(index_of(group), group)
    lines = [i for s in page.sections for i in s.items if isinstance(i, Line)]
    assert [line.text for line in lines] == ["Nothing enters it.", "Nothing leaves it."]
