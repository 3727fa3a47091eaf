"""What the command palette offers, and in which order for what was typed: no Qt."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from app.fuzzy import match

_ABOUT_SHARE = 0.5
"""What a match in the words about a choice counts, compared with its title."""


class Choice(Struct, frozen=True, kw_only=True):
    """One line of the palette.

    Attributes:
        id: Unique; by it is remembered what was used.
        title: What it is called.
        about: What it does or where it lies; dim.
        keys: The key that does it, too.
        missing: Why it cannot be done now; empty if it can.
        act: Does it.
    """

    id: str
    title: str
    about: str = ""
    keys: str = ""
    missing: str = ""
    act: Callable[[], None]


class Found(Struct, frozen=True):
    """A choice that fits, and the letters of its title that were typed."""

    choice: Choice
    letters: tuple[int, ...]


def find(
    typed: str, choices: Iterable[Choice], used: Sequence[str] = ()
) -> list[Found]:
    """Return the choices that fit, the best first.

    Args:
        typed: What the user typed; nothing: all fit.
        choices: All there are, in their usual order.
        used: Ids of those used lately, newest first; they win among equals.
    """
    ranks = {id: rank for rank, id in enumerate(reversed(used), 1)}
    scored = []
    for place, choice in enumerate(choices):
        title = match(typed, choice.title)
        whole = f"{choice.title} {choice.about}"
        fit = title or match(typed, whole, scattered=False)
        if fit is None:
            continue
        score = fit.score * (1 if title else _ABOUT_SHARE)
        order = (bool(choice.missing), -score, -ranks.get(choice.id, 0), place)
        scored.append((order, Found(choice, fit.letters if title else ())))
    return [found for _, found in sorted(scored, key=lambda pair: pair[0])]
