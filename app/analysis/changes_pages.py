"""What the inspector says of the changes between two readings of a file."""

from collections.abc import Sequence

from app.analysis.changes import Changes, Difference
from loaders.ir.graph import Node
from loaders.ir.text import count_of, grouped, shown
from viewers.plain import short_name
from viewers.sections import Item, Line, Page, Pages, Row, Section, limited, section

MOST_CHANGED = 100
"""Changed layers that are told one by one."""


def changes_pages(name: str, changes: Changes) -> Pages:
    """Return what changed, layer by layer.

    Args:
        name: The file's name.
        changes: What differs.
    """
    changed, rest = limited(changes.changed, "layer", MOST_CHANGED)
    sections = (
        *section("Parameters", _parameters(changes)),
        *section("Added", _layers(changes.added, linked=True)),
        *section("Removed", _layers(changes.removed, linked=False)),
        *(
            Section(
                shown(change.after.title, 80),
                (
                    Row(
                        label=short_name(change.after.title),
                        detail=shown(change.after.op, 80),
                        target=change.after.id,
                        code=False,
                    ),
                    *map(_difference, change.differences),
                ),
            )
            for change in changed
        ),
        *section("", rest),
        *section("The file", map(_difference, changes.facts)),
    )
    nothing = Section("", (Line("Nothing that the file tells has changed."),))
    return Pages(
        subject=name,
        title=shown(name, 1000),
        subtitle=f"Since the last reading, {changes.phrase}.",
        pages=(Page("Changes", sections or (nothing,)),),
    )


def _parameters(changes: Changes) -> tuple[Item, ...]:
    before, after = changes.parameters
    if before == after:
        return ()
    return (
        Row(label="before", value=grouped(before)),
        Row(label="now", value=grouped(after), strong=True),
    )


def _layers(nodes: Sequence[Node], linked: bool) -> tuple[Item, ...]:
    first, rest = limited(nodes, "layer")
    rows = (
        Row(
            label=short_name(node.title),
            detail=shown(node.op, 80),
            value=count_of(node.parameter_count, "param"),
            target=node.id if linked else "",
            code=False,
        )
        for node in first
    )
    return (*rows, *rest)


def _difference(difference: Difference) -> Row:
    return Row(
        label=difference.what,
        detail=f"{difference.before} → {difference.after}",
    )
