"""What was looked at, to go back and forth as in a browser: no Qt."""

MOST = 100
"""Things that are remembered."""


class Visits:
    """The ids of what was looked at, in order, and where one is among them."""

    def __init__(self) -> None:
        self._ids = [""]
        self._here = 0

    def note(self, id: str) -> None:
        """Something else is looked at: what lay ahead is forgotten."""
        if id == self._ids[self._here]:
            return
        self._ids = [*self._ids[: self._here + 1], id][-MOST:]
        self._here = len(self._ids) - 1

    def step(self, by: int) -> str:
        """Go back (−1) or forth (1) and return what is there; stay at the ends."""
        self._here = max(0, min(self._here + by, len(self._ids) - 1))
        return self._ids[self._here]
