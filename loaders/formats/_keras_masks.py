"""Folding the operations that only make masks into the edges that they mask.

Keras 3 writes how a mask is made (``NotEqual``, ``Any``) as operations among the
layers; nobody drew them.
"""

from loaders.formats._keras_steps import Step, Wiring
from loaders.ir.text import shown

_MASK_MAKERS = frozenset(
    {"NotEqual", "Equal", "Any", "All", "LogicalAnd", "LogicalOr", "LogicalNot"}
    | {"Cast", "Reshape", "Squeeze", "ExpandDims", "Concatenate", "Stack", "GetItem"}
    | {"Flip", "Transpose", "BroadcastTo", "BitwiseAnd"}
)


def fold_masks(wiring: Wiring) -> None:
    """Hide operations of which nothing but masks comes: see ``Step.hidden``."""
    steps = wiring.steps
    readers: dict[int, set[int]] = {}
    plain: set[int] = {at for at, _ in wiring.outputs}
    for at, step in enumerate(steps):
        for end in step.inputs:
            if end is not None:
                readers.setdefault(end[0], set()).add(at)
        for end in step.masks:
            readers.setdefault(end[0], set())
    candidates = {
        at
        for at, step in enumerate(steps)
        if step.layer.is_op
        and step.layer.class_name in _MASK_MAKERS
        and at in readers
        and at not in plain
    }
    # What feeds a call that is no mask maker is none either; each call is left once.
    leaving = [at for at in candidates if not readers[at] <= candidates]
    while leaving:
        at = leaving.pop()
        if at in candidates:
            candidates.remove(at)
            leaving += [end[0] for end in steps[at].inputs if end is not None]
    for at in sorted(candidates):
        steps[at].hidden = _mask_words(steps, at)


def _mask_words(steps: list[Step], at: int) -> str:
    """Return how a mask is made, in words: ``tokens ≠ 0``."""
    for _ in range(8):
        step = steps[at]
        source = next((end for end in step.inputs if end is not None), None)
        if source is None:
            break
        name = shown(steps[source[0]].layer.name, 60)
        constants = [arg for arg in step.args if isinstance(arg, int | float)]
        if step.layer.class_name == "NotEqual" and constants:
            return f"{name} ≠ {shown(str(constants[0]), 20)}"
        if step.layer.class_name == "Equal" and constants:
            return f"{name} = {shown(str(constants[0]), 20)}"
        if source[0] == at or not steps[source[0]].layer.is_op:
            break
        at = source[0]
    return f"made by {shown(steps[at].layer.class_name, 60)}"
