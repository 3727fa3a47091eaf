"""What the panel says of a whole model."""

from pathlib import Path

from msgspec.structs import replace

from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Structure, TensorGroup
from loaders.ir.index import ModelIndex
from tests.small_models import conv_model, weight
from viewers.model_panel import (
    CHOOSE_WEIGHTS,
    lacks_numbers,
    model_pages,
    status_line,
    sums_of,
    warning_count,
)
from viewers.sections import Command, Level, Line, Problem, Row


def sections(model, page=0):
    pages = model_pages(ModelIndex(model), sums_of(model))
    return {section.title: section.items for section in pages.pages[page].sections}


def values(items):
    return {row.label: row.value for row in items if isinstance(row, Row)}


def test_names_the_file_its_format_and_its_producer():
    pages = model_pages(ModelIndex(conv_model()), sums_of(conv_model()))
    assert pages.title == "conv.keras"
    assert pages.subtitle == "Keras 3 archive · Keras 3.15.1"


def test_counts_parameters_as_keras_does():
    assert values(sections(conv_model())["Parameters"]) == {
        "Total": "93,937",
        "Trainable": "93,936",
        "Not trainable": "1",
        "Size": "375.7 kB",
        "Layers": "5",
        "Multiply-adds": "17,231,304",
    }


def test_an_unknown_cost_is_said_beside_the_sum():
    model = conv_model()
    graph = model.graph
    conv = replace(graph.nodes["conv_1"], multiply_adds=None)
    graph = replace(graph, nodes={**graph.nodes, "conv_1": conv})
    model = replace(model, graphs={**model.graphs, "": graph})
    items = sections(model)["Parameters"]
    assert values(items)["Multiply-adds"] == "89,304"
    assert Line("Without 1 layer of unknown cost.") in items
    assert status_line(model, sums_of(model)).endswith(
        "89.3 k multiply-adds + 1 layer unknown"
    )


def test_a_sum_of_which_nothing_is_known_is_not_zero():
    model = conv_model()
    head = replace(model.graphs["head"].nodes["head/output"], multiply_adds=None)
    body = model.graphs["head"]
    body = replace(body, nodes={**body.nodes, "head/output": head})
    conv = replace(model.graph.nodes["conv_1"], multiply_adds=None)
    graph = replace(model.graph, nodes={**model.graph.nodes, "conv_1": conv})
    model = replace(model, graphs={"": graph, "head": body})
    assert values(sections(model)["Parameters"])["Multiply-adds"] == "unknown"
    assert status_line(model, sums_of(model)).endswith("multiply-adds unknown")


def test_inputs_and_outputs_are_links_with_named_axes():
    [row] = sections(conv_model())["Inputs"]
    assert (row.label, row.detail, row.value) == (
        "input_1",
        "None × 128 × 128 × 3",
        "float32",
    )
    assert row.below == "batch × height × width × channel"
    assert row.target == "input_1"


def test_facts_stand_under_their_headings():
    [row] = sections(conv_model())["Training"]
    assert (row.label, row.detail) == ("optimizer", "Adam")


def test_warnings_lead_to_their_layer_and_remarks_stand_apart():
    found = sections(conv_model())
    [warning] = found["Warnings"]
    assert (warning.where, warning.target) == ("conv_1", "conv_1")
    assert found["Notes"] == (Problem("Good to know.", level=Level.INFO),)
    assert warning_count(conv_model()) == 1


def test_layers_whose_shapes_cannot_work_are_warnings():
    model = conv_model()
    graph = model.graph
    conv = replace(graph.nodes["conv_1"], problem="5 − 8 is negative.")
    graph = replace(graph, nodes={**graph.nodes, "conv_1": conv})
    model = replace(model, graphs={**model.graphs, "": graph})
    assert warning_count(model) == 2
    assert sections(model)["Warnings"][0].text == "5 − 8 is negative."


def test_a_description_without_numbers_offers_to_choose_weights():
    assert lacks_numbers(conv_model())
    items = sections(conv_model())["Parameters"]
    assert Command(CHOOSE_WEIGHTS, "Choose weights…") in items


def test_a_model_without_weights_lacks_nothing():
    made = ModelBuilder(Path("/x.keras"), "test")
    made.graph()
    assert not lacks_numbers(made.freeze())


def test_other_tensors_are_listed_on_a_page_of_their_own():
    group = TensorGroup(title="Optimizer", tensors=(weight("adam", "m", (3, 4)),))
    model = replace(conv_model(), others=(group,))
    [row] = sections(model, page=1)["Optimizer · 1 tensor"]
    assert (row.label, row.detail, row.value) == ("m", "3 × 4", "12")


def test_a_file_of_weights_says_that_it_has_no_layers():
    model = replace(conv_model(), structure=Structure.TENSORS)
    assert sections(model)[""] == (
        Line("The file holds groups of weights and no layers."),
    )


def test_the_status_line_holds_format_size_and_cost():
    assert status_line(conv_model(), sums_of(conv_model())).split("     ") == [
        "Keras 3.15.1 · Keras 3 archive",
        "93,937 parameters · 375.7 kB",
        "17.2 M multiply-adds",
    ]
