"""Which nodes of a model belong together: groups in groups.

``group(model)`` is the one way in. Everything is linear in the nodes, so 50,000 of them
take a fraction of a second, and nothing recurses into a file's own depth.

``_names`` and ``_numbered`` ask what the names say, ``_circles`` and ``_sections`` make
of it a tree (``_draft``) that can be drawn, ``_entries`` joins the trees of all graphs,
``_sums``, ``_likeness`` and ``_opening`` say more about each group.
"""

from loaders.grouping._entries import Entry, entries_of
from loaders.grouping._likeness import compare
from loaders.grouping._opening import opened_at_first
from loaders.grouping._sums import add_up
from loaders.ir.graph import Model
from loaders.ir.grouping import Group, Grouping


def group(model: Model) -> Grouping:
    """Return all groups of a model."""
    entries = entries_of(model)
    add_up(model, entries)
    compare(entries)
    return Grouping(
        top=tuple(entries[0].members),
        groups={entry.id: _frozen(entry) for entry in entries[1:]},
        opened=tuple(opened_at_first(entries)),
    )


def _frozen(entry: Entry) -> Group:
    return Group(
        id=entry.id,
        title=entry.title,
        subtitle=entry.subtitle,
        kind=entry.kind,
        members=tuple(entry.members),
        graph=entry.graph,
        parent="" if entry.parent is None else entry.parent.id,
        nodes=entry.size,
        parameters=entry.parameters,
        multiply_adds=entry.multiply_adds,
        likeness=entry.likeness,
    )
