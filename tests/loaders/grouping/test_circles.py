"""Groups never feed each other in a circle; where names would, they are cured."""

from loaders.grouping import _circles, group
from tests.loaders.grouping.models import model_of, tree
from tests.loaders.grouping.rules import check


def grouped(*nodes):
    model = model_of(*nodes)
    found = group(model)
    check(model, found)
    return tree(found)


def test_a_node_between_two_parts_of_a_group_joins_it():
    found = grouped("g/a: A x", "shape: S g/a", "g/b: B g/a shape", "c: C g/b")
    assert found == [("g", ["g/a", "shape", "g/b"]), "c"]


def test_a_node_beside_a_group_stays_outside():
    found = grouped("g/a: A x", "mask: M y", "g/b: B g/a mask", "c: C g/b")
    assert found == ["mask", ("g", ["g/a", "g/b"]), "c"]


def test_many_nodes_between_two_parts_split_the_group():
    middle = [f"n{at}: N n{at - 1}" for at in range(1, 40)]
    found = grouped(
        "e/a: A x", "e/b: B e/a", "n0: N e/b", *middle, "e/c: C n39", "e/d: D e/c"
    )
    assert found[0] == ("e (1 of 2)", ["e/a", "e/b"])
    assert found[-1] == ("e (2 of 2)", ["e/c", "e/d"])


def test_groups_around_each_other_are_split():
    found = grouped(
        "a/1: A x", "a/2: A a/1", "b/1: B a/2", "b/2: B b/1", "a/3: A b/2", "a/4: A a/3"
    )
    assert found == [
        ("a (1 of 2)", ["a/1", "a/2"]),
        ("b", ["b/1", "b/2"]),
        ("a (2 of 2)", ["a/3", "a/4"]),
    ]


def test_what_is_alone_in_its_part_is_a_node():
    found = grouped("a/1: A x", "b/1: B a/1", "b/2: B b/1", "a/2: A b/2", "a/3: A a/2")
    assert found == ["a/1", ("b", ["b/1", "b/2"]), ("a", ["a/2", "a/3"])]


def test_groups_inside_a_split_group_are_split_with_it():
    found = grouped(
        "a/i/1: A x", "a/i/2: A a/i/1", "a/3: A a/i/2",
        "b/1: B a/3", "b/2: B b/1",
        "a/i/4: A b/2", "a/i/5: A a/i/4", "a/6: A a/i/5",
    )  # fmt: skip
    assert found == [
        ("a (1 of 2)", [("i", ["a/i/1", "a/i/2"]), "a/3"]),
        ("b", ["b/1", "b/2"]),
        ("a (2 of 2)", [("i", ["a/i/4", "a/i/5"]), "a/6"]),
    ]


def test_interleaved_groups_without_a_circle_stay_whole():
    found = grouped("a/1: A x", "b/1: B x", "a/2: A a/1", "b/2: B b/1 a/2")
    assert found == [("a", ["a/1", "a/2"]), ("b", ["b/1", "b/2"])]


def test_circles_that_take_too_long_are_dissolved(monkeypatch):
    monkeypatch.setattr(_circles, "WORK", 0)
    found = grouped(
        "a/1: A x", "a/2: A a/1", "b/1: B a/2", "b/2: B b/1", "a/3: A b/2",
        "c/1: C a/3", "c/2: C c/1",
    )  # fmt: skip
    assert found == ["a/1", "a/2", "b/1", "b/2", "a/3", ("c", ["c/1", "c/2"])]


def test_what_a_body_takes_from_outside_counts_as_an_edge():
    model = model_of(
        "g/a: A x",
        "loop: Loop x",
        "g/b: B loop",
        "c: C g/b",
        bodies={"loop": ["loop/i: I g/a"]},
    )
    found = group(model)
    assert tree(found) == [("g", ["g/a", ("loop", ["loop/i"]), "g/b"]), "c"]


def test_nodes_that_feed_each_other_in_a_damaged_file_are_kept():
    model = model_of("g/a: A g/b", "g/b: B g/a", "c: C g/b")
    assert tree(group(model)) == [("g", ["g/a", "g/b"]), "c"]
