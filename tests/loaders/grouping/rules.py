"""What must hold for the groups of any model, worked out another way."""

from collections import Counter

from loaders.grouping._sections import MOST
from loaders.ir.grouping import GroupKind
from loaders.ir.walk import lacks_weights, multiply_adds_of, totals_of


def check(model, grouping, most=MOST):
    """Fail if a grouping breaks a rule."""
    groups = grouping.groups
    nodes = {node.id: node for node in model.nodes()}
    held = Counter(grouping.top)
    for group in groups.values():
        held.update(group.members)
    assert set(held) == set(nodes) | set(groups)
    assert max(held.values(), default=1) == 1
    order = list(groups)
    for group in groups.values():
        assert group.id not in nodes or nodes[group.id].bodies
        assert not group.parent or order.index(group.parent) < order.index(group.id)
        check_members(model, group, groups, most)
        check_sums(model, group, list(inside(nodes, groups, group.members)), nodes)
    assert len(grouping.top) <= most
    assert set(grouping.opened) <= set(groups)
    check_order(model, grouping)


def check_members(model, group, groups, most):
    assert len(group.members) <= most
    assert group.kind is not GroupKind.SCOPE or len(group.members) > 1
    own = model.graphs[group.graph].nodes
    for member in group.members:
        if member in groups:
            assert groups[member].parent == group.id
        else:
            assert member in own


def inside(nodes, groups, members):
    """Yield all nodes inside, those that are groups themselves, too."""
    waiting = list(members)
    while waiting:
        id = waiting.pop()
        if id in nodes:
            yield nodes[id]
        if id in groups:
            waiting.extend(groups[id].members)


def check_sums(model, group, found, nodes):
    assert group.nodes == len(found)
    own = [*found, nodes[group.id]] if group.id in nodes else found
    weights = [one for node in own for one in node.parameters if one.counted]
    if any(map(lacks_weights, own)) or not all(one.known for one in weights):
        assert group.parameters is None
    else:
        assert group.parameters == totals_of(weights).total
    if group.id in nodes:
        assert group.multiply_adds == multiply_adds_of(model, nodes[group.id])


def check_order(model, grouping):
    """Fail if an edge goes against the order of members at the level where it lies."""
    levels = {"": grouping.top} | {
        group.id: group.members for group in grouping.groups.values()
    }
    parent = {id: level for level, members in levels.items() for id in members}
    position = {id: at for members in levels.values() for at, id in enumerate(members)}
    makers = {
        value: (graph.id, at, node.id)
        for graph in model.graphs.values()
        for at, node in enumerate(graph.nodes.values())
        for value in node.outputs
        if value
    }
    for graph in model.graphs.values():
        for at, node in enumerate(graph.nodes.values()):
            for value in (*node.inputs, *node.masks):
                made_in, before, source = makers.get(value, (graph.id, at, node.id))
                if made_in == graph.id and before >= at:
                    continue  # a damaged file: edges against the order of its nodes
                one, other = chain(source, parent), chain(node.id, parent)
                for start, end in zip(one, other, strict=False):
                    if start != end:
                        assert position[start] < position[end], (start, end)
                        break


def chain(id, parent):
    """Return the groups around a node, outermost first, and the node."""
    found = [id]
    while parent[found[-1]]:
        found.append(parent[found[-1]])
    return found[::-1]
