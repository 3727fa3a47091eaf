"""What the inspector says of one layer."""

from msgspec.structs import replace

from loaders.ir.graph import Axis, Node, Structure
from loaders.ir.index import ModelIndex
from loaders.ir.steps import (
    AxisStep,
    EndedAxis,
    NodeSteps,
    OutputSteps,
    Setting,
    WeightSteps,
)
from loaders.ir.why import Alternative, AxisPath, Finding, Why
from tests.small_models import conv_model
from viewers.inspector_pages import node_pages
from viewers.sections import MOST_ROWS, Formula, Line, Problem, Remark, Row

HEIGHT = AxisStep(
    axis=Axis.HEIGHT,
    result=61,
    meaning="one per position of the window",
    rule="⌊(n − k) / s⌋ + 1",
    numbers="⌊(128 − 8) / 2⌋ + 1",
)
CHANNEL = AxisStep(axis=Axis.CHANNEL, result=24, meaning="one per filter")
KERNEL = WeightSteps(
    role="kernel",
    shape=(8, 8, 3, 24),
    axes=(Axis.HEIGHT, Axis.WIDTH, Axis.IN_CHANNEL, Axis.FILTER),
    meaning="8 × 8 × 3 weights for each of 24 filters",
)
STEPS = NodeSteps(
    summary="24 filters of 8 × 8 · stride 2",
    outputs=(
        OutputSteps(
            axes=(HEIGHT, CHANNEL),
            ended=(
                EndedAxis(axis=Axis.TIME, length=9, reason="averaged over 9 steps"),
            ),
        ),
    ),
    weights=(KERNEL,),
    settings=(Setting(name="filters", value="24", meaning="Gives 24 channels."),),
)


def pages_of(node_id="conv_1", steps=STEPS, more=None, **changes):
    index = ModelIndex(conv_model())
    node = replace(index.nodes[node_id], **changes)
    return node_pages(index, node, Why(steps=steps, **(more or {})))


def items(pages, page, title):
    [found] = [p for p in pages.pages if p.title == page]
    [section] = [s for s in found.sections if s.title == title]
    return section.items


def test_the_header_names_the_layer_and_sums_it_up():
    pages = pages_of()
    assert pages.title == "conv_1"
    assert pages.subtitle == "Conv2D · 24 filters of 8 × 8 · stride 2 · relu"
    assert [page.title for page in pages.pages] == ["Why", "Weights", "Config", "Notes"]


def test_each_axis_says_what_it_is_and_then_its_formula_with_the_numbers():
    height, channel, _legend = items(pages_of(), "Why", "Why this shape?")
    assert (height.label, height.detail) == ("height", "one per position of the window")
    assert height.value == "61"
    assert height.formula == "⌊(n − k) / s⌋ + 1\n= ⌊(128 − 8) / 2⌋ + 1 = 61"
    assert (channel.detail, channel.formula) == ("one per filter", "")


def test_the_letters_of_formulas_are_explained():
    *_, legend = items(pages_of(), "Why", "Why this shape?")
    assert legend == Line("n length · k window · s stride · ⌊ ⌋ rounded down")


def test_an_axis_says_where_it_comes_from_and_ends():
    path = AxisPath(origin="from the input's height (128)", end="ends in flatten")
    pages = pages_of(more={"paths": ((path, AxisPath()),)})
    height, *_ = items(pages, "Why", "Why this shape?")
    assert height.below == "from the input's height (128) · ends in flatten"


def test_what_the_layer_does_stands_under_its_shape():
    pages = pages_of(more={"remarks": ("A window slides.", "Channels are summed.")})
    [box] = items(pages, "Why", "")
    assert box == Remark(
        "Time (9) ends here: averaged over 9 steps.\nA window slides.\n"
        "Channels are summed."
    )


def test_other_settings_are_listed_with_what_they_would_give():
    others = (
        Alternative(change="padding same", shape=(None, 64, 64, 24)),
        Alternative(change="use_bias=False", parameters=4608),
    )
    padded, bare = items(
        pages_of(more={"alternatives": others}),
        "Why",
        "With another setting it would be",
    )
    assert (padded.label, padded.detail) == ("padding same", "None × 64 × 64 × 24")
    assert bare.below == "4,608 parameters instead of 4,632"


def test_what_the_whole_model_makes_of_it_is_said():
    found = (
        Finding(label="sees", text="Each sees an 8 × 8 patch."),
        Finding(label="time", numbers="511 → 502", text="input, then after c1"),
    )
    sees, time = items(pages_of(more={"findings": found}), "Why", "In the whole model")
    assert (sees.label, sees.detail, sees.code) == (
        "sees",
        "Each sees an 8 × 8 patch.",
        False,
    )
    assert (time.detail, time.below) == ("511 → 502", "input, then after c1")


def test_a_shape_without_a_rule_is_shown_as_it_is():
    rows = items(pages_of(steps=NodeSteps()), "Why", "Shape")
    assert [(row.label, row.value) for row in rows] == [
        ("batch", "None"),
        ("height", "61"),
        ("width", "61"),
        ("channel", "24"),
    ]


def test_parameters_are_explained_weight_by_weight_and_summed():
    pages = pages_of(more={"picks": {"kernel": "weights[:, :, :, k] is filter k."}})
    kernel, bias, total = items(pages, "Why", "Why 4,632 parameters?")
    assert (kernel.detail, kernel.value) == (KERNEL.meaning, "4,608")
    assert kernel.formula == "8 height × 8 width × 3 in-channel × 24 filter"
    assert kernel.below == "weights[:, :, :, k] is filter k."
    assert (bias.detail, bias.value) == ("24", "24")
    assert total == Formula("8 × 8 × 3 × 24 + 24\n= 4,608 + 24 = 4,632")


