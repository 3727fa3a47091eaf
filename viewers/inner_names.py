"""Names without those of the scopes that are drawn around them: pure."""

from loaders.ir.graph import Node
from loaders.ir.grouping import Group, Grouping, GroupKind


def scope_of(grouping: Grouping, group: Group) -> str:
    """Return the names of the scopes around what is in a group, as in a path."""
    titles: list[str] = []
    while group.kind is GroupKind.SCOPE or group.kind is GroupKind.SECTION:
        if group.kind is GroupKind.SCOPE:
            titles.append(group.title)
        outer = grouping.groups.get(group.parent)
        if outer is None:
            break
        group = outer
    return "/".join(reversed(titles))


def inner_name(node: Node, scope: str) -> str:
    """Return a node's name without that of the scope around it; whole without one.

    PyTorch begins every name with a stroke, which tells nothing. In the body of an If
    names may begin with those of the scopes around the If.
    """
    name = node.title.lstrip("/")
    inner = f"/{name}".partition(f"/{scope}/")[2] if scope else ""
    return inner or name or node.title
