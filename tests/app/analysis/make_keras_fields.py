"""Write which settings the constructors of Keras' layers take: keras_fields.json.

Run with TensorFlow, Keras 3 and tf_keras installed: python make_keras_fields.py
"""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OWN = Path(__file__).with_name("keras_fields.json")
_SKIPPED = frozenset({"self", "args", "kwargs"})


def layers_of(module: Any) -> Iterator[tuple[str, Any]]:
    """Yield the layer classes of one framework."""
    for name in sorted(dir(module.layers)):
        found = getattr(module.layers, name)
        if inspect.isclass(found) and issubclass(found, module.layers.Layer):
            yield name, found


def settings_of(layer: Any) -> list[str]:
    """Return what the constructors of a class and of those it builds on take."""
    names: dict[str, None] = {}
    for each in layer.__mro__:
        if each is object or "__init__" not in vars(each):
            continue
        parameters = inspect.signature(each.__init__).parameters.values()
        names.update((p.name, None) for p in parameters if p.kind is not p.VAR_KEYWORD)
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            break
    return [name for name in names if name not in _SKIPPED]


def main() -> None:
    """Ask both frameworks."""
    import keras
    import tf_keras

    found: dict[str, list[str]] = {}
    for module in (keras, tf_keras):
        for name, layer in layers_of(module):
            known = found.setdefault(name, [])
            known.extend(s for s in settings_of(layer) if s not in known)
    OWN.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
