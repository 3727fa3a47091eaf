"""The questions that people ask about their models, answered with all numbers.

why_questions.json holds what Keras says about each question's own model and twenty
others of the same kind; make_why_questions.py writes it.
"""

import json
from pathlib import Path

import pytest

from app.analysis.why import explain
from loaders.formats import read_model
from loaders.ir.index import ModelIndex
from loaders.ir.text import grouped, grouped_shape
from tests.app.analysis.question_files import save
from tests.app.analysis.torch_files import conv_and_pool, group_norm
from viewers.inspector_pages import node_pages

CASES = json.loads((Path(__file__).parent / "why_questions.json").read_text())

SAYS = {
    "S01": {
        "conv": (
            "A window of {window} steps slides over the length",
            "all {channels} input channels",
            "{window} length × {channels} in-channel × {filters} filter",
            "{filters} × ({window} × {channels} + 1) = {params}",
            "Why {params} parameters?",
        )
    },
    "S03": {
        "both": (
            "one step after another, always with the same weights",
            "Any length is accepted",
            "does not depend on how many steps there are",
        ),
        "x": (
            "any length is accepted",
            "as in Input((20,)), only that length would be",
            "With 1 the output is {out_of_one}.",
            "ends in both (Bidirectional)",
        ),
    },
    "S04": {
        "gap": (
            "GlobalAveragePooling1D ends the time axis: one answer per {length} steps",
            "{valid_chain}",
            "{same_chain}",
            "padding same and stride 1 in c1, c2, c3 and c4, p and gap left out",
        ),
        "c1": ("ends in gap (GlobalAveragePooling1D): one answer per {length} steps",),
        "x": ("ends in gap (GlobalAveragePooling1D): one answer per {length} steps",),
    },
    "S05": {
        "all": (
            "{many} branches, each {each}, concatenated to {out}",
            "Every branch reads the same {features} features",
        )
    },
    "S07": {
        "conv": (
            "no neighbours are looked at; each of the {places} positions becomes a "
            "weighted sum of its {channels} channels",
            "{filters} × (1 × {channels} + 1) = {params}",
        )
    },
    "S09": {
        "conv": (
            "{looking} + {mixing} = {both}. A normal convolution takes {normal}: "
            "{ratio} times as many",
            "goes over the data twice",
            "{bytes} bytes in float32",
            "({normal_bytes} bytes)",
            "Why {params} parameters?",
        )
    },
    "S10": {
        "conv": (
            "{high} height × {wide} width × 1 in-channel × {filters} filter",
            "weights[:, :, 0, k] is filter k: {filters} tiles of {high} × {wide}",
            "{filters} × ({high} × {wide} × 1 + 1) = {params}",
        )
    },
    "S12": {
        "gn": (
            "{groups} groups of {each} consecutive channels, each sample on its own",
            "(x − mean of its group) / √(variance of its group + {epsilon}) × gamma + "
            "beta",
            "Why {params} parameters?",
        )
    },
    "S18": {
        "res": (
            "{short} from block_2 and {long} from x",
            "block_2's stride 2 halved the length ({length} → {half})",
            "block_1's {filters} filters changed the channels ({channels} → {filters})",
            "a convolution of kernel 1, stride 2 and {filters} filters on the branch "
            "from x",
        )
    },
    "S19": {
        "first": (
            "Height {channels} is smaller than the kernel's {kernel}",
            "{channels} looks like the number of channels: the layer is channels_last",
            "should be {sample}, and the output would be {out}",
        )
    },
    "S20": {
        "conv_1": (
            "all {channels} input channels are summed inside each filter",
            "{filters} × ({kernel} × {kernel} × {channels} + 1) = {params}",
            "Each of the {places} positions sees",
            "{seen_1} patch of the input",
        ),
        "conv_3": (
            "Each of the {places_3} positions sees",
            "{seen_3} patch of the input",
        ),
    },
    "S21": {
        "p2": (
            "Walking back: p2 needs {pool}, c2 needs {needs_c2}, p1 needs {needs_p1}, "
            "the input needs {shortest}",
            "With {shortest} the output is {out}.",
        ),
        "c2": ("{chain}",),
        "x": ("The shortest that fits is {shortest}",),
    },
    "S22": {
        "td_conv": (
            "Each of {steps} steps runs the same Conv1D, with the same weights, on "
            "{step}, giving {convolved}",
        ),
        "td_pool": (
            "Each of {steps} steps runs the same MaxPooling1D, with the same weights, "
            "on {convolved}, giving {pooled}",
        ),
        "reshape": ("reshaped to {reshaped}",),
    },
    "S22-missing": {
        "td": (
            "Inside TimeDistributed, each of {steps} steps is {length}. Conv1D expects",
            "One axis is missing",
        )
    },
    "S23": {
        "lstm": (
            "one step after another, always with the same weights",
            "{gates} gates × {units} units",
            "{gates} × {units} × ({features} + {units}) = {params}",
            "number of parameters does not depend on how many steps there are",
        )
    },
    "S24": {
        "conv": (
            "Why {params} parameters?",
            "{filters} × ({kernel} × {kernel} × 1 + 1) = {params}",
            "Each of the {places} positions sees",
            "{seen} patch of the input",
        )
    },
    "S25": {
        "dense": (
            "Dense acts on the last axis only: at each of {places} places",
            "It is the same thing as a convolution",
            "{units} × ({weights} + 1) = {params}",
        ),
        "conv": (
            "Kernel size 1 × 1: no neighbours are looked at",
            "It is a Dense layer at every position",
            "{units} × (1 × 1 × {units} + 1) = {conv_params}",
        ),
    },
    "S26": {
        "dw": (
            "One {kernel} × {kernel} kernel per channel, nothing is summed over "
            "channels",
            "{channels} × {kernel} × {kernel} = {params}",
        )
    },
    "S27": {
        "d": (
            "Flatten of {flat} (flat) has an unknown length, so Dense cannot have a "
            "fixed number of weights",
            "GlobalMaxPooling2D or GlobalAveragePooling2D",
            "keeps the {channels} channels only",
            "channels_first",
        )
    },
}
"""What stands on the page of a layer, by question; facts of the case are put in."""

