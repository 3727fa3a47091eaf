"""Text from files where Qt would guess whether it is HTML."""

from html import escape


def plain_tooltip(text: str) -> str:
    """Return a tooltip that shows ``text`` letter by letter.

    Tooltips have no plain-text switch: Qt treats what looks like HTML as HTML. So the
    text is made HTML on purpose, with every special character escaped.
    """
    lines = "<br>".join(escape(line) for line in text.split("\n"))
    return f"<p style='white-space: pre-wrap'>{lines}</p>"
