"""Text from files in little room, and where Qt would guess whether it is HTML."""

from html import escape

from loaders.ir.graph import Value
from loaders.ir.text import grouped_shape, shown


def plain_tooltip(text: str) -> str:
    """Return a tooltip that shows ``text`` letter by letter.

    Tooltips have no plain-text switch: Qt treats what looks like HTML as HTML. So the
    text is made HTML on purpose, with every special character escaped.
    """
    lines = "<br>".join(escape(line) for line in text.split("\n"))
    return f"<p style='white-space: pre-wrap'>{lines}</p>"


def breakable(text: str, longest: int = 40) -> str:
    """Return text whose long words, such as file names, may break into lines.

    A label wraps between words only; an invisible space gives it places to do so.
    """
    words = text.split(" ")
    return " ".join(
        "\u200b".join(word[at : at + longest] for at in range(0, len(word), longest))
        for word in words
    )


def shape_words(value: Value) -> str:
    """Return a value's shape, or what it is if it is no plain tensor."""
    if value.shape is None and value.note:
        return shown(value.note, 80)
    return grouped_shape(value.shape)


def short_name(name: str, limit: int = 60) -> str:
    """Return a name made showable and cut in the middle: its end tells it apart."""
    whole = shown(name, 2000)
    if len(whole) <= limit:
        return whole
    end = (limit - 1) * 2 // 3
    return f"{whole[: limit - 1 - end]}…{whole[-end:]}"