SHAPES = {"S01": "conv", "S03": "d", "S05": "all", "S07": "conv", "S20": "conv_1"}
SHAPES |= {"S24": "conv", "S25": "dense", "S26": "dw"}


def pages_of(model):
    """Return the text of the first page of each layer by name."""
    index = ModelIndex(model)
    found = {}
    for node in model.nodes():
        pages = node_pages(index, node, explain(index, node))
        lines = []
        for section in pages.pages[0].sections:
            lines.append(section.title)
            for item in section.items:
                words = (getattr(item, name) for name in item.__struct_fields__)
                lines += [word for word in words if isinstance(word, str)]
        found[node.name] = "\n".join(lines)
    return found


def put_in(facts):
    """Return facts as the program writes them."""
    words = {}
    for name, fact in facts.items():
        match fact:
            case int():
                words[name] = grouped(fact)
            case list():
                words[name] = grouped_shape(fact)
            case _:
                words[name] = fact
    if "valid" in facts:
        words["valid_chain"], words["same_chain"] = (
            arrows(facts["valid"], repeated=False),
            arrows(facts["same"], repeated=True),
        )
    if "lengths" in facts:
        words["chain"] = arrows(facts["lengths"], repeated=False)
    return words


def arrows(lengths, repeated):
    kept = [
        length
        for at, length in enumerate(lengths)
        if repeated or not at or length != lengths[at - 1]
    ]
    return " → ".join(map(grouped, kept))


def cases():
    for question, found in CASES.items():
        for number, case in enumerate(found):
            if "layers" in case:
                yield pytest.param(question, case, id=f"{question}-{number}")


@pytest.mark.parametrize(("question", "case"), list(cases()))
def test_the_answer_stands_in_the_inspector(question, case, tmp_path):
    model = read_model(save(case["layers"], tmp_path))
    pages, facts = pages_of(model), put_in(case["facts"])
    for layer, sentences in SAYS[question].items():
        for sentence in sentences:
            assert sentence.format(**facts) in pages[layer]
    if question in SHAPES:
        node = next(n for n in model.nodes() if n.name == SHAPES[question])
        found = model.values()[node.outputs[0]].shape
        assert list(found) == case["facts"]["out"]


@pytest.mark.parametrize("case", CASES["S08"], ids=lambda case: str(case["facts"]))
def test_lengths_of_an_export_are_computed_as_pytorch_does(case, tmp_path):
    facts = case["facts"]
    path = tmp_path / "m.onnx"
    path.write_bytes(conv_and_pool(facts).SerializeToString())
    pages = pages_of(read_model(path))
    padding = " + 2 × {padding}".format(**facts)
    assert (
        "⌊({length}{pad} − {dilation} × ({kernel} − 1) − 1) / {stride}⌋ + 1 = "
        "{convolved}"
    ).format(**facts, pad=padding) in pages["/conv/Conv"]
    assert "⌊ ⌋ rounded down" in pages["/conv/Conv"]
    assert (
        "⌈({convolved} − {pool}) / {pool}⌉ + 1 = {pooled}".format(**facts)
        in (pages["/pool/MaxPool"])
    )
    assert "⌈ ⌉ rounded up" in pages["/pool/MaxPool"]


@pytest.mark.parametrize("case", CASES["S12"])
def test_an_exported_group_normalization_is_recognised(case, tmp_path):
    facts = case["facts"]
    path = tmp_path / "m.onnx"
    made = group_norm(facts["groups"], facts["each"], 1e-5)
    path.write_bytes(made.SerializeToString())
    [page] = pages_of(read_model(path)).values()
    assert (
        "{groups} groups of {each} consecutive channels, each sample on its own"
    ).format(**facts) in page
    assert "(as in PyTorch and ONNX)" in page
    assert "Why {params} parameters?".format(**put_in(facts)) in page


def test_other_cures_stand_behind_the_right_order_of_axes(tmp_path):
    for case in CASES["S19"]:
        page = pages_of(read_model(save(case["layers"], tmp_path)))["first"]
        assert page.index("looks like the number of channels") < page.index(
            "If the order is right"
        )
