"""Numbers painted on nodes and groups."""

import pytest
from msgspec.structs import replace

from app.analysis.metrics import MEASURES, MIXED, NOT_ROUNDED, make_metric, measures_of
from loaders.grouping import group
from loaders.ir.graph import Node, Parameter, Structure, Value
from loaders.ir.index import ModelIndex
from loaders.ir.quantization import Affine
from loaders.ir.tensors import absent_tensor
from loaders.ir.walk import totals
from tests.small_models import conv_model, weight

BY_ID = {measure.id: measure for measure in MEASURES}
KERNEL, BIAS = 8 * 8 * 3 * 24, 24
HEAD = 89_304 + 1


def numbers(id, model=None):
    model = conv_model() if model is None else model
    model = replace(model, grouping=group(model))
    return make_metric(ModelIndex(model), BY_ID[id]).numbers


def with_nodes(**changes):
    """Return the small model with some fields of its nodes changed."""
    model = conv_model()
    graphs = {
        id: replace(
            graph,
            nodes={
                name: replace(node, **changes.get(name.rsplit("/", 1)[-1], {}))
                for name, node in graph.nodes.items()
            },
        )
        for id, graph in model.graphs.items()
    }
    return replace(model, graphs=graphs)


def test_parameters_are_those_of_the_node_and_a_group_has_the_sum():
    found = numbers("parameters")
    assert found["conv_1"] == KERNEL + BIAS
    assert found["head/flatten"] == 0
    assert found["head"] == HEAD


def test_inputs_have_no_numbers():
    assert all("input_1" not in numbers(id) for id in BY_ID)


def test_multiply_adds_of_a_group_are_the_sum():
    found = numbers("multiply-adds")
    assert found["conv_1"] == 17_142_000
    assert found["head"] == 89_304


def test_cost_that_nobody_knows_is_unknown_in_the_group_too():
    found = numbers("multiply-adds", with_nodes(flatten={"multiply_adds": None}))
    assert found["head/flatten"] is None
    assert found["head/output"] == 89_304
    assert found["head"] is None


def test_memory_counts_stored_bytes():
    found = numbers("memory")
    assert found["conv_1"] == 4 * (KERNEL + BIAS)
    assert found["head"] == 4 * HEAD


def test_a_weight_that_two_layers_share_is_stored_once_in_their_group():
    shared = (weight("output", "kernel", (89_304, 1)),)
    found = numbers("memory", with_nodes(flatten={"parameters": shared}))
    assert found["head/flatten"] == 4 * 89_304
    assert found["head"] == 4 * HEAD


def test_memory_of_weights_without_a_length_is_unknown():
    lost = (weight("conv_1", "kernel", (8, 8, -1, 24)),)
    model = with_nodes(conv_1={"parameters": lost})
    assert numbers("memory", model)["conv_1"] is None
    assert numbers("parameters", model)["conv_1"] is None
    assert numbers("weight-bits", model).get("conv_1") is None


def test_the_output_size_is_of_one_sample_and_the_largest_inside_a_group():
    found = numbers("output-size")
    assert found["conv_1"] == 4 * 61 * 61 * 24
    assert found["head/output"] == 4
    assert found["head"] == 4 * 89_304


def quantized(owner, role, count, bits):
    affine = Affine(code_dtype=f"int{bits}", bits=bits, scale=None)
    tensor = absent_tensor((count,), f"int{bits}")
    return Parameter(id=f"{owner}/{role}", role=role, tensor=tensor, quantizer=affine)


def test_bits_per_weight_are_the_mean_over_all_weights():
    mixed = (quantized("output", "kernel", 3, 4), quantized("output", "bias", 1, 8))
    found = numbers("weight-bits", with_nodes(output={"parameters": mixed}))
    assert found["head/output"] == pytest.approx(5.0)
    assert found["head"] == pytest.approx(5.0)
    assert found["conv_1"] == 32
    assert "head/flatten" not in found


def test_types_that_differ_inside_a_group_are_mixed():
    extra = {
        "output": {"parameters": (quantized("output", "kernel", 3, 4),)},
        "flatten": {"parameters": (weight("flatten", "what", (3,)),)},
    }
    found = numbers("weight-type", with_nodes(**extra))
    assert found["head/output"] == "int4"
    assert found["head/flatten"] == "float32"
    assert found["head"] == MIXED
    assert numbers("weight-type")["head"] == "float32"


def test_weights_that_are_not_trained_are_not_counted_as_trained():
    found = numbers("trained")
    assert found["head/output"] == HEAD - 1
    assert found["head"] == HEAD - 1


def test_a_quantized_layer_says_how_and_a_group_what_all_share():
    layer = {"output": {"parameters": (quantized("output", "kernel", 3, 4),)}}
    found = numbers("quantization", with_nodes(**layer))
    assert found["head/output"] == "int4"
    assert found["conv_1"] == NOT_ROUNDED
    assert found["head"] == MIXED
    assert numbers("quantization")["head"] == NOT_ROUNDED


def test_operations_are_named():
    found = numbers("operation")
    assert found["conv_1"] == "Conv2D"
    assert found["head"] == MIXED


def test_an_output_without_a_type_is_unknown():
    model = conv_model()
    main = model.graph
    values = {**main.values, "c": Value(id="c")}
    main = replace(main, values=values)
    graphs = {**model.graphs, "": main}
    found = numbers("output-type", replace(model, graphs=graphs))
    assert found["conv_1"] is None
    assert found["head"] == "float32"
    assert numbers("output-size", replace(model, graphs=graphs))["conv_1"] is None


def test_a_file_of_tensors_has_only_numbers_about_weights():
    tensors = replace(conv_model(), structure=Structure.TENSORS)
    ids = {measure.id for measure in measures_of(tensors)}
    assert ids == {"parameters", "trained", "memory", "weight-bits", "weight-type"}
    assert len(measures_of(conv_model())) == len(MEASURES)


def test_a_layer_that_lacks_its_weights_has_unknown_numbers():
    lost = Node(id="conv_1", op="Conv2D", dialect="keras", problem="too short")
    conv = conv_model().graph.nodes["conv_1"]
    changes = {"parameters": (), "problem": lost.problem, "category": conv.category}
    model = with_nodes(conv_1=changes)
    for id in ("parameters", "memory", "weight-bits"):
        assert numbers(id, model)["conv_1"] is None


def test_the_groups_of_the_top_add_up_to_the_total():
    model = conv_model()
    model = replace(model, grouping=group(model))
    found = numbers("parameters")
    top = sum(found.get(id, 0) for id in model.grouping.top)
    assert top == totals(model).total
