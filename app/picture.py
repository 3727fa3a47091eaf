"""What the picture of one model shows, and how the user changes that: no Qt."""

from collections.abc import Iterator

from loaders.ir.grouping import Group
from loaders.ir.index import ModelIndex
from loaders.ir.layout import Arrangement


class Picture:
    """Which groups are open, which fills the picture, what is left out.

    A closed group remembers which groups inside it were open; ``arrangement`` names
    only those that are seen, so the same picture is always called the same.

    Args:
        index: The model.
        start: What is shown at first.
    """

    def __init__(self, index: ModelIndex, start: Arrangement) -> None:
        self._index = index
        self._roots = [start.root] if start.root else []
        self._opened = set(start.opened)
        self._hidden = set(start.hidden)
        self.horizontal = start.horizontal
        self.fold_activations = start.fold_activations

    @property
    def arrangement(self) -> Arrangement:
        """What is shown now."""
        seen = {self.root}
        for group in self._groups.values():  # each before the groups inside it
            if group.parent in seen and group.id in self._opened:
                seen.add(group.id)
        return Arrangement(
            root=self.root,
            opened=tuple(sorted(seen - {self.root})),
            horizontal=self.horizontal,
            hidden=self.hidden,
            fold_activations=self.fold_activations,
        )

    @property
    def root(self) -> str:
        """The group whose inside fills the picture; empty for the whole model."""
        return self._roots[-1] if self._roots else ""

    @property
    def hidden(self) -> tuple[str, ...]:
        """The operations that are left out, sorted."""
        return tuple(sorted(self._hidden))

    def is_group(self, id: str) -> bool:
        """Whether there is a group of that id."""
        return id in self._groups

    def is_open(self, id: str) -> bool:
        """Whether a group is drawn as a frame, if what is around it is open."""
        return id in self._opened

    def is_seen(self, id: str) -> bool:
        """Whether a node or group has a box or frame of its own, if it is not hidden.

        Also true for boxes of the model's inputs and outputs.
        """
        return self.box_of(id) == id

    def box_of(self, id: str) -> str:
        """Return the box that a node or group is seen as: itself or a closed group.

        Empty if it lies outside the group that fills the picture.
        """
        around = self._index.groups_around(id)
        if self.root:
            if self.root not in around:
                return ""
            around = around[around.index(self.root) + 1 :]
        return next((group for group in around if group not in self._opened), id)

    def toggle(self, id: str, recursive: bool = False) -> None:
        """Open a closed group in place, or close an open one.

        Args:
            id: The group; nothing happens if it is none.
            recursive: Whether the groups inside follow, however deep.
        """
        if id not in self._groups:
            return
        opened = id not in self._opened
        for each in self._inside(id) if recursive else (id,):
            (self._opened.add if opened else self._opened.discard)(each)

    def open_all(self) -> None:
        """Open every group of the picture."""
        self._opened.update(self._inside(self.root) if self.root else self._groups)

    def close_all(self) -> None:
        """Close every group of the picture, and those inside them."""
        self._opened.difference_update(
            self._inside(self.root) if self.root else tuple(self._groups)
        )

    def show_alone(self, id: str) -> None:
        """Fill the picture with the inside of one group; empty: with the model."""
        if id == self.root:
            return
        if id in self._roots:  # back to where one came from
            del self._roots[self._roots.index(id) + 1 :]
        elif not id:
            self._roots.clear()
        elif id in self._groups:
            self._roots.append(id)

    def back(self, selected: str) -> str:
        """Leave the group that fills the picture, else close the one around a box.

        Args:
            selected: The box that the user looks at; empty for none.

        Returns:
            The group that was left or closed; ``selected`` if there was none.
        """
        if self._roots:
            return self._roots.pop()
        if selected in self._groups and selected in self._opened:
            around = selected
        else:
            around = next(reversed(self._index.groups_around(selected)), "")
        self._opened.discard(around)
        return around or selected

    def reveal(self, id: str) -> None:
        """Open whatever keeps a node or group from being seen."""
        around = self._index.groups_around(id)
        while self._roots and self.root not in around:
            self._roots.pop()
        self._opened.update(around)

    def leave_out(self, *ops: str) -> None:
        """Draw no boxes for these operations."""
        self._hidden.update(ops)

    def take_in(self, *ops: str) -> None:
        """Draw these operations again; without any, all that were left out."""
        self._hidden.difference_update(ops or tuple(self._hidden))

    def move_to(self, index: ModelIndex) -> None:
        """Show another version of the model, as far as it has the same groups."""
        self._index = index
        self._opened.intersection_update(self._groups)
        self._roots = [root for root in self._roots if root in self._groups]

    @property
    def _groups(self) -> dict[str, Group]:
        return self._index.model.grouping.groups

    def _inside(self, id: str) -> Iterator[str]:
        """Yield a group and every group inside it."""
        waiting = [id]
        while waiting:
            group = self._groups[waiting.pop()]
            yield group.id
            waiting.extend(one for one in group.members if one in self._groups)
