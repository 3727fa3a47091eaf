"""How the program finds its extensions: one file each, no list to edit."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """Anything with a name that is unique in its registry."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """All things of one sort, each added by the module that defines it.

    The first look imports every module of ``package`` whose name does not start with
    an underscore, so adding a thing means adding one file and editing none.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._items: dict[str, T] = {}
        self._complete = False

    def add(self, item: T) -> T:
        """Add one item; a second one with the same id is our bug and fails loudly."""
        if item.id in self._items:
            raise ValueError(f"{self._package}: {item.id!r} is defined twice")
        self._items[item.id] = item
        return item

    def __iter__(self) -> Iterator[T]:
        self._import_all()
        return iter(sorted(self._items.values(), key=lambda item: item.id))

    def __len__(self) -> int:
        self._import_all()
        return len(self._items)

    def __getitem__(self, id: str) -> T:
        """Return the item with this id; ``KeyError`` if there is none."""
        self._import_all()
        return self._items[id]

    def _import_all(self) -> None:
        if self._complete:
            return
        for module in iter_modules(import_module(self._package).__path__):
            if not module.name.startswith("_"):
                import_module(f"{self._package}.{module.name}")
        self._complete = True
