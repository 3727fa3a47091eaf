"""What the version that a Keras file gives means for reading it."""

import re

from loaders.formats._keras_layer import KerasVersion
from loaders.ir.builder import ModelBuilder
from loaders.ir.text import shown

KNOWN = (3, 15)
"""The newest Keras whose files this program was held against."""


def set_producer(builder: ModelBuilder, version: KerasVersion) -> None:
    """Set the producer; warn of a Keras 3 newer than known (others ``build`` tells)."""
    if not version.major:
        return
    builder.producer = f"Keras {shown(version.text, 40)}"
    found = re.match(r"(\d{1,4})\.(\d{1,4})", version.text)
    if found and version.major == KNOWN[0] and int(found[2]) > KNOWN[1]:
        builder.note(
            f"The file was written by Keras {shown(version.text, 40)}, newer than the "
            f"{KNOWN[0]}.{KNOWN[1]} that this program knows; new layers stay unknown."
        )
