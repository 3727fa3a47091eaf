"""What the inspector says of a layer's settings: explained first, then quoted."""

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

import msgspec

from loaders.ir.graph import Node
from loaders.ir.steps import NodeSteps
from loaders.ir.text import shown
from viewers.sections import Item, Line, Row, Section, limited, section

_MINUS = re.compile(r"(?<![\w.)\]-])-(?=[\d.])")
"""A hyphen that stands for a minus: before a number, behind no word."""
Words: TypeAlias = Callable[[str, str], str]
CONFIG_CHARACTERS = 2_000
"""How much of one setting's own text is shown."""


def config_sections(
    node: Node, steps: NodeSteps, words: Words | None = None
) -> tuple[Section, ...]:
    """Return our words about the important settings, and the file's about all.

    Args:
        node: The layer.
        steps: What the rules say of it.
        words: Returns a line about a setting of a Keras layer, by layer and setting.
    """
    about = partial(words, node.op) if words and node.dialect == "keras" else _nothing
    meant = [
        Row(
            label=shown(s.name),
            detail=_MINUS.sub("−", shown(s.value)),
            below=shown(s.meaning, 500),
        )
        for s in steps.settings
    ]
    written = list(_config_rows(node.config, about))
    first, rest = limited(written, "setting")
    nothing = () if meant or written else (Line("This layer has no settings."),)
    return (
        *section("What it means", meant),
        *section("As the file writes it", (*first, *rest)),
        *section("", nothing),
    )


def _nothing(_setting: str) -> str:
    return ""


def _config_rows(config: str, about: Callable[[str], str]) -> Iterator[Item]:
    try:
        read = msgspec.json.decode(config)
    except (msgspec.DecodeError, RecursionError):
        yield Row(label="config", detail=shown(config, CONFIG_CHARACTERS))
        return
    if not isinstance(read, dict):
        read = {"config": read}
    for name, setting in read.items():
        label = shown(str(name))
        yield Row(label=label, detail=setting_text(setting), below=about(str(name)))


def setting_text(setting: object) -> str:
    """Return a setting of the file in one line: ``L2(l2=0.01)``."""
    match setting:
        case str():
            text = setting if setting else '""'
        case {"class_name": str(name), "config": dict(inner)} if not inner:
            text = name
        case {"class_name": str(name), "config": dict(inner)}:
            words = ", ".join(f"{key}={_short(value)}" for key, value in inner.items())
            text = f"{name}({words})"
        case _:
            text = _short(setting)
    return shown(text, CONFIG_CHARACTERS)


def _short(setting: object) -> str:
    try:
        return json.dumps(setting, ensure_ascii=False)
    except RecursionError:
        return "…"  # nested too deeply to be put into one line
