"""Every number of models that the frameworks saved lies at the weight they say."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from loaders.formats import read_model
from loaders.ir.graph import Model, Node, Parameter

GOLDEN = Path(__file__).parent / "golden"


def cases() -> list[Any]:
    found = []
    for framework in ("keras", "tf_keras"):
        path = GOLDEN / f"weights_{framework}.zip"
        with zipfile.ZipFile(path) as golden:
            told = json.loads(golden.read("expected.json"))
        found += [
            pytest.param(path, name, told[name], id=f"{framework}-{name}")
            for name in told
        ]
    return found


def opened(golden: Path, name: str, folder: Path) -> Model:
    with zipfile.ZipFile(golden) as members:
        return read_model(Path(members.extract(name, folder)))


def counted(model: Model) -> list[tuple[Node, Parameter]]:
    seen: dict[str, tuple[Node, Parameter]] = {}
    for node in model.nodes():
        for parameter in node.parameters:
            if parameter.counted:
                seen.setdefault(parameter.id, (node, parameter))
    return list(seen.values())


@pytest.mark.parametrize(("golden", "name", "told"), cases())
def test_weights_are_those_of_the_framework(
    tmp_path: Path, golden: Path, name: str, told: dict[str, Any]
) -> None:
    model = opened(golden, name, tmp_path)
    found = counted(model)
    ours = sorted(
        (
            node.name,
            list(parameter.tensor.shape),
            round(float(values.astype(np.float64).sum()), 4),
            parameter.trainable,
        )
        for node, parameter in found
        for values in [parameter.tensor.read(model.files)]
    )
    theirs = sorted(
        (row["layer"], row["shape"], round(row["sum"], 4), row["trainable"])
        for row in told["weights"]
    )
    assert ours == theirs
    assert sum(parameter.count for _, parameter in found) == told["total"]


@pytest.mark.parametrize(("golden", "name", "told"), cases())
def test_roles_end_in_the_frameworks_names(
    tmp_path: Path, golden: Path, name: str, told: dict[str, Any]
) -> None:
    model = opened(golden, name, tmp_path)
    ours = sorted(
        (node.name, parameter.role.rpartition(".")[2])
        for node, parameter in counted(model)
    )
    theirs = sorted((row["layer"], row["name"]) for row in told["weights"])
    assert ours == theirs
