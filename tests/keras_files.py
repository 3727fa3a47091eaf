"""Small Keras files made by hand, byte for byte as Keras lays them out."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

Arrays = Mapping[str, NDArray[Any]]


def numbered(*shape: int, start: int = 0) -> NDArray[np.float32]:
    """Return an array in which every number differs."""
    size = int(np.prod(shape))
    return np.arange(start, start + size, dtype=np.float32).reshape(shape)


def layer(class_name: str, name: str, **config: Any) -> dict[str, Any]:
    """Return the description of one layer of a Sequential model."""
    return {
        "module": "keras.layers",
        "class_name": class_name,
        "config": {"name": name, "trainable": True, **config},
        "registered_name": None,
    }


def start(*shape: int | None) -> dict[str, Any]:
    """Return the description of an input."""
    return layer("InputLayer", "input", batch_shape=[None, *shape], dtype="float32")


def dense(name: str, units: int, **config: Any) -> dict[str, Any]:
    """Return the description of a Dense layer."""
    return layer("Dense", name, units=units, use_bias=True, **config)


def sequential(name: str, *layers: dict[str, Any]) -> dict[str, Any]:
    """Return the description of a Sequential model, also as a layer of another."""
    return {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"name": name, "trainable": True, "layers": list(layers)},
        "registered_name": None,
    }


def weights_h5(arrays: Arrays, names: Mapping[str, str] | None = None) -> bytes:
    """Return a ``model.weights.h5``.

    Args:
        arrays: By path: ``layers/dense/vars/0``.
        names: The attribute ``name`` of groups: ``{"layers/dense/vars": "head"}``.
    """
    out = io.BytesIO()
    with h5py.File(out, "w") as file:
        for path, array in arrays.items():
            file[path] = array
        for path, name in (names or {}).items():
            file[path].attrs["name"] = name
    return out.getvalue()


def archive(
    path: Path,
    config: dict[str, Any],
    weights: bytes | None = None,
    *,
    version: Any = "3.15.1",
    method: int = zipfile.ZIP_STORED,
    more: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a ``.keras`` file."""
    metadata = {"keras_version": version, "date_saved": "2026-11-02@10:00:00"}
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("metadata.json", json.dumps(metadata))
        file.writestr("config.json", json.dumps(config))
        if weights is not None:
            file.writestr("model.weights.h5", weights)
        for name, data in (more or {}).items():
            file.writestr(name, data)
    return path


Group = tuple[str, Sequence[tuple[str, NDArray[Any]]]]
"""A top-level layer's name, and the names and arrays of its weights."""


def legacy_h5(
    path: Path,
    config: dict[str, Any] | None,
    groups: Sequence[Group],
    *,
    version: str = "2.15.0",
    top: str = "model_weights",
    optimizer: Arrays | None = None,
) -> Path:
    """Write an ``.h5`` file, without a description if ``config`` is ``None``."""
    with h5py.File(path, "w") as file:
        if config is not None:
            file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"] = version.encode()
        file.attrs["backend"] = b"tensorflow"
        weights = file.create_group(top) if top else file
        weights.attrs["layer_names"] = [name.encode() for name, _ in groups]
        for name, members in groups:
            group = weights.create_group(name)
            group.attrs["weight_names"] = [member.encode() for member, _ in members]
            for member, array in members:
                group[member] = array
        for place, array in (optimizer or {}).items():
            file[f"optimizer_weights/{place}"] = array
    return path
