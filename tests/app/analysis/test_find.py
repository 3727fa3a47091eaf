import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.analysis.find import FindIndex
from loaders.grouping import group
from loaders.ir.builder import ModelBuilder
from loaders.ir.graph import Axis, Node, Severity, Value
from loaders.ir.index import ModelIndex
from loaders.ir.quantization import Affine
from tests.small_models import conv_model, weight


@pytest.fixture
def index():
    model = conv_model()
    return FindIndex(ModelIndex(replace(model, grouping=group(model))))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("conv2d", ("conv_1",)),
        ("CONV_1", ("conv_1",)),
        ("kernel_size = 8x8", ("conv_1",)),
        ("filters >= 24", ("conv_1",)),
        ("filters > 24", ()),
        ("shape = ? × 61 × 61 × 24", ("conv_1",)),
        ("shape has 61", ("conv_1",)),
        ("shape has 61,61", ("conv_1",)),
        ("activation = relu", ("conv_1",)),
        ("type = inputlayer", ("input_1",)),
        ("tensor has kernel conv", ("conv_1",)),
        ("dtype = float32 input", ("input_1",)),
        ("conv params > 4,631", ("conv_1",)),
        ("conv params > 4,632", ()),
    ],
)
def test_finds_by_every_field(index, text, ids):
    assert index.find(text).ids == ids


def test_finds_inside_nested_models(index):
    inside = [
        entry.id
        for entry in index.columns.entries
        if entry.node is not None and index.columns.path(entry.id)
    ]
    assert inside
    for id in inside:
        title = index.columns.path(id)[-1]
        assert id in index.find(f'group: "{title}"').ids


def test_an_empty_text_finds_nothing(index):
    assert index.find("  ").total == 0


def test_says_which_settings_nobody_has(index):
    found = index.find("colour = red")
    assert found.total == 0
    assert found.complaint.startswith("Nothing here has a setting “colour”.")


def test_counts_what_it_does_not_list(index):
    found = index.find("dtype = float32", most=1)
    assert (len(found.ids), found.total > 1) == (1, True)


def quantized_model():
    made = ModelBuilder("/models/q.onnx", "ONNX")
    main = made.graph()
    for at, bits in enumerate((4, 8, 32)):
        quantizer = Affine(code_dtype=f"int{bits}", bits=bits, scale=None)
        own = weight(
            f"n{at}", "kernel", (2, 2), quantizer=quantizer if bits < 32 else None
        )
        main.add_value(
            Value(id=f"y{at}", shape=(1, "time"), axes=(Axis.BATCH, Axis.TIME))
        )
        main.add_node(
            Node(
                id=f"n{at}",
                op="MatMul",
                dialect="onnx",
                outputs=(f"y{at}",),
                parameters=(own,),
                attributes={"axis": at, "pads": [at, 1]},
            )
        )
    made.note("Odd.", where="n2", severity=Severity.WARNING)
    return made.freeze()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("bits < 8", ("n0",)),
        ("bits <= 8", ("n0", "n1")),
        ("dtype = int8", ("n1",)),
        ("is quantized", ("n0", "n1")),
        ("not is quantized", ("n2",)),
        ("has warning", ("n2",)),
        ("axis = 1", ("n1",)),
        ("pads = 1", ("n1",)),
        ("pads = 2,1", ("n2",)),
        ("pads has 0", ("n0",)),
        ("shape has time", ("n0", "n1", "n2")),
        ("-int4 -int8 n", ("n0", "n1", "n2")),
    ],
)
def test_finds_by_what_a_device_sees(text, ids):
    assert FindIndex(ModelIndex(quantized_model())).find(text).ids == ids


@given(st.text(max_size=30))
def test_no_text_raises(text):
    found = FindIndex(ModelIndex(quantized_model())).find(text)
    assert found.total <= found.of


@given(st.lists(st.sampled_from(["n", "int4", "matmul", "y1", "time"]), max_size=3))
def test_words_find_what_looking_at_each_node_finds(words):
    index = FindIndex(ModelIndex(quantized_model()))
    expected = tuple(
        entry.id
        for entry, text in zip(index.columns.entries, index.columns.words)
        if words and all(word in text for word in words)
    )
    assert index.find(" ".join(words)).ids == expected
