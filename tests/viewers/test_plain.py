"""Text from files where Qt would guess whether it is HTML."""

from viewers.plain import plain_tooltip


def test_markup_in_a_name_is_escaped():
    tip = plain_tooltip('<img src="file:///etc/passwd">\n&')
    assert "<img" not in tip
    assert "&lt;img" in tip
    assert "&amp;" in tip
