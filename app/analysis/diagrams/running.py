"""Drawings of control flow: bodies of which one runs, or that run again and again."""

from app.analysis.diagrams._case import Case, Made, counted, sentence
from loaders.ir.diagram import Branched, Looped
from loaders.kinds import Call


def control(case: Case) -> Made:
    """If, Loop and Scan, and what is called so in other words."""
    call = case.call
    match call.op:
        case "If" | "cond" | "Cond":
            return _branches(call)
        case "Loop":
            return _loop(call)
        case "Scan":
            return _scan(call)
    return None


def _branches(call: Call) -> Made:
    names = ("if true", "if false")
    results = call.outputs or None
    told = "the condition decides which of the two bodies runs; the other does nothing"
    return Branched(branches=names, results=results), sentence(told)


def _loop(call: Call) -> Made:
    """ONNX: the largest number of rounds, the condition, then what is carried."""
    most, condition, *carried = (*call.inputs, None, None)[: max(len(call.inputs), 2)]
    count = len(carried)
    if call.outputs < count:
        return None
    parts = []
    if most is not None:
        parts.append("as many rounds as its first input says")
    if condition is not None:
        parts.append("as long as the condition holds")
    rounds = ", but only ".join(parts) or "round after round"
    diagram = Looped(
        carried=count, read=0, collected=call.outputs - count, rounds=rounds
    )
    return diagram, _words(diagram)


def _scan(call: Call) -> Made:
    """ONNX: what is carried, then the arrays that are read part by part."""
    read = call.attributes.get("num_scan_inputs")
    if not isinstance(read, int) or not 0 < read <= len(call.inputs):
        return None
    carried = len(call.inputs) - read
    if call.outputs < carried:
        return None
    axes = call.attributes.get("scan_input_axes") or [0]
    shape = call.shape(carried)
    length = shape[axes[0]] if shape else None
    rounds = f"one round for each of {counted(length, 'element')} of what it reads"
    if length is None:
        rounds = "one round for every element of what it reads"
    diagram = Looped(
        carried=carried,
        read=read,
        collected=call.outputs - carried,
        rounds=rounds,
    )
    return diagram, _words(diagram)


def _words(diagram: Looped) -> str:
    parts = [f"the same body runs again and again: {diagram.rounds}"]
    if diagram.read:
        parts.append(
            f"each round reads its own part of {counted(diagram.read, 'input')}"
        )
    if diagram.carried:
        values = counted(diagram.carried, "value")
        parts.append(f"it hands {values} on to the next round; the last ones come out")
    if diagram.collected:
        outputs = counted(diagram.collected, "output")
        collect = "collects" if diagram.collected == 1 else "collect"
        parts.append(f"{outputs} {collect} a part from each round")
    return sentence(*parts)
