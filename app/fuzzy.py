"""Whether a few typed letters mean a text, and how well: no Qt."""

from typing import NamedTuple


class Match(NamedTuple):
    """How well letters fit.

    Attributes:
        score: More is better; at least 1.
        letters: Places in the text of the letters that were typed.
    """

    score: int
    letters: tuple[int, ...]


_WORD, _PART, _STARTS, _SCATTERED = 100, 80, 60, 20
"""Letters that begin a word; that stand together; that begin words; that just follow
each other."""
_NEAR = 12
"""Letters so many places apart, on average, are no match: anything would be."""


def match(typed: str, text: str, *, scattered: bool = True) -> Match | None:
    """Return how well every typed word fits a text; ``None`` if one does not.

    Case does not matter. Without any typed word everything fits equally.

    Args:
        typed: What the user typed.
        text: A title, or a sentence.
        scattered: Whether letters need not stand together; in a sentence they should.
    """
    low = text.lower()
    if len(low) != len(text):  # some letters of other scripts become two
        low = text
    found = [_word(word, low, scattered) for word in typed.lower().split()]
    if not found:
        return Match(1, ())
    good = [one for one in found if one is not None]
    if len(good) < len(found):
        return None
    letters = sorted({place for one in good for place in one.letters})
    return Match(min(one.score for one in good), tuple(letters))


def _word(word: str, text: str, scattered: bool) -> Match | None:
    starts = [n for n in range(len(text)) if _begins_word(text, n)]
    at = next((n for n in starts if text.startswith(word, n)), -1)
    if at >= 0:
        return Match(_WORD - min(at, 19), _span(at, word))
    at = text.find(word)
    if at >= 0:
        return Match(_PART - min(at, 19), _span(at, word))
    if not scattered:
        return None
    initials = _follow(word, text, starts)
    if initials is not None:
        return Match(_STARTS, initials)
    places = _follow(word, text, range(len(text)))
    if places is None or len(word) < 2:
        return None
    gaps = places[-1] - places[0] + 1 - len(word)
    if gaps > _NEAR * (len(word) - 1) or gaps >= _SCATTERED * 2:
        return None
    return Match(max(1, _SCATTERED - gaps // 2), places)


def _begins_word(text: str, at: int) -> bool:
    return text[at].isalnum() and (at == 0 or not text[at - 1].isalnum())


def _span(at: int, word: str) -> tuple[int, ...]:
    return tuple(range(at, at + len(word)))


def _follow(
    word: str, text: str, places: "list[int] | range"
) -> tuple[int, ...] | None:
    """Return where the letters of a word follow each other at some of the places."""
    found: list[int] = []
    for place in places:
        if len(found) < len(word) and text[place] == word[len(found)]:
            found.append(place)
    return tuple(found) if len(found) == len(word) else None
