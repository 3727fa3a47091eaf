"""No description, however broken, does worse than one clear error."""

import json
import random
from pathlib import Path

import msgspec
import pytest

from loaders.formats._keras_config import build
from loaders.formats._keras_layer import KerasVersion
from loaders.ir.builder import ModelBuilder
from loaders.ir.errors import InspectorError

GOLDEN = Path(__file__).parent / "golden"
JUNK = [
    "null",
    "true",
    "-1",
    "0",
    "1",
    "1000000000",
    "9223372036854775808",
    "1.5",
    "NaN",
    '""',
    '"x"',
    '"\\ud800"',
    '"relu"',
    "[]",
    "[[]]",
    "{}",
    "[null,-5]",
    '["x",0,0]',
    '[["x",0,0,{}]]',
    '{"class_name":"Dense","config":{}}',
    '{"class_name":"__lambda__","config":5}',
    '{"args":[],"kwargs":{}}',
]


def descriptions():
    return [
        (case["description"], case["version"])
        for engine in ("keras", "tf_keras")
        for case in json.loads((GOLDEN / f"calls_{engine}.json").read_text()).values()
    ]


def places(value):
    """Return every container with every key or index in it."""
    found, waiting = [], [value]
    while waiting:
        one = waiting.pop()
        items = one.items() if isinstance(one, dict) else enumerate(one)
        for key, inner in items:
            found.append((one, key))
            if isinstance(inner, dict | list):
                waiting.append(inner)
    return found


def broken(description, chance):
    """Return a copy in which a few places hold something else."""
    text = json.dumps(description)
    for _ in range(chance.randint(1, 5)):
        value = json.loads(text)
        spots = places(value)
        if not spots:
            break
        holder, key = chance.choice(spots)
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1:  # a part of itself, copied: no cycles in JSON
                holder[key] = json.loads(json.dumps(chance.choice(spots)[0]))
            case _:
                holder[key] = json.loads(chance.choice(JUNK))
        text = json.dumps(value)
        if len(text) > 200_000:
            break
    return json.loads(text)


@pytest.mark.parametrize("seed", range(12))
def test_broken_descriptions_open_or_say_why(seed):
    chance = random.Random(seed)
    known = descriptions()
    opened = 0
    for _ in range(20):
        description, version = chance.choice(known)
        builder = ModelBuilder(Path("broken.json"), "test")
        config = broken(description, chance)
        try:
            build(builder, config, KerasVersion.parse(version))
        except InspectorError as error:
            assert error.what.endswith(".")
        else:
            opened += 1
            msgspec.msgpack.encode(builder.freeze())
    assert opened
