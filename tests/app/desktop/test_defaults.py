"""Editing ``mimeapps.list``: ours goes first, and goes without a trace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.desktop.defaults import defaults, with_default, without_default

HDF, OURS = "application/x-hdf", "layerscope.desktop"
FOREIGN = """\
# mine
[Added Associations]
application/x-hdf=silx.desktop;

[Default Applications]
text/plain = gedit.desktop
application/x-hdf=silx.desktop;hdfview.desktop

[Removed Associations]
application/x-hdf=layerscope.desktop;
"""
LINES = st.sampled_from(
    [
        "[Default Applications]",
        "[Added Associations]",
        "application/x-hdf=silx.desktop;",
        "application/x-hdf=silx.desktop",
        "text/plain=gedit.desktop",
        "# a comment",
        "",
        "nonsense",
    ]
)


def test_ours_goes_before_the_others():
    text = with_default(FOREIGN, HDF, OURS)
    assert defaults(text, HDF) == [OURS, "silx.desktop", "hdfview.desktop"]
    changed = set(text.splitlines()) - set(FOREIGN.splitlines())
    assert len(changed) == 1


def test_taking_it_out_restores_every_byte():
    assert without_default(with_default(FOREIGN, HDF, OURS), HDF, OURS) == FOREIGN


@given(st.lists(LINES).map("\n".join))
def test_any_list_comes_back_but_for_empty_groups(text):
    there = with_default(text, HDF, OURS)
    assert defaults(there, HDF)[0] == OURS
    back = without_default(there, HDF, OURS)
    assert defaults(back, HDF) == defaults(text, HDF)

    def said(text):
        heads = ("[Default Applications]", "")
        return [line for line in text.split("\n") if line not in heads]

    assert said(back) == said(text)


def test_adding_it_twice_is_adding_it_once():
    once = with_default("", HDF, OURS)
    assert once == "[Default Applications]\napplication/x-hdf=layerscope.desktop;\n"
    assert with_default(once, HDF, OURS) == once


@pytest.mark.parametrize("text", ["", FOREIGN, "no group\n"])
def test_what_is_not_there_cannot_be_taken_out(text):
    assert without_default(text, HDF, OURS) == text


def test_a_list_that_only_we_wrote_in_ends_empty():
    assert without_default(with_default("", HDF, OURS), HDF, OURS) == ""
