"""What a Keras description holds that a user should know, gathered by topic.

A file may have ten thousand odd layers; each topic becomes one sentence that counts
them and names the first few.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Severity
from loaders.ir.text import SHOWN_CHARACTERS, count_of, shown

NAMED = 4
"""How many of a topic are named in its sentence."""


@dataclass(slots=True)
class _Topic:
    sentence: str
    """With ``{who}`` for the names and ``{count}`` for their number."""
    severity: Severity = Severity.WARNING
    who: dict[str, None] = field(default_factory=dict)
    where: str = ""
    more: int = 0


class Notices:
    """Collects what is odd; ``tell`` writes one note per topic."""

    def __init__(self) -> None:
        self._topics: dict[str, _Topic] = {}

    def add(
        self,
        sentence: str,
        who: str = "",
        where: str = "",
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Add one case.

        Args:
            sentence: The topic's sentence; ``{who}`` stands for the names.
            who: Whom it concerns, made safe to show.
            where: Id of the node it concerns.
            severity: How much it matters.
        """
        topic = self._topics.setdefault(sentence, _Topic(sentence, severity))
        topic.where = topic.where or where
        if who in topic.who:
            return
        if len(topic.who) < NAMED:
            topic.who[who] = None
        else:
            topic.more += 1

    def odd_entry(self, what: str) -> None:
        """Add an entry of the layer list that is no layer."""
        self.add("The description of a layer makes no sense: {who}.", what)

    def tell(self, builder: ModelBuilder) -> None:
        """Write the notes, in the order in which the topics came up."""
        for topic in self._topics.values():
            who = ", ".join(topic.who)
            if topic.more:
                who += f" and {topic.more:,} more"
            message = topic.sentence.replace("{who}", who)
            builder.note(message, topic.where, topic.severity)


OUTSIDE = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper"})
"""Keras' own layers that compute what is not in the file; each has its own notice."""

_ODD_NAME = re.compile(r"\.\.|[\\:]|^/|^$")


def check_name(notices: Notices, name: str, where: str) -> None:
    """Note a name that cannot be shown as it is, or that could pass for a path."""
    safe = shown(name, 60) or "(empty)"
    if len(name) > SHOWN_CHARACTERS:
        notices.add(
            f"A layer's name is longer than {SHOWN_CHARACTERS} characters and is shown "
            "shortened: {who}.",
            f"{safe} ({count_of(len(name), 'character')})",
            where,
        )
    elif shown(name) != name:
        notices.add(
            "A layer's name holds hidden or control characters, shown as marks: {who}.",
            safe,
            where,
        )
    elif _ODD_NAME.search(name):
        notices.add(
            "A layer's name is empty or could pass for a file path; it is only shown, "
            "never used as one: {who}.",
            safe,
            where,
        )


def check_settings(
    notices: Notices,
    label: str,
    class_name: str,
    config: dict[str, Any],
    where: str,
    subject: str = "A layer",
) -> None:
    """Note what a loader that trusts the file would run, import, unpickle or open.

    Sources: Keras' advisories CVE-2024-3660, CVE-2025-1550, CVE-2025-49655,
    CVE-2025-12058, CVE-2026-1462.

    Args:
        notices: Where to.
        label: Name and class of the layer, made safe to show.
        class_name: Its class.
        config: Its settings, verbatim.
        where: Its node's id.
        subject: What the settings are of, to start a sentence.
    """
    vocabulary = config.get("vocabulary")
    if isinstance(vocabulary, str):
        path = shown(vocabulary, 120)
        notices.add(
            "A layer names a vocabulary outside this file, which is not opened: {who}.",
            f"{label}: {path}",
            where,
        )
    if class_name == "TFSMLayer":
        path = shown(str(config.get("filepath", "")), 120)
        notices.add(
            "A TFSMLayer runs a model outside this file, which is not opened: {who}.",
            f"{label}: {path}",
            where,
        )
    if class_name == "TorchModuleWrapper":
        size = len(config["module"]) if isinstance(config.get("module"), str) else 0
        notices.add(
            "A TorchModuleWrapper holds a pickle, which can run anything and is not "
            "unpickled: {who}.",
            f"{label}, {count_of(size * 3 // 4, 'byte')}",
            where,
        )
    code, names = _code_in(config, class_name)
    if code:
        notices.add(
            f"{subject} contains Python code (a lambda), which is not run: {{who}}.",
            f"{label}, {count_of(code, 'byte')}",
            where,
        )
    if names:
        named = ", ".join(shown(name, 60) for name in names[:NAMED])
        notices.add(
            f"{subject} names Python functions or classes of its own (custom code), "
            "which are not followed: {who}.",
            f"{label}: {named}",
            where,
        )
    elif class_name == "Lambda" and not code:
        notices.add(
            "A Lambda layer calls Python code that is not in the file: {who}.",
            label,
            where,
        )


def _code_in(config: dict[str, Any], class_name: str) -> tuple[int, list[str]]:
    """Return the bytes of Python code in a config and the foreign names in it."""
    size = 0
    names: dict[str, None] = {}
    for key in ("function", "output_shape", "mask"):
        value = config.get(key) if class_name == "Lambda" else None
        match value:
            case [str() as code, *_] if key == "function" or len(code) > 32:
                size += _decoded(code)  # Keras 2: [code, defaults, closure]
            case str() if config.get(f"{key}_type", "function") == "function":
                names[value] = None
            case str():
                size += _decoded(value)
    waiting: list[Any] = list(config.values())
    while waiting:
        match waiting.pop():
            case {"class_name": "__lambda__", "config": inner}:
                held = inner.get("code") if isinstance(inner, dict) else inner
                size += _decoded(held) if isinstance(held, str) else 1
            case {"class_name": "function", "config": inner} as one:
                name = inner if isinstance(inner, str) else one.get("registered_name")
                names[f"{one.get('module') or ''}.{name}".strip(".")] = None
            case dict() as one:
                if is_foreign(one):
                    names[
                        f"{one.get('module') or ''}.{one['class_name']}".strip(".")
                    ] = None
                waiting.extend(one.values())
            case list() as many:
                waiting.extend(many)
    return size, list(names)


_OWN = re.compile(r"(keras|tf_keras|qkeras|hgq|HGQ|tensorflow)(\.|$)")
_BUILT_IN = re.compile(r"__\w+__$")


def is_foreign(entry: dict[Any, Any]) -> bool:
    """Whether a serialized object names a module that is not the framework's."""
    module, name = entry.get("module"), entry.get("class_name")
    if not isinstance(module, str) or not isinstance(name, str) or not module:
        return False
    return not _OWN.match(module) and not _BUILT_IN.match(name)


_BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")


def _decoded(text: str) -> int:
    """Return how many bytes of code a text stands for, without decoding it.

    Base64 since Keras 2.1, the bytes as characters before.
    """
    if not _BASE64.fullmatch(text):
        return len(text)
    return max(1, len(re.sub(r"[\s=]+", "", text)) * 3 // 4)
