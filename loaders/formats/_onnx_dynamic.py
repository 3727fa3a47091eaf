"""Scales of weights whose products are rounded back behind the operation.

Dynamic quantization (ONNX Runtime): ConvInteger and MatMulInteger multiply codes; the
scale of the weight is a factor of what a Cast and a Mul make of the sum.
"""

from collections.abc import Callable, Iterable

from loaders.formats._onnx_constants import Constant
from loaders.formats._onnx_records import NodeRecord

INTEGER_PRODUCTS = frozenset({"ConvInteger", "MatMulInteger"})


def scales_behind(
    nodes: Iterable[NodeRecord | None], find: Callable[[str], Constant | None]
) -> dict[str, Constant]:
    """Return the weight's scale by the name of the product's result.

    The chain is product → Cast → Mul by (scale of the input · scale of the weight), or
    by the weight's scale alone. Where it is another one, nothing is said.
    """
    kept = [node for node in nodes if node is not None]
    if not any(node.op in INTEGER_PRODUCTS for node in kept):
        return {}
    makers = {name: node for node in kept for name in node.outputs}
    found: dict[str, Constant] = {}
    for node in kept:
        if node.op != "Mul" or len(node.inputs) != 2:
            continue
        for data, factor in (node.inputs, node.inputs[::-1]):
            cast = makers.get(data)
            if cast is None or cast.op != "Cast" or not cast.inputs:
                continue
            product = makers.get(cast.inputs[0])
            if product is None or product.op not in INTEGER_PRODUCTS:
                continue
            scale = _constant_factor(factor, makers, find)
            if scale is not None:
                found[product.outputs[0]] = scale
    return found


def _constant_factor(
    name: str,
    makers: dict[str, NodeRecord],
    find: Callable[[str], Constant | None],
) -> Constant | None:
    constant = find(name)
    if constant is not None:
        return constant
    node = makers.get(name)
    if node is None or node.op != "Mul":
        return None
    constants = [one for one in map(find, node.inputs) if one is not None]
    return constants[0] if len(constants) == 1 else None
