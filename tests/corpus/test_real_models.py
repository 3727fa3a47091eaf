"""Every real model opens as it should, and says what it always said."""

import json
from collections import Counter
from pathlib import Path

import pytest

from loaders.formats import FORMATS, open_source, read_model
from loaders.ir.errors import InspectorError
from loaders.ir.folding import Folding
from loaders.ir.graph import Structure
from loaders.ir.walk import totals
from tests.corpus.make_outlines import outline

pytestmark = pytest.mark.corpus

OUTLINES = dict(
    line.split(": ", 1)
    for line in (Path(__file__).parent / "golden" / "outlines.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)
# Files that hold no graph: weights or recorded arrays alone, models that Python code
# connects, and what is no model at all.
FROZEN = "real/onnx__tensorflow-onnx/tests__models__"
BROKEN = {
    f"{FROZEN}gru__frozen.pb": "frozen",
    f"{FROZEN}regression__graphdef__frozen.pb": "frozen",
    "seed/z52_lfs_pointer.onnx": "Git LFS pointer",
    "seed/z53_truncated.keras": "incomplete",
    "seed/z54_truncated.onnx": "incomplete",
    "seed/z55_empty.h5": "empty",
    "seed/z56_pickle.h5": "pickle",
}


@pytest.fixture(scope="session")
def index(corpus):
    return json.loads((corpus / "index.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", OUTLINES)
def test_view_layers_and_parameters_are_the_recorded_ones(corpus, file):
    assert outline(corpus / file) == OUTLINES[file]


@pytest.mark.parametrize("file", OUTLINES)
def test_at_most_one_format_recognises_a_file(corpus, file):
    source = open_source(corpus / file)
    recognised = [format.id for format in FORMATS if format.recognises(source)]
    assert len(recognised) <= 1, recognised


@pytest.mark.parametrize("file", BROKEN)
def test_a_broken_file_is_one_error_that_names_the_cause(corpus, file):
    with pytest.raises(InspectorError) as error:
        read_model(corpus / file)
    assert BROKEN[file] in str(error.value)
    assert error.value.advice


def test_all_files_of_the_index_are_recorded(index):
    assert len(index["real"]) == 222
    assert {row["file"].rstrip("/") for row in index["real"]} <= set(OUTLINES)


def test_nearly_all_files_that_hold_a_graph_show_edges(corpus, index):
    kinds = Counter()
    for row in index["real"]:
        if row["kind"] not in ("h5 weights-only", "lone .pb"):
            model = read_model(corpus / row["file"])
            edges = any(
                value for node in model.graph.nodes.values() for value in node.inputs
            )
            kinds[
                model.structure is Structure.GRAPH and (edges or _one_node(model))
            ] += 1
    assert kinds[True] / kinds.total() >= 0.95, kinds


def _one_node(model):
    """A single operation that makes something of nothing has no edge to show."""
    return len(model.graph.nodes) == 1


def test_parameters_of_keras_files_are_those_of_the_index(corpus, index):
    wrong = {}
    for row in index["real"]:
        wanted = row.get("model_params") or row.get("params")
        if row["kind"] in ("h5", ".keras", "h5 weights-only") and wanted:
            total = sum(
                one.count for one in read_model(corpus / row["file"]).parameters()
            )
            if total != wanted:
                wrong[row["file"]] = (total, wanted)
    assert not wrong


def test_layers_of_keras_files_are_those_of_the_index(corpus, index):
    # The index counts every class in the description: the model itself, optimizers,
    # references to tensors and what wrappers wrap are no layers of their own here.
    wrong = {}
    for row in index["real"]:
        if not row.get("classes") or row["kind"] == "SavedModel":
            continue
        model = read_model(corpus / row["file"])
        if model.structure is not Structure.GRAPH:
            continue
        ours = Counter(node.op for node in model.nodes() if not node.shared_with)
        wrapped = Counter(
            part["op"]
            for node in model.nodes()
            for part in (node.attributes.get("layer"), node.attributes.get("cell"))
            if isinstance(part, dict) and not node.shared_with
        )
        wanted = Counter(row["classes"])
        wanted.subtract(wrapped)
        for name in ("Adam", "__keras_tensor__", row["model_class"]):
            wanted[name] = ours[name]
        missing = {name: n for name, n in wanted.items() if n > ours[name]}
        if missing:
            wrong[row["file"]] = missing
    assert not wrong


def test_no_onnx_file_counts_more_than_its_constants(corpus, index):
    # The index sums all initializers of the main graph. Weights are those without
    # scales, zero points, shapes and axes; models without any keep them elsewhere.
    more = {
        row["file"]: row["params"]
        for row in index["real"]
        if row["kind"] == "ONNX"
        and sum(one.count for one in read_model(corpus / row["file"]).parameters())
        > row["params"]
    }
    elsewhere = ("silero", "model_micro", "layer-zoo", "qlstm", "if_linear", "bert_qa")
    assert all(
        any(name in file for name in (*elsewhere, "pre_post_processing"))
        or "light" in file
        for file in more
    ), more


def test_what_is_not_folded_changes_no_count_and_no_shape(corpus):
    nothing = Folding(constants=False, rounding=False, masks=False)
    for file in OUTLINES:
        try:
            folded = read_model(corpus / file)
        except InspectorError:
            continue
        found = read_model(corpus / file, folding=nothing)
        assert totals(found) == totals(folded), file
        shapes = {id: value.shape for id, value in found.values().items()}
        changed = [
            id
            for id, value in folded.values().items()
            if shapes.get(id, value.shape) != value.shape
        ]
        assert not changed, (file, changed)
