"""What is said to an X11 display."""

import re

from hypothesis import given
from hypothesis import strategies as st

from app.desktop.x11 import bring_forward, pieces


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_the_end_of_a_start_is_told_in_pieces_of_twenty_bytes(startup):
    parts = list(pieces(startup))
    assert {len(part) for part in parts} == {20}
    whole = b"".join(parts)
    text = whole.rstrip(b"\0").decode()
    assert whole.endswith(b"\0")
    assert text.startswith('remove: ID="')
    inside = text[len('remove: ID="') : -1]
    assert re.sub(r"(?s)\\(.)", r"\1", inside) == startup


def test_without_a_display_nothing_happens(monkeypatch):
    monkeypatch.setenv("DISPLAY", ":47011")
    bring_forward(7, "app_TIME12")
