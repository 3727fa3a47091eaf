"""QuantizeLinear and DequantizeLinear: ``real = scale · (code − zero_point)``."""

from loaders.ir.graph import Shape
from loaders.ir.quantization import Affine
from loaders.ir.tensors import TensorRef, bits_of
from loaders.ir.text import shape_text


def affine(
    code_dtype: str,
    scale: TensorRef | None,
    zero_point: TensorRef | None,
    axis: int,
    block: int,
    shape: Shape | None,
) -> Affine:
    """Return the quantizer that a pair of scale and zero point describes.

    Args:
        code_dtype: Element type of the codes.
        scale: The scales; ``None`` if they are computed while the model runs.
        zero_point: The zero points; ``None`` for zero.
        axis: As the file gives it; negative ones count from the end.
        block: ``block_size``; 0 for none.
        shape: Shape of the quantized tensor, if known.

    Raises:
        ValueError: axis or lengths do not fit the tensor; the sentence has the numbers.
    """
    found = Affine(
        code_dtype=code_dtype,
        bits=bits_of(code_dtype) or 8,
        scale=scale,
        zero_point=zero_point,
    )
    if scale is None or (scale.size == 1 and not block):
        return found
    if shape is None:
        return _along(found, axis if axis >= 0 else None, block)
    if not -len(shape) <= axis < len(shape):
        raise ValueError(
            f"its scale runs along axis {axis}, the tensor {shape_text(shape)} has "
            f"{len(shape)} axes"
        )
    axis %= len(shape)
    length = shape[axis]
    if isinstance(length, int):
        wanted = -(-length // block) if block else length
        given = scale.shape[axis] if block and len(scale.shape) == len(shape) else None
        given = scale.size if given is None else given
        if given != wanted:
            raise ValueError(
                f"its scale has {given:,} entries along axis {axis}, {wanted:,} are "
                f"needed for {length:,}" + (f" in blocks of {block:,}" if block else "")
            )
    return _along(found, axis, block)


def _along(found: Affine, axis: int | None, block: int) -> Affine:
    return Affine(
        code_dtype=found.code_dtype,
        bits=found.bits,
        scale=found.scale,
        zero_point=found.zero_point,
        axis=axis,
        block=block,
    )
