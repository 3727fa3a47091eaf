"""What a picture shows, and how that changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.picture import Picture
from loaders.ir.grouping import Group, Grouping, GroupKind
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement
from tests.small_models import conv_model

TREE = {
    "encoder": ("", ("first", "second")),
    "first": ("encoder", ("attention", "norm")),
    "attention": ("first", ("query", "key")),
    "second": ("encoder", ("dense",)),
    "decoder": ("", ("loop",)),
}


def index_of(tree):
    groups = {
        id: Group(id=id, title=id, kind=GroupKind.SCOPE, parent=parent, members=members)
        for id, (parent, members) in tree.items()
    }
    top = tuple(id for id, (parent, _members) in tree.items() if not parent)
    grouping = Grouping(top=top, groups=groups)
    return ModelIndex(replace(conv_model(), grouping=grouping))


@pytest.fixture
def picture():
    return Picture(index_of(TREE), Arrangement())


def test_a_group_opens_and_closes(picture):
    picture.toggle("encoder")
    assert picture.arrangement.opened == ("encoder",)
    picture.toggle("encoder")
    assert picture.arrangement.opened == ()


def test_what_is_no_group_does_not_open(picture):
    picture.toggle("query")
    picture.toggle("nobody")
    assert picture.arrangement == Arrangement()


def test_a_group_opens_with_all_inside(picture):
    picture.toggle("encoder", recursive=True)
    assert picture.arrangement.opened == ("attention", "encoder", "first", "second")
    picture.toggle("encoder", recursive=True)
    assert picture.arrangement.opened == ()


def test_a_closed_group_remembers_what_was_open_inside(picture):
    picture.toggle("encoder", recursive=True)
    picture.toggle("encoder")
    assert picture.arrangement.opened == ()
    picture.toggle("encoder")
    assert picture.arrangement.opened == ("attention", "encoder", "first", "second")


def test_all_groups_open_and_close(picture):
    picture.open_all()
    assert picture.arrangement.opened == tuple(sorted(TREE))
    picture.close_all()
    assert picture.arrangement.opened == ()


def test_in_a_group_shown_alone_only_its_own_groups_open(picture):
    picture.show_alone("first")
    picture.open_all()
    assert picture.arrangement.root == "first"
    assert picture.arrangement.opened == ("attention",)
    picture.show_alone("")
    assert picture.arrangement.opened == ()  # the encoder around it is closed


def test_back_leaves_groups_in_the_order_they_were_shown(picture):
    picture.show_alone("encoder")
    picture.show_alone("first")
    assert picture.back("query") == "first"
    assert picture.root == "encoder"
    assert picture.back("") == "encoder"
    assert picture.root == ""


def test_a_group_of_the_trail_is_shown_again(picture):
    picture.show_alone("encoder")
    picture.show_alone("first")
    picture.show_alone("encoder")
    assert picture.back("") == "encoder"
    assert picture.root == ""


def test_back_closes_the_frame_around_the_selection(picture):
    picture.toggle("encoder", recursive=True)
    assert picture.back("query") == "attention"
    assert picture.arrangement.opened == ("encoder", "first", "second")
    assert picture.back("attention") == "first"
    assert picture.back("encoder") == "encoder"
    assert picture.arrangement.opened == ()
    assert picture.back("encoder") == "encoder"


def test_showing_a_node_opens_what_is_around_it(picture):
    assert not picture.is_seen("query")
    picture.reveal("query")
    assert picture.is_seen("query")
    assert picture.arrangement.opened == ("attention", "encoder", "first")


def test_showing_a_node_of_another_place_leaves_the_group_shown_alone(picture):
    picture.show_alone("encoder")
    picture.reveal("query")
    assert picture.root == "encoder"
    picture.reveal("loop")
    assert picture.root == ""
    assert picture.is_seen("loop")


def test_a_node_in_a_closed_group_is_seen_as_that_group(picture):
    assert picture.box_of("query") == "encoder"
    picture.toggle("encoder")
    assert picture.box_of("query") == "first"
    picture.reveal("query")
    assert picture.box_of("query") == "query"
    picture.show_alone("decoder")
    assert picture.box_of("query") == ""


def test_operations_are_left_out_and_come_back(picture):
    picture.leave_out("Reshape", "Cast")
    picture.leave_out("Cast", "Shape")
    assert picture.arrangement.hidden == ("Cast", "Reshape", "Shape")
    picture.take_in("Cast")
    assert picture.arrangement.hidden == ("Reshape", "Shape")
    picture.take_in()
    assert picture.arrangement.hidden == ()


def test_another_version_of_a_model_keeps_the_groups_that_it_has(picture):
    picture.show_alone("encoder")
    picture.open_all()
    smaller = {"encoder": ("", ("second",)), "second": ("encoder", ("dense",))}
    picture.move_to(index_of(smaller))
    assert picture.arrangement == Arrangement(root="encoder", opened=("second",))
    picture.move_to(index_of({"decoder": ("", ("loop",))}))
    assert picture.arrangement == Arrangement()


MOVES = st.sampled_from(("toggle", "toggle_all", "alone", "back", "reveal", "open_all"))
IDS = st.sampled_from((*TREE, "query", "dense", "loop", ""))


@given(st.lists(st.tuples(MOVES, IDS), max_size=12))
def test_whatever_is_done_the_picture_names_only_groups_that_are_seen(moves):
    picture = Picture(index_of(TREE), Arrangement(opened=("first",)))
    for move, id in moves:
        match move:
            case "toggle":
                picture.toggle(id)
            case "toggle_all":
                picture.toggle(id, recursive=True)
            case "alone":
                picture.show_alone(id)
            case "back":
                picture.back(id)
            case "reveal":
                picture.reveal(id)
                assert picture.is_seen(id)
            case "open_all":
                picture.open_all()
        arrangement = picture.arrangement
        shown = {arrangement.root, *arrangement.opened}
        parents = {id: parent for id, (parent, _members) in TREE.items()}
        assert all(parents[id] in shown for id in arrangement.opened)
        assert all(picture.is_seen(id) for id in arrangement.opened)
