"""Which modules the framework's own layer classes come from: a fixed table."""

_MODULES = (
    "keras",
    "keras.layers",
    "keras.models",
    "keras.src",
    "keras.engine",
    "keras.legacy",
    "keras.api",
    "keras._tf_keras",
    "keras.ops",
    "tf_keras",
    "tensorflow.keras",
    "tensorflow.python.keras",
    "tensorflow_addons",
    "qkeras",
    "hgq",
    "HGQ",
)
_APPLICATIONS = ("keras.src.applications", "tf_keras.src.applications")
"""Keras registers some layers of these as anybody's custom ones."""

_PACKAGES = frozenset({"keras", "qkeras", "hgq", "HGQ", "Addons"})


def within(module: str, package: str) -> bool:
    """Whether a dotted module name is a package or lies in it."""
    return module == package or module.startswith(package + ".")


def is_known(module: str, registered: str) -> bool:
    """Whether a class of this module and registered name can be the framework's own.

    A class called ``Dense`` in module ``builtins`` or registered as ``Custom>Dense`` is
    somebody's own and says nothing about what it does.
    """
    package, mark, _ = registered.rpartition(">")
    if mark and package not in _PACKAGES:
        return any(within(module, known) for known in _APPLICATIONS)
    # The bare top-level module only fits exactly; keras.config and keras.utils hold
    # no layers.
    return not module or any(
        module == known if known == "keras" else within(module, known)
        for known in _MODULES
    )
