"""The columns of the layer table: what they are called and how they look. No Qt."""

from enum import StrEnum

from msgspec import Struct


class Column(StrEnum):
    """The columns in their usual order; the word is how a choice is remembered."""

    LAYER = "layer"
    TYPE = "type"
    INPUT = "input"
    SHAPE = "output"
    PARAMETERS = "parameters"
    TRAINED = "trained"
    SHARE = "share"
    MULTIPLY_ADDS = "multiply-adds"
    MEMORY = "memory"
    ACTIVATION = "activation"
    DTYPE = "dtype"
    QUANTIZATION = "quantization"
    SOURCES = "sources"


ORDER = tuple(Column)


class Look(Struct, frozen=True, kw_only=True):
    """How a column looks.

    Attributes:
        title: In the header.
        about: In the header's tooltip and in the list of columns.
        least: Width below which it is not squeezed, in pixels.
        most: Width beyond which its words are cut at first.
        is_number: Whether it stands at the right, with digits under each other.
        is_shape: Whether it is written in the monospace font.
        is_elastic: Whether it gives way when the table is narrow.
        at_first: Whether it is shown until the user chooses.
        needs_layers: Whether a file of weights alone has nothing to say in it.
    """

    title: str
    about: str
    least: int
    most: int = 200
    is_number: bool = False
    is_shape: bool = False
    is_elastic: bool = False
    at_first: bool = False
    needs_layers: bool = False


LOOKS = {
    Column.LAYER: Look(
        title="Name",
        about="The name in the file; what is inside a group stands below it",
        least=120,
        most=320,
        is_elastic=True,
        at_first=True,
    ),
    Column.TYPE: Look(
        title="Type",
        about="The class or operation, and the activation fused into it",
        least=104,
        most=260,
        is_elastic=True,
        at_first=True,
    ),
    Column.INPUT: Look(
        title="Input shape",
        about="Shape of the first input",
        least=120,
        most=260,
        is_shape=True,
        is_elastic=True,
        needs_layers=True,
    ),
    Column.SHAPE: Look(
        title="Output shape",
        about="Shape of the first output",
        least=120,
        most=260,
        is_shape=True,
        is_elastic=True,
        at_first=True,
        needs_layers=True,
    ),
    Column.PARAMETERS: Look(
        title="Parameters",
        about="Weights of the layer, or of all inside a group, each once",
        least=90,
        is_number=True,
        at_first=True,
    ),
    Column.TRAINED: Look(
        title="Trainable",
        about="Parameters that training changes",
        least=80,
        is_number=True,
    ),
    Column.SHARE: Look(
        title="Share",
        about="Part of all parameters of the model",
        least=64,
        is_number=True,
    ),
    Column.MULTIPLY_ADDS: Look(
        title="Multiply-adds",
        about="Multiplications with an addition, for one sample",
        least=106,
        is_number=True,
        at_first=True,
        needs_layers=True,
    ),
    Column.MEMORY: Look(
        title="Memory",
        about="Bytes of the weights as they are stored (kB = 1,000 bytes)",
        least=76,
        is_number=True,
        at_first=True,
    ),
    Column.ACTIVATION: Look(
        title="Output size",
        about="Bytes of the outputs for one sample (kB = 1,000 bytes)",
        least=88,
        is_number=True,
        needs_layers=True,
    ),
    Column.DTYPE: Look(
        title="dtype",
        about="Element type of the first output",
        least=60,
        at_first=True,
    ),
    Column.QUANTIZATION: Look(
        title="Quantization",
        about="How a device rounds the weights, or the output",
        least=100,
    ),
    Column.SOURCES: Look(
        title="Comes from",
        about="The layers whose outputs it takes",
        least=110,
        most=260,
        is_elastic=True,
        needs_layers=True,
    ),
}
