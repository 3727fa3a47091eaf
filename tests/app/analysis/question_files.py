"""Models of the cases in why_questions.json, as the files that the program reads."""

import json
from pathlib import Path
from typing import Any

Layer = tuple[str, str, list[str], dict[str, Any]]
"""Class, name, names of the layers before it, settings."""


def description(layers: list[Layer]) -> str:
    """Return layers as Keras 2 writes a functional model."""
    made = [
        {
            "class_name": kind,
            "name": name,
            "config": {"name": name, **settings},
            "inbound_nodes": [[[source, 0, 0, {}] for source in before]]
            if before
            else [],
        }
        for kind, name, before, settings in layers
    ]
    config = {
        "name": "case",
        "layers": made,
        "input_layers": [[layers[0][1], 0, 0]],
        "output_layers": [[layers[-1][1], 0, 0]],
    }
    return json.dumps(
        {"class_name": "Functional", "config": config, "keras_version": "2.15.0"}
    )


def save(layers: list[Layer], folder: Path) -> Path:
    """Write a description and return its path."""
    path = folder / "case.json"
    path.write_text(description(layers))
    return path
