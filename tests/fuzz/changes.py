"""Ways to damage a file: its bytes, one value of its JSON, one field of its protobuf.

Every change is drawn from a ``random.Random``, so that hypothesis can draw it (from
``st.randoms``) and a plain loop can, too.
"""

import copy
from random import Random
from typing import Any, TypeAlias

from tests.loaders.formats.saved_models import number

NUMBERS = (0, 1, 2, 3, 7, 127, 128, 255, 2**31 - 1, 2**31, 2**32, 2**48, 2**63 - 1)
HUGE = (2**63, 2**64 - 1, -1, -2, -(2**31), -(2**63))
TEXTS = (
    "",
    "None",
    "same",
    "float32",
    "Dense",
    "a/b/../c",
    "\x00\x1b[31m",
    "\ud800",
    "ℵ" * 300,
    "<b>x</b>",
    "inf",
    "__import__('os').getcwd()",
)


def deep(levels: int) -> Any:
    """Return lists in lists."""
    found: Any = []
    for _ in range(levels):
        found = [found]
    return found


VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    *NUMBERS,
    *HUGE,
    2**70,
    0.5,
    -0.5,
    1e308,
    float("inf"),
    float("nan"),
    *TEXTS,
    [],
    [[]],
    [None],
    [None, None, 3],
    [0, 0],
    [1] * 70,
    [-1, "x"],
    {},
    {"class_name": "Dense"},
    {"class_name": "Dense", "config": {}},
    {"class_name": "__tuple__", "items": [1, 2]},
    {"class_name": "__keras_tensor__", "config": {"keras_history": ["x", 9, 9]}},
    {"module": "builtins", "class_name": "eval", "config": "1"},
    deep(150),
)


# bytes


def change_bytes(data: bytes, random: Random) -> bytes:
    """Return bytes with one to five places changed, cut, doubled or moved."""
    out = bytearray(data)
    for _ in range(random.randint(1, 5)):
        if not out:
            break
        at = random.randrange(len(out))
        span = min(len(out) - at, random.choice((1, 1, 2, 4, 8, 64)))
        match random.randrange(7):
            case 0 | 1:
                out[at] = random.choice((0, 1, 127, 128, 255, random.randrange(256)))
            case 2:
                out[at] ^= 1 << random.randrange(8)
            case 3:
                del out[at : at + span]
            case 4:
                out[at:at] = out[at : at + span] or b"\0"
            case 5:
                out[at : at + span] = random.randbytes(span)
            case _:
                value = random.choice((*NUMBERS, *HUGE)) & (1 << 64) - 1
                out[at : at + span] = value.to_bytes(8, "little")[:span]
    if random.randrange(8) == 0:
        del out[random.randrange(len(out) + 1) :]
    return bytes(out)


# JSON

Place: TypeAlias = tuple[Any, Any]
"""A list or dict, and the index or key in it."""


def places(tree: Any) -> list[Place]:
    """Return every place in a tree that holds a value."""
    found: list[Place] = []
    waiting = [tree]
    while waiting:
        at = waiting.pop()
        keys = at if isinstance(at, dict) else range(len(at))
        for key in keys:
            found.append((at, key))
            if isinstance(at[key], dict | list):
                waiting.append(at[key])
    return found


def change_json(tree: Any, random: Random) -> Any:
    """Return a tree with one to three values replaced, removed, renamed or swapped."""
    tree = copy.deepcopy(tree)
    for _ in range(random.randint(1, 3)):
        found = places(tree)
        if not found:
            break
        at, key = random.choice(found)
        match random.randrange(6):
            case 0:
                del at[key]
            case 1:
                other, name = random.choice(found)
                at[key] = copy.deepcopy(other[name])
            case 2 if isinstance(at, dict):
                at[random.choice(TEXTS)] = at.pop(key)
            case 3 if isinstance(at, list):
                at.insert(key, copy.deepcopy(at[key]))
            case _:
                at[key] = copy.deepcopy(random.choice(VALUES))
    return tree


# protobuf

Field: TypeAlias = tuple[int, int, Any]
"""Number, wire type, and an int, bytes, or the fields of a message inside."""


def fields_of(data: bytes, depth: int = 0) -> list[Field] | None:
    """Return bytes as protobuf fields, ``None`` if they are none."""
    found: list[Field] = []
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        if key < 8:
            return None
        match key & 7:
            case 0:
                value, at = _varint(data, at)
                found.append((key >> 3, 0, value))
                if at < 0:
                    return None
            case 1 | 5 as wire:
                size = 8 if wire == 1 else 4
                found.append((key >> 3, wire, data[at : at + size]))
                at += size
            case 2:
                size, at = _varint(data, at)
                if at < 0:
                    return None
                raw = data[at : at + size]
                at += size
                inside = fields_of(raw, depth + 1) if raw and depth < 12 else None
                found.append((key >> 3, 2, inside if inside is not None else raw))
            case _:
                return None
        if not 0 <= at <= len(data):
            return None
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while 0 <= at < len(data) and shift < 70:
        value |= (data[at] & 127) << shift
        at += 1
        if data[at - 1] < 128:
            return value, at
        shift += 7
    return 0, -1


def encoded(fields: list[Field]) -> bytes:
    """Return fields as protobuf, with lengths that are right."""
    out = b""
    for key, wire, value in fields:
        if wire == 2 and isinstance(value, list):
            value = encoded(value)
        payload = number(value) if wire == 0 else value
        size = number(len(payload)) if wire == 2 else b""
        out += number(key << 3 | wire) + size + payload
    return out


def change_protobuf(data: bytes, random: Random) -> bytes:
    """Return a message with one to three fields replaced, removed, doubled, moved."""
    fields = fields_of(data)
    assert fields
    for _ in range(random.randint(1, 3)):
        lists = _lists(fields)
        holder = random.choice(lists)
        if not holder:
            continue
        at = random.randrange(len(holder))
        key, wire, value = holder[at]
        match random.randrange(8):
            case 0:
                del holder[at]
            case 1:
                holder.insert(at, copy.deepcopy(holder[at]))
            case 2:
                other = random.choice([one for one in lists if one])
                holder[at] = copy.deepcopy(random.choice(other))
            case 3:
                holder[at] = (random.choice((1, 2, 5, 7, 11, 20)), wire, value)
            case 4:
                random.shuffle(holder)
            case _:
                holder[at] = (key, wire, _nasty(wire, value, random))
    return encoded(fields)


def _lists(fields: list[Field]) -> list[list[Field]]:
    found, waiting = [], [fields]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(value for _, _, value in one if isinstance(value, list))
    return found


def _nasty(wire: int, value: Any, random: Random) -> Any:
    if wire == 0:
        return random.choice((*NUMBERS, *HUGE)) & (1 << 64) - 1
    if wire != 2:
        return random.randbytes(8 if wire == 1 else 4)
    raw = encoded(value) if isinstance(value, list) else value
    texts = [text.encode("utf-8", "surrogatepass") for text in TEXTS]
    more = (raw[:-1], raw + raw, b"\0" * 8, b"\xff" * 10, raw[: len(raw) // 2])
    return random.choice((*texts, *more))
