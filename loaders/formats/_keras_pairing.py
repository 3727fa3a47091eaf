"""Which stored array is which weight of one layer.

By name where the file has names, else in the framework's order, always by shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from loaders.ir.graph import Parameter
from loaders.ir.tensors import TensorRef


@dataclass(frozen=True, slots=True)
class Stored:
    """One array of the file, meant for one layer.

    Attributes:
        name: The file's own name for it.
        tensor: Where it lies.
        role: What its name says that it is (``forward.kernel``); empty if nothing.
        fallback: Its role if no rule expects it.
        state: Whether it is state of a random generator or the like, not a weight.
        part: Which part of the layer it is for (``query``), as roles start; empty if
            that is not told.
    """

    name: str
    tensor: TensorRef
    role: str = ""
    fallback: str = ""
    state: bool = False
    part: str = ""


def pair_up(
    expected: Sequence[Parameter], stored: Sequence[Stored]
) -> Mapping[str, Stored]:
    """Return the stored array of each expected weight, by the weight's id.

    By name if the names lead to different weights each; else in order if all shapes
    fit; else those that fit by name or shape, in order; and if as many are left on both
    sides, the rest in order (their shapes are then told as not fitting).
    """
    named = _by_role(expected, stored)
    if len(named) == len(stored):
        return named
    in_order = {wanted.id: item for wanted, item in zip(expected, stored)}
    if len(expected) == len(stored) and all(map(_may_be, expected, stored)):
        return in_order
    pairs = {
        wanted.id: named[wanted.id]
        for wanted in expected
        if wanted.id in named and fits(wanted, named[wanted.id])
    }
    used = {id(item) for item in pairs.values()}
    for wanted in expected:
        if wanted.id not in pairs:
            for item in stored:
                if id(item) not in used and _may_be(wanted, item):
                    pairs[wanted.id] = item
                    used.add(id(item))
                    break
    left = [wanted for wanted in expected if wanted.id not in pairs]
    unused = [item for item in stored if id(item) not in used]
    if len(left) == len(unused):
        return pairs | {wanted.id: item for wanted, item in zip(left, unused)}
    for wanted in left:
        # Packed integers have another shape than the kernel that they stand for.
        part, _, last = wanted.role.rpartition(".")
        codes = [one for one in unused if is_code(one) and _part_of(one) == part]
        if part and last == "kernel" and codes:
            pairs[wanted.id] = codes[0]
    return pairs


def _part_of(item: Stored) -> str:
    return item.part or item.role.rpartition(".")[0]


def _may_be(wanted: Parameter, item: Stored) -> bool:
    """Whether an array can be a weight, by its shape and the part that it is for."""
    part = _part_of(item)
    return fits(wanted, item) and (not part or wanted.role.startswith(f"{part}."))


def _by_role(
    expected: Sequence[Parameter], stored: Sequence[Stored]
) -> dict[str, Stored]:
    """Return what names alone tell: full roles, or last words if they are unique."""
    full = {wanted.role: wanted.id for wanted in expected}
    tails: dict[str, list[str]] = {}
    for wanted in expected:
        tails.setdefault(last_word(wanted.role), []).append(wanted.id)
    pairs: dict[str, Stored] = {}
    for item in stored:
        if not item.role:
            continue
        id = full.get(item.role)
        if id is None:
            candidates = tails.get(last_word(item.role), [])
            id = candidates[0] if len(candidates) == 1 else None
        if id is not None and id not in pairs:
            pairs[id] = item
    return pairs


def fits(wanted: Parameter, item: Stored) -> bool:
    """Whether an array has the shape that the rule gives; -1 stands for any length."""
    expected, found = wanted.tensor.shape, item.tensor.shape
    return len(expected) == len(found) and all(
        one in (-1, other) for one, other in zip(expected, found)
    )


def last_word(role: str) -> str:
    """Return a role without the part of the layer that it is in."""
    return role.rpartition(".")[2]


def first_free(role: str, taken: set[str]) -> str:
    """Return the role, with a number if a weight of the layer has it already."""
    name, number = role, 2
    while name in taken:
        name, number = f"{role}#{number}", number + 1
    taken.add(name)
    return name


_NEVER_TRAINED = (
    "moving_mean",
    "moving_variance",
    "moving_var",
    "running_mean",
    "running_std",
    "running_var",
    "total",
    "count",
)


def never_saved(wanted: Parameter) -> bool:
    """Whether Keras 3 has a weight that it leaves out of its archives.

    Low-rank adapters are added into the kernel that they adapt; the zero points of
    GPTQ and AWQ are left out. Source: ``save_own_variables`` of ``Dense``, 3.15.
    """
    last = last_word(wanted.role)
    zero = last == "kernel_zero" and wanted.tensor.dtype == "uint8"
    return zero or last.startswith("lora_")


def is_code(item: Stored) -> bool:
    """Whether an array holds integers, which stand for numbers or count something."""
    return item.tensor.dtype.startswith(("int", "uint"))


def scales_of(role: str) -> Iterator[str]:
    """Yield what Keras 3 stores beside a kernel of integers, in its order."""
    yield f"{role}_scale"
    yield f"{role}_zero"
    yield f"{role.rpartition('.')[0]}.g_idx".removeprefix(".")


def place_of(item: Stored) -> str:
    """Return the group that an array lies in."""
    return item.name.rpartition("/")[0]


def never_trained(role: str) -> bool:
    """Whether a weight's name says that it is statistics, not trained."""
    return last_word(role) in _NEVER_TRAINED
