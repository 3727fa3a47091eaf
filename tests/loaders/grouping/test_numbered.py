"""Blocks whose nodes share the beginning of their names, up to a number."""

from loaders.grouping import group
from loaders.grouping._numbered import numbered_paths
from tests.loaders.grouping.models import model_of, tree


def chained(*names):
    """Return a model of nodes in a row."""
    before = ("x", *names)
    return model_of(*(f"{name}: A {last}" for name, last in zip(names, before)))


def block(name, count=5):
    return [f"{name}_{letter}" for letter in "abcdefgh"[:count]]


STEM = [f"stem{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]


def titles(found):
    return [one[0] for one in found if isinstance(one, tuple)]


def test_blocks_with_numbers_are_groups():
    model = chained(*STEM, *block("block1"), *block("block2"), *block("block3"))
    assert titles(tree(group(model))) == ["block1", "block2", "block3"]


def test_blocks_in_stages_are_groups_in_groups():
    names = [
        name
        for stage in (2, 3)
        for at in (1, 2)
        for name in (*block(f"conv{stage}_block{at}_1", 3), f"conv{stage}_block{at}_x")
    ]
    found = tree(group(chained(*STEM, *names)))
    stages = [one for one in found if isinstance(one, tuple)]
    assert [(title, titles(inner)) for title, inner in stages] == [
        ("conv2", ["block1", "block2"]),
        ("conv3", ["block1", "block2"]),
    ]


def test_a_small_model_needs_no_such_groups():
    model = chained(*block("block1"), *block("block2"))
    assert group(model).groups == {}


def test_a_single_block_is_no_pattern():
    assert group(chained(*STEM, *block("block1", 8))).groups == {}


def test_pairs_are_too_small_for_blocks():
    pairs = [name for at in range(5) for name in block(f"unit{at}", 2)]
    assert group(chained(*STEM, *pairs)).groups == {}


def test_dimensions_of_operations_are_no_numbers_of_blocks():
    names = [f"conv{n}d_{at}" for n in (1, 2) for at in range(20)]
    assert not any(numbered_paths(names))


def test_letters_behind_numbers_belong_to_them():
    names = [name for at in ("2a", "2b", "2d") for name in block(f"block{at}")]
    found = numbered_paths(STEM + names)
    assert dict.fromkeys(found[len(STEM) :]) == dict.fromkeys(
        [("block2a",), ("block2b",), ("block2d",)]
    )


def test_nodes_that_no_edge_joins_are_no_block():
    heads = [f"head{at}_{letter}: A stemz" for at in (1, 2) for letter in "abcde"]
    stem = [f"{name}: A {last}" for name, last in zip(STEM, ("x", *STEM))]
    assert group(model_of(*stem, *heads)).groups == {}


def test_a_block_that_a_path_leaves_is_no_block():
    names = [*block("block1", 4), "out", "block1_z", *block("block2", 5)]
    assert titles(tree(group(chained(*STEM, *names)))) == ["block2"]