def test_a_reason_for_another_shape_than_the_files_is_not_given():
    other = replace(KERNEL, shape=(3, 3, 3, 24))
    steps = replace(STEPS, weights=(other,))
    kernel, *_ = items(pages_of(steps=steps), "Why", "Why 4,632 parameters?")
    assert kernel.detail == "8 height × 8 width × 3 in-channel × 24 filter"


def test_neighbours_are_links_with_what_flows():
    [source] = items(pages_of(), "Why", "Comes from")
    assert (source.label, source.detail, source.target) == (
        "input_1",
        "None × 128 × 128 × 3",
        "input_1",
    )
    [target] = items(pages_of(), "Why", "Leads to")
    assert (target.label, target.target) == ("head", "head")


def test_the_last_layer_leads_out_of_the_model():
    [row] = items(pages_of("head"), "Why", "Leads to")
    assert row.label == "output of the model"


def test_a_container_names_what_is_inside():
    [row] = items(pages_of("head"), "Why", "Inside")
    assert (row.label, row.detail, row.target) == ("head", "2 layers", "head/flatten")
    assert row.value == "89,305 parameters"


def test_a_problem_comes_first_with_its_advice():
    steps = NodeSteps(problem="5 − 8 is negative.", advice="Feed at least 8 rows.")
    why = pages_of(steps=steps).pages[0]
    assert why.sections[0].items == (
        Problem("5 − 8 is negative.", "Feed at least 8 rows."),
    )


def test_a_layer_that_cannot_work_has_no_shape():
    index = ModelIndex(conv_model())
    values = index.values
    values["c"] = replace(values["c"], shape=None, axes=())
    pages = node_pages(
        index, index.nodes["conv_1"], Why(steps=NodeSteps(problem="It breaks."))
    )
    [line] = items(pages, "Why", "Shape")
    assert line.text == "None: as it is, the layer cannot work."


def test_weights_say_axes_dtype_and_that_numbers_are_missing():
    pages = pages_of()
    [remark] = items(pages, "Weights", "")
    assert "holds no numbers" in remark.text
    kernel, bias = items(pages, "Weights", "Parameters")
    assert kernel.below == "height × width × in-channel × filter · float32"
    assert (kernel.detail, kernel.value) == ("8 × 8 × 3 × 24", "4,608")
    assert bias.label == "bias"


def test_config_explains_first_and_then_quotes_the_file():
    pages = pages_of()
    [meant] = items(pages, "Config", "What it means")
    assert (meant.label, meant.detail, meant.below) == (
        "filters",
        "24",
        "Gives 24 channels.",
    )
    written = items(pages, "Config", "As the file writes it")
    assert [(row.label, row.detail) for row in written] == [
        ("filters", "24"),
        ("kernel_size", "[8, 8]"),
        ("name", "conv_1"),
    ]


def test_nested_settings_take_one_line():
    config = '{"init": {"class_name": "GlorotUniform", "config": {"seed": null}}}'
    [row] = items(pages_of(config=config), "Config", "As the file writes it")
    assert row.detail == "GlorotUniform(seed=null)"


def test_a_config_that_is_no_json_is_shown_as_text():
    for config in ("{", "[" * 100_000):
        [row] = items(pages_of(config=config), "Config", "As the file writes it")
        assert row.detail.startswith(config[:1])


def test_thousands_of_rows_are_counted_instead_of_shown():
    config = "{" + ",".join(f'"k{n}": {n}' for n in range(MOST_ROWS + 7)) + "}"
    rows = items(pages_of(config=config), "Config", "As the file writes it")
    assert len(rows) == MOST_ROWS + 1
    assert rows[-1] == Line("and 7 settings more")


def test_notes_about_the_layer_have_a_page_and_others_do_not_show():
    [note] = items(pages_of(), "Notes", "")
    assert note.text == "conv_1: something was left out."
    assert "Notes" not in [page.title for page in pages_of("head").pages]


def test_an_unnamed_node_is_called_by_its_operation_and_output():
    node = Node(id="Add_3", op="Add", dialect="onnx", outputs=("sum",))
    pages = node_pages(ModelIndex(conv_model()), node, Why())
    assert pages.title == "Add → sum"


def test_hostile_text_is_made_showable_everywhere():
    pages = pages_of(name="a\u202eb", op="C\u0000", config='{"k\u200b": "v\u202e"}')
    texts = [pages.title, pages.subtitle]
    for page in pages.pages:
        for section in page.sections:
            for item in section.items:
                if isinstance(item, Row):
                    texts += [item.label, item.detail, item.value, item.below]
    assert not set("".join(texts)) & set("\u202e\u200b\u0000")


def test_a_group_of_tensors_shows_its_weights_alone():
    index = ModelIndex(replace(conv_model(), structure=Structure.TENSORS))
    pages = node_pages(index, index.nodes["head/output"], Why())
    assert [page.title for page in pages.pages] == ["Weights"]


def test_settings_of_keras_have_a_line_of_ours_each():
    model = conv_model()
    index, node = ModelIndex(model), model.graph.nodes["conv_1"]
    pages = node_pages(index, node, Why(), words=lambda op, name: f"{op} {name}.")
    [config] = [page for page in pages.pages if page.title == "Config"]
    rows = {row.label: row.below for row in config.sections[-1].items}
    assert rows["filters"] == "Conv2D filters."
