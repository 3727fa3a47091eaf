"""What layers do that weigh and sum: dense layers and matrix products."""

from app.analysis.remarks._words import Outputs
from loaders.kinds import Call
from loaders.kinds._arguments import length_text
from loaders.kinds._kernel_words import counted
from loaders.kinds._spatial import whole
from loaders.kinds._steps import product_text


def dense(call: Call, _outputs: Outputs) -> list[str]:
    """A weighted sum per unit, along the last axis only."""
    if "product" in call.attributes:
        return matrix_product(call, _outputs)
    shape, units = call.shape(), whole(call.attributes["units"])
    if shape is None or len(shape) < 2:
        return ["Each unit is a weighted sum of all numbers of its input."]
    places = shape[1:-1]
    if not places:
        return [
            f"Every unit sees all {counted(shape[-1], 'number')}, with one weight for "
            "each; units do not see each other."
        ]
    found = [
        f"Each of {counted(units, 'unit')} is a weighted sum of all "
        f"{product_text(shape[-1:])} numbers of the last axis."
        if units != 1
        else f"The one unit is a weighted sum of all {product_text(shape[-1:])} "
        "numbers of the last axis."
    ]
    found.append(
        f"Dense acts on the last axis only: at each of {product_text(places)} places "
        "the same weights are used, and places do not see each other."
    )
    if len(places) <= 3:
        ones = product_text([1] * len(places))
        found.append(
            f"It is the same thing as a convolution with {counted(units, 'filter')} of "
            f"kernel size {ones}."
        )
    return found


def matrix_product(call: Call, _outputs: Outputs) -> list[str]:
    """Rows by columns."""
    found = [
        "Every number of the output is a row of the first times a column of the "
        "second: their numbers are multiplied in pairs and summed."
    ]
    kernel = call.weights.get("kernel")
    if kernel is not None and len(kernel.shape) == 2:
        turned = bool(call.attributes.get("transB"))
        inner, outer = kernel.shape[::-1] if turned else kernel.shape
        found.append(
            f"The second is a weight: {counted(outer, 'result')}, each a weighted sum "
            f"of {length_text(inner)} numbers, as in a Dense layer."
        )
    return found


def einsum_dense(call: Call, _outputs: Outputs) -> list[str]:
    """A dense layer by letters."""
    equation = call.attributes.get("equation", "")
    return [
        "A Dense layer along the axes that the equation names: letters that stand in "
        f"both inputs and not in the result are multiplied and summed ({equation})."
    ]


def einsum(_call: Call, _outputs: Outputs) -> list[str]:
    """Sums of products by letters."""
    return [
        "Letters name axes: those that are missing behind the arrow are multiplied in "
        "pairs and summed."
    ]


def highway(_call: Call, _outputs: Outputs) -> list[str]:
    """Part is changed, part is passed."""
    return [
        "Each number is a mix of the input and of a Dense layer's answer; a second "
        "Dense layer decides how much of each."
    ]


def maxout(_call: Call, _outputs: Outputs) -> list[str]:
    """Several dense layers, the largest counts."""
    return [
        "Several Dense layers side by side; of each unit the largest answer counts."
    ]
