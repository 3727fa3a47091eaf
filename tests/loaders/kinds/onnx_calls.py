"""One ONNX operation at a time: as ONNX infers it, and as our rules see it."""

import numpy as np

from loaders.ir.graph import Axis, Parameter, Value
from loaders.ir.tensors import absent_tensor
from loaders.kinds import Call, find_kind, understand


def model_of(op, shapes, settings, constants, opset=17, outputs=1):
    """Return a model of one node.

    Args:
        op: The operation.
        shapes: Of the inputs; ``None`` where one is absent or a constant.
        settings: Attributes.
        constants: Position -> array.
        opset: Version of the operator set.
        outputs: How many there are.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    names = [f"i{at}" for at in range(_count(shapes, constants))]
    given = [at < len(shapes) and shapes[at] is not None for at in range(len(names))]
    used = [
        name if given[at] or at in constants else "" for at, name in enumerate(names)
    ]
    results = [f"o{at}" for at in range(outputs)]
    inputs = [
        helper.make_tensor_value_info(names[at], TensorProto.FLOAT, shape)
        for at, shape in enumerate(shapes)
        if shape is not None
    ]
    stored = [
        numpy_helper.from_array(np.asarray(array), names[at])
        for at, array in constants.items()
    ]
    node = helper.make_node(op, used, results, **settings)
    ends = [onnx.ValueInfoProto(name=name) for name in results]
    graph = helper.make_graph([node], "one", inputs, ends, stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def infer_with_onnx(op, shapes, settings, constants, opset=17, outputs=1):
    """Return the output shapes that ONNX's own inference finds."""
    import onnx

    model = model_of(op, shapes, settings, constants, opset, outputs)
    inferred = onnx.shape_inference.infer_shapes(
        model, strict_mode=True, data_prop=True
    )
    return [_shape(output) for output in inferred.graph.output]


def _count(shapes, constants):
    return max([len(shapes), *[at + 1 for at in constants]])


def _shape(output):
    tensor = output.type.tensor_type
    if not tensor.HasField("shape"):
        return None
    return tuple(
        dim.dim_value if dim.HasField("dim_value") else dim.dim_param or None
        for dim in tensor.shape.dim
    )


def call_of(op, shapes, settings, constants, opset=17, outputs=1):
    """Return the kind, and the call as the reader makes it of such a node."""
    kind, dialect = find_kind("onnx", op)
    settings, inputs, weights = dict(settings), [], {}
    for at in range(_count(shapes, constants)):
        role = dialect.role(at)
        if at in constants and role.startswith("@"):
            settings[role[1:]] = np.asarray(constants[at]).tolist()
        elif at in constants and role:
            array = np.asarray(constants[at])
            tensor = absent_tensor(array.shape, str(array.dtype))
            weights[role] = Parameter(id=role, role=role, tensor=tensor)
        elif at < len(shapes) and shapes[at] is not None:
            shape = tuple(shapes[at])
            axes = (Axis.OTHER,) * len(shape)
            inputs.append(Value(id=f"i{at}", shape=shape, axes=axes, dtype="float32"))
    _, attributes, complaint = understand("onnx", op, settings, opset)
    assert not complaint
    call = Call(
        op=op,
        attributes=attributes,
        inputs=tuple(inputs),
        weights=weights,
        outputs=outputs,
    )
    return kind, call


def infer_with_rules(op, shapes, settings, constants, opset=17, outputs=1):
    """Return the output shapes that our rule finds."""
    kind, call = call_of(op, shapes, settings, constants, opset, outputs)
    return [None if steps is None else steps.shape for steps in kind.shape(call)]
