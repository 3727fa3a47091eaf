"""The modules that an exporter noted at a node: ``model``, ``layers.3``, ``mlp``.

PyTorch 2.5 and later write them as Python lists in ``metadata_props``; some writers
only a ``namespace``: https://github.com/pytorch/pytorch, onnx/_internal/exporter/_core.
The lists are taken apart by a pattern, nothing is evaluated.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from loaders.formats._protobuf import Buffer, Span, fields

Modules: TypeAlias = tuple[tuple[str, str], ...]
"""Name and class of each module around a node, outermost first."""

NAMES = "pkg.torch.onnx.name_scopes"
CLASSES = "pkg.torch.onnx.class_hierarchy"
NAMESPACE = "namespace"
LONGEST = 64 << 10
"""Bytes of one list that are looked at."""

_WANTED = {name.encode(): name for name in (NAMES, CLASSES, NAMESPACE)}
_ITEM = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_ESCAPED = re.compile(r"\\(.)")


def modules_of(data: Buffer, entries: Iterable[Span]) -> Modules:
    """Return the modules around a node, from the entries of its ``metadata_props``."""
    noted: dict[str, str] = {}
    for entry in entries:
        key, text = "", b""
        for field, _, value in fields(data, entry):
            if not isinstance(value, Span):
                continue
            if field == 1:
                key = _WANTED.get(bytes(data[value.start : value.stop]), "")
            elif field == 2 and value.size <= LONGEST:
                text = data[value.start : value.stop]
        if key:
            noted[key] = bytes(text).decode("utf-8", "replace")
    return read_modules(noted)


def read_modules(noted: Mapping[str, str]) -> Modules:
    """Return the modules that lists or a namespace tell of; empty if they are none.

    The last item is the node itself. Names are cumulative (``model.layers.3``) and
    the outermost one is empty.
    """
    if NAMES in noted:
        names, classes = _items(noted[NAMES]), _items(noted.get(CLASSES, ""))
    else:
        pairs = [part.partition(": ") for part in noted.get(NAMESPACE, "").split("/")]
        names = [name for name, _, _ in pairs]
        classes = [word for _, _, word in pairs]
    if len(classes) != len(names):
        classes = [""] * len(names)
    found = []
    around = ""
    for name, word in list(zip(names, classes, strict=True))[:-1]:
        if name:
            inner = name.removeprefix(f"{around}.") if around else name
            found.append((inner, word.rpartition(".")[2]))
            around = name
    return tuple(found)


def _items(text: str) -> list[str]:
    return [_ESCAPED.sub(r"\1", one or other) for one, other in _ITEM.findall(text)]
