"""How a device rounds a tensor: records that say what the file says."""

from msgspec import Struct

from loaders.ir.tensors import TensorRef


class Affine(Struct, frozen=True, kw_only=True, tag=True):
    """``real = scale · (code − zero_point)``, as ONNX and most hardware have it.

    Attributes:
        code_dtype: Element type of the codes, such as ``int8``.
        bits: Bits of one code.
        scale: The scales; ``None`` if they are computed while the model runs.
        zero_point: The zero points; ``None`` for all zero.
        axis: The axis that the scales run along; ``None`` for one scale.
        block: How many neighbours along ``axis`` share a scale; 0 for all.
    """

    code_dtype: str
    bits: int
    scale: TensorRef | None
    zero_point: TensorRef | None = None
    axis: int | None = None
    block: int = 0

    @property
    def badge(self) -> str:
        """A few words for a node: ``int8 · per channel``."""
        if self.block:
            return f"{self.code_dtype} · blocks of {self.block}"
        return (
            f"{self.code_dtype} · per channel"
            if self.axis is not None
            else self.code_dtype
        )


class Named(Struct, frozen=True, kw_only=True, tag=True):
    """A quantizer that the file names in its own words, kept as text.

    Attributes:
        family: Whose word it is: ``qkeras``, ``hgq``, ``keras``.
        name: The name in the file, such as ``quantized_bits``.
        settings: Its settings as the file gives them, as text.
    """

    family: str
    name: str
    settings: str = ""

    @property
    def badge(self) -> str:
        """A few words for a node."""
        return self.name


Quantizer = Affine | Named
