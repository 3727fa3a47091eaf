"""Going back and forth among what was looked at."""

from hypothesis import given
from hypothesis import strategies as st

from app.visits import MOST, Visits


def test_back_and_forth_lead_through_what_was_looked_at():
    visits = Visits()
    for id in ("a", "b", "c"):
        visits.note(id)
    assert [visits.step(-1) for _ in range(5)] == ["b", "a", "", "", ""]
    assert [visits.step(1) for _ in range(4)] == ["a", "b", "c", "c"]


def test_looking_at_something_else_forgets_what_lay_ahead():
    visits = Visits()
    for id in ("a", "b", "c"):
        visits.note(id)
    visits.step(-1)
    visits.note("d")
    assert visits.step(1) == "d"
    assert visits.step(-1) == "b"


@given(st.lists(st.text(max_size=2), max_size=3 * MOST))
def test_going_back_is_the_way_that_was_come(ids):
    visits = Visits()
    way = [""]
    for id in ids:
        visits.note(id)
        if id != way[-1]:
            way.append(id)
    way = way[-MOST:]
    back = [visits.step(-1) for _ in range(len(way) - 1)]
    assert back == way[-2::-1]
    assert visits.step(-1) == way[0]
