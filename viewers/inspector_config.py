"""What the inspector says of a layer's settings: explained first, then quoted."""

import json
import re
from collections.abc import Iterator

import msgspec

from loaders.ir.graph import Node
from loaders.ir.steps import NodeSteps
from loaders.ir.text import shown
from viewers.sections import Item, Line, Row, Section, limited, section

_MINUS = re.compile(r"(?<![\w.)\]-])-(?=[\d.])")
"""A hyphen that stands for a minus: before a number, behind no word."""
CONFIG_CHARACTERS = 2_000
"""How much of one setting's own text is shown."""


def config_sections(node: Node, steps: NodeSteps) -> tuple[Section, ...]:
    """Return our words about the important settings, and the file's about all."""
    meant = [
        Row(
            label=shown(s.name),
            detail=_MINUS.sub("−", shown(s.value)),
            below=shown(s.meaning, 500),
        )
        for s in steps.settings
    ]
    written = list(_config_rows(node.config))
    first, rest = limited(written, "setting")
    nothing = () if meant or written else (Line("This layer has no settings."),)
    return (
        *section("What it means", meant),
        *section("As the file writes it", (*first, *rest)),
        *section("", nothing),
    )


def _config_rows(config: str) -> Iterator[Item]:
    try:
        read = msgspec.json.decode(config)
    except (msgspec.DecodeError, RecursionError):
        yield Row(label="config", detail=shown(config, CONFIG_CHARACTERS))
        return
    if not isinstance(read, dict):
        read = {"config": read}
    for name, setting in read.items():
        yield Row(label=shown(str(name)), detail=setting_text(setting))


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
